"""The page in real Chromium: a case led by hand, with keyboard and buttons, at a phone's width."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import pytest

from tests.web.conftest import CHROMIUM, Server

pytestmark = [
    pytest.mark.browser,
    pytest.mark.training,
    pytest.mark.skipif(CHROMIUM is None and not os.environ.get("CI"), reason="no Chromium here; on Debian: apt-get install chromium"),
]


def window(browser: Any, server: Server, width: int, height: int) -> tuple[Any, list[str]]:
    page = browser.new_context(viewport={"width": width, "height": height}, locale="pl-PL").new_page()
    faults: list[str] = []
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("request", lambda request: faults.append(request.url) if not request.url.startswith((server.url, "data:")) else None)
    page.goto(server.url)
    page.locator(".log").get_by_text("Kim jesteś w tej sprawie?").wait_for()
    return page, faults


def say(page: Any, text: str, expected: str | re.Pattern[str]) -> None:
    box = page.get_by_label("Twoja wiadomość")
    box.fill(text)
    box.press("Enter")
    page.locator(".log").get_by_text(expected).last.wait_for()


@pytest.mark.parametrize(("width", "height"), [(360, 740), (1280, 900)])
def test_a_client_is_led_through_a_case_and_handed_to_people(browser: Any, server: Server, tmp_path: Path, width: int, height: int) -> None:
    page, faults = window(browser, server, width, height)
    say(page, "zatrudniam studentkę na zlecenie, co teraz?", "nie skończył 26 lat?")
    page.get_by_role("button", name="Nie", exact=True).last.press("Enter")
    page.locator(".log").get_by_text("jest zatrudniona u Ciebie na etacie").wait_for()
    say(page, "co to jest ZUS RCA", "Wracamy do sprawy")
    say(page, "osoba z zewnątrz", "Czy ma inną pracę")
    say(page, "no ma etat", "Kiedy zleceniobiorca zaczyna")
    say(page, "wstecz", "Możesz też zmienić wcześniejszą odpowiedź")
    say(page, "nie ma innej pracy", "Czy zleceniobiorca chce dobrowolnego")
    page.locator(".log details.term summary").last.click()
    page.locator(".log details.term[open] span").last.wait_for()
    say(page, "nie chce", "Kiedy zleceniobiorca zaczyna")
    say(page, "od 1 grudnia", "Weź pisemne oświadczenie")
    page.get_by_role("button", name="Zrobione, dalej").last.click()
    page.locator(".log").get_by_text("8 grudnia 2026 (wtorek)").first.wait_for()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    folder = Path(os.environ.get("OKIENKO_SCREENSHOTS", str(tmp_path)))
    page.screenshot(path=str(folder / f"step-{width}.png"))
    page.reload()
    page.locator(".log").get_by_text("8 grudnia 2026 (wtorek)").first.wait_for()
    say(page, "to nie to", re.compile("innymi słowami|O którą sprawę chodzi"))
    say(page, "to nie to", "Czy mam przekazać sprawę konsultantowi?")
    page.get_by_role("button", name="Tak, proszę o konsultanta").last.click()
    page.locator(".log").get_by_text("Numer zgłoszenia").wait_for()
    page.screenshot(path=str(folder / f"ticket-{width}.png"))
    assert faults == []


def test_everything_is_reached_by_keyboard_and_named(browser: Any, server: Server) -> None:
    page, _ = window(browser, server, 1280, 900)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Przejdź do treści"
    seen = set()
    for _ in range(30):
        page.keyboard.press("Tab")
        seen.add(page.evaluate("(document.activeElement.shadowRoot?.activeElement ?? document.activeElement).tagName"))
    assert {"A", "BUTTON", "TEXTAREA"} <= seen
    unnamed = page.evaluate(
        "[...document.querySelector('okienko-chat').shadowRoot.querySelectorAll('button, textarea')].filter((node) => !(node.textContent || node.ariaLabel || node.getAttribute('aria-label'))).length"
    )
    assert unnamed == 0
