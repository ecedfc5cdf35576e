"""The widget in real Chromium, on our portal and on somebody else's site: every state looked at by axe, at a phone's and a desk's width."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.web.conftest import CHROMIUM, HostSite, Server

pytestmark = [
    pytest.mark.browser,
    pytest.mark.training,
    pytest.mark.skipif(CHROMIUM is None and not os.environ.get("CI"), reason="no Chromium here; on Debian: apt-get install chromium"),
]
GOLDEN = Path(__file__).parent / "golden"
POLICY = "default-src 'none'; script-src {0}; connect-src {0} {1}; img-src {0}; base-uri 'none'; require-trusted-types-for 'script'"
"""The host's policy as docs/widget.md gives it: no styles, no inline anything."""


class Window:
    """The widget on a page, as a client uses it."""

    def __init__(self, page: Any, folder: Path) -> None:
        self.page, self.folder = page, folder
        self.chat = page.locator("okienko-chat")
        self.log = self.chat.locator(".log")
        self.box = self.chat.locator("textarea")

    def say(self, text: str, expected: str) -> None:
        self.box.fill(text)
        self.box.press("Enter")
        self.log.get_by_text(expected).last.wait_for()

    def tap(self, name: str, expected: str) -> None:
        self.chat.get_by_role("button", name=name, exact=True).last.click()
        self.log.get_by_text(expected).last.wait_for()

    def until(self, true: str) -> None:
        """Wait for an expression; the host's policy forbids the browser tool's own way of waiting."""
        for _ in range(200):
            if self.page.evaluate(true):
                return
            self.page.wait_for_timeout(50)
        raise AssertionError(true)

    def clean(self, state: str) -> None:
        """No fault that axe finds, nothing wider than the window; a picture of it is kept."""
        found = Axe().run(self.page, context="okienko-chat").response["violations"]
        assert not [(item["id"], [node["html"] for node in item["nodes"]]) for item in found], state
        assert self.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), state
        wide = "(() => { const log = document.querySelector('okienko-chat').shadowRoot.querySelector('.log'); return log.scrollWidth <= log.clientWidth })()"
        assert self.page.evaluate(wide), state
        self.page.screenshot(path=str(self.folder / f"{state}-{self.page.viewport_size['width']}.png"))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(os.environ.get("OKIENKO_SCREENSHOTS") or tmp_path_factory.mktemp("widget"))


@pytest.fixture
def visit(browser: Any, server: Server, host_site: HostSite, folder: Path) -> Iterator[Any]:
    """Opens somebody else's page with the widget in a new context; faults on the console and violations of the policy fail the test."""
    faults: list[str] = []
    contexts: list[Any] = []

    def opened(width: int = 1280, height: int = 900, attributes: str = "", **options: Any) -> Window:
        context = browser.new_context(viewport={"width": width, "height": height}, locale="pl-PL", **options)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: faults.append(message.text) if message.type == "error" and "net::ERR_INTERNET" not in message.text else None)
        page.on("pageerror", lambda error: faults.append(str(error)))
        host_site.html = f'<!doctype html><html lang="pl"><head><title>Urząd</title><script src="{server.url}/widget/okienko.js" defer></script></head>' \
               f'<body><main><h1>Urząd</h1><p><a href="/druga">Druga strona</a></p></main><okienko-chat {attributes}></okienko-chat></body></html>'  # fmt: skip
        host_site.policy = POLICY.format(server.url, server.url.replace("http", "ws"))
        page.goto(f"{host_site.url}/")
        return Window(page, folder)

    yield opened
    for context in contexts:
        context.close()
    assert faults == []


def started(window: Window) -> Window:
    window.chat.get_by_role("button", name=re.compile("Zapytaj|Ask|Запитати")).click()
    window.log.get_by_text("Kim jesteś w tej sprawie?").wait_for()
    return window


