"""One conversation through every door: the same case, steps and ticket, and people reach the client there."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

from bot.channels.messenger import Messenger
from bot.channels.port import Channel
from bot.channels.telegram import Telegram
from bot.channels.whatsapp import WhatsApp
from bot.counter.counter import Counter
from bot.counter.people import People
from bot.counter.ports import Message
from bot.counter.turns import take_turn
from bot.dialogue.desk import Desk
from bot.dialogue.understanding import Heard
from bot.engine.port import Incoming, Outgoing
from bot.engine.scripted import ScriptedEngine
from bot.settings import Settings
from bot.store.channels import PeersSql
from bot.store.engine import connect
from bot.store.migrate import upgrade
from bot.store.sql import SqlStore
from bot.web.app import Chats, create_app
from bot.web.keys import FANOUT
from tests.channels.conftest import SCRIPT
from tests.channels.signing import SECRET
from tests.vendors.meta import FakeMeta
from tests.vendors.telegram import TOKEN, FakeTelegram

FIRST = "zatrudniłam studentkę na zlecenie"
ANSWERS = ("Nie", "Nie, to osoba z zewnątrz", "nie, zarabia tam mniej albo nie ma innej pracy", "Nie chce", "1 grudnia")
"""Of the questions of the case: tapped where a button shows them, by number where it shows a number, else typed."""


@dataclass
class Phone:
    """A client at one door."""

    say: Callable[[str], Awaitable[Any]]
    tap: Callable[[str], Awaitable[Any]]
    texts: Callable[[], list[str]]
    labels: Callable[[], dict[str, str]]
    until: Callable[[Callable[[], bool]], Awaitable[None]]


@dataclass
class Site:
    """The service and its store."""

    client: TestClient
    counter: Counter
    vendor: Any
    phone: Phone | None

    def conversation(self) -> str:
        with self.counter.store._engine.connect() as connection:  # type: ignore[attr-defined]
            return str(connection.exec_driver_sql("SELECT id FROM conversations").scalar_one())

    def said(self) -> list[Message]:
        return self.counter.said(self.conversation())


def service(desk: Desk, folder: Path) -> tuple[Counter, ScriptedEngine, PeersSql]:
    url = f"sqlite:///{folder / 'o.db'}"
    upgrade(url)
    database = connect(url)
    counter = Counter(desk, SqlStore(database))

    def take(conversation_id: str, incoming: Incoming, heard: Heard) -> Outgoing:
        answered = take_turn(counter, conversation_id, incoming.text, heard, incoming.choice, incoming.client_id)
        return Outgoing(answered.replies, answered.cursor)

    return counter, ScriptedEngine(take, SCRIPT), PeersSql(database)


@asynccontextmanager
async def door(name: str, desk: Desk, folder: Path) -> AsyncIterator[Site]:
    """The service with one platform, and a client there; ``api`` is the HTTP API."""
    counter, engine, peers = service(desk, folder)
    async with AsyncExitStack() as stack:
        vendor, channel = await _vendor(name, stack)
        chats = Chats([channel], peers) if channel else None
        client = await stack.enter_async_context(TestClient(TestServer(create_app(Settings(), counter, engine, chats=chats))))
        if vendor is not None:
            vendor.webhook, vendor.secret = str(client.make_url(f"/webhooks/{name}")), SECRET
        yield Site(client, counter, vendor, _phone(name, vendor))


async def _vendor(name: str, stack: AsyncExitStack) -> tuple[Any, Channel | None]:
    if name == "telegram":
        telegram = await stack.enter_async_context(FakeTelegram())
        return telegram, _unhurried(Telegram(TOKEN, SECRET, telegram.url))
    if name == "api":
        return None, None
    meta = await stack.enter_async_context(FakeMeta(name, SECRET))
    if name == "messenger":
        return meta, _unhurried(Messenger(SECRET, "slowo", "token", meta.url))
    return meta, _unhurried(WhatsApp(SECRET, "slowo", "token", meta.phone_id, "czeka_odpowiedz", meta.url))


def _unhurried(channel: Any) -> Channel:
    """The pace is the platform's; here it would only make the test wait."""
    from bot.channels.port import Pace

    channel.pace = Pace(1000, 1000)
    return channel  # type: ignore[no-any-return]


