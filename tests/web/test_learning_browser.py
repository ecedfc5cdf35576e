"""The whole loop in real Chromium, against a service of its own: an unknown wording, a person, a closed ticket, an editor, a training, an answer."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest

from bot.models import Models
from bot.store.engine import connect
from bot.store.sql import SqlStore
from bot.tickets.model import Resolution
from bot.web.staff.frame import LEARN
from bot.web.staff.queue import QUEUE_PATH
from tests.staff.conftest import PASSWORD
from tests.web.conftest import CHROMIUM, Server
from tests.web.test_console_browser import log, say

pytestmark = [
    pytest.mark.training,
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None and not os.environ.get("CI"), reason="no Chromium here; on Debian: apt-get install chromium"),
]
QUESTION = "przetraciłech legitka ôd pynzyje"
"""Silesian for a lost pensioner's card; the model does not know these words."""
ENTRY, TITLE = "legitymacja_emeryta", "Legitymacja emeryta-rencisty"
SOURCES = ("actions", "bot", "knowledge", "nlu_data", "tests/utterances", "widget/dist", "config.yml", "domain.yml", "endpoints.yml", "pyproject.toml")
"""What serving and training read of the project."""
TRAINED = 400_000
"""Milliseconds in which a training with its gate has ended, on a busy machine too."""
SWAPPED = 60.0
"""Seconds in which a running service has taken up a model that was let in."""
EVER = datetime(2000, 1, 1, tzinfo=timezone.utc)


def copy_project(root: Path, model: Path, to: Path) -> None:
    """A project of its own, so that nothing of the repository is written and nobody's edits change it in the middle."""
    for name in SOURCES:
        source, target = root / name, to / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy2(source, target)
    (to / "models").mkdir()
    (to / "var").mkdir()
    Models(to / "models").serve(Path(shutil.copy2(model, to / "models")))


