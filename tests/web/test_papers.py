"""The checklist on pages and by e-mail, reminders' pages, and coming back with a code."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

import pytest
from aiohttp.test_utils import TestClient, TestServer

from bot.counter.counter import Counter
from bot.engine.scripted import ScriptedEngine
from bot.mail.letter import Letter
from bot.settings import Settings
from bot.store.engine import connect
from bot.store.migrate import upgrade
from bot.store.post import PostStore
from bot.web.app import Post, create_app
from bot.web.keys import OUTBOX
from tests.web.conftest import begin

LIST = "/sprawy/zgloszenie_zleceniobiorcy/lista"
ANSWERS = "?o.student=nie&o.wlasny_pracownik=nie&o.inny_tytul=nie&o.chorobowe=nie&o.poczatek=2026-12-01"


class Box:
    def __init__(self) -> None:
        self.letters: list[Letter] = []

    async def send(self, letter: Letter, now: datetime) -> None:
        self.letters.append(letter)


@pytest.fixture
def box() -> Box:
    return Box()


@pytest.fixture
async def mailing(counter: Counter, engine: ScriptedEngine, box: Box, tmp_path: Path) -> AsyncIterator[TestClient]:
    url = f"sqlite:///{tmp_path / 'post.db'}"
    upgrade(url)
    store = PostStore(connect(url))
    app = create_app(Settings(public_url="https://okienko.example"), counter, engine, Post(store, store, box))
    async with TestClient(TestServer(app)) as client:
        yield client


async def test_the_page_has_every_act_paper_and_date(client: TestClient) -> None:
    text = await (await client.get(LIST + ANSWERS)).text()
    for said in ("Zgłoś zleceniobiorcę na ZUS ZUA", "8 grudnia 2026 (wtorek)", "oświadczenie zleceniobiorcy", "<svg", "PDF do druku", "Terminy do kalendarza"):
        assert said in text
    assert 'type="email"' not in text


@pytest.mark.parametrize(("ending", "type_", "begins"), [("pdf", "application/pdf", b"%PDF"), ("txt", "text/plain", b""), ("ics", "text/calendar", b"BEGIN:VCALENDAR")])
async def test_the_files_are_what_they_say(client: TestClient, ending: str, type_: str, begins: bytes) -> None:
    response = await client.get(f"{LIST}.{ending}{ANSWERS}")
    body = await response.read()
    assert response.status == 200 and response.content_type == type_
    assert body.startswith(begins)
    if ending == "txt":
        assert "Zgłoś zleceniobiorcę na ZUS ZUA" in body.decode()


async def test_without_all_answers_the_walk_goes_on(client: TestClient) -> None:
    response = await client.get(LIST + "?o.student=nie", allow_redirects=False)
    assert response.status == 303
    assert response.headers["Location"] == "/sprawy/zgloszenie_zleceniobiorcy/krok-po-kroku?o.student=nie"
    assert (await client.get(LIST + ".exe" + ANSWERS)).status == 404


async def test_the_conversation_leads_to_the_same_list(counter: Counter, client: TestClient) -> None:
    from dataclasses import replace

    from bot.web.pages.addresses import list_links

    counter.desk = replace(counter.desk, papers=list_links)
    path, headers, _ = await begin(client)
    for said in ("zatrudniłam studentkę na zlecenie", "nie", "z zewnątrz", "nie ma innej pracy", "bez chorobowego", "od 1 grudnia", "drukuj"):
        data = await (await client.post(f"{path}/messages", json={"text": said}, headers=headers)).json()
    found = next(reply for reply in data["replies"] if reply["kind"] == "checklist")
    assert found["links"]["html"] == LIST + ANSWERS
    assert found["take_along"]
    assert (await client.get(found["links"]["pdf"])).status == 200


async def test_the_list_goes_by_mail_once_and_with_consent(mailing: TestClient, box: Box) -> None:
    refused = await mailing.post(LIST + ANSWERS, data={"co": "lista", "email": "jan@example.org"})
    assert refused.status == 400 and "Zaznacz zgodę" in await refused.text()
    refused = await mailing.post(LIST + ANSWERS, data={"co": "lista", "email": "jan", "zgoda": "tak"})
    assert refused.status == 400 and "nie wygląda na adres" in await refused.text()
    taken = await mailing.post(LIST + ANSWERS, data={"co": "lista", "email": "jan@example.org", "zgoda": "tak"})
    assert taken.status == 201 and "Wysyłamy listę" in await taken.text()
    await mailing.app[OUTBOX].send_due()
    (letter,) = box.letters
    assert [item.type for item in letter.attachments] == ["application/pdf", "text/calendar"]
    assert "https://okienko.example" + LIST in letter.text


async def test_a_stranger_cannot_be_flooded(mailing: TestClient) -> None:
    statuses = [(await mailing.post(LIST + ANSWERS, data={"co": "lista", "email": "jan@example.org", "zgoda": "tak"})).status for _ in range(4)]
    assert statuses == [201, 201, 201, 429]


async def test_a_reminder_is_agreed_to_by_a_button_and_erased_by_one_click(mailing: TestClient, box: Box) -> None:
    asked = await mailing.post(LIST + ANSWERS, data={"co": "przypomnienie", "ile": "3", "email": "jan@example.org", "zgoda": "tak"})
    assert asked.status == 201 and "prośbą o potwierdzenie" in await asked.text()
    await mailing.app[OUTBOX].send_due()
    found = re.search(r"https://okienko\.example(/przypomnienie/\S+)", box.letters[0].text)
    assert found
    opened = await mailing.get(found[1])
    assert "Tak, chcę przypomnień" in await opened.text()
    assert opened.headers["Referrer-Policy"] == "no-referrer"
    agreed = await mailing.post(found[1], data={"co": "potwierdz"})
    assert "Przypomnimy" in await agreed.text()
    erased = await mailing.post(found[1], data={"List-Unsubscribe": "One-Click"})
    assert erased.status == 201 and "Usunęliśmy" in await erased.text()
    assert (await mailing.get(found[1])).status == 404


async def test_nothing_is_offered_by_mail_without_a_server(client: TestClient) -> None:
    assert (await client.post(LIST + ANSWERS, data={"email": "jan@example.org", "zgoda": "tak"})).status == 404
    assert (await client.get("/przypomnienie/a/b")).status == 404


async def code_of(client: TestClient) -> str:
    path, headers, _ = await begin(client, profile="platnik")
    for said in ("zatrudniłam studentkę na zlecenie", "nie", "zapisz na później"):
        data = await (await client.post(f"{path}/messages", json={"text": said}, headers=headers)).json()
    return str(data["replies"][-1]["code"])


async def test_a_code_opens_the_matter_on_pages(client: TestClient) -> None:
    code = await code_of(client)
    form = await client.get(f"/wroc?kod={code}")
    assert code in await form.text()
    opened = await (await client.post("/wroc", data={"kod": code.lower()})).text()
    assert "/sprawy/zgloszenie_zleceniobiorcy/krok-po-kroku?o.student=nie" in opened
    assert (await client.post("/wroc", data={"kod": "AAAAA-22222"})).status == 404
    assert (await client.post("/wroc", data={"kod": "xyz"})).status == 400


async def test_a_code_read_out_on_the_phone_opens_the_client_s_place_for_the_consultant(client: TestClient) -> None:
    code = await code_of(client)
    response = await client.get("/obsluga/przewodnik", params={"q": code.lower().replace("-", " ")}, allow_redirects=False)
    assert response.status == 303
    assert response.headers["Location"] == "/obsluga/przewodnik/zgloszenie_zleceniobiorcy?o.student=nie"
    assert (await client.get("/obsluga/przewodnik", params={"q": "AAAAA-22222"})).status == 200


async def test_codes_cannot_be_guessed_by_trying(client: TestClient) -> None:
    statuses = [(await client.post("/wroc", data={"kod": f"AAAAA-2222{place % 10}"})).status for place in range(12)]
    assert statuses == [404] * 10 + [429] * 2
    path, headers, _ = await begin(client)
    response = await client.post(f"{path}/messages", json={"text": "AAAAA-22222"}, headers=headers)
    assert response.status == 429


async def test_a_ticket_s_code_cannot_be_guessed_in_the_chat_either(client: TestClient) -> None:
    statuses = []
    for number in range(62):
        if number % 15 == 0:
            path, headers, _ = await begin(client)
        guess = f"OK-2611-00001 AAAA-{'ABCDEFGH'[number // 8]}{'ABCDEFGH'[number % 8]}22"
        statuses.append((await client.post(f"{path}/messages", json={"text": guess}, headers=headers)).status)
    assert statuses == [200] * 60 + [429] * 2


async def test_one_who_comes_back_soon_is_not_greeted_anew(client: TestClient) -> None:
    path, headers, _ = await begin(client)
    await client.post(f"{path}/messages", json={"text": "zatrudniłam studentkę na zlecenie"}, headers=headers)
    data = await (await client.post(f"{path}/resume", json={}, headers=headers)).json()
    assert data["replies"] == []
    assert (await client.post(f"{path}/resume", json={})).status in (401, 404)


async def test_a_ticket_is_written_in_both_ways_on_its_page(client: TestClient, counter: Counter) -> None:
    from bot.counter.people import People

    refused = await client.post("/uwagi", data={"tresc": "Kiedy wypłata?", "email": "jan@example.org"})
    assert refused.status == 400 and "Zaznacz zgodę" in await refused.text()
    taken = await (await client.post("/uwagi", data={"tresc": "Kiedy wypłata?", "email": "jan@example.org", "zgoda": "tak"})).text()
    number, code = re.search(r"OK-\d{4}-\d{5}", taken)[0], re.search(r"[A-Z2-9]{4}-[A-Z2-9]{4}", taken)[0]  # type: ignore[index]
    ticket = counter.store.ticket(number)
    assert ticket and ticket.contact and ticket.contact.email == "jan@example.org"
    people = People(counter.desk, counter.store)
    people.take(number, "ewa")
    people.answer(number, "ewa", "Jutro <b>rano</b>.", "Ewa")
    shown = await (await client.post("/zgloszenie", data={"numer": number, "kod": code})).text()
    assert "Jutro &lt;b&gt;rano&lt;/b&gt;." in shown
    told = await (await client.post("/zgloszenie", data={"numer": number, "kod": code, "tresc": "Dziękuję, tel. 600 700 800"})).text()
    assert "Dopisaliśmy" in told and "Dziękuję, tel. [telefon]" in told
    changed = counter.store.ticket(number)
    assert changed and changed.status == "taken"