@pytest.mark.parametrize(("width", "height"), [(360, 740), (1280, 900)])
def test_every_state_is_accessible_on_a_strangers_site_under_a_strict_policy(visit: Any, width: int, height: int) -> None:
    window = visit(width, height)
    window.clean("closed")
    started(window)
    window.clean("greeting")
    window.say("zatrudniam studentkę na zlecenie, co teraz?", "nie skończył 26 lat?")
    window.clean("question")
    window.say("co to jest ZUS RCA", "Wracamy do sprawy")
    window.clean("card")
    window.tap("Nie", "jest zatrudniona u Ciebie na etacie")
    window.say("osoba z zewnątrz", "Czy ma inną pracę")
    window.say("no ma etat", "Kiedy zleceniobiorca zaczyna")
    window.say("od 1 grudnia", "Weź pisemne oświadczenie")
    window.clean("step")
    window.tap("Zrobione, dalej", "8 grudnia 2026 (wtorek)")
    assert "lista.ics?o.student=nie&" in window.log.get_by_role("link", name="Dodaj do kalendarza").last.get_attribute("href")
    window.say("drukuj", "Cała lista (do druku)")
    window.clean("checklist")
    window.tap("Dokończę później", "Otwórz na innym urządzeniu")
    window.log.locator("img.qr").scroll_into_view_if_needed()
    window.until("document.querySelector('okienko-chat').shadowRoot.querySelector('img.qr')?.naturalWidth > 0")
    window.clean("code")
    window.chat.get_by_role("button", name="Menu").click()
    window.chat.get_by_text("Otwarte sprawy").wait_for()
    window.clean("menu")
    window.page.keyboard.press("Escape")
    window.box.fill("mój PESEL to 44051401359")
    window.box.press("Enter")
    window.chat.locator(".guard p").wait_for()
    window.clean("guard")
    window.box.press("Enter")
    window.log.get_by_text("mój PESEL to [PESEL]").wait_for()
    window.say("konsultant", "Numer zgłoszenia")
    window.clean("ticket")


@pytest.mark.parametrize(("attributes", "options", "state"), [
    ('lang="en"', {}, "english"), ('lang="uk"', {}, "ukrainian"), ('theme="dark"', {}, "dark-attribute"), ("", {"color_scheme": "dark"}, "dark"),
    ("", {"forced_colors": "active"}, "forced-colours"), ("", {"reduced_motion": "reduce", "contrast": "more"}, "contrast"),
])  # fmt: skip
def test_languages_and_looks(visit: Any, attributes: str, options: dict[str, Any], state: str) -> None:
    window = started(visit(400, 700, attributes, **options))
    window.say("zatrudniam studentkę na zlecenie, co teraz?", "nie skończył 26 lat?")
    if state != "forced-colours":  # axe computes contrast from colours that the system replaces
        window.clean(state)
    if state == "english":
        assert window.log.get_by_text("answers in plain Polish").count() == 1


def test_four_hundred_percent_of_zoom_still_works(visit: Any) -> None:
    window = started(visit(320, 256))
    window.say("zatrudniam studentkę na zlecenie, co teraz?", "nie skończył 26 lat?")
    window.clean("zoom")


def test_a_draft_the_talk_and_the_open_window_survive_the_way_to_another_page(visit: Any) -> None:
    window = started(visit())
    window.say("zatrudniam studentkę na zlecenie, co teraz?", "nie skończył 26 lat?")
    window.box.fill("jeszcze piszę")
    window.page.get_by_role("link", name="Druga strona").click()
    window.log.get_by_text("nie skończył 26 lat?").wait_for()
    assert window.box.input_value() == "jeszcze piszę"
    assert window.log.get_by_text("zatrudniam studentkę").count() == 1
    assert window.chat.locator("[aria-live]").text_content() == ""
    assert window.page.evaluate("document.activeElement.tagName") == "BODY"


def test_two_tabs_show_one_talk(visit: Any, host_site: HostSite) -> None:
    window = started(visit())
    window.say("zatrudniam studentkę na zlecenie, co teraz?", "nie skończył 26 lat?")
    second = Window(window.page.context.new_page(), window.folder)
    second.page.goto(f"{host_site.url}/")
    second.chat.get_by_role("button", name="Zapytaj w Okienku").click()
    second.log.get_by_text("nie skończył 26 lat?").wait_for()
    window.tap("Nie", "jest zatrudniona u Ciebie na etacie")
    second.log.get_by_text("jest zatrudniona u Ciebie na etacie").wait_for()
    assert second.log.get_by_text("jest zatrudniona u Ciebie na etacie").count() == 1


def test_words_said_without_a_network_go_once_it_is_back_and_once(visit: Any) -> None:
    window = started(visit())
    window.page.context.set_offline(True)
    window.box.fill("zatrudniam studentkę na zlecenie, co teraz?")
    window.box.press("Enter")
    window.chat.get_by_text("Nie ma połączenia z internetem").first.wait_for()
    window.clean("offline")
    window.page.context.set_offline(False)
    window.log.get_by_text("nie skończył 26 lat?").wait_for(timeout=15_000)
    window.page.reload()
    window.log.get_by_text("nie skończył 26 lat?").wait_for()
    assert window.log.get_by_text("zatrudniam studentkę na zlecenie, co teraz?").count() == 1