def _phone(name: str, vendor: Any) -> Phone | None:
    if name == "api":
        return None
    peer: Any = 42 if name == "telegram" else "48600100200"

    def labels() -> dict[str, str]:
        phone = vendor.phones[peer]
        return phone.buttons if name == "telegram" else {**phone.lasting, **phone.quick}

    return Phone(lambda text: vendor.say(peer, text), lambda label: vendor.press(peer, label), lambda: vendor.phones[peer].texts, labels, vendor.until)


async def walk(site: Site) -> None:
    """The whole conversation: a matter, its questions, a step, and people."""
    for number, text in enumerate((FIRST, *ANSWERS, "dalej", "konsultant")):
        await _say(site, text, number)
    for _ in range(4):
        if _tickets(site):
            return
        await _say(site, "nie wiem", 99)


async def _say(site: Site, text: str, number: int) -> None:
    if site.phone is None:
        await _over_api(site, text, number)
        return
    before, labels = len(site.phone.texts()), site.phone.labels()
    order = [choice["label"] for choice in _offered(site)]
    place = str(order.index(text) + 1) if text in order else ""
    if text in labels or place in labels:
        await site.phone.tap(text if text in labels else place)
    else:
        await site.phone.say(text)
    await site.phone.until(lambda: len(site.phone.texts()) > before and _all_delivered(site))  # type: ignore[union-attr]


def _offered(site: Site) -> list[dict[str, str]]:
    with site.counter.store._engine.connect() as connection:  # type: ignore[attr-defined]
        if not connection.exec_driver_sql("SELECT COUNT(*) FROM conversations").scalar():
            return []
    return next((message.body["choices"] for message in reversed(site.said()) if message.body.get("choices")), [])


def _all_delivered(site: Site) -> bool:
    with site.counter.store._engine.connect() as connection:  # type: ignore[attr-defined]
        return bool(connection.exec_driver_sql("SELECT p.delivered = c.cursor FROM peers p JOIN conversations c ON c.id = p.conversation_id").scalar())


_opened: dict[int, dict[str, str]] = {}


async def _over_api(site: Site, text: str, number: int) -> None:
    if number == 0:
        _opened[id(site)] = await (await site.client.post("/api/v1/conversations", json={})).json()
    begun = _opened[id(site)]
    pressed = next((choice["id"] for choice in _offered(site) if choice["label"].lower() == text.lower()), None)
    body = {"choice": pressed} if pressed else {"text": text}
    answered = await site.client.post(f"/api/v1/conversations/{begun['id']}/messages", json=body, headers={"Authorization": f"Bearer {begun['token']}"})
    assert answered.status == 200


def _tickets(site: Site) -> list[Any]:
    return site.counter.store.tickets()


def essence(site: Site) -> dict[str, Any]:
    """What must not depend on the door: the case, answers, steps and the ticket's packet."""
    kept = site.counter.store.read(site.conversation())
    assert kept is not None
    steps = [message.body["title"] for message in site.said() if message.body.get("kind") == "step"]
    frames = [(frame.entry, frame.answers, frame.done) for frame in [*kept.session.stack, *([kept.session.last_frame] if kept.session.last_frame else [])]]
    packets = [{key: value for key, value in json.loads(_json(ticket.packet.handover)).items() if key not in ("channel", "candidates")} for ticket in _tickets(site)]
    return {"frames": frames, "steps": steps, "tickets": packets}


def _json(value: Any) -> str:
    import msgspec

    return msgspec.json.encode(value).decode()


@pytest.mark.parametrize("name", ["telegram", "messenger", "whatsapp"])
async def test_the_same_conversation_leads_to_the_same_case_steps_and_ticket(desk: Desk, tmp_path: Path, name: str) -> None:
    (tmp_path / "api").mkdir()
    async with door("api", desk, tmp_path / "api") as site:
        await walk(site)
        expected = essence(site)
    assert expected["steps"] and expected["tickets"] and expected["frames"][0][0] == "zgloszenie_zleceniobiorcy"
    async with door(name, desk, tmp_path) as site:
        await walk(site)
        assert essence(site) == expected
        assert set(site.vendor.answers) == {200}
        shown = "\n".join(site.phone.texts())  # type: ignore[union-attr]
        assert all(step in shown for step in expected["steps"]) and _tickets(site)[0].number in shown


