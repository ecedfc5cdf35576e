"""A client's e-mail at the counter: a ticket with the matters recognised in it, or more words in a ticket they have."""

from __future__ import annotations

import hashlib
import hmac
import logging
import re
import secrets
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Optional, Protocol

from msgspec.structs import replace

from bot.counter.counter import TRIES, Counter
from bot.counter.ports import StaleError
from bot.dialogue.handover import Handover
from bot.dialogue.privacy import mask
from bot.dialogue.session import Candidate
from bot.dialogue.several import matters
from bot.dialogue.understanding import Heard, decide
from bot.tickets import queue
from bot.tickets.model import Change, Contact, Event, Ticket

log = logging.getLogger(__name__)
Understand = Callable[[str], Awaitable[Heard]]
MOST_PARAGRAPHS = 12
LONGEST_PARAGRAPH = 900
MOST_MATTERS = 4
SURE = 0.5
"""Confidence from which a paragraph's matter is named to the consultant."""
MOST_RECEIPTS = 4
"""Automatic letters to one sender in a day; a machine that answers them gets no more."""
_NUMBER = re.compile(r"\bOK-\d{4}-\d{5}\b")
_MARK = re.compile(r"<(ok-\d{4}-\d{5})\.([0-9a-f]{16})\.([0-9a-f]{24})@")


@dataclass(frozen=True)
class Attached:
    """A file that came with a letter."""

    name: str
    type: str
    content: bytes
    id: str = ""


@dataclass(frozen=True)
class ClientLetter:
    """What a client wrote, read already. ``key``: the same for the same letter, however often it comes."""

    key: str
    sender: str
    subject: str
    text: str
    message_id: str = ""
    ids: tuple[str, ...] = ()
    files: tuple[Attached, ...] = ()
    dropped: tuple[str, ...] = ()


@dataclass(frozen=True)
class Thread:
    """A ticket's newest letter from its client: what an answer answers."""

    message_id: str
    subject: str


@dataclass(frozen=True)
class Received:
    """What became of a letter: the ticket, whether it is new, the client's code to a new one, and whether an automatic receipt may go."""

    ticket: Ticket
    new: bool
    code: str = ""
    receipt: bool = False


class LetterStore(Protocol):
    """Letters that were taken, and their files. Short, blocking calls."""

    def letter_taken(self, key: str) -> bool:
        """Whether a letter was taken before."""

    def keep_letter(self, key: str, sender: str, kind: str, ticket: str | None, thread: Thread, files: Sequence[Attached], now: datetime) -> None:
        """Remember a letter, with its files where they belong to a ticket; the same again does nothing."""

    def letters_of(self, sender: str, since: datetime) -> int:
        """How many letters of a sender (hashed) were taken since."""

    def thread_of(self, ticket: str) -> Optional[Thread]:
        """The newest letter of a ticket's client."""

    def attachments(self, ticket: str) -> list[tuple[str, str, int]]:
        """The files of a ticket: id, name, bytes."""

    def attachment(self, ticket: str, name: str) -> Optional[Attached]:
        """One file by its id."""


class Marks:
    """Our Message-IDs, which carry the ticket and cannot be made by others."""

    def __init__(self, key: str) -> None:
        self._key = key.encode()

    def make(self, number: str, domain: str) -> str:
        """A new one."""
        salt = secrets.token_hex(8)
        return f"<{number.lower()}.{salt}.{self._sign(number.lower(), salt)}@{domain}>"

    def read(self, ids: Sequence[str]) -> str | None:
        """The ticket that one of these belongs to."""
        for match in (_MARK.match(item) for item in ids):
            if match and hmac.compare_digest(match[3], self._sign(match[1], match[2])):
                return match[1].upper()
        return None

    def _sign(self, number: str, salt: str) -> str:
        return hmac.new(self._key, f"{number}.{salt}".encode(), hashlib.sha256).hexdigest()[:24]