def add_person(server: Server, login: str, role: str, name: str) -> None:
    """As an administrator does it on the server."""
    environment = {**os.environ, "PYTHONWARNINGS": "ignore", **server.environment}
    command = [sys.executable, "-m", "bot", "users", "add", login, "--role", role, "--name", name]
    done = subprocess.run(command, cwd=server.root, env=environment, input=PASSWORD + "\n", capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def own(root: Path, model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A service on a copy of the project, with its own model, database, learned sentences and staff."""
    place = tmp_path_factory.mktemp("project")
    copy_project(root, model, place)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {"OKIENKO_ROOT": str(place), "OKIENKO_LEARNED": str(place / "learned"), "OKIENKO_MODEL": "",
                   "OKIENKO_DATABASE_URL": f"sqlite:///{place / 'var' / 'okienko.db'}"}  # fmt: skip
    found = Server(place, place / "var", port, environment=environment)
    for login, role, name in (("ewa", "consultant", "Ewa Nowak"), ("jan", "consultant", "Jan Kos"), ("rena", "editor", "Rena Lis")):
        add_person(found, login, role, name)
    found.start()
    yield found
    found.stop()


def sign_in(browser: Any, site: str, login: str, path: str) -> Any:
    """A person's own browser, signed in and where they wanted to go."""
    page = browser.new_context(locale="pl-PL").new_page()
    page.goto(site + path)
    page.get_by_label("Login").fill(login)
    page.get_by_label("Hasło").fill(PASSWORD)
    page.get_by_role("button", name="Wejdź").click()
    page.wait_for_url(site + path)
    return page


def client(browser: Any, site: str) -> Any:
    """A client's own browser with a new conversation."""
    page = browser.new_context(locale="pl-PL").new_page()
    page.goto(site)
    launch = page.get_by_role("button", name="Zapytaj w Okienku")
    if launch.is_visible():
        launch.click()
    return page


def ask(server: Server) -> dict[str, Any]:
    """What the running service makes of the question."""
    request = urllib.request.Request(f"{server.url}/api/v1/ask", json.dumps({"text": QUESTION}).encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=30) as response:
        return json.load(response)


def choose(page: Any, label: str) -> None:
    """Press a button of the last choice in the window."""
    page.get_by_role("group", name="Odpowiedzi do wyboru").last.get_by_role("button", name=re.compile(label)).click()


def hand_over(talker: Any) -> str:
    """The client asks, is not understood, and asks for a person; the ticket's number."""
    spoken = log(talker).get_by_text("Okienko:", exact=True)
    talker.get_by_role("group", name="Odpowiedzi do wyboru").wait_for()
    greeted = spoken.count()
    say(talker, QUESTION)
    spoken.nth(greeted).wait_for(state="attached")
    say(talker, "konsultant")
    log(talker).get_by_text("Numer zgłoszenia").wait_for()
    assert TITLE not in log(talker).inner_text()
    number = re.search(r"OK-\d{4}-\d{5}", log(talker).inner_text())
    assert number is not None
    return number[0]


def talk(ewa: Any, jan: Any, talker: Any, number: str) -> None:
    """One consultant takes the ticket, the other sees it; they talk; the matter is sent and the talk given back to the bot."""
    for page in (ewa, jan):
        page.get_by_role("link", name=number).wait_for()
    ewa.get_by_role("button", name="Weź następne").click()
    ewa.wait_for_url(re.compile(number))
    ewa.get_by_text(QUESTION).first.wait_for()
    jan.get_by_text("ma: ewa").wait_for()
    jan.get_by_role("link", name=number).click()
    jan.get_by_text("teraz ma je ewa").wait_for()
    assert not jan.get_by_role("button", name="Weź", exact=True).is_visible()
    ewa.get_by_role("button", name="Zacznij rozmowę w okienku").click()
    log(talker).get_by_text("Rozmawiasz teraz z konsultantem").wait_for()
    ewa.get_by_label("Tekst dla klienta").fill("Dzień dobry, chodzi o legitymację emeryta?")
    ewa.get_by_role("button", name="Wyślij odpowiedź").click()
    log(talker).get_by_text("chodzi o legitymację emeryta?").wait_for()
    say(talker, "Ja, gynau ô ta.")
    for page in (ewa, jan):
        page.locator("#rozmowa").get_by_text("Ja, gynau ô ta.").wait_for()
    ewa.get_by_role("button", name="Zakończ rozmowę w okienku").click()
    log(talker).get_by_text("Konsultant zakończył rozmowę").wait_for()


def close(ewa: Any, talker: Any) -> None:
    """The consultant finds the right matter and sends it, the client goes on with the bot; the ticket is closed with it and the survey answered."""
    ewa.get_by_label("Szukaj sprawy").fill("legitymacja emeryta")
    ewa.get_by_role("button", name="Szukaj", exact=True).click()
    ewa.get_by_label("Wyślij klientowi sprawę").select_option(ENTRY)
    ewa.get_by_role("button", name="Wyślij sprawę").click()
    choose(talker, TITLE)
    choose(talker, "Zgubiłam lub zgubiłem kartę")
    log(talker).get_by_text("Jaką legitymację chcesz mieć?").first.wait_for()
    ewa.get_by_label("Szukaj sprawy").fill("legitymacja emeryta")
    ewa.get_by_role("button", name="Szukaj", exact=True).click()
    ewa.get_by_role("radio", name=re.compile(TITLE)).check()
    ewa.get_by_role("button", name="Zamknij zgłoszenie").click()
    ewa.get_by_text("Zgłoszenie zamknięte.").wait_for()
    ewa.get_by_text(f"wynik: {TITLE}").wait_for()
    log(talker).get_by_text("Konsultant zamknął zgłoszenie").wait_for()
    choose(talker, "^Tak$")
    choose(talker, "^5")
    log(talker).get_by_text("Chcesz coś dodać?").wait_for()
    say(talker, "Wartko i gryfnie.")
    log(talker).get_by_text("Te odpowiedzi trafią do redakcji").wait_for()


def teach(rena: Any, number: str) -> None:
    """The editor accepts the proposal as a test sentence, has it measured, and takes it to be taught."""
    item = rena.locator("li.sheet", has_text=number)
    assert item.get_by_label(re.compile("^Zdanie")).input_value() == QUESTION
    assert item.get_by_label(re.compile("^Sprawa")).input_value() == ENTRY
    item.get_by_role("button", name=re.compile("Przyjmij jako testowe")).click()
    rena.get_by_text("Przyjęte jako zdanie testowe.").wait_for()
    rena.get_by_role("link", name=re.compile("Zdania testowe")).click()
    rena.get_by_text("Jeszcze niezmierzone.").wait_for()
    rena.get_by_role("button", name="Zmierz zdania testowe").click()
    rena.get_by_text("zrozumiane źle").wait_for()
    rena.get_by_role("button", name=re.compile("Weź do uczenia")).click()
    rena.get_by_text("Zdanie będzie uczyć od następnego treningu.").wait_for()


def train(rena: Any) -> None:
    """The editor begins a training and sees on the same page how it ends."""
    rena.get_by_role("link", name=re.compile("Zdania uczące")).click()
    rena.get_by_role("button", name="Wytrenuj").click()
    told = rena.get_by_text(re.compile("Trening zakończony|Trening się nie udał"))
    told.wait_for(timeout=TRAINED)
    assert "nowy model dopuszczony" in told.inner_text(), rena.get_by_label("Przebieg treningu").inner_text()


def wait_until_understood(server: Server) -> None:
    """The service takes up the new model by itself."""
    deadline = time.monotonic() + SWAPPED
    while ask(server).get("id") != ENTRY:
        assert time.monotonic() < deadline, (server.var / "log.txt").read_text()
        time.sleep(0.5)


def test_what_a_person_answered_once_the_bot_understands_after_a_training(browser: Any, own: Server) -> None:
    assert ask(own).get("id") != ENTRY
    ewa, jan = sign_in(browser, own.url, "ewa", QUEUE_PATH), sign_in(browser, own.url, "jan", QUEUE_PATH)
    talker = client(browser, own.url)
    number = hand_over(talker)
    talk(ewa, jan, talker, number)
    close(ewa, talker)
    store = SqlStore(connect(own.environment["OKIENKO_DATABASE_URL"]))
    assert [(it.ticket, it.entry, it.solved, it.score, it.remark) for it in store.ratings(EVER)] == [(number, ENTRY, "tak", 5, "Wartko i gryfnie.")]
    ticket = store.ticket(number)
    assert ticket is not None and ticket.resolution == Resolution("case", ENTRY)
    jan.get_by_text("To zgłoszenie zmieniło się").wait_for()
    rena = sign_in(browser, own.url, "rena", LEARN)
    teach(rena, number)
    until_now = Models(own.root / "models").serving()
    train(rena)
    assert Models(own.root / "models").serving() != until_now
    wait_until_understood(own)
    again = client(browser, own.url)
    say(again, QUESTION)
    log(again).get_by_text(TITLE).first.wait_for()
    assert own.process is not None and own.process.poll() is None
    for page in (ewa, jan, rena, talker, again):
        page.context.close()
