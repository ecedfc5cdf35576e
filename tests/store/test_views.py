"""The views for measures, on SQLite and, where it runs, on PostgreSQL: counted by hand on a few conversations and tickets."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from msgspec.structs import replace
from sqlalchemy import create_engine, inspect, text
from sqlalchemy.engine import Engine
from sqlalchemy.exc import OperationalError

from bot.counter.ports import NewMessage, Rating
from bot.dialogue.handover import Handover
from bot.dialogue.outcomes import Outcome
from bot.dialogue.session import Session
from bot.store.engine import connect
from bot.store.measures import COLUMNS, MeasuresSql
from bot.store.migrate import upgrade
from bot.store.sql import SqlStore
from bot.store.views import VIEWS, create_views, drop_views
from bot.tickets.intake import make_ticket
from bot.tickets.model import Ticket
from tests.lacking import NO_POSTGRES, lacking
from tests.store.test_contract import POSTGRES

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=timezone.utc)
DAY = date(2026, 11, 24)
DOCUMENT = (Path(__file__).parents[2] / "docs" / "measures.md").read_text(encoding="utf-8")


@pytest.fixture(params=["sqlite", "postgres"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """An empty database, since views count everything."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'o.db'}"
        upgrade(url)
        yield connect(url)
        return
    name = f"okienko_{uuid.uuid4().hex[:10]}"
    admin = create_engine(f"{POSTGRES}/postgres", isolation_level="AUTOCOMMIT", connect_args={"connect_timeout": 2})
    try:
        with admin.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
    except OperationalError:
        lacking(NO_POSTGRES)
    upgrade(f"{POSTGRES}/{name}")
    opened = connect(f"{POSTGRES}/{name}")
    yield opened
    opened.dispose()
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture
def store(engine: Engine) -> SqlStore:
    return SqlStore(engine)


@pytest.fixture
def measures(engine: Engine) -> MeasuresSql:
    return MeasuresSql(engine)


def talk(store: SqlStore, *outcomes: Outcome | str, at: datetime = NOON, channel: str = "widget", profile: str | None = None) -> str:
    """A conversation whose turns came to these, a minute each."""
    name = uuid.uuid4().hex
    store.create(name, "hash", Session(profile=profile, channel=channel), [], at)
    for minute, outcome in enumerate(outcomes):
        kept = store.read(name)
        assert kept
        counted = Outcome(outcome) if isinstance(outcome, str) else outcome  # type: ignore[arg-type]
        store.keep_turn(kept, kept.session, [NewMessage("client", {"text": "x"})], at + timedelta(minutes=minute), outcome=counted)
    return name


def ticket(store: SqlStore, serial: int, conversation: str | None = None, **fields: object) -> Ticket:
    made, _ = make_ticket(Handover(reason="asked", entry="konto_ezus"), [], conversation, serial, NOON)
    store.add_ticket(replace(made, **fields))
    return made


def only(measures: MeasuresSql, view: str, *names: str) -> list[tuple[object, ...]]:
    return [tuple(row[name] for name in names) for row in measures.rows(view, DAY, DAY)]


def test_containment_puts_each_conversation_in_one_place(store: SqlStore, measures: MeasuresSql) -> None:
    talk(store, "answered", "step", "completed", "command")
    talk(store, "answered", "step", "solved")
    talk(store, "answered", "step")
    talk(store, "answered", "not_understood")
    talk(store, "completed", "out_of_scope")
    talk(store, "error")
    talk(store, "answered", "handoff", "command")
    ticket(store, 1, talk(store, "answered"))
    talk(store)
    talk(store, "answered", channel="text")
    talk(store, "answered", at=NOON - timedelta(days=1))
    columns = ("channel", "conversations", "with_ticket", "finished", "quiet", "missed")
    assert sorted(only(measures, "containment", *columns)) == [("text", 1, 0, 0, 1, 0), ("widget", 8, 2, 2, 1, 3)]
    assert measures.rows("containment", DAY - timedelta(days=1), DAY - timedelta(days=1))[0]["conversations"] == 1


def test_a_conversation_counts_for_the_day_it_began(store: SqlStore, measures: MeasuresSql) -> None:
    talk(store, "answered", "completed", at=datetime(2026, 11, 24, 23, 59, 30, tzinfo=timezone.utc))
    assert only(measures, "containment", "day", "finished") == [("2026-11-24", 1)]
    assert sorted(only(measures, "outcomes_by_kind", "kind", "turns")) == [("answered", 1)]


