"""What a client can do at the counter, each call one whole: a turn is kept with its ticket, or not at all."""

from __future__ import annotations

import hashlib
import hmac
import logging
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from bot.cases.model import PROFILES
from bot.counter.ports import CounterStore, Kept, Message, NewMessage, StaleError
from bot.dialogue.conversation import Conversation
from bot.dialogue.desk import Desk
from bot.dialogue.handover import Handover
from bot.dialogue.patterns import internal_error
from bot.dialogue.privacy import mask
from bot.dialogue.replies import Reply
from bot.dialogue.session import Session
from bot.dialogue.turn import Incoming, Pressed, begin, take_turn
from bot.errors import NotAllowedError, UsageError
from bot.tickets.intake import make_packet, make_ticket, number_prefix, ticket_reply, waiting_reply
from bot.tickets.model import Packet, Ticket, code_hash

log = logging.getLogger(__name__)
TRIES = 5
MAX_PAGE = 300


@dataclass(frozen=True)
class Opened:
    """A new conversation; the token is told only here."""

    id: str
    token: str
    replies: list[Reply]
    cursor: int


@dataclass(frozen=True)
class Answered:
    """The replies of a turn and the cursor after it; ``repeated`` when the message had been taken before."""

    replies: list[Reply]
    cursor: int
    repeated: bool = False


