"""Text only: the whole service without stylesheet and script, and a matter led from beginning to end by form posts."""

from __future__ import annotations

import asyncio
import re
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from aiohttp import ClientResponse
from aiohttp.test_utils import TestClient, TestServer

from bot.cases.knowledge import Knowledge
from bot.counter.counter import Counter
from bot.counter.ports import NewMessage
from bot.dialogue import replies
from bot.engine.scripted import ScriptedEngine
from bot.settings import Settings
from bot.web.app import create_app
from bot.web.pages.plain_talk import Talk, read_out
from bot.web.recent import KEPT_SECONDS, Recent
from tests.web.test_pages_valid import sample
from tests.web.test_portal import Page, fetch

OPENING = "zatrudniłam studentkę na zlecenie"
TALK = "/tekst/rozmowa"


class Forms(HTMLParser):
    """The forms of a page: method, where they go, their fields, and their buttons by label."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.forms: list[dict[str, Any]] = []
        self.tags: list[str] = []
        self._button: str | None = None
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {key: value or "" for key, value in attrs}
        self.tags.append(f"{tag} {found.get('rel', '')}".strip())
        if tag == "form":
            self.forms.append({"method": found.get("method", "get"), "action": found["action"], "hidden": {}, "fields": {}, "buttons": {}})
        elif tag == "input" and found.get("type") == "hidden":
            self.forms[-1]["hidden"][found["name"]] = found["value"]
        elif tag in ("input", "textarea"):
            self.forms[-1]["fields"][found["name"]] = found
        elif tag == "button":
            self._button = found.get("value", "")

    def handle_data(self, data: str) -> None:
        if self._button is not None:
            self.forms[-1]["buttons"][data] = self._button
            self._button = None


class Client:
    """A person with a browser that knows forms and cookies only."""

    def __init__(self, client: TestClient) -> None:
        self.client = client
        self.text = ""
        self.forms: list[dict[str, Any]] = []

    async def open(self, path: str) -> None:
        response = await self.client.get(path, headers={"Accept": "text/html"})
        assert response.status == 200, path
        await self._see(response)

    async def _see(self, response: ClientResponse) -> None:
        self.text = await response.text()
        self.forms = [form for form in Forms(self.text).forms if form["method"] == "post"]

    def form(self, field: str = "tekst") -> dict[str, Any]:
        return [form for form in self.forms if field in form["fields"]][-1]

    async def post(self, form: dict[str, Any], status: int = 200, **fields: str) -> None:
        response = await self.client.post(form["action"], data={**form["hidden"], **fields}, headers={"Accept": "text/html"})
        assert response.status == status, await response.text()
        await self._see(response)

    async def write(self, words: str) -> None:
        await self.post(self.form(), tekst=words)

    async def press(self, label: str) -> None:
        form = next(form for form in self.forms if label in form["buttons"])
        await self.post(form, wybor=form["buttons"][label])

    @property
    def last(self) -> str:
        """The newest replies, as they stand in the page."""
        return self.text.partition('id="koniec"')[2].partition("Twoja odpowiedź</h2>")[0]


@pytest.fixture
def person(client: TestClient) -> Client:
    return Client(client)


async def began(person: Client) -> Client:
    await person.open("/tekst")
    await person.write(OPENING)
    return person


def talk_in(client: TestClient) -> Talk:
    cookie = client.session.cookie_jar.filter_cookies(client.make_url(TALK))["okienko_tekst"].value
    return Talk(*cookie.split("."))


def client_words(counter: Counter, name: str) -> list[str]:
    return [message.body["text"] for message in counter.said(name) if message.author == "client"]


async def test_a_case_is_led_from_beginning_to_end_by_form_posts(person: Client) -> None:
    await began(person)
    assert "nie skończył 26 lat?" in person.last
    await person.press("Nie")
    await person.press("Nie, to osoba z zewnątrz")
    await person.write("ma inną pracę na pełny etat")
    assert person.form()["fields"]["tekst"]["id"] == "tekst"
    date_form = next(form for form in person.forms if form["fields"].get("tekst", {}).get("type") == "date")
    await person.post(date_form, tekst="2026-12-01")
    assert "krok 1 z" in person.last
    for _ in range(12):
        if "Zrobione, dalej" not in person.last:
            break
        await person.press("Zrobione, dalej")
        assert "<h3>" in person.last or "krok" not in person.last
    assert "8 grudnia 2026 (wtorek)" in person.text
    assert '<time datetime="2026-12-08">' in person.text
    assert "Zrobione, dalej" not in person.last
    assert "Ty:" in person.text
    assert person.text.index(OPENING) < person.text.index("2026-12-01") < person.text.index('id="koniec"')


async def test_only_the_newest_choices_are_buttons_and_older_ones_stay_readable(person: Client) -> None:
    await began(person)
    await person.press("Nie")
    earlier, _, last = person.text.partition('id="koniec"')
    assert 'name="wybor"' not in earlier
    assert "Tak, uczy się i nie ma 26 lat" in earlier
    assert 'name="wybor"' in last


async def test_a_form_sent_twice_is_answered_once(person: Client, counter: Counter) -> None:
    await began(person)
    form = next(form for form in person.forms if "Nie" in form["buttons"])
    sent = {**form["hidden"], "wybor": form["buttons"]["Nie"]}
    await asyncio.gather(*(person.client.post(form["action"], data=sent) for _ in range(3)))
    assert client_words(counter, talk_in(person.client).id) == [OPENING, "Nie"]
    await person.open(TALK)
    assert "jest zatrudniona u Ciebie na etacie" in person.last


async def test_other_words_from_the_same_form_are_another_message(person: Client, counter: Counter) -> None:
    await began(person)
    form = person.form()
    for words in ("nie", "wstecz", "nie"):
        await person.post(form, tekst=words)
    assert client_words(counter, talk_in(person.client).id) == [OPENING, "nie", "wstecz"]


async def test_the_first_form_sent_twice_begins_one_conversation(client: TestClient, counter: Counter) -> None:
    form = next(form for form in Forms((await fetch(client, "/tekst"))[1]).forms if form["method"] == "post")
    cookies = set()
    for words in (OPENING, OPENING, "jaka pogoda"):
        client.session.cookie_jar.clear()
        response = await client.post(form["action"], data={**form["hidden"], "tekst": words}, allow_redirects=False)
        assert response.status == 303
        cookies.add(response.cookies["okienko_tekst"].value)
    assert len(cookies) == 2
    assert sorted(words for cookie in cookies for words in client_words(counter, cookie.split(".")[0])) == ["jaka pogoda", OPENING]


async def test_the_answer_is_found_after_a_redirect_and_the_cookie_is_for_these_pages_only(counter: Counter, engine: ScriptedEngine) -> None:
    settings = Settings(public_url="https://okienko.example")
    async with TestClient(TestServer(create_app(settings, counter, engine))) as client:
        response = await client.post(f"{TALK}?profil=platnik", data={"tekst": OPENING}, allow_redirects=False)
    assert response.status == 303
    target = urlsplit(response.headers["Location"])
    assert (target.path, target.fragment) == (TALK, "koniec")
    assert parse_qs(target.query)["profil"] == ["platnik"]
    cookie = response.cookies["okienko_tekst"]
    assert {name: cookie[name] for name in ("path", "samesite", "httponly", "secure", "max-age")} == {
        "path": "/tekst", "samesite": "Strict", "httponly": True, "secure": True, "max-age": str(30 * 24 * 3600),
    }  # fmt: skip
    kept = counter.store.read(cookie.value.split(".")[0])
    assert kept is not None
    assert (kept.session.channel, kept.session.profile) == ("text", "platnik")


async def test_without_a_conversation_its_page_leads_to_the_start(client: TestClient) -> None:
    for path in (TALK, "/tekst/usun"):
        response = await client.get(path, allow_redirects=False)
        assert response.status == 303
        assert urlsplit(response.headers["Location"]).path == "/tekst"


@pytest.mark.parametrize("cookie", ["x", "", ".", "{id}.falsch", "{id}", "0" * 32 + ".{token}", "ż.ż"])
async def test_a_wrong_cookie_is_a_new_start_with_a_sentence_and_shows_nothing(client: TestClient, counter: Counter, cookie: str) -> None:
    opened = counter.open()
    headers = {"Cookie": f"okienko_tekst={cookie.format(id=opened.id, token=opened.token)}", "Accept": "text/html"}
    response = await client.get(TALK, headers=headers)
    text = await response.text()
    assert response.status == 200
    assert "Tamtej rozmowy już nie ma" in text
    assert "Napisz, co się stało" in text
    assert response.cookies["okienko_tekst"]["max-age"] in (0, "0")
    pressed = await client.post(TALK, data={"wybor": "c1", "klient": "k"}, headers=headers)
    assert pressed.status == 200
    assert "Tego przycisku nie da się już użyć" in await pressed.text()
    erased = await client.post("/tekst/usun", headers=headers)
    assert "Nie ma rozmowy do usunięcia" in await erased.text()
    assert counter.said(opened.id)


async def test_words_for_a_conversation_that_is_gone_begin_a_new_one_and_say_so(person: Client, counter: Counter) -> None:
    await began(person)
    first = talk_in(person.client)
    counter.erase(first.id)
    await person.write(OPENING)
    assert "Tamtej rozmowy już nie ma" in person.last
    assert "nie skończył 26 lat?" in person.last
    assert talk_in(person.client).id != first.id


async def test_a_foreign_page_can_neither_talk_nor_erase(person: Client, counter: Counter) -> None:
    await began(person)
    name = talk_in(person.client).id
    before = counter.said(name)
    for path, data in ((TALK, {"tekst": "x", "klient": "k"}), ("/tekst/usun", {})):
        response = await person.client.post(path, data=data, headers={"Origin": "https://evil.example", "Accept": "text/html"})
        assert response.status == 403
    assert counter.said(name) == before


async def test_erasing_asks_first_then_erases_and_gives_a_receipt(person: Client, counter: Counter) -> None:
    await began(person)
    name = talk_in(person.client).id
    count = len(counter.said(name))
    await person.open("/tekst/usun")
    assert "Nie da się tego cofnąć" in person.text
    assert counter.said(name)
    response = await person.client.post(person.forms[0]["action"], headers={"Accept": "text/html"})
    text = await response.text()
    assert response.status == 200
    assert f"<dt>Wiadomości</dt><dd>{count}</dd>" in text
    assert response.cookies["okienko_tekst"]["path"] == "/tekst"
    assert not counter.said(name)
    back = await person.client.get(TALK, allow_redirects=False)
    assert back.status == 303


async def test_what_a_client_wrote_is_shown_as_text(person: Client) -> None:
    await person.open("/tekst")
    await person.write('<script>alert("1")</script> & <b>"x"</b>')
    assert "&lt;script&gt;alert" in person.text
    assert "<script" not in person.text
    assert "<b>" not in person.text


async def test_a_fault_is_told_beside_the_text_which_is_kept(person: Client, counter: Counter) -> None:
    await person.open("/tekst")
    for words, fault in (("   ", "pole jest puste"), ("ą" * 20_001, "Wiadomość jest za długa"), ("</textarea><b>" + "x" * 20_001, "za długa")):
        await person.post(person.form(), status=400, tekst=words)
        assert fault in person.text
        assert person.form()["fields"]["tekst"]["aria-describedby"].endswith("blad")
    assert "&lt;/textarea&gt;&lt;b&gt;xxx" in person.text
    await person.post(person.form(), status=400, tekst="x" * 300_000)
    assert "Tekst jest za długi" in person.text
    await person.write("ą" * 20_000)
    await person.post(person.form(), status=400, tekst="")
    assert "pole jest puste" in person.text
    assert len(client_words(counter, talk_in(person.client).id)) == 1


async def test_codes_cannot_be_guessed_here_either(person: Client) -> None:
    await began(person)
    for _ in range(10):
        await person.write("7K3QF-9M2XD")
    await person.post(person.form(), status=429, tekst="7K3QF-9M2XD")
    assert "Za dużo prób" in person.text
    await person.write("dzień dobry")


@pytest.mark.parametrize(("body", "kind"), [(b"tekst=%FF%FE", "application/x-www-form-urlencoded; charset=nie-ma"), (b"--x", "multipart/form-data"), (b"{}", "application/json")])
async def test_what_is_no_form_is_refused_with_a_page(client: TestClient, body: bytes, kind: str) -> None:
    response = await client.post(TALK, data=body, headers={"Content-Type": kind, "Accept": "text/html"})
    assert response.status == 400


async def test_when_the_engine_fails_the_apology_is_read_like_any_answer(person: Client, engine: ScriptedEngine) -> None:
    engine.failing = True
    await began(person)
    engine.failing = False
    accept = next(label for form in person.forms for label in form["buttons"] if "konsultant" in label)
    await person.press(accept)
    assert re.search(r"<dt>Numer zgłoszenia</dt><dd><strong>OK-\d{4}-\d{5}</strong></dd>", person.last)
    assert re.search(r"<dt>Kod</dt><dd><strong>[A-Z2-9]{4}-[A-Z2-9]{4}</strong></dd>", person.last)


STEP: dict[str, Any] = {
    "title": "tytuł kroku", "text": "co zrobić\ndruga linia", "why": "czemu tak", "simple": "po prostu", "only_if": "tylko gdy", "attach": ["załącznik"],
    "deadline": {"text": "do wtorku", "date": "2026-12-08", "reason": "bo sobota", "basis": "art. 36"}, "forms": [{"symbol": "ZUS ZUA", "title": "zgłoszenie", "url": "https://zus.example/zua"}],
    "where": [{"id": "a", "label": "na sali", "text": "przy okienku", "url": "https://zus.example/sala"}, {"id": "b", "label": "listem", "text": "pocztą"}], "late": "spóźnienie",
    "caution": "ostrożnie", "ask_there": ["o co pytać"], "links": [{"title": "strona", "url": "https://zus.example/strona"}, {"title": "zły odnośnik", "url": "javascript:alert(1)"}],
}  # fmt: skip
CASE = {"id": "zgloszenie_zleceniobiorcy", "title": "nazwa sprawy"}
TERMS = [{"id": "kapital_poczatkowy", "said": "kapitału", "text": "wyjaśnienie słowa"}]
EVERY_KIND: list[dict[str, Any]] = [
    replies.text("zdanie", [{"id": "c-text", "label": "przy zdaniu"}]) | {"understood": CASE},
    replies.text("речення") | {"lang": "uk"},
    replies.notice("baczność", level="warning") | {"choices": [{"id": "c-notice", "label": "przy uwadze"}]},
    replies.choices("pytanie", [{"id": "c-choices", "label": "odpowiedź"}], why="dlatego", simple="łatwiej", hint="podpowiedź", input="number", terms=TERMS),
    replies.step(**STEP, case=CASE, position=2, of=5, terms=TERMS, choices=[{"id": "c-step", "label": "przy kroku"}]),
    replies.card("form", "karta", "treść karty", symbol="ZUS ZUA", links=[{"title": "skąd", "url": "https://zus.example/druk"}], choices=[{"id": "c-card", "label": "przy karcie"}]),
    replies.checklist(title="lista", case=CASE, answers=[{"question": "pytano", "answer": "odparto"}], needs=["przedtem"], take_along=["ze sobą"], items=[{"position": 1, **STEP}],
                      outcome=["co potem"], verified="sprawdzono", links={"html": "http://localhost:8080/sprawy/x/lista", "pdf": "/papiery/x.pdf", "nowa postać": "https://zus.example/inna"}),
    replies.card("code", "na później", "kod działa miesiąc", code="7K3QF-9M2XD", url="https://zus.example/wroc"),
    replies.ticket("OK-2611-00007", "ABCD-EFGH", "przekazano", status="open"),
    {"kind": "survey", "text": "jak poszło", "choices": [{"id": "c-survey", "label": "dobrze"}]},
    {"kind": "nowy", "title": "nieznany rodzaj", "text": "też widać"},
]  # fmt: skip


def texts_of(value: Any) -> list[str]:
    if isinstance(value, dict):
        skipped = ("kind", "id", "level", "lang", "input", "card", "status", "position")
        return [text for key, item in value.items() if key not in skipped for text in texts_of(item)]
    if isinstance(value, list):
        return [text for item in value for text in texts_of(item)]
    return str(value).split("\n")


def keep(counter: Counter, name: str, *said: NewMessage) -> None:
    kept = counter.store.read(name)
    assert kept is not None
    counter.store.keep_turn(kept, kept.session, said, counter.desk.clock.now())


async def test_every_kind_of_reply_is_shown_in_full(person: Client, counter: Counter) -> None:
    await began(person)
    name = talk_in(person.client).id
    keep(counter, name, NewMessage("client", {"text": "pokaż"}), *(NewMessage("bot", reply) for reply in EVERY_KIND), NewMessage("person", {"kind": "text", "text": "tu człowiek"}))
    await person.open(TALK)
    for text in texts_of(EVERY_KIND):
        assert (text in person.last) is not text.startswith("javascript"), text
    assert "Konsultant:" in person.last
    assert '<div lang="uk">' in person.last
    assert '<a href="http://localhost:8080/sprawy/x/lista?widok=tekst">Strona z listą</a>' in person.last
    assert person.last.count('name="wybor"') == 6
    number = next(form for form in person.forms if form["fields"].get("tekst", {}).get("inputmode"))
    assert number["fields"]["tekst"]["inputmode"] == "decimal"
    assert not Page(person.text).open
    keep(counter, name, NewMessage("client", {"choice": "c-old", "text": ""}), NewMessage("bot", replies.text("dalej")))
    await person.open(TALK)
    assert 'name="wybor"' not in person.text
    earlier = person.text.partition('id="koniec"')[0]
    assert all(text in earlier for text in texts_of(EVERY_KIND) if not text.startswith(("javascript", "c-")))


def test_a_conversation_longer_than_one_reading_is_read_to_its_end(counter: Counter) -> None:
    opened = counter.open()
    keep(counter, opened.id, NewMessage("client", {"text": "a"}), *(NewMessage("bot", replies.text(str(number))) for number in range(1200)))
    earlier, newest = read_out(counter, Talk(opened.id, opened.token))
    assert earlier[-1]["author"] == "client"
    assert [line["body"]["text"] for line in newest] == [str(number) for number in range(1200)]


CHECKLIST = "/sprawy/zgloszenie_zleceniobiorcy/lista?o.student=nie&o.wlasny_pracownik=nie&o.inny_tytul=tak&o.poczatek=2026-12-01"


def faults_of(text: str) -> list[str]:
    """What does not belong to a page in text-only mode."""
    page, forms = Page(text), Forms(text)
    faults = [f"<{tag}>" for tag in forms.tags if tag.split()[0] in ("script", "style", "img", "okienko-chat") or tag in ("link stylesheet", "link icon")]
    ours = [link for link in page.links if link.startswith("/") and not urlsplit(link).path.endswith((".xml", ".pdf", ".txt", ".ics"))]
    lost = [link for link in ours if parse_qs(urlsplit(link).query).get("widok") != ["tekst"]]
    faults += [f"{len(lost)} links lose the mode: {lost[:3]}"] if len(lost) != 1 else []
    faults += [f"form {form['action']}" for form in forms.forms if "widok=tekst" not in form["action"] and form["hidden"].get("widok") != "tekst"]
    faults += [f"not closed: {page.open}"] if page.open or page.tops != 1 else []
    faults += [str(field) for field in page.fields if field.get("id") not in page.labels]
    return faults


async def test_every_page_in_text_only_mode_has_no_looks_and_keeps_the_mode(person: Client, knowledge: Knowledge) -> None:
    await began(person)
    for path in [*sample(knowledge), CHECKLIST, "/wroc", "/platnik?komunikat=Brak+certyfikatow", TALK, "/tekst/usun", "/tekst?profil=platnik"]:
        _, text = await fetch(person.client, f"{path}{'&' if '?' in path else '?'}widok=tekst")
        assert not faults_of(text), (path, faults_of(text))
    for path in ("/tekst", TALK, "/tekst/usun"):
        _, text = await fetch(person.client, path)
        assert not faults_of(text), path


@pytest.mark.parametrize(
    ("path", "graphic"),
    [("/sprawy?widok=tekst", "/sprawy"), ("/szukaj?q=a%26b&widok=tekst", "/szukaj?q=a%26b"), ("/sprawy?profil=lekarz&widok=tekst", "/sprawy?profil=lekarz"), ("/tekst?profil=lekarz", "/?profil=lekarz")],
)
async def test_the_same_page_with_its_looks_is_one_link_away(client: TestClient, path: str, graphic: str) -> None:
    _, text = await fetch(client, path)
    assert Page(text).links[Page(text).links.index("#tresc") :].count(graphic) == 1
    assert f'<a href="{graphic.replace("&", "&amp;")}">Wersja graficzna</a>' in text
    _, text = await fetch(client, graphic)
    assert '<link rel="stylesheet"' in text
    assert ">Wersja tekstowa</a>" in text


async def test_the_mode_survives_what_leads_elsewhere(client: TestClient) -> None:
    for path, target in (
        ("/?widok=tekst&profil=lekarz", "/tekst"),
        ("/formularze?symbol=z3&widok=tekst", "/formularze/z_3"),
        ("/slownik?q=kapital+poczatkowy&widok=tekst", "/slownik/kapital_poczatkowy"),
        ("/platnik/zgloszenie_pracownika?widok=tekst", "/sprawy/zgloszenie_pracownika"),
    ):
        response = await client.get(path, allow_redirects=False)
        found = urlsplit(response.headers["Location"])
        assert found.path == target
        assert parse_qs(found.query)["widok"] == ["tekst"]
    _, text = await fetch(client, "/tekst/nie-ma")
    assert "<h1>Nie ma takiej strony</h1>" in text


async def test_terms_lead_to_the_glossary_instead_of_opening_in_the_line(client: TestClient) -> None:
    _, text = await fetch(client, "/sprawy/zgloszenie_zleceniobiorcy?widok=tekst")
    assert 'class="term"' not in text
    assert re.search(r'<a href="/slownik/[a-z0-9_]+\?widok=tekst">', text)


async def test_neither_start_nor_conversation_is_kept_by_a_browser(person: Client) -> None:
    await began(person)
    for path in ("/tekst", TALK, "/tekst/usun"):
        response = await person.client.get(path)
        assert response.headers["Cache-Control"] == "no-store"
        assert "ETag" not in response.headers
    assert '<meta name="robots" content="noindex">' in (await fetch(person.client, TALK))[1]


async def test_the_start_offers_what_is_asked_most_for_the_profile(client: TestClient, counter: Counter) -> None:
    _, text = await fetch(client, "/tekst?profil=lekarz")
    listed = counter.desk.knowledge.phrases["popular_lekarz"]
    assert all(f"/sprawy/{name}?profil=lekarz" in text for name in listed if counter.desk.knowledge.entry(name))
    assert "22 560 16 00" in text


def test_what_was_begun_is_remembered_for_a_minute() -> None:
    now = 0.0
    recent = Recent(lambda: now)
    recent.note("a", ("id", "token"))
    now = KEPT_SECONDS
    recent.note("b", ("other", "token"))
    assert recent.find("a") == ("id", "token")
    now = KEPT_SECONDS + 1
    assert recent.find("a") is None
    assert recent.find("b") == ("other", "token")