class Letters:
    """The use cases of letters that come in."""

    def __init__(self, counter: Counter, store: LetterStore, understand: Understand, marks: Marks) -> None:
        self._counter, self.store, self._understand, self.marks = counter, store, understand, marks

    async def receive(self, letter: ClientLetter) -> Received | None:
        """Take a letter once; None when it was taken before. Raises TemporaryError: nothing was taken, try again."""
        if self.store.letter_taken(letter.key):
            return None
        known = self._known(letter)
        ticket, code = (self._join(known, letter), "") if known else await self._open(letter)
        sender, now = sender_key(letter.sender), self._now()
        receipt = known is None and self.store.letters_of(sender, now - timedelta(days=1)) < MOST_RECEIPTS
        self.store.keep_letter(letter.key, sender, "letter", ticket.number, Thread(letter.message_id, mask(letter.subject)[:200]), letter.files, now)
        log.info("a letter was taken", extra={"ticket": ticket.number, "new": known is None})
        return Received(ticket, known is None, code, receipt)

    def ticket(self, number: str) -> Ticket | None:
        """A ticket by number."""
        return self._counter.store.ticket(number)

    def automatic(self, key: str, sender: str, kind: str, ids: Sequence[str]) -> None:
        """An automatic reply or a newsletter: no ticket comes of it; on a ticket's thread it is noted."""
        if self.store.letter_taken(key):
            return
        number = self.marks.read(ids)
        if number and kind == "auto":
            self._note(number, self._counter.desk.phrase("email_auto_note"))
        self.store.keep_letter(key, sender_key(sender), kind, None, Thread("", ""), (), self._now())

    def bounced(self, key: str, sender: str, ids: Sequence[str], address: str) -> None:
        """A letter of ours did not arrive: the ticket's consultant is told, and nothing more goes to that address, if it is the client's (or not told)."""
        if self.store.letter_taken(key):
            return
        number = self.marks.read(ids)
        if number:
            self._note(number, self._counter.desk.phrase("email_bounced_note"), unreachable=address)
        self.store.keep_letter(key, sender_key(sender), "bounce", None, Thread("", ""), (), self._now())

    def _known(self, letter: ClientLetter) -> Ticket | None:
        """The ticket that the letter answers: by our Message-ID, or by its number where the sender is the ticket's own client."""
        number = self.marks.read(letter.ids)
        if number:
            return self._counter.store.ticket(number)
        named = _NUMBER.search(letter.subject.upper())
        ticket = self._counter.store.ticket(named[0]) if named else None
        theirs = ticket is not None and ticket.contact is not None and (ticket.contact.email or "").lower() == letter.sender.lower()
        return ticket if theirs else None

    def _join(self, known: Ticket, letter: ClientLetter) -> Ticket:
        text = _with_files(mask(letter.text) or "–", letter)
        for _ in range(TRIES):
            change = queue.client_wrote(self._counter.store.ticket(known.number) or known, text, self._now())
            try:
                self._counter.store.change_ticket(change)
                return change.after
            except StaleError:
                continue
        raise StaleError(known.number)

    async def _open(self, letter: ClientLetter) -> tuple[Ticket, str]:
        found = await self.recognised(f"{letter.subject}\n\n{letter.text}")
        entry = self._counter.desk.knowledge.entry(found[0].id) if found else None
        question = _with_files(mask("\n\n".join(part for part in (letter.subject, letter.text) if part)), letter)
        handover = Handover(
            reason="asked", entry=entry.id if entry else None, title=entry.title if entry else None, candidates=found, matters=[item.id for item in found],
            channel="email", question=question[:8000],
        )  # fmt: skip
        return self._counter.tickets.open_handover(handover, Contact(email=letter.sender, consent_at=self._now()))

    async def recognised(self, text: str) -> list[Candidate]:
        """The matters of a letter, paragraph by paragraph, in the order in which they stand; what is not ours or not sure is left out."""
        best: dict[str, Candidate] = {}
        for paragraph in paragraphs(text):
            heard = await self._understand(paragraph)
            several = matters(heard, self._counter.desk.knowledge)
            whole = decide(heard, self._counter.desk.knowledge, self._counter.desk.finder)
            named = [Candidate(item.kind, item.id, item.confidence) for item in several]
            if not named and whole.kind in ("case", "platnik") and whole.id and whole.confidence >= SURE:
                named = [Candidate(whole.kind, whole.id, whole.confidence)]
            for item in named:
                if item.id not in best or best[item.id].confidence < item.confidence:
                    best[item.id] = item
        return list(best.values())[:MOST_MATTERS]

    def _note(self, number: str, text: str, *, unreachable: str | None = None) -> None:
        for _ in range(TRIES):
            ticket = self._counter.store.ticket(number)
            if ticket is None:
                return
            theirs = ticket.contact is not None and unreachable in ("", (ticket.contact.email or "").lower())
            if unreachable is not None and not theirs:
                return
            contact = replace(ticket.contact, email=None) if unreachable is not None and ticket.contact else ticket.contact
            now = self._now()
            after = replace(ticket, contact=contact, version=ticket.version + 1, updated_at=now)
            try:
                self._counter.store.change_ticket(Change(ticket, after, (Event(now, queue.SYSTEM, "note", {"text": text}),)))
                return
            except StaleError:
                continue

    def _now(self) -> datetime:
        return self._counter.desk.clock.now()


def paragraphs(text: str) -> list[str]:
    """The parts of a letter that are understood one by one: paragraphs, long ones in sentences put together again to a bearable length."""
    found: list[str] = []
    for part in re.split(r"\n\s*\n|\n(?=\s*(?:\d+[.)]|[-–•*])\s)", text):
        rest = " ".join(part.split())
        while len(rest) > LONGEST_PARAGRAPH:
            end = rest.rfind(". ", 0, LONGEST_PARAGRAPH) + 1 or LONGEST_PARAGRAPH
            found.append(rest[:end])
            rest = rest[end:].strip()
        if any(char.isalpha() for char in rest):
            found.append(rest)
    return found[:MOST_PARAGRAPHS]


def sender_key(address: str) -> str:
    """A sender as counted: not to be read back."""
    return hashlib.sha256(address.strip().lower().encode()).hexdigest()


def _with_files(text: str, letter: ClientLetter) -> str:
    lines = [f"[załącznik: {mask(item.name)}]" for item in letter.files] + [f"[nie przyjęto załącznika: {mask(name)}]" for name in letter.dropped]
    return "\n".join([text, *lines])
