"""A counter on SQLite with a clock in the hand, tickets closed by people, and learning over them."""

from __future__ import annotations

import shutil
from collections.abc import Awaitable, Callable
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy.engine import Engine

from bot.cases.knowledge import Knowledge
from bot.counter.counter import Counter
from bot.counter.people import People
from bot.dialogue.desk import Desk
from bot.dialogue.understanding import Heard, Ranked
from bot.learning.service import Learning
from bot.store.engine import connect
from bot.store.learning import LearningSql
from bot.store.migrate import upgrade
from bot.store.sql import SqlStore
from bot.tickets.model import Resolution

ZLECENIE = "zgloszenie_zleceniobiorcy"
QUESTION = "wzięłam chłopaka do rozwożenia ulotek za stawkę godzinową"


class Moment:
    """A clock in the hand."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 11, 24, 9, 0, tzinfo=timezone.utc)

    def now(self) -> datetime:
        return self.moment

    def today(self) -> date:
        return self.moment.date()

    def go(self, **passed: float) -> None:
        self.moment += timedelta(**passed)


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("learning") / "o.db"
    upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture
def database(migrated: Path, tmp_path: Path) -> Engine:
    shutil.copy(migrated, tmp_path / "o.db")
    return connect(f"sqlite:///{tmp_path / 'o.db'}")


@pytest.fixture
def clock() -> Moment:
    return Moment()


@pytest.fixture
def desk(knowledge: Knowledge, clock: Moment) -> Desk:
    return Desk(knowledge, clock)  # type: ignore[arg-type]


@pytest.fixture
def counter(desk: Desk, database: Engine) -> Counter:
    return Counter(desk, SqlStore(database))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project whose own sentences are two."""
    for place, text in (
        ("nlu_data/a.yml", 'version: "3.1"\nnlu:\n- intent: konto_ezus\n  examples: |\n    - Jak założyć konto w portalu?\n'),
        ("tests/utterances/b.yml", "- intent: konto_ezus\n  say:\n    question:\n      - nie umiem wejść na portal urzędu\n"),
    ):
        path = tmp_path / "project" / place
        path.parent.mkdir(parents=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path / "project"


@pytest.fixture
def learning(desk: Desk, database: Engine, root: Path) -> Learning:
    return Learning(desk, LearningSql(database), root, root / "var" / "learned")


@pytest.fixture
def closed(desk: Desk, counter: Counter) -> Callable[..., str]:
    """Opens a ticket with a question and closes it; gives its number."""
    people = People(desk, counter.store)

    def close(question: str = QUESTION, kind: str = "case", entry: str | None = ZLECENIE) -> str:
        number = counter.tickets.open(question)[0].number
        people.take(number, "ewa")
        people.close(number, "ewa", Resolution(kind, entry if kind == "case" else None))  # type: ignore[arg-type]
        return number

    return close


def heard(**chances: float) -> Callable[[str], Awaitable[Heard]]:
    """Ears that hear the same in every text."""

    async def hear(text: str) -> Heard:
        return Heard(text, tuple(Ranked(name, chance) for name, chance in chances.items()))

    return hear


deaf = heard()
