"""What a chat platform is to Okienko, and what its clients need kept.

A platform tells of *arrivals* (what a client did there) through a webhook, and takes *parcels* (one message each, in the
platform's own shape). Everything between the two is shared: see ``service``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Optional, Protocol

Kind = Literal["said", "pressed", "began", "unread"]
"""Words; a button of ours; the platform's "start"; something we cannot read (a picture, a voice message, a place)."""
Reach = Literal["open", "tagged", "closed"]
"""How a message may go now: freely; marked as a person's late answer; not until the client writes."""


class UnsignedError(Exception):
    """A webhook call that the platform did not sign, or signed with another secret."""


class MalformedError(Exception):
    """A signed call that is not what the platform's documentation says."""


class LaterError(Exception):
    """The platform does not take it now; ``seconds`` when it said how long to wait."""

    def __init__(self, seconds: Optional[float] = None) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class RefusedError(Exception):
    """The platform will never take this parcel, though it may take others. ``code``: the platform's number of the fault."""

    def __init__(self, code: str = "") -> None:
        super().__init__(code)
        self.code = code


class GoneError(Exception):
    """The client cannot be reached there any more: they blocked us, or left the platform."""


class ClosedError(Exception):
    """The platform says that the time for answering is over: nothing goes until the client writes."""


@dataclass(frozen=True)
class Arrival:
    """Something a client did on a platform.

    ``event``: the platform's id of it, the same when it is delivered again. ``peer``: the client's address there.
    ``choice``: the id of our button; ``text``: words, or the button's label. ``token``: what acknowledging it needs, if anything.
    """

    event: str
    peer: str
    at: datetime
    kind: Kind = "said"
    text: str = ""
    choice: str = ""
    token: str = ""


@dataclass(frozen=True)
class Parcel:
    """One message as the platform's call takes it, without the address."""

    body: Mapping[str, Any]


@dataclass(frozen=True)
class Pace:
    """How fast the platform lets us send: messages a second in all, and to one client."""

    overall: float
    each: float


class Channel(Protocol):
    """A chat platform. The three parts of a folder: ``incoming`` (bytes to arrivals), ``outgoing`` (replies to parcels), ``client`` (the calls)."""

    name: str
    pace: Pace

    def challenge(self, query: Mapping[str, str]) -> str | None:
        """The answer to the platform's check that the webhook is ours; None to refuse it."""

    def arrivals(self, body: bytes, headers: Mapping[str, str]) -> list[Arrival]:
        """What happened, as signed by the platform; what does not concern us is left out. Raises UnsignedError, MalformedError."""

    def parcels(self, reply: Mapping[str, Any], author: str) -> Sequence[Parcel]:
        """A reply in the platform's means, split as its limits ask, nothing cut. ``author``: ``bot`` or ``person``."""

    def reach(self, author: str, heard_at: datetime, now: datetime) -> Reach:
        """How something may be sent to a client who last wrote at ``heard_at``."""

    def knock(self) -> Parcel | None:
        """The approved notice that a person's answer waits, which may go when nothing else may; None when there is none."""

    async def send(self, peer: str, parcel: Parcel, *, tagged: bool = False) -> None:
        """Hand one over. Raises LaterError, RefusedError, GoneError, ClosedError."""

    async def noticed(self, arrival: Arrival) -> None:
        """Show the client that it was seen (read, typing); never raises for a platform that does not answer."""

    async def stop(self) -> None:
        """Close connections."""


@dataclass(frozen=True)
class Peer:
    """A client on a platform: their conversation, and what of it was delivered.

    ``delivered``: the number of the last message that went whole; ``part``: how many parcels of the next one went.
    Nothing is delivered ``not_before`` a moment. ``held_until``: until when one process serves them.
    """

    id: str
    channel: str
    address: str
    heard_at: datetime
    conversation_id: Optional[str] = None
    delivered: int = 0
    part: int = 0
    knocked: bool = False
    attempts: int = 0
    not_before: Optional[datetime] = None
    held_until: Optional[datetime] = None
    waiting: tuple[Arrival, ...] = field(default=(), compare=False)


class PeerStore(Protocol):
    """Clients of chat platforms and what they did that is not taken yet. Short, blocking calls; TemporaryError when the store is away."""

    def keep(self, channel: str, arrivals: Sequence[Arrival], now: datetime) -> int:
        """Keep arrivals that were not kept before, all or none; returns how many were new."""

    def due(self, channel: str, now: datetime, limit: int) -> list[Peer]:
        """Clients for whom there is something to do and whom nobody serves now."""

    def claim(self, peer: Peer, now: datetime, until: datetime) -> Peer | None:
        """Serve a client alone until a moment; the client as kept now, with what waits in order; None when another process was first."""

    def begun(self, peer: Peer, conversation_id: str) -> None:
        """Their conversation."""

    def taken(self, peer: Peer, arrival: Arrival, now: datetime) -> None:
        """An arrival was taken: its words are forgotten, and that it came is remembered. What rested for long may go on."""

    def progress(self, peer: Peer, delivered: int, part: int) -> None:
        """What was delivered; a success ends earlier failures."""

    def rest(self, peer: Peer, attempts: int, not_before: datetime | None, *, knocked: bool = False) -> None:
        """Deliver nothing before a moment; None: until the client writes."""

    def release(self, peer: Peer) -> None:
        """Let others serve the client."""

    def forget(self, peer: Peer) -> None:
        """Remove a client with what waits of them."""

    def forget_arrivals(self, before: datetime) -> int:
        """Forget that taken arrivals came, so long ago that no platform delivers them again; returns how many."""
