"""Text only in real Chromium with JavaScript switched off: a few posts, at a phone's width."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from tests.web.conftest import CHROMIUM, Server

pytestmark = [
    pytest.mark.browser,
    pytest.mark.training,
    pytest.mark.skipif(CHROMIUM is None and not os.environ.get("CI"), reason="no Chromium here; on Debian: apt-get install chromium"),
]


def last(page: Any) -> str:
    """The newest replies with their buttons, as they are read."""
    return str(page.locator("#koniec + ol").inner_text())


def test_a_client_is_led_without_javascript(browser: Any, server: Server, tmp_path: Path) -> None:
    page = browser.new_context(viewport={"width": 360, "height": 740}, locale="pl-PL", java_script_enabled=False).new_page()
    wanted: list[str] = []
    page.on("request", lambda request: wanted.append(request.resource_type))
    page.goto(server.url)
    page.get_by_role("link", name="Wersja tekstowa").click()
    wanted.clear()
    page.get_by_label("Twoja wiadomość").fill("zatrudniam studentkę na zlecenie, co teraz?")
    page.get_by_role("button", name="Wyślij").click()
    assert page.url.endswith("#koniec")
    assert "nie skończył 26 lat?" in last(page)
    page.get_by_role("button", name="Nie", exact=True).press("Enter")
    page.get_by_role("button", name="Nie, to osoba z zewnątrz").click()
    page.get_by_role("button", name="Tak, ma inną pracę z co najmniej minimalną pensją").click()
    page.get_by_label("Data").fill("2026-12-01")
    page.get_by_label("Data").press("Enter")
    assert "Weź pisemne oświadczenie" in last(page)
    page.reload()
    page.get_by_role("button", name="Zrobione, dalej").click()
    assert "8 grudnia 2026 (wtorek)" in last(page)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.screenshot(path=str(Path(os.environ.get("OKIENKO_SCREENSHOTS", str(tmp_path))) / "plain-step.png"))
    page.get_by_role("link", name="Usuń rozmowę").click()
    page.get_by_role("button", name="Usuń rozmowę").click()
    assert "Rozmowa usunięta" in page.inner_text("h1")
    assert set(wanted) == {"document"}