def test_matters_and_profile_are_one_tap_away_and_erasing_gives_a_receipt(visit: Any) -> None:
    window = started(visit())
    window.say("zatrudniam studentkę na zlecenie, co teraz?", "nie skończył 26 lat?")
    window.say("jak założyć konto w eZUS", "Odkładam na chwilę")
    window.chat.get_by_role("button", name="Menu").click()
    window.chat.get_by_role("button", name=re.compile("Umowa zlecenia")).click()
    window.log.get_by_text("nie skończył 26 lat?").nth(1).wait_for()
    window.chat.get_by_role("button", name="Menu").click()
    window.chat.get_by_role("radio", name="Płatnik").check()
    window.log.get_by_text("Prowadzę firmę lub księgowość").or_(window.log.get_by_text("Płatnik", exact=True)).last.wait_for()
    window.chat.get_by_role("button", name="Usuń rozmowę").click()
    window.chat.get_by_role("button", name="Tak, usuń").click()
    window.log.get_by_text("Rozmowa usunięta").wait_for()
    assert window.log.get_by_text("zatrudniam studentkę").count() == 0


def test_a_client_downloads_what_is_kept_under_the_strictest_policy(visit: Any, tmp_path: Path) -> None:
    window = started(visit())
    window.say("zatrudniam studentkę na zlecenie, co teraz?", "nie skończył 26 lat?")
    window.chat.get_by_role("button", name="Menu").click()
    with window.page.expect_download() as downloaded:
        window.chat.get_by_role("button", name="Pobierz moje dane").click()
    downloaded.value.save_as(tmp_path / "dane.json")
    data = json.loads((tmp_path / "dane.json").read_text(encoding="utf-8"))
    assert downloaded.value.suggested_filename == "okienko-moje-dane.json"
    assert "zatrudniam studentkę" in json.dumps(data["messages"], ensure_ascii=False) and data["conversation"]["channel"] == "widget"


def test_escape_closes_and_gives_the_focus_back_and_everything_is_reached_by_keyboard(visit: Any) -> None:
    window = visit()
    window.page.keyboard.press("Tab")
    window.page.keyboard.press("Tab")
    window.page.keyboard.press("Enter")
    window.log.get_by_text("Kim jesteś w tej sprawie?").wait_for()
    inner = "document.querySelector('okienko-chat').shadowRoot.activeElement"
    assert window.page.evaluate(f"{inner}.tagName") == "TEXTAREA"
    window.page.keyboard.type("zatrudniam studentkę na zlecenie, co teraz?")
    window.page.keyboard.press("Enter")
    window.log.get_by_text("nie skończył 26 lat?").wait_for()
    assert window.page.evaluate(f"{inner}.tagName") == "TEXTAREA"
    window.page.keyboard.press("Shift+Tab")
    assert window.page.evaluate(f"{inner}.className").startswith("choice")
    window.page.keyboard.press("Enter")
    assert window.page.evaluate(f"{inner}.getAttribute('aria-disabled')") == "true"
    window.page.keyboard.press("Escape")
    assert window.page.evaluate(f"{inner}.className") == "launch"


def test_a_screen_reader_is_told_each_new_thing_once_and_finds_the_tree_as_written_down(visit: Any) -> None:
    window = started(visit())
    window.say("zatrudniam studentkę na zlecenie, co teraz?", "nie skończył 26 lat?")
    told = window.chat.locator("[aria-live]").inner_text()
    assert told.count("nie skończył 26 lat?") == 1 and "zatrudniam studentkę" not in told and "Kim jesteś" not in told
    assert "Do wyboru: Tak, uczy się i nie ma 26 lat, Nie, Nie wiem." in told
    tree = window.chat.locator(".window").aria_snapshot() + "\n"
    golden = GOLDEN / "question.yml"
    if os.environ.get("OKIENKO_GOLDEN"):
        golden.write_text(tree, encoding="utf-8")
    assert tree == golden.read_text(encoding="utf-8")


def test_the_page_for_frames_may_be_framed_only_by_sites_that_may_embed(browser: Any, server: Server, host_site: HostSite) -> None:
    page = browser.new_context().new_page()
    response = page.request.get(f"{server.url}/widget/ramka?profile=platnik&lang=en")
    assert f"frame-ancestors 'self' {host_site.url}" in response.headers["content-security-policy"]
    host_site.policy, host_site.html = "", f'<!doctype html><title>Urząd</title><iframe title="Okienko" width="380" height="600" src="{server.url}/widget/ramka?profile=platnik"></iframe>'
    page.goto(f"{host_site.url}/")
    frame = page.frame_locator("iframe")
    frame.locator(".log").get_by_text("Oto sprawy, o które klienci pytają").wait_for()
    page.context.close()
