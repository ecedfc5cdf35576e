"""Two consultants and a client in real Chromium: from the handoff through live talk to the survey; axe on the console's pages."""

from __future__ import annotations

import asyncio
import os
import re
import threading
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from bot.cases.knowledge import Knowledge
from bot.clock import Clock
from bot.counter.counter import Counter
from bot.counter.turns import take_turn
from bot.dialogue.desk import Desk
from bot.dialogue.understanding import Heard
from bot.engine.port import Incoming, Outgoing
from bot.engine.scripted import ScriptedEngine
from bot.settings import Settings
from bot.staff.model import By
from bot.staff.passwords import Passwords
from bot.staff.service import Staff
from bot.store.engine import connect
from bot.store.memory import MemoryStore
from bot.store.migrate import upgrade
from bot.store.staff import StaffSql
from bot.web.app import create_app
from bot.web.staff.queue import QUEUE_PATH
from tests.conftest import DAY
from tests.staff.conftest import CHEAP, PASSWORD
from tests.web.conftest import CHROMIUM, SCRIPT
from tests.web.test_guide_keys import RULES

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None and not os.environ.get("CI"), reason="no Chromium here; on Debian: apt-get install chromium"),
]


def _application(knowledge: Knowledge, database: Path) -> web.Application:
    upgrade(f"sqlite:///{database}")
    staff = Staff(StaffSql(connect(f"sqlite:///{database}")), lambda: datetime.now(timezone.utc), Passwords(CHEAP))
    for login, name in (("ewa", "Ewa Nowak"), ("jan", "Jan Kos")):
        staff.people.add(By("@cli"), login, "consultant", name=name, password=PASSWORD, must_change=False)
    counter = Counter(Desk(knowledge, Clock(DAY)), MemoryStore())

    def take(conversation_id: str, incoming: Incoming, heard: Heard) -> Outgoing:
        answered = take_turn(counter, conversation_id, incoming.text, heard, incoming.choice, incoming.client_id)
        return Outgoing(answered.replies, answered.cursor)

    return create_app(Settings(), counter, ScriptedEngine(take, SCRIPT), staff=staff)


