"""What was said in a conversation goes to the client's platform, in order, from where it was last delivered.

The conversation itself is the outbox: nothing is queued apart from it, so an answer of a consultant, a reply of the bot and
what had to wait for the platform's window all go the same way. A process that dies between a parcel and its mark sends
that one parcel twice, since the platforms have no key against it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bot.channels.port import Channel, ClosedError, GoneError, LaterError, Parcel, Peer, PeerStore, Reach, RefusedError
from bot.counter.ports import Message

log = logging.getLogger(__name__)
WAITS = (1, 3, 10, 30, 60, 300, 900, 1800, 3600)
"""Seconds before the next try; the last again and again, for as long as the conversation is kept."""


class Turnstile(Protocol):
    """Lets parcels through as fast as the platform allows."""

    async def passed(self, peer: str) -> None:
        """Wait for one's turn."""


class Sayings(Protocol):
    """Reads what was said after a number."""

    def said(self, conversation_id: str, after: int = 0) -> list[Message]:
        """In order."""


class LostError(Exception):
    """Another process serves the client now."""


def speaker(message: Message) -> str:
    """Who speaks: what announces a person's answer goes with it, and only where it may go."""
    return "person" if message.author == "person" or message.body.get("level") == "person" else message.author


@dataclass(frozen=True)
class Delivery:
    """Delivering to one client. ``holding`` holds them a little longer, and raises LostError when another process has them."""

    channel: Channel
    store: PeerStore
    sayings: Sayings
    turnstile: Turnstile
    peer: Peer
    now: datetime
    holding: Callable[[], None]

    async def run(self) -> None:
        """Send everything new, or note what has to rest. Raises TemporaryError, LostError."""
        part, said = self.peer.part, self.sayings.said(self.peer.conversation_id or "", self.peer.delivered)
        try:
            for place, message in enumerate(said):
                if message.author != "client" and not self._passed_over(message, said[place + 1 :]):
                    await self._send(message, part)
                self.store.progress(self.peer, message.seq, 0)
                part = 0
        except LaterError as error:
            self._rest(error.seconds)
        except ClosedError:
            await self._wait_for_client(person=any(speaker(message) == "person" for message in said))
        except GoneError:
            log.info("a client is gone from a platform", extra=self._named())
            self.store.rest(self.peer, 0, None)

    async def _send(self, message: Message, part: int) -> None:
        """One message, but for the parcels that went already."""
        reach = self._reach(message)
        if reach == "closed":
            raise ClosedError
        parcels = self.channel.parcels(message.body, message.author)
        for number, parcel in enumerate(parcels[part:], start=part + 1):
            await self._hand_over(parcel, reach)
            if number < len(parcels):
                self.store.progress(self.peer, message.seq - 1, number)

    def _passed_over(self, message: Message, later: Sequence[Message]) -> bool:
        """Whether a late word of the bot, which may not go, would hold back a person's answer, which may."""
        return self._reach(message) == "closed" and any(speaker(other) == "person" and self._reach(other) != "closed" for other in later)

    def _reach(self, message: Message) -> Reach:
        return self.channel.reach(speaker(message), self.peer.heard_at, self.now)

    async def _hand_over(self, parcel: Parcel, reach: Reach) -> None:
        """Send one; a parcel that the platform will never take is left out, so that the rest gets there."""
        await self.turnstile.passed(self.peer.address)
        self.holding()
        try:
            await self.channel.send(self.peer.address, parcel, tagged=reach == "tagged")
        except RefusedError as error:
            log.error("a platform refused a message for good", extra={**self._named(), "fault": error.code})

    async def _wait_for_client(self, *, person: bool) -> None:
        """Nothing more goes until the client writes; where a person's answer waits and the platform has a notice for that, it goes once."""
        notice = self.channel.knock() if person and not self.peer.knocked else None
        if notice is not None:
            try:
                await self._hand_over(notice, "open")
            except LaterError as error:
                self._rest(error.seconds)
                return
            except (ClosedError, GoneError):
                log.warning("a notice that an answer waits was not taken", extra=self._named())
        self.store.rest(self.peer, 0, None, knocked=self.peer.knocked or notice is not None)

    def _rest(self, seconds: float | None) -> None:
        wait = seconds if seconds is not None else WAITS[min(self.peer.attempts, len(WAITS) - 1)]
        self.store.rest(self.peer, self.peer.attempts + 1, self.now + timedelta(seconds=wait), knocked=self.peer.knocked)

    def _named(self) -> dict[str, str]:
        return {"channel": self.channel.name, "peer": self.peer.id}