class Counter:
    """The helpdesk's use cases over one Desk and one store."""

    def __init__(self, desk: Desk, store: CounterStore) -> None:
        self.desk = desk
        self.store = store

    def open(self, *, profile: str | None = None, page: str | None = None, channel: str = "widget") -> Opened:
        """Begin a conversation."""
        if profile is not None and profile not in PROFILES:
            raise UsageError(f"Nieznany profil „{profile[:40]}”. Możliwe: {', '.join(PROFILES)}.")
        session = Session(profile=profile, page=page[:MAX_PAGE] if page else None, channel=channel)
        replies = begin(self.desk, session)
        name, token = secrets.token_hex(16), secrets.token_urlsafe(24)
        said = [NewMessage("bot", reply) for reply in replies]
        cursor = self.store.create(name, _hash(token), session, said, self.desk.clock.now())
        return Opened(name, token, replies, cursor)

    def authorise(self, conversation_id: str, token: str) -> None:
        """Raises NotAllowedError alike for a wrong token and an unknown conversation."""
        kept = self.store.token_hash(conversation_id)
        if kept is None or not hmac.compare_digest(kept, _hash(token)):
            raise NotAllowedError("Nie ma takiej rozmowy albo token jest zły. Rozpocznij nową rozmowę.")

    def repeated(self, conversation_id: str, client_id: str | None) -> Answered | None:
        """The answer given before to a message with this client id, if any."""
        if client_id is None:
            return None
        replies = self.store.answered(conversation_id, client_id)
        if replies is None:
            return None
        kept = self.store.read(conversation_id)
        return Answered([message.body for message in replies], kept.cursor if kept else 0, repeated=True)

    def take(self, conversation_id: str, incoming: Incoming, *, client_id: str | None = None) -> Answered:
        """Carry a conversation one turn further and keep it."""
        for _ in range(TRIES):
            known = self.repeated(conversation_id, client_id)
            if known is not None:
                return known
            kept = self._read(conversation_id)
            result = take_turn(self.desk, kept.session, incoming)
            own = NewMessage("client", _own_words(incoming, kept.session), client_id)
            try:
                return self._keep(kept, own, result.replies, result.handover)
            except StaleError:
                continue
        raise StaleError(conversation_id)

    def apologise(self, conversation_id: str, text: str, *, client_id: str | None = None) -> Answered:
        """The engine failed: the client's words are kept, and they get an apology and the offer of a person."""
        for _ in range(TRIES):
            kept = self._read(conversation_id)
            talk = Conversation(self.desk, kept.session)
            internal_error(talk)
            try:
                return self._keep(kept, NewMessage("client", {"text": mask(text)}, client_id), talk.replies, None)
            except StaleError:
                continue
        raise StaleError(conversation_id)

    def _read(self, conversation_id: str) -> Kept:
        kept = self.store.read(conversation_id)
        if kept is None:
            raise NotAllowedError("Nie ma takiej rozmowy albo token jest zły. Rozpocznij nową rozmowę.")
        return kept

    def _keep(self, kept: Kept, own: NewMessage, replies: list[Reply], handover: Handover | None) -> Answered:
        now = self.desk.clock.now()
        ticket = None
        if handover is not None:
            ticket, reply = self._ticket(kept, own, handover, now)
            replies = [*replies, reply]
        said = [own, *(NewMessage("bot", reply) for reply in replies)]
        cursor = self.store.keep_turn(kept, kept.session, said, now, ticket)
        return Answered(replies, cursor)

    def _ticket(self, kept: Kept, own: NewMessage, handover: Handover, now: datetime) -> tuple[Ticket, Reply]:
        """A new ticket, or the conversation's open one with what has been added, and what the client is told."""
        transcript = [_line(message) for message in self.store.said(kept.id)] + [{"author": "client", **own.body}]
        waiting = self.store.ticket(kept.session.tickets[-1]) if kept.session.tickets else None
        if waiting is not None and waiting.status == "open":
            renewed = msgspec.structs.replace(waiting, packet=make_packet(handover, transcript), updated_at=now)
            return renewed, waiting_reply(self.desk, renewed)
        ticket, code = make_ticket(handover, transcript, kept.id, self.store.ticket_numbers(number_prefix(now)) + 1, now)
        kept.session.tickets.append(ticket.number)
        log.info("ticket opened", extra={"ticket": ticket.number, "reason": handover.reason})
        return ticket, ticket_reply(self.desk, ticket, code)

    def said(self, conversation_id: str, after: int = 0) -> list[Message]:
        """What was said after a cursor."""
        return self.store.said(conversation_id, after)

    def erase(self, conversation_id: str) -> dict[str, int]:
        """Remove a conversation; what was erased, and how many."""
        return self.store.erase(conversation_id).counts

    def open_ticket(self, question: str, *, profile: str | None = None, page: str | None = None) -> tuple[Ticket, str]:
        """A ticket without a conversation."""
        if not question.strip():
            raise UsageError("Napisz, o co chodzi: pole „question” jest puste.")
        now = self.desk.clock.now()
        handover = Handover(reason="asked", question=mask(question)[:4000], profile=profile, page=page, channel="form")
        for _ in range(TRIES):
            ticket, code = make_ticket(handover, [], None, self.store.ticket_numbers(number_prefix(now)) + 1, now)
            try:
                self.store.add_ticket(ticket)
                return ticket, code
            except StaleError:
                continue
        raise StaleError("ticket")

    def ticket(self, number: str, code: str) -> Ticket:
        """A ticket for the client who has its code. Raises NotAllowedError alike for absent and not theirs."""
        ticket = self.store.ticket(number.strip().upper())
        if ticket is None or not hmac.compare_digest(ticket.code_hash, code_hash(ticket.number, code)):
            raise NotAllowedError("Nie ma zgłoszenia o tym numerze i kodzie. Sprawdź oba i spróbuj ponownie.")
        return ticket


def packet_summary(packet: Packet) -> str:
    """What a ticket is about, in one line."""
    return packet.handover.title or packet.handover.question or "–"


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _own_words(incoming: Incoming, session: Session) -> dict[str, Any]:
    if isinstance(incoming, Pressed):
        choice = session.choices.get(incoming.choice)
        return {"choice": incoming.choice[:64], "text": choice.label if choice else ""}
    return {"text": mask(incoming.heard.text)}


def _line(message: Message) -> dict[str, Any]:
    return {"author": message.author, **message.body}


def transcript_lines(transcript: Sequence[dict[str, Any]]) -> list[str]:
    """A transcript as lines of text."""
    from bot.dialogue.replies import plain

    names = {"client": "Klient", "bot": "Okienko", "person": "Konsultant"}
    lines = []
    for item in transcript:
        words = plain(item) if "kind" in item else item.get("text", "")
        lines.append(f"{names.get(item['author'], item['author'])}: {words}")
    return lines