@pytest.mark.parametrize("name", ["telegram", "messenger", "whatsapp"])
async def test_people_and_the_client_reach_each_other(desk: Desk, tmp_path: Path, name: str) -> None:
    async with door(name, desk, tmp_path) as site:
        phone = site.phone
        assert phone is not None
        await walk(site)
        people, (ticket,) = People(site.counter.desk, site.counter.store), _tickets(site)
        people.take(ticket.number, "marta")
        people.answer(ticket.number, "marta", "Dzień dobry, proszę o datę umowy.", "Marta")
        site.client.server.app[FANOUT].tell(ticket.conversation_id)  # type: ignore[union-attr]
        await phone.until(lambda: any("Konsultant Marta:" in text and "datę umowy" in text for text in phone.texts()))
        people.begin_talk(ticket.number, "marta")
        await phone.say("pierwszego grudnia")
        await phone.until(lambda: any(event.kind == "client_wrote" for event in site.counter.store.ticket_events(ticket.number)))
        people.end_talk(ticket.number, "marta")
        site.client.server.app[FANOUT].tell(ticket.conversation_id)  # type: ignore[union-attr]
        await phone.until(lambda: _all_delivered(site))


@pytest.mark.parametrize("name", ["messenger", "whatsapp"])
async def test_a_persons_answer_after_a_day_goes_as_the_platform_allows(desk: Desk, tmp_path: Path, name: str) -> None:
    async with door(name, desk, tmp_path) as site:
        phone = site.phone
        assert phone is not None
        await walk(site)
        (ticket,) = _tickets(site)
        site.vendor.ahead = 90_000
        with site.counter.store._engine.begin() as connection:  # type: ignore[attr-defined]
            connection.exec_driver_sql("UPDATE peers SET heard_at = datetime(heard_at, '-25 hours')")
        people = People(site.counter.desk, site.counter.store)
        people.take(ticket.number, "marta")
        before = len(phone.texts())
        people.answer(ticket.number, "marta", "Proszę o datę umowy.", "Marta")
        site.client.server.app[FANOUT].tell(ticket.conversation_id)  # type: ignore[union-attr]
        await phone.until(lambda: len(phone.texts()) > before)
        if name == "messenger":
            await phone.until(lambda: _all_delivered(site))
            assert any("datę umowy" in text for text in phone.texts()[before:]) and set(site.vendor.phones["48600100200"].tags[before:]) == {"HUMAN_AGENT"}
            return
        assert phone.texts()[before:] == ["[czeka_odpowiedz]"]
        site.vendor.ahead = 0
        await phone.say("tak, słucham")
        await phone.until(lambda: any("datę umowy" in text for text in phone.texts()))


@pytest.mark.parametrize("name", ["telegram", "messenger", "whatsapp"])
async def test_replayed_unsigned_malformed_and_oversized_calls_change_nothing(desk: Desk, tmp_path: Path, name: str) -> None:
    async with door(name, desk, tmp_path) as site:
        phone = site.phone
        assert phone is not None
        call = await site.vendor.say(42 if name == "telegram" else "48600100200", FIRST)
        await phone.until(lambda: any("Rozumiem" in text for text in phone.texts()) and _all_delivered(site))
        before, seen = site.said(), list(phone.texts())
        for _ in range(3):
            await site.vendor.deliver(call)
        assert set(site.vendor.answers) == {200}
        await site.vendor.deliver(call, secret="inne_slowo_do_testow")
        assert site.vendor.answers[-1] == 403
        address = f"/webhooks/{name}"
        assert (await site.client.post(address, data=b"{}")).status == 403
        assert (await site.client.post(address, data=b"x" * 1_100_000)).status == 413
        assert site.said() == before and phone.texts() == seen


@pytest.mark.parametrize("name", ["telegram", "messenger", "whatsapp"])
async def test_a_busy_platform_gets_everything_in_the_end(desk: Desk, tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.channels.service.LOOK", 0.1)
    async with door(name, desk, tmp_path) as site:
        phone = site.phone
        assert phone is not None
        site.vendor.busy = 1
        await phone.say(FIRST)
        await phone.until(lambda: any("Rozumiem" in text for text in phone.texts()) and _all_delivered(site))
        assert sum("tu Okienko" in text for text in phone.texts()) == 1