def test_an_erased_conversation_counts_only_by_its_turns(store: SqlStore, measures: MeasuresSql) -> None:
    name = talk(store, Outcome("answered", "konto_ezus", "question:kto", 0.9), "step")
    assert store.outcomes(name)[0] == Outcome("answered", "konto_ezus", "question:kto", 0.9)
    assert store.erase(name).counts["outcomes"] == 2
    assert only(measures, "containment", "channel") == []
    assert only(measures, "abandoned_steps", "step") == []
    assert sorted(only(measures, "outcomes_by_kind", "kind", "turns", "conversations")) == [("answered", 1, 0), ("step", 1, 0)]


def test_turns_by_kind_channel_and_profile(store: SqlStore, measures: MeasuresSql) -> None:
    talk(store, "step", "step", "command", profile="platnik")
    talk(store, "step", profile="platnik")
    talk(store, "step")
    found = only(measures, "outcomes_by_kind", "profile", "kind", "turns", "conversations")
    assert sorted(found, key=str) == sorted([("platnik", "step", 3, 2), ("platnik", "command", 1, 1), (None, "step", 1, 1)], key=str)


def test_the_last_step_of_those_who_came_to_no_end(store: SqlStore, measures: MeasuresSql) -> None:
    asked, done = Outcome("answered", "a", "question:kto"), Outcome("step", "a", "step:wniosek")
    talk(store, asked, done, "command")
    talk(store, asked, "not_understood")
    talk(store, asked, done, Outcome("completed", "a"))
    talk(store, Outcome("solved", "a"), Outcome("answered", "b", "question:co"))
    talk(store, asked, "handoff", done)
    talk(store, "command")
    found = sorted(only(measures, "abandoned_steps", "entry", "step", "silent_since"))
    assert found == [
        ("a", "question:kto", NOON + timedelta(minutes=1)),
        ("a", "step:wniosek", NOON + timedelta(minutes=2)),
        ("b", "question:co", NOON + timedelta(minutes=1)),
    ]


def test_reasons_waits_and_promises_of_tickets(store: SqlStore, measures: MeasuresSql) -> None:
    ticket(store, 1, first_answer_at=NOON + timedelta(hours=2), promised_on=date(2026, 11, 25))
    ticket(store, 2)
    ticket(store, 3, created_at=NOON - timedelta(days=3))
    assert only(measures, "handoff_reasons", "reason", "entry", "tickets") == [("asked", "konto_ezus", 2)]
    waits = sorted(only(measures, "ticket_waits", "opened_at", "first_answer_at", "closed_at", "status"), key=str)
    assert waits == sorted([(NOON, NOON + timedelta(hours=2), None, "open"), (NOON, None, None, "open")], key=str)
    assert only(measures, "promises", "promised_on", "first_answer_at") == [("2026-11-25", NOON + timedelta(hours=2))]


def test_ratings_by_channel_and_matter(store: SqlStore, measures: MeasuresSql) -> None:
    for rating in (
        Rating(NOON, "tak", "widget", "konto_ezus", score=5), Rating(NOON, "nie", "widget", "konto_ezus"),
        Rating(NOON, "czesciowo", "portal", score=2, profile="platnik"),
    ):  # fmt: skip
        store.add_rating(rating)
    found = only(measures, "ratings_by_entry", "channel", "entry", "ratings", "solved", "partly", "unsolved", "scores", "score_sum")
    assert sorted(found, key=str) == [("portal", None, 1, 0, 1, 0, 1, 2), ("widget", "konto_ezus", 2, 1, 0, 1, 1, 5)]
    assert store.ratings(NOON)[-1].profile == "platnik"


def test_every_view_is_there_with_the_columns_that_are_read(engine: Engine) -> None:
    known = inspect(engine)
    assert set(known.get_view_names()) == set(VIEWS) == set(COLUMNS)
    for name, read in COLUMNS.items():
        assert {column["name"] for column in known.get_columns(name)} == set(read.c.keys()), name


def test_views_can_be_taken_down_and_put_up_again(engine: Engine) -> None:
    with engine.begin() as connection:
        drop_views(connection)
        drop_views(connection)
        create_views(connection)
    assert set(inspect(engine).get_view_names()) == set(VIEWS)


def test_an_unknown_view_is_refused(measures: MeasuresSql) -> None:
    with pytest.raises(KeyError):
        measures.rows("users", DAY, DAY)


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_is_documented_with_each_column_and_its_limits(view: str) -> None:
    section = re.search(rf"^### `{view}`\n(.*?)(?=^##|\Z)", DOCUMENT, re.MULTILINE | re.DOTALL)
    assert section, view
    assert sorted(re.findall(r"^\| `(\w+)` \| \S", section[1], re.MULTILINE)) == sorted(COLUMNS[view].c.keys())
    assert "Does not say" in section[1]


def test_every_kind_of_outcome_is_documented() -> None:
    from bot.dialogue.outcomes import KINDS

    counted = DOCUMENT.partition("## Views")[0]
    assert sorted(re.findall(r"^\| `(\w+)` \| \S", counted, re.MULTILINE)) == sorted(KINDS)