@pytest.fixture(scope="module")
def site(knowledge: Knowledge, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The service in a thread of this process."""
    loop = asyncio.new_event_loop()
    runner = web.AppRunner(_application(knowledge, tmp_path_factory.mktemp("console") / "o.db"))

    async def serve() -> str:
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        return f"http://127.0.0.1:{runner.addresses[0][1]}"

    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    yield asyncio.run_coroutine_threadsafe(serve(), loop).result(60)
    asyncio.run_coroutine_threadsafe(runner.cleanup(), loop).result(60)
    loop.call_soon_threadsafe(loop.stop)
    thread.join(10)


def consultant(browser: Any, site: str, login: str, **looks: Any) -> Any:
    """A consultant's own browser, signed in and at the queue."""
    page = browser.new_context(locale="pl-PL", **looks).new_page()
    page.goto(site + QUEUE_PATH)
    page.get_by_label("Login").fill(login)
    page.get_by_label("Hasło").fill(PASSWORD)
    page.get_by_role("button", name="Wejdź").click()
    page.wait_for_url(site + QUEUE_PATH)
    return page


def client(browser: Any, site: str) -> Any:
    """A client's own browser with the window open, in the middle of a matter."""
    page = browser.new_context(locale="pl-PL").new_page()
    page.goto(site)
    launch = page.get_by_role("button", name="Zapytaj w Okienku")
    if launch.is_visible():
        launch.click()
    say(page, "zatrudniłam studentkę na zlecenie")
    page.get_by_role("button", name="Nie", exact=True).wait_for()
    return page


def say(page: Any, text: str) -> None:
    page.get_by_label("Twoja wiadomość").fill(text)
    page.get_by_label("Twoja wiadomość").press("Enter")


def clean(talker: Any) -> None:
    """Nothing that axe finds in the client's window as it is now."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(talker, context="okienko-chat").response["violations"]
    assert not [(item["id"], [node["html"] for node in item["nodes"]]) for item in found]


def log(page: Any) -> Any:
    return page.get_by_label("Przebieg rozmowy")


def test_from_the_handoff_through_live_talk_to_the_survey(browser: Any, site: str) -> None:
    ewa, jan = consultant(browser, site, "ewa"), consultant(browser, site, "jan")
    talker = client(browser, site)
    say(talker, "konsultant")
    log(talker).get_by_text("Numer zgłoszenia").wait_for()
    number = re.search(r"OK-\d{4}-\d{5}", log(talker).inner_text())
    assert number is not None
    for page in (ewa, jan):
        page.get_by_role("link", name=number[0]).wait_for()
    ewa.get_by_role("button", name="Weź następne").click()
    ewa.wait_for_url(re.compile(number[0]))
    jan.get_by_text("ma: ewa").wait_for()
    jan.get_by_role("link", name=number[0]).click()
    assert not jan.get_by_role("button", name="Weź", exact=True).is_visible()
    ewa.get_by_role("button", name="Zacznij rozmowę w okienku").click()
    log(talker).get_by_text("Rozmawiasz teraz z konsultantem").wait_for()
    ewa.get_by_label("Tekst dla klienta").press_sequentially("Dzień dobry")
    talker.get_by_text("Konsultant pisze…").wait_for()
    ewa.get_by_role("button", name="Wyślij odpowiedź").click()
    log(talker).get_by_text("Dzień dobry", exact=True).wait_for()
    log(talker).get_by_text("Konsultant Ewa:").wait_for()
    talker.get_by_label("Twoja wiadomość").press_sequentially("Czy stu")
    ewa.get_by_text("Klient pisze…").wait_for()
    say(talker, "Czy studentka płaci składki?")
    ewa.locator("#rozmowa").get_by_text("Czy studentka płaci składki?").wait_for()
    jan.locator("#rozmowa").get_by_text("Czy studentka płaci składki?").wait_for()
    ewa.get_by_label("Tekst dla klienta").fill("Nie płaci.")
    ewa.get_by_role("button", name="Wyślij odpowiedź").click()
    log(talker).get_by_text("Nie płaci.", exact=True).wait_for()
    clean(talker)
    ewa.get_by_role("button", name="Zakończ rozmowę w okienku").click()
    log(talker).get_by_text("Konsultant zakończył rozmowę").wait_for()
    talker.get_by_role("button", name="Nie", exact=True).last.click()
    log(talker).get_by_text("z zewnątrz").first.wait_for()
    ewa.get_by_text("Zamknij zgłoszenie").first.click()
    ewa.get_by_role("radio", name=re.compile("Umowa zlecenia")).check()
    ewa.get_by_role("button", name="Zamknij zgłoszenie").click()
    ewa.get_by_text("Zgłoszenie zamknięte.").wait_for()
    jan.get_by_text("To zgłoszenie zmieniło się").wait_for()
    log(talker).get_by_text("Konsultant zamknął zgłoszenie").wait_for()
    survey = talker.get_by_role("group", name="Odpowiedzi do wyboru").last
    clean(talker)
    survey.get_by_role("button", name=re.compile("Tak")).click()
    talker.get_by_role("group", name="Odpowiedzi do wyboru").last.get_by_role("button", name="5").wait_for()
    for once in ("Nie płaci.", "Czy studentka płaci składki?", "Rozmawiasz teraz z konsultantem"):
        assert log(talker).inner_text().count(once) == 1, once
    for page in (ewa, jan, talker):
        page.context.close()


def test_where_sockets_fail_the_window_asks_again_and_again(browser: Any, site: str) -> None:
    context = browser.new_context(locale="pl-PL")
    context.add_init_script("window.WebSocket = class { constructor() { throw new Error('no sockets here'); } };")
    talker = context.new_page()
    talker.goto(site)
    launch = talker.get_by_role("button", name="Zapytaj w Okienku")
    if launch.is_visible():
        launch.click()
    say(talker, "konsultant")
    log(talker).get_by_text("Numer zgłoszenia").wait_for()
    ewa = consultant(browser, site, "ewa")
    ewa.get_by_role("button", name="Weź następne").click()
    ewa.get_by_label("Tekst dla klienta").fill("Odpowiedź bez gniazda.")
    ewa.get_by_role("button", name="Wyślij odpowiedź").click()
    log(talker).get_by_text("Odpowiedź bez gniazda.", exact=True).wait_for()
    assert log(talker).inner_text().count("Odpowiedź bez gniazda.") == 1
    for page in (ewa, talker):
        page.context.close()


def test_the_console_is_led_by_keyboard(browser: Any, site: str) -> None:
    talker = client(browser, site)
    say(talker, "konsultant")
    log(talker).get_by_text("Numer zgłoszenia").wait_for()
    jan = consultant(browser, site, "jan")
    jan.locator("a.ticket").first.wait_for()
    jan.keyboard.press("/")
    assert jan.evaluate("document.activeElement.id") == "szukaj"
    jan.keyboard.type("jk")
    assert jan.get_by_label("Szukaj").input_value() == "jk"
    jan.keyboard.press("Escape")
    jan.keyboard.press("j")
    assert jan.evaluate("document.activeElement.className") == "ticket"
    jan.goto(f"{site}{QUEUE_PATH}?stan=open")
    jan.keyboard.press("j")
    jan.keyboard.press("Enter")
    jan.wait_for_url(re.compile("OK-"))
    jan.keyboard.press("t")
    jan.get_by_text("Zgłoszenie jest Twoje.").wait_for()
    for key, field in (("r", "tekst"), ("n", "notatka"), ("/", "szukaj")):
        jan.keyboard.press(key)
        assert jan.evaluate("document.activeElement.id") == field
        jan.keyboard.press("Escape")
    jan.keyboard.press("c")
    jan.get_by_role("radio", name="Nie nasza sprawa").wait_for()
    jan.get_by_role("button", name="Skróty klawiszowe: włączone").click()
    jan.keyboard.press("r")
    assert jan.evaluate("document.activeElement.id") != "tekst"
    for page in (jan, talker):
        page.context.close()


@pytest.mark.parametrize(("width", "height", "scheme"), [(360, 800, "light"), (1440, 900, "dark")])
def test_queue_and_ticket_pass_axe_and_fit_the_screen(browser: Any, site: str, width: int, height: int, scheme: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    talker = client(browser, site)
    say(talker, "konsultant")
    log(talker).get_by_text("Numer zgłoszenia").wait_for()
    page = consultant(browser, site, "ewa", viewport={"width": width, "height": height}, color_scheme=scheme)
    faults = []

    def look(name: str) -> None:
        found = Axe().run(page, options={"runOnly": RULES})
        faults.extend(f"{name}: {item['id']}: {item['nodes'][0]['html'][:200]}" for item in found.response["violations"])
        faults.extend([f"{name}: wider than the screen"] if page.evaluate("document.documentElement.scrollWidth > window.innerWidth") else [])
        if folder := os.environ.get("OKIENKO_SCREENSHOTS"):
            page.screenshot(path=f"{folder}/{name}-{width}.png", full_page=True)

    look("queue")
    page.get_by_role("button", name="Weź następne").click()
    page.goto(f"{page.url.partition('?')[0]}?szkic=1&szukaj=zawieszenie")
    look("ticket")
    page.get_by_label("Gotowa odpowiedź").select_option("nie_nasza_sprawa")
    page.get_by_role("button", name="Wstaw", exact=True).click()
    page.get_by_label("Która instytucja").wait_for()
    look("canned")
    for opened in (page, talker):
        opened.context.close()
    assert not faults, "\n".join(faults)
