"""The portal: every page is there, says what it is, links to what exists, and works without JavaScript."""

from __future__ import annotations

import dataclasses
import json
import re
from datetime import date
from html.parser import HTMLParser
from urllib.parse import urlsplit
from xml.etree import ElementTree

import msgspec
import pytest
from aiohttp.test_utils import TestClient, TestServer

from bot.cases.knowledge import Knowledge
from bot.cases.model import News, Source
from bot.clock import Clock
from bot.counter.counter import Counter
from bot.dialogue.desk import Desk
from bot.settings import Settings
from bot.store.memory import MemoryStore
from bot.web.app import create_app
from bot.web.pages.feeds import addresses
from bot.web.pages.texts import current_news
from tests.conftest import DAY

VOID = {"meta", "link", "input", "br", "hr", "img"}


class Page(HTMLParser):
    """What the tests look at in a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.heads: dict[str, str] = {}
        self.titles = 0
        self.tops = 0
        self.ids: list[str] = []
        self.labels: set[str] = set()
        self.fields: list[dict[str, str | None]] = []
        self.data: list[str] = []
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.ids += [found["id"]] if found.get("id") else []
        if tag == "a" and found.get("href"):
            self.links.append(found["href"] or "")
        if tag == "meta" and found.get("name"):
            self.heads[found["name"] or ""] = found.get("content") or ""
        if tag == "link" and found.get("rel") == "canonical":
            self.heads["canonical"] = found.get("href") or ""
        self.titles += tag == "title"
        self.tops += tag == "h1"
        if tag == "label":
            self.labels.add(found.get("for") or "")
        if tag in ("input", "textarea", "select") and found.get("type") != "hidden":
            self.fields.append(found)
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open and self.open.pop() == tag, f"</{tag}> closes nothing"

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] == "script" and data.strip():
            self.data.append(data)


async def fetch(client: TestClient, path: str) -> tuple[int, str]:
    response = await client.get(path, headers={"Accept": "text/html"})
    return response.status, await response.text()


async def test_every_page_is_there_sound_and_links_only_to_what_exists(client: TestClient, knowledge: Knowledge) -> None:
    paths = [path for path, _ in addresses(knowledge, DAY)]
    assert len(paths) == len(set(paths))
    wanted: set[str] = set()
    for path in paths:
        status, text = await fetch(client, path)
        assert status == 200, path
        page = Page(text)
        assert not page.open, (path, page.open)
        assert page.titles == 1, path
        assert page.tops == 1, path
        assert page.heads["description"].strip(), path
        assert urlsplit(page.heads["canonical"]).path == path
        assert len(page.ids) == len(set(page.ids)), path
        assert all(field.get("id") in page.labels for field in page.fields), path
        for data in page.data:
            assert json.loads(data)["@context"] == "https://schema.org"
        wanted.update(urlsplit(link).path for link in page.links if link.startswith("/"))
    known = {*paths, "/rss.xml"}
    for path in sorted(wanted - known):
        assert (await fetch(client, path))[0] == 200, path


async def test_an_unchanged_page_is_not_sent_again(client: TestClient) -> None:
    first = await client.get("/sprawy/zgloszenie_zleceniobiorcy")
    again = await client.get("/sprawy/zgloszenie_zleceniobiorcy", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status == 304
    other = await client.get("/sprawy/zgloszenie_zleceniobiorcy?profil=platnik", headers={"If-None-Match": first.headers["ETag"]})
    assert other.status == 200


async def test_a_profile_keeps_its_look_through_the_pages(client: TestClient) -> None:
    for path in ("/", "/sprawy", "/slownik", "/sprawy/zgloszenie_zleceniobiorcy"):
        _, text = await fetch(client, f"{path}?profil=platnik")
        assert 'class="profile-platnik"' in text
        ours = [link for link in Page(text).links if link.startswith("/") and link != "/rss.xml" and not link.startswith("/?")]
        assert all("profil=platnik" in link for link in ours), path


async def test_a_case_is_walked_to_its_deadline_without_javascript(client: TestClient) -> None:
    start = "/sprawy/zgloszenie_zleceniobiorcy/krok-po-kroku"
    _, text = await fetch(client, start)
    assert 'name="o.student"' in text
    _, text = await fetch(client, f"{start}?o.student=nie&o.wlasny_pracownik=nie&o.inny_tytul=nie")
    assert "zmień" in text
    _, text = await fetch(client, f"{start}?o.student=nie&o.wlasny_pracownik=nie&o.inny_tytul=tak&o.poczatek=2026-12-01")
    assert '<time datetime="2026-12-08">' in text
    _, text = await fetch(client, f"{start}?o.student=moze")
    assert "nie pasuje do pytania" in text
    _, text = await fetch(client, "/sprawy/odroczenie_platnosci/krok-po-kroku?o.minal=tak")
    assert "/sprawy/uklad_ratalny/krok-po-kroku" in text


async def test_a_problem_is_walked_remedy_by_remedy(client: TestClient) -> None:
    start = "/platnik/instalacja_plik_uszkodzony/krok-po-kroku"
    _, text = await fetch(client, f"{start}?o.zrodlo=zus&o.pobranie=nie")
    assert 'name="o.check:niepelne_pobranie"' in text
    _, text = await fetch(client, f"{start}?o.zrodlo=zus&o.pobranie=nie&o.check%3Aniepelne_pobranie=tak")
    assert "problem rozwiązany" in text


@pytest.mark.parametrize(
    ("path", "target"),
    [
        ("/formularze?symbol=z3", "/formularze/z_3"),
        ("/formularze?symbol=druk+zus+zua", "/formularze/zus_zua"),
        ("/formularze?symbol=erp+7", "/formularze/erp_7"),
        ("/slownik?q=kapital+poczatkowy", "/slownik/kapital_poczatkowy"),
        ("/platnik/zgloszenie_pracownika", "/sprawy/zgloszenie_pracownika"),
    ],
)
async def test_what_is_meant_opens_at_once(client: TestClient, path: str, target: str) -> None:
    response = await client.get(path, allow_redirects=False)
    assert response.status in (301, 303)
    assert response.headers["Location"] == target


async def test_a_symbol_between_two_is_asked_about_and_a_wrong_one_is_not_guessed(client: TestClient) -> None:
    _, text = await fetch(client, "/formularze?symbol=zus+zau")
    assert "Który z nich masz na myśli" in text
    _, text = await fetch(client, "/formularze?symbol=qqq9999")
    assert "Nie ma formularza o symbolu „qqq9999”" in text


async def test_a_withdrawn_form_leads_to_its_successor(client: TestClient) -> None:
    _, text = await fetch(client, "/formularze/zus_rmua")
    assert "wycofany" in text


async def test_search_finds_through_slips_and_inflection_in_its_kinds(client: TestClient) -> None:
    for query, found in (("zasilku pogrzebowgo", "/sprawy/zasilek_pogrzebowy"), ("zus w Białymstoku", "/placowki/"), ("rca", "/formularze/zus_rca"), ("kapitału początkowego", "/slownik/kapital_poczatkowy")):
        _, text = await fetch(client, f"/szukaj?q={query}")
        assert found in text, query
    _, text = await fetch(client, "/szukaj?q=%3Cscript%3Ealert(1)%3C/script%3E")
    assert "<script>alert" not in text


async def test_an_office_without_a_confirmed_address_gets_none(client: TestClient, knowledge: Knowledge) -> None:
    unknown = next(name for name, office in knowledge.offices.items() if office.address is None)
    _, text = await fetch(client, f"/placowki/{unknown}")
    assert "nie mam potwierdzonego" in text
    assert "PostalAddress" not in text


async def test_a_pasted_message_finds_its_trouble(client: TestClient) -> None:
    _, text = await fetch(client, "/platnik?komunikat=B%C5%82%C4%85d%3A+Brak+certyfikatow+spelniajacych+kryteria")
    assert text.index("/platnik/certyfikat_niewidoczny") < text.index("Co się dzieje")


async def test_a_remark_becomes_a_ticket_and_numbers_are_masked(client: TestClient, counter) -> None:  # type: ignore[no-untyped-def]
    response = await client.post("/uwagi", data={"tresc": "Proszę o wyjaśnienie, mój PESEL 44051401359", "o": "zasilek_pogrzebowy"})
    text = await response.text()
    assert response.status == 201
    number = re.search(r"OK-\d{4}-\d{5}", text)
    assert number
    kept = counter.store.ticket(number.group())
    assert "44051401359" not in kept.packet.handover.question
    assert kept.packet.handover.page == "zasilek_pogrzebowy"
    code = re.search(r"[A-Z2-9]{4}-[A-Z2-9]{4}", text)
    assert code
    shown = await (await client.post("/zgloszenie", data={"numer": number.group(), "kod": code.group().lower()})).text()
    assert "Czeka na konsultanta" in shown
    wrong = await client.post("/zgloszenie", data={"numer": number.group(), "kod": "AAAA-AAAA"})
    assert wrong.status == 404
    assert "Czeka na konsultanta" not in await wrong.text()
    empty = await client.post("/uwagi", data={"tresc": "  "})
    assert empty.status == 400
    stranger = await client.post("/uwagi", data={"tresc": "x"}, headers={"Origin": "https://evil.example"})
    assert stranger.status == 403


async def test_a_missing_page_is_a_page_for_people_and_json_for_programs(client: TestClient) -> None:
    status, text = await fetch(client, "/sprawy/nie_ma")
    assert status == 404
    assert "<h1>Nie ma takiej strony</h1>" in text
    assert (await fetch(client, "/nie-ma-takiej"))[0] == 404
    response = await client.get("/sprawy/nie_ma", headers={"Accept": "application/json"})
    assert set(await response.json()) == {"error"}


async def test_the_feed_and_the_site_map_are_sound(client: TestClient, knowledge: Knowledge) -> None:
    feed = ElementTree.fromstring(await (await client.get("/rss.xml")).text())
    assert feed.findtext("channel/title")
    assert len(feed.findall("channel/item")) > 20
    site = ElementTree.fromstring(await (await client.get("/sitemap.xml")).text())
    assert len(site) == len(list(addresses(knowledge, DAY)))
    assert "Sitemap:" in await (await client.get("/robots.txt")).text()


def test_news_are_shown_only_in_their_days() -> None:
    source = (Source(note="próba"),)
    old = News(id="old", title="Dawne", text="x", published=date(2026, 1, 1), valid_to=date(2026, 2, 1), sources=source)
    mine = News(id="mine", title="Moje", text="x", published=date(2026, 3, 1), profiles=("lekarz",), sources=source)
    coming = News(id="coming", title="Jutro", text="x", published=date(2026, 12, 1), sources=source)
    knowledge = Knowledge(news={item.id: item for item in (old, mine, coming)})
    assert [item.id for item in current_news(knowledge, date(2026, 1, 15))] == ["old"]
    assert [item.id for item in current_news(knowledge, date(2026, 11, 1))] == ["mine"]
    assert current_news(knowledge, date(2026, 11, 1), "platnik") == []


async def serving(knowledge: Knowledge, engine: object, settings: Settings = Settings()) -> TestClient:
    counter = Counter(Desk(knowledge, Clock(DAY)), MemoryStore())
    client = TestClient(TestServer(create_app(settings, counter, engine)))  # type: ignore[arg-type]
    await client.start_server()
    return client


async def test_knowledge_past_its_day_is_never_shown_as_current(knowledge: Knowledge, engine: object) -> None:
    name = "zgloszenie_zleceniobiorcy"
    old = msgspec.structs.replace(knowledge.entries[name], valid_to=date(2026, 1, 1))
    client = await serving(dataclasses.replace(knowledge, entries={**knowledge.entries, name: old}), engine)
    for path in (f"/sprawy/{name}", f"/sprawy/{name}/krok-po-kroku", f"/sprawy/{name}/krok-po-kroku?o.student=tak"):
        _, text = await fetch(client, path)
        assert "straciła ważność" in text
        assert "ZUS ZUA" not in text
        assert "/uwagi" in text
    assert name not in await (await client.get("/rss.xml")).text()
    await client.close()


async def test_drafts_are_seen_only_in_the_preview_which_says_so(knowledge: Knowledge, engine: object) -> None:
    name = "zgloszenie_zleceniobiorcy"
    draft = msgspec.structs.replace(knowledge.entries[name], status="draft")
    client = await serving(dataclasses.replace(knowledge, entries={**knowledge.entries, name: draft}), engine, Settings(drafts=True))
    _, text = await fetch(client, f"/sprawy/{name}")
    assert "Podgląd dla redakcji" in text
    assert "Szkic" in text
    await client.close()
    assert all(entry.status == "published" and entry.reviewed_by for entry in knowledge.entries.values())
