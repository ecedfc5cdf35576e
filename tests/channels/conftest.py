"""The shared part of the chats on a real database, with a platform made of paper."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from bot.channels.port import Arrival, Pace, Parcel, Peer, Reach
from bot.channels.service import ChannelService
from bot.channels.texts import block_of, pieces
from bot.clock import Clock
from bot.counter.counter import Answered, Counter
from bot.counter.ports import NewMessage
from bot.counter.turns import take_turn
from bot.dialogue.desk import Desk
from bot.dialogue.understanding import Heard
from bot.engine.port import Incoming, Outgoing
from bot.engine.scripted import ScriptedEngine
from bot.store.channels import PeersSql
from bot.store.engine import connect
from bot.store.migrate import upgrade
from bot.store.sql import SqlStore
from bot.web.desk import ConversationDesk
from bot.web.metrics import Metrics

SCRIPT = {"zatrudniłam studentkę na zlecenie": {"zgloszenie_zleceniobiorcy": 0.93, "zgloszenie_pracownika": 0.04}, "jaka pogoda": {"out_of_scope": 0.9}}


class Later(Clock):
    """A clock that can be put forward."""

    ahead = timedelta()

    def now(self) -> datetime:
        return datetime.now(timezone.utc) + self.ahead


@dataclass
class Paper:
    """A platform that takes texts of forty characters, and fails as told."""

    name: str = "paper"
    pace: Pace = field(default_factory=lambda: Pace(1000, 1000))
    sent: list[tuple[str, str]] = field(default_factory=list)
    faults: list[Exception] = field(default_factory=list)
    way: Callable[[str, datetime, datetime], Reach] = lambda author, heard, now: "open"
    notice: Parcel | None = None

    def challenge(self, query: Mapping[str, str]) -> str | None:
        return query.get("challenge")

    def arrivals(self, body: bytes, headers: Mapping[str, str]) -> list[Arrival]:
        raise NotImplementedError

    def parcels(self, reply: Mapping[str, Any], author: str) -> Sequence[Parcel]:
        return [Parcel({"text": text}) for text in pieces(block_of(reply, author).text, 40)]

    def reach(self, author: str, heard_at: datetime, now: datetime) -> Reach:
        return self.way(author, heard_at, now)

    def knock(self) -> Parcel | None:
        return self.notice

    async def send(self, peer: str, parcel: Parcel, *, tagged: bool = False) -> None:
        if self.faults:
            fault = self.faults.pop(0)
            if fault is not None:
                raise fault
        self.sent.append((peer, str(parcel.body["text"])))

    async def noticed(self, arrival: Arrival) -> None:
        return None

    async def stop(self) -> None:
        return None

    def heard_by(self, peer: str) -> str:
        return " ".join(text for to, text in self.sent if to == peer)


@dataclass
class Door:
    """A platform with the service behind it, driven step by step."""

    paper: Paper
    store: PeersSql
    counter: Counter
    service: ChannelService
    clock: Later
    turns: list[str] = field(default_factory=list)

    def arrive(self, *arrivals: Arrival) -> int:
        return self.store.keep("paper", arrivals, self.clock.now())

    async def work(self) -> None:
        """Serve until nothing is due."""
        for _ in range(30):
            if not self.store.due("paper", self.clock.now(), 10):
                return
            self.service._look()
            await self.service.settled()
        raise AssertionError("there is always something to do")

    async def say(self, text: str, event: str | None = None, peer: str = "anna", **more: Any) -> None:
        self.arrive(Arrival(event or f"e{len(self.turns)}-{text}", peer, self.clock.now(), text=text, **more))
        self.turns.append(text)
        await self.work()

    def peer(self) -> Peer:
        with self.store._engine.connect() as connection:
            name = str(connection.exec_driver_sql("SELECT id FROM peers").scalar_one())
        return Peer(name, "paper", "anna", self.clock.now())

    def person_says(self, text: str) -> None:
        kept = self.counter.store.read(self.conversation())
        assert kept is not None
        self.counter.store.keep_turn(kept, kept.session, [NewMessage("person", {"kind": "text", "text": text, "name": "Marta"})], self.clock.now())

    def conversation(self, peer: str = "anna") -> str:
        with self.store._engine.connect() as connection:
            return str(connection.exec_driver_sql("SELECT conversation_id FROM peers WHERE address = ?", (peer,)).scalar_one())


@pytest.fixture
async def door(desk: Desk, tmp_path: Path) -> AsyncIterator[Door]:
    url = f"sqlite:///{tmp_path / 'o.db'}"
    upgrade(url)
    engine = connect(url)
    clock = Later(desk.clock.day)
    counter = Counter(Desk(desk.knowledge, clock), SqlStore(engine))

    def take(conversation_id: str, incoming: Incoming, heard: Heard) -> Outgoing:
        answered: Answered = take_turn(counter, conversation_id, incoming.text, heard, incoming.choice, incoming.client_id)
        return Outgoing(answered.replies, answered.cursor)

    paper, store = Paper(), PeersSql(engine)
    talk = ConversationDesk(counter, ScriptedEngine(take, SCRIPT), Metrics())
    yield Door(paper, store, counter, ChannelService(paper, store, counter, talk.take), clock)
    engine.dispose()
