"""Copies, holds, consents, and personal data planted through every public door: what is kept, what goes, what stays and why."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from email.message import EmailMessage
from pathlib import Path

import pytest
from aiohttp import DummyCookieJar
from aiohttp.test_utils import TestClient, TestServer
from sqlalchemy import select
from sqlalchemy.engine import Engine

from bot.channels.port import Arrival
from bot.compose import build_privacy
from bot.counter.counter import Counter
from bot.counter.office import Office
from bot.counter.people import People
from bot.counter.privacy import Privacy
from bot.counter.turns import take_turn
from bot.dialogue.desk import Desk
from bot.dialogue.understanding import Heard
from bot.engine.port import Incoming, Outgoing
from bot.engine.scripted import ScriptedEngine
from bot.errors import HeldError, NotAllowedError
from bot.reminders.model import Day, Reminder
from bot.settings import Settings
from bot.staff.service import Staff
from bot.store.channels import PeersSql
from bot.store.engine import connect
from bot.store.mailbox import LettersSql
from bot.store.migrate import upgrade
from bot.store.post import PostStore
from bot.store.privacy import PrivacySql
from bot.store.retention import Retention
from bot.store.sql import SqlStore
from bot.store.tables import metadata
from bot.tickets import queue
from bot.tickets.model import Contact, Resolution
from bot.web.app import Chats, Mail, create_app
from bot.web.keys import CHANNELS, MAILROOM
from tests.channels.conftest import Paper
from tests.conftest import ROOT
from tests.staff.conftest import empty, moment, staff, store
from tests.web.conftest import begin
from tests.web.test_openapi import DOCUMENT, check
from tests.web.test_staff_entry import call, session

__all__ = ["empty", "moment", "staff", "store"]
NOW = datetime.now(timezone.utc)
PLANTED = {"pesel": "02070803628", "nip": "526-000-12-46", "regon": "123456785", "dowod": "ABA300000", "konto": "61 1090 1014 0000 0712 1981 2874", "karta": "4111 1111 1111 1111",
           "telefon": "501 234 567", "e-mail": "jan.kowalski@example.org"}  # fmt: skip
WORDS = "; ".join(f"mój {name} to {value}" for name, value in PLANTED.items())


@dataclass
class Site:
    """The whole service over one database, with a chat platform and a mailbox."""

    client: TestClient
    counter: Counter
    engine: Engine
    privacy: Privacy
    paper: Paper


@pytest.fixture
async def site(desk: Desk, tmp_path: Path, staff: Staff) -> AsyncIterator[Site]:
    url = f"sqlite:///{tmp_path / 'privacy.db'}"
    upgrade(url)
    engine = connect(url)
    counter = Counter(desk, SqlStore(engine), Office.of(ROOT / "knowledge" / "desk.yml"), None, PrivacySql(engine).kept_back)
    privacy = build_privacy(Settings(database_url=url), counter)

    def take(conversation_id: str, incoming: Incoming, heard: Heard) -> Outgoing:
        answered = take_turn(counter, conversation_id, incoming.text, heard, incoming.choice, incoming.client_id)
        return Outgoing(answered.replies, answered.cursor)

    paper = Paper()
    chats, mail = Chats([paper], PeersSql(engine)), Mail(LettersSql(engine))
    app = create_app(Settings(), counter, ScriptedEngine(take, {}), staff=staff, chats=chats, mail=mail, privacy=privacy)
    async with TestClient(TestServer(app), cookie_jar=DummyCookieJar()) as client:
        yield Site(client, counter, engine, privacy, paper)
    engine.dispose()


def everything(engine: Engine) -> str:
    """All that the database holds, as one text."""
    with engine.connect() as connection:
        return "\n".join(f"{table.name}: {dict(row._mapping)}" for table in metadata.sorted_tables for row in connection.execute(select(table)))


def found_in(text: str) -> set[str]:
    """Which of the planted are there, with or without what stands between the digits."""
    bare = re.sub(r"[ -]", "", text)
    return {name for name, value in PLANTED.items() if value in text or re.sub(r"[ -]", "", value) in bare}


async def test_nothing_personal_comes_through_any_public_door(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    client = site.client
    path, headers, _ = await begin(client, page=f"/strona/{WORDS}"[:300])
    await begin(client, page=f"/szukaj?q={WORDS}"[:300])
    for _ in range(2):
        await client.post(f"{path}/messages", json={"text": WORDS, "client_id": None}, headers=headers)
    await client.post(f"{path}/messages", json={"text": f"konsultant, bo {WORDS}"}, headers=headers)
    await client.post(f"{path}/messages", json={"choice": WORDS[:60]}, headers=headers)
    async with client.ws_connect(f"{path}/socket", headers=headers) as socket:
        await socket.receive_json()
        await socket.send_json({"text": WORDS})
        await socket.receive_json()
    assert (await client.post("/api/v1/tickets", json={"question": WORDS, "page": WORDS[:200]})).status == 201
    assert (await client.post("/api/v1/ask", json={"text": WORDS})).status == 200
    made = await (await client.post("/api/v1/tickets", json={"question": "pytanie"})).json()
    own = {"numer": made["number"], "kod": made["code"]}
    for address, fields in (("/uwagi", {"tresc": WORDS, "o": WORDS[:100]}), ("/zgloszenie", {**own, "tresc": WORDS}), ("/ankieta", {"znalazlem": "tak", "uwaga": WORDS}), ("/tekst/rozmowa", {"tekst": WORDS})):
        assert (await client.post(address, data=fields, allow_redirects=False)).status in (200, 201, 303), address
    for address in ("/szukaj?q=", "/api/v1/search?q=", "/api/v1/terms?q=", "/slownik?q="):
        await client.get(address + WORDS)
    service = client.server.app[CHANNELS]["paper"]
    PeersSql(site.engine).keep("paper", [Arrival("1", "klient-7", NOW, text=WORDS)], NOW)
    for _ in range(3):
        service._look()
        await service.settled()
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"], letter["Message-ID"] = "Klientka <anna@example.net>", "okienko@example.org", WORDS[:150], "<1@example.net>"
    letter.set_content(WORDS)
    await client.server.app[MAILROOM].take(bytes(letter))
    text = everything(site.engine)
    assert len(re.findall(r"\[PESEL\]", text)) >= 8, "the doors were not open"
    assert found_in(text) == set(), re.findall(r".{80}(?:02070803628|jan\.kowalski).{20}", text)[:5]
    own_logs = [record.getMessage() for record in caplog.records if record.name != "aiohttp.access"]  # ``okienko serve`` keeps no such log
    assert found_in("\n".join(own_logs)) == set()


async def test_a_client_gets_a_copy_of_everything_and_nothing_that_opens_a_door(site: Site) -> None:
    path, headers, begun = await begin(site.client)
    await site.client.post(f"{path}/messages", json={"text": "konsultant", "client_id": "k1"}, headers=headers)
    number = site.counter.store.tickets()[0].number
    people = People(site.counter.desk, site.counter.store)
    people.take(number, "ewa")
    people.note(number, "ewa", "do sprawdzenia w aktach")
    people.answer(number, "ewa", "Proszę złożyć ZUS ZUA.", "Ewa")
    answered = await site.client.get(f"{path}/export", headers=headers)
    assert answered.headers["Content-Disposition"].startswith("attachment") and answered.headers["Cache-Control"] == "no-store"
    data = await answered.json()
    check(data, DOCUMENT["paths"]["/api/v1/conversations/{id}/export"]["get"]["responses"]["200"]["content"]["application/json"]["schema"])
    text = json.dumps(data, ensure_ascii=False)
    assert "konsultant" in text and "Proszę złożyć ZUS ZUA." in text and [ticket["number"] for ticket in data["tickets"]] == [number]
    assert "do sprawdzenia w aktach" not in text and "do sprawdzenia w aktach" in json.dumps(site.privacy.export_ticket(number), ensure_ascii=False)
    assert not {"token_hash", "code_hash", "hash", "secret"} & set(re.findall(r'"(\w+)":', text)) and begun["token"] not in text
    assert (await site.client.get(f"{path}/export", headers={"Authorization": "Bearer nie"})).status == 404


def test_an_address_finds_tickets_reminders_and_chats_their_client(site: Site) -> None:
    ticket = site.counter.tickets.open("pytanie", contact=None)[0]
    post, privacy = PostStore(site.engine), site.privacy
    desk = site.counter.desk
    post.put_reminder(Reminder("a1", "tajne", "Jan@Example.org", "active", "skladki_wlasne", "/x", 3, (Day("termin", desk.today),), NOW, confirmed_at=NOW, words="Zgadzam się"))
    copied = privacy.export_address("jan@example.org")
    assert [row["id"] for row in copied["reminders"]] == ["a1"] and copied["tickets"] == [] and "tajne" not in json.dumps(copied)
    assert [row["words"] for row in copied["consents"]] == ["Zgadzam się"]
    assert privacy.export_ticket(ticket.number)["ticket"]["number"] == ticket.number
    for ask in (lambda: privacy.export_ticket("OK-2611-99999"), lambda: privacy.export_conversation("nie"), lambda: privacy.export_chat("paper", "nikt")):
        with pytest.raises(NotAllowedError):
            ask()


async def test_a_hold_keeps_what_the_client_and_time_would_remove_until_it_ends(site: Site) -> None:
    path, headers, _ = await begin(site.client)
    await site.client.post(f"{path}/messages", json={"text": "konsultant"}, headers=headers)
    ticket = site.counter.store.tickets()[0]
    hold = site.privacy.hold("sygn. II K 1/26", "karol", ticket=ticket.number)
    refused = await site.client.delete(path, headers=headers)
    assert (refused.status, (await refused.json())["error"]["code"]) == (409, "held")
    people = People(site.counter.desk, site.counter.store)
    people.take(ticket.number, "ewa")
    people.close(ticket.number, "ewa", Resolution("outside"))
    late = NOW + timedelta(days=4000)
    assert not any(item.count for item in Retention(site.engine, 180, 365, site.counter.erase).run(late) if "rozmowy" in item.name or "zgłoszenia" in item.name)
    ended, erased = site.privacy.release(hold.id, "karol")
    assert ended.erasing_wanted_at is not None and erased is not None and erased["conversations"] == 1
    assert (await site.client.get(f"{path}/messages", headers=headers)).status == 404
    with pytest.raises(NotAllowedError):
        site.privacy.release(hold.id, "karol")


def test_of_two_holds_the_last_to_end_lets_go(site: Site) -> None:
    opened = site.counter.open()
    first, second = (site.privacy.hold(reason, "karol", conversation_id=opened.id) for reason in ("a", "b"))
    with pytest.raises(HeldError):
        site.counter.erase(opened.id)
    assert site.privacy.release(first.id, "karol")[1] is None
    erased = site.privacy.release(second.id, "karol")[1]
    assert erased is not None and erased["conversations"] == 1


async def test_a_held_conversation_keeps_its_closed_tickets(site: Site) -> None:
    path, headers, begun = await begin(site.client)
    await site.client.post(f"{path}/messages", json={"text": "konsultant"}, headers=headers)
    ticket, people = site.counter.store.tickets()[0], People(site.counter.desk, site.counter.store)
    people.take(ticket.number, "ewa")
    people.close(ticket.number, "ewa", Resolution("outside"))
    hold = site.privacy.hold("sygn.", "karol", conversation_id=begun["id"])
    late = NOW + timedelta(days=4000)
    assert not any(item.count for item in Retention(site.engine, 180, 365, site.counter.erase).run(late) if "zgłoszenia" in item.name)
    site.privacy.release(hold.id, "karol")
    assert sum(item.count for item in Retention(site.engine, 180, 365, site.counter.erase).run(late) if "zgłoszenia" in item.name) == 1


async def test_a_wish_from_a_chat_is_answered_when_it_is_held(site: Site) -> None:
    service, peers = site.client.server.app[CHANNELS]["paper"], PeersSql(site.engine)

    async def say(event: str, text: str) -> None:
        peers.keep("paper", [Arrival(event, "klient-7", NOW, text=text)], NOW)
        for _ in range(3):
            service._look()
            await service.settled()

    await say("1", "dzień dobry")
    conversation = peers.due("paper", NOW + timedelta(days=1), 5)
    name = site.privacy.export_chat("paper", "klient-7")["conversation"]["id"]
    site.privacy.hold("sygn.", "karol", conversation_id=name)
    await say("2", "usuń rozmowę")
    assert "zabezpieczył" in site.paper.heard_by("klient-7") and conversation is not None
    assert not [peer for peer in peers.due("paper", NOW + timedelta(days=1), 5) if peer.waiting]


async def test_supervisors_hold_and_release_on_the_tickets_page(site: Site, staff: Staff) -> None:
    number = site.counter.tickets.open("Kiedy wypłata?")[0].number
    karol, ewa, path = session(staff, "supervisor"), session(staff, "consultant"), f"/obsluga/zgloszenia/{number}"
    assert (await call(site.client, "POST", f"{path}/zabezpiecz", ewa, powod="x")).status == 403
    assert (await call(site.client, "POST", f"{path}/zabezpiecz", karol, powod=" ")).status == 400
    assert (await call(site.client, "POST", f"{path}/zabezpiecz", karol, powod="sygn. II K 1/26")).status == 303
    shown = await (await call(site.client, "GET", path, ewa)).text()
    assert "sygn. II K 1/26" in shown and "zwolnij" not in shown
    (hold,) = site.privacy.holds(number)
    assert (await call(site.client, "POST", f"{path}/zwolnij", karol, id="77")).status == 400
    assert (await call(site.client, "POST", f"{path}/zwolnij", karol, id=str(hold.id))).status == 303
    assert site.privacy.holds() == []
    assert [row.entry.action for row in staff.log.every_row()][-2:] == ["hold_placed", "hold_released"]


async def test_consents_are_written_with_their_words_and_end_when_taken_back(site: Site) -> None:
    client = site.client
    made = await (await client.post("/api/v1/tickets", json={"question": "x", "email": "jan@example.org", "consent": True})).json()
    (row,) = site.privacy.consents(made["number"])
    assert (row["purpose"], row["words"], row["ended_at"]) == ("answer", site.counter.desk.phrase("consent_answer", 0), None)
    form = await (await client.get("/uwagi")).text()
    assert row["words"] in form
    taken = await client.delete(f"/api/v1/tickets/{made['number']}/contact", headers={"X-Ticket-Code": made["code"]})
    assert await taken.json() == {"number": made["number"], "contact": None}
    (row,) = site.privacy.consents(made["number"])
    assert row["ended_by"] == "withdrawn" and site.counter.store.ticket(made["number"]).contact is None  # type: ignore[union-attr]
    assert (await client.delete(f"/api/v1/tickets/{made['number']}/contact", headers={"X-Ticket-Code": "ABCD-EFGH"})).status == 404
    again = await (await client.post("/api/v1/tickets", json={"question": "x", "email": "jan@example.org", "consent": True})).json()
    page = await (await client.post("/zgloszenie", data={"numer": again["number"], "kod": again["code"], "adres": "usun"})).text()
    assert "Usunęliśmy Twój adres" in page and site.privacy.consents(again["number"])[0]["ended_by"] == "withdrawn"
    assert "jan@example.org" not in json.dumps(site.privacy.consents())
    third = await (await client.post("/api/v1/tickets", json={"question": "x", "email": "jan@example.org", "consent": True})).json()
    found = site.counter.store.ticket(third["number"])
    assert found is not None
    site.counter.store.change_ticket(queue.reached_at(found, Contact(email="ewa@example.org", consent_at=NOW, words="inne słowa"), NOW))
    assert [(row["words"], row["ended_by"]) for row in site.privacy.consents(third["number"])][1:] == [("inne słowa", None)] and site.privacy.consents(third["number"])[0]["ended_by"] == "over"


def test_consents_end_with_the_ticket_and_with_the_reminder(site: Site) -> None:
    post, desk = PostStore(site.engine), site.counter.desk
    reminder = Reminder("b2", "s", "jan@example.org", "active", "skladki_wlasne", "/x", 3, (Day("termin", desk.today),), NOW, confirmed_at=NOW, words="Zgadzam się")
    post.put_reminder(reminder)
    post.put_reminder(reminder)
    post.erase_reminder("b2")
    assert [(row["subject"], row["ended_by"]) for row in site.privacy.consents("b2")] == [("b2", "withdrawn")]
    post.put_reminder(reminder)
    assert post.reminded(reminder, None, None, "x", NOW)
    assert [row["ended_by"] for row in site.privacy.consents("b2")] == ["withdrawn", "over"]
