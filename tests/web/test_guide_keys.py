"""The consultant's guide in real Chromium: a matter led with the keyboard alone, and what assistive technology finds there."""

from __future__ import annotations

import asyncio
import os
import re
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from aiohttp import web

from bot.cases.knowledge import Knowledge
from bot.clock import Clock
from bot.counter.counter import Counter
from bot.dialogue.desk import Desk
from bot.engine.scripted import ScriptedEngine
from bot.settings import Settings
from bot.store.memory import MemoryStore
from bot.web.app import create_app
from bot.web.staff.spot import START
from tests.conftest import DAY
from tests.web.conftest import CHROMIUM

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None and not os.environ.get("CI"), reason="no Chromium here; on Debian: apt-get install chromium"),
]
CONTRACTOR = f"{START}/zgloszenie_zleceniobiorcy"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture(scope="module")
def site(knowledge: Knowledge) -> Iterator[str]:
    """The pages in a thread of this process; no conversation is held, so no model is needed."""
    loop = asyncio.new_event_loop()
    runner = web.AppRunner(create_app(Settings(), Counter(Desk(knowledge, Clock(DAY)), MemoryStore()), ScriptedEngine(lambda *_: pytest.fail("no talk here"))))

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


@pytest.fixture
def page(browser: Any, site: str) -> Iterator[Any]:
    """A page whose console stays silent and which asks nobody else."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="pl-PL")
    opened = context.new_page()
    faults: list[str] = []
    opened.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    opened.on("pageerror", lambda error: faults.append(str(error)))
    opened.on("request", lambda request: faults.append(request.url) if not request.url.startswith(site) else None)
    yield opened
    context.close()
    assert faults == []


def press(page: Any, key: str) -> None:
    """A key that opens another address."""
    before = page.url
    page.keyboard.press(key)
    page.wait_for_url(lambda url: url != before)


def asked(page: Any) -> str:
    return str(page.locator("#pytanie").inner_text())


def test_a_matter_is_led_with_the_keyboard_alone(page: Any, site: str) -> None:
    page.goto(site + START)
    assert page.evaluate("document.activeElement.id") == "q"
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    page.keyboard.type("umowa zlecenia zgłoszenie")
    press(page, "Enter")
    number = page.locator("a", has_text="Umowa zlecenia – zgłoszenie").get_attribute("data-key")
    press(page, number)
    first = asked(page)
    press(page, "2")
    press(page, "2")
    third = asked(page)
    press(page, "b")
    press(page, "2")
    assert asked(page) == third
    press(page, "1")
    assert page.evaluate("document.activeElement.type") == "date"
    page.keyboard.type("12122026")
    press(page, "Enter")
    assert page.locator("time[datetime='2026-12-21']").count() == 1
    press(page, "d")
    press(page, "d")
    assert page.url.count("z.") == 2
    press(page, "Shift+D")
    assert page.url.count("z.") == 1
    press(page, "Backspace")
    assert page.evaluate("document.activeElement.type") == "date"
    page.keyboard.press("Escape")
    press(page, "p")
    press(page, "0")
    assert asked(page) == first
    press(page, "b")
    assert page.url == site + START


def test_keys_are_never_taken_from_a_field_and_can_be_switched_off(page: Any, site: str) -> None:
    page.goto(f"{site}{START}?q=zlecenie")
    page.keyboard.press("/")
    page.keyboard.press("End")
    page.keyboard.type(" 1b0/?")
    assert page.locator("#q").input_value() == "zlecenie 1b0/?"
    assert page.url.endswith("?q=zlecenie")
    page.keyboard.press("Escape")
    switch = page.get_by_role("button", name="Skróty klawiszowe: włączone")
    assert page.locator("[data-key='1']").get_attribute("aria-keyshortcuts") == "1"
    switch.focus()
    page.keyboard.press("Enter")
    page.goto(site + CONTRACTOR)
    page.get_by_role("button", name="Skróty klawiszowe: wyłączone").wait_for()
    page.keyboard.press("1")
    page.keyboard.press("?")
    assert page.locator("details.keys").get_attribute("open") is None
    assert page.locator("[aria-keyshortcuts]").count() == 0
    assert page.url == site + CONTRACTOR


def test_simpler_words_stay_open_from_question_to_question_and_help_opens_in_place(page: Any, site: str) -> None:
    page.goto(f"{site}{START}/zwolnienie_lekarskie_zasilek_chorobowy")
    page.keyboard.press("s")
    page.get_by_text("Chodzi o ubezpieczenie na czas choroby.").wait_for()
    page.keyboard.press("5")
    page.get_by_text("Na umowie o pracę ubezpieczenie chorobowe masz zawsze.").wait_for()
    page.keyboard.press("?")
    page.get_by_text("cofnij ostatnią odpowiedź").wait_for()
    press(page, "1")
    page.get_by_text("Na etacie liczy się 30 dni").wait_for()
    page.keyboard.press("s")
    page.get_by_text("Na etacie liczy się 30 dni").wait_for(state="hidden")


def test_the_address_for_the_client_is_copied(browser: Any, site: str) -> None:
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto(f"{site}{CONTRACTOR}?o.student=tak")
    page.get_by_role("button", name="Kopiuj").click()
    page.get_by_text("Skopiowano.").wait_for()
    assert page.evaluate("navigator.clipboard.readText()").endswith("/sprawy/zgloszenie_zleceniobiorcy/krok-po-kroku?o.student=tak")
    context.close()


def test_it_works_without_javascript(browser: Any, site: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site}{START}?q=umowa+zlecenia")
    page.get_by_role("link", name=re.compile("Umowa zlecenia – zgłoszenie")).click()
    page.get_by_role("link", name=re.compile("Tak, uczy się")).click()
    page.get_by_role("link", name=re.compile("osoba z zewnątrz")).click()
    page.get_by_role("heading", name="Co robi klient").wait_for()
    assert not page.get_by_role("button", name=re.compile("Skróty|Kopiuj")).is_visible()
    context.close()


@pytest.mark.parametrize(("width", "height", "scheme"), [(360, 800, "light"), (1440, 900, "dark")])
def test_the_guide_passes_axe_and_fits_the_screen(browser: Any, site: str, width: int, height: int, scheme: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    context = browser.new_context(viewport={"width": width, "height": height}, locale="pl-PL", color_scheme=scheme)
    page = context.new_page()
    answered = f"{CONTRACTOR}?o.student=nie&o.wlasny_pracownik=nie&o.inny_tytul=tak"
    trouble = f"{START}/certyfikat_niewidoczny?o.pulpit=tak"
    faults = []
    for path in (START, f"{START}?q=z3", answered, f"{answered}&o.poczatek=2026-12-01&z.oswiadczenie=1", f"{CONTRACTOR}?o.student=tak&o.chorobowe=tak", trouble):
        page.goto(site + path)
        page.keyboard.press("Escape")
        page.keyboard.press("?")
        found = Axe().run(page, options={"runOnly": RULES})
        faults += [f"{path}: {item['id']}: {item['nodes'][0]['html'][:200]}" for item in found.response["violations"]]
        wide = page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
        faults += [f"{path}: wider than the screen"] if wide else []
    context.close()
    assert not faults, "\n".join(faults)
