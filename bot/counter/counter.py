"""What a client can do at the counter, each call one whole: a turn is kept with its ticket, or not at all."""

from __future__ import annotations

import hashlib
import hmac
import logging
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal, Optional

import msgspec

from bot.cases.model import PROFILES
from bot.counter import hand
from bot.counter.codes import LIVES, code_card, find_code, hash_code, make_code
from bot.counter.office import Office
from bot.counter.own_tickets import OwnTickets, place
from bot.counter.ports import CounterStore, Kept, Message, NewCode, NewMessage, Rating, StaleError
from bot.dialogue import replies
from bot.dialogue.conversation import Conversation
from bot.dialogue.desk import Desk
from bot.dialogue.handover import Handover
from bot.dialogue.outcomes import outcome_of
from bot.dialogue.patterns import MOST_WRONG, internal_error
from bot.dialogue.patterns.surveying import LONGEST_REMARK, SCORES, SOLVED
from bot.dialogue.present import Presenter
from bot.dialogue.privacy import mask
from bot.dialogue.replies import Reply
from bot.dialogue.session import Carried, Session, dump, load
from bot.dialogue.turn import Coded, Incoming, Pressed, Said, TurnResult, begin, come_back, take_turn
from bot.errors import HeldError, NotAllowedError, UsageError
from bot.tickets import queue
from bot.tickets.intake import make_packet, make_ticket, number_prefix, ticket_reply, waiting_reply
from bot.tickets.model import Change, Contact, Packet, Ticket
from bot.tickets.reading import find_address, find_number

log = logging.getLogger(__name__)
TRIES = 5
REMEMBERED = 5000
"""Conversations whose token was proven here and is not looked up again before a turn."""
NO_CONVERSATION = "Nie ma takiej rozmowy albo token jest zły. Rozpocznij nową rozmowę."
AWAY = timedelta(minutes=30)
"""After so long a silence an opened window begins with where the client left off."""


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
    session: Optional[Session] = field(default=None, compare=False, repr=False)
    """How the conversation stands after the turn, where it was kept in this process; None: read it."""


Elsewhere = Callable[[str], int]
KeptBack = Callable[[str, datetime], bool]


@dataclass(frozen=True)
class Chosen:
    """What the client chose in the window, not under a reply: an open matter to go back to (``open``), or who they are (``profile``)."""

    verb: Literal["open", "profile"]
    value: str


class Counter:
    """The helpdesk's use cases over one Desk and one store."""

    def __init__(self, desk: Desk, store: CounterStore, office: Office | None = None, elsewhere: Elsewhere | None = None, kept_back: KeptBack | None = None) -> None:
        """``elsewhere``: removes what another store keeps of a conversation, and says how many things it was.

        ``kept_back``: whether a legal hold keeps a conversation; it notes the wish to erase it.
        """
        self._kept_back = kept_back
        self.desk = desk
        self.elsewhere = elsewhere
        self.store = store
        self.tickets = OwnTickets(desk, store, office)
        """The client's tickets beside the conversation."""
        self._let_in: dict[str, str] = {}

    def open(self, *, profile: str | None = None, page: str | None = None, channel: str = "widget", brief: bool = False) -> Opened:
        """Begin a conversation; ``brief`` where the client has spoken first, so that nothing is asked before they are answered."""
        if profile is not None and profile not in PROFILES:
            raise UsageError(f"Nieznany profil „{profile[:40]}”. Możliwe: {', '.join(PROFILES)}.")
        session = Session(profile=profile, page=place(page), channel=channel)
        replies = begin(self.desk, session, brief=brief)
        name, token = secrets.token_hex(16), secrets.token_urlsafe(24)
        said = [NewMessage("bot", reply) for reply in replies]
        cursor = self.store.create(name, _hash(token), session, said, self.desk.clock.now())
        return Opened(name, token, replies, cursor)

    def authorise(self, conversation_id: str, token: str) -> None:
        """Raises NotAllowedError alike for a wrong token and an unknown conversation."""
        kept = self.store.token_hash(conversation_id)
        if kept is None or not hmac.compare_digest(kept, _hash(token)):
            raise NotAllowedError(NO_CONVERSATION)

    def recognise(self, conversation_id: str, token: str) -> None:
        """The same before a turn, which sees for itself whether the conversation is still there: who was let in here is known. Raises NotAllowedError."""
        proof = _hash(token)
        if hmac.compare_digest(self._let_in.get(conversation_id, ""), proof):
            return
        self.authorise(conversation_id, token)
        self._let_in[conversation_id] = proof
        if len(self._let_in) > REMEMBERED:
            del self._let_in[next(iter(self._let_in))]

    def look(self, conversation_id: str, client_id: str | None) -> tuple[Kept, Answered | None]:
        """A conversation before a turn, and the answer given before to a message with this client id, if any. Raises NotAllowedError."""
        found = self.store.look(conversation_id, client_id)
        if found is None:
            raise NotAllowedError(NO_CONVERSATION)
        kept, known = found
        return kept, self.repeated(conversation_id, client_id) if known else None

    def repeated(self, conversation_id: str, client_id: str | None) -> Answered | None:
        """The answer given before to a message with this client id, if any."""
        if client_id is None:
            return None
        replies = self.store.answered(conversation_id, client_id)
        if replies is None:
            return None
        kept = self.store.read(conversation_id)
        return Answered([message.body for message in replies], kept.cursor if kept else 0, repeated=True)

    def choose(self, conversation_id: str, chosen: Chosen, *, client_id: str | None = None) -> Answered:
        """A turn by something that stands in the window beside the talk. Raises UsageError for what is not there."""
        if chosen.verb == "profile" and chosen.value not in PROFILES:
            raise UsageError(f"Nieznany profil „{chosen.value[:40]}”. Możliwe: {', '.join(PROFILES)}.")
        if chosen.verb == "open" and self.desk.knowledge.entry(chosen.value) is None:
            raise UsageError("Nie ma takiej sprawy. Wybierz ją z listy albo napisz, o co chodzi.")
        return self.take(conversation_id, chosen, client_id=client_id)

    def take(self, conversation_id: str, incoming: Incoming | Chosen, *, client_id: str | None = None) -> Answered:
        """Carry a conversation one turn further and keep it.

        The store keeps no client id twice, so that a message was taken before is looked for only when it could not be kept.
        """
        for attempt in range(TRIES):
            known = self.repeated(conversation_id, client_id) if attempt else None
            if known is not None:
                return known
            kept = hand.taken(conversation_id) or self._read(conversation_id)
            before = load(dump(kept.session))
            acted = self._pressed(incoming, kept.session) if isinstance(incoming, Chosen) else incoming
            own = NewMessage("client", _own_words(acted, kept.session), client_id)
            if kept.session.person and not self._leaves(acted, kept.session):
                answered = self._to_person(kept, own)
                if answered is not None:
                    return answered
                continue
            told = self._about_ticket(acted, kept.session)
            result = told or take_turn(self.desk, kept.session, self._looked_up(acted, kept.session))
            try:
                return self._keep(kept, own, result, before)
            except StaleError:
                continue
        raise StaleError(conversation_id)

    def apologise(self, conversation_id: str, text: str, *, client_id: str | None = None) -> Answered:
        """The engine failed: the client's words are kept, and they get an apology and the offer of a person."""
        for _ in range(TRIES):
            kept = self._read(conversation_id)
            before = load(dump(kept.session))
            talk = Conversation(self.desk, kept.session)
            internal_error(talk)
            try:
                return self._keep(kept, NewMessage("client", {"text": mask(text)}, client_id), TurnResult(talk.replies, failed=True), before)
            except StaleError:
                continue
        raise StaleError(conversation_id)

    def _read(self, conversation_id: str) -> Kept:
        kept = self.store.read(conversation_id)
        if kept is None:
            raise NotAllowedError(NO_CONVERSATION)
        return kept

    def tell(self, conversation_id: str, told: Sequence[Reply], *, heard: str = "", client_id: str | None = None) -> None:
        """Say something that no turn came to; ``heard``: what the client did, in a few words of ours. The same ``client_id`` again does nothing."""
        own = [NewMessage("client", {"text": heard}, client_id)] if heard else []
        for _ in range(TRIES):
            if self.repeated(conversation_id, client_id) is not None:
                return
            kept = self._read(conversation_id)
            try:
                self.store.keep_turn(kept, kept.session, [*own, *(NewMessage("bot", reply) for reply in told)], self.desk.clock.now())
                return
            except StaleError:
                continue
        raise StaleError(conversation_id)

    def with_person(self, conversation_id: str) -> bool:
        """Whether a consultant speaks in this conversation now, so that no engine is needed."""
        kept = self.store.read(conversation_id)
        return kept is not None and kept.session.person is not None

    def _pressed(self, chosen: Chosen, session: Session) -> Pressed:
        """The same as a button, so that everything that follows from one follows from the other."""
        label = self.desk.phrase(f"profile_{chosen.value}") if chosen.verb == "profile" else Presenter(self.desk, session).entry_title(chosen.value)
        return Pressed(Presenter(self.desk, session).choice(label, chosen.verb, chosen.value)["id"])

    def matters(self, session: Session) -> list[dict[str, str]]:
        """The open matters, the one on top first: ``id``, ``title``, and where the client stands in it."""
        talk = Conversation(self.desk, session)
        talk.drop_vanished()
        return [{"id": frame.entry, "title": talk.show.entry_title(frame.entry), "standing": talk.standing(frame)} for frame in reversed(session.stack)]

    def _leaves(self, incoming: Incoming, session: Session) -> bool:
        choice = session.choices.get(incoming.choice) if isinstance(incoming, Pressed) else None
        return choice is not None and choice.verb == "leave_person"

    def _to_person(self, kept: Kept, own: NewMessage) -> Answered | None:
        """Pass what the client said on to the consultant; None when somebody was first, or the consultant is gone."""
        ticket, now = self.store.ticket(kept.session.person or ""), self.desk.clock.now()
        try:
            if ticket is None or ticket.status == "closed":
                kept.session.person = None
                self.store.keep_turn(kept, kept.session, [], now)
                return None
            change = queue.client_wrote(ticket, str(own.body.get("text", "")), now)
            outcome = outcome_of(TurnResult(), kept.session, kept.session)
            return _answered([], self.store.keep_turn(kept, kept.session, [own], now, change=change, outcome=outcome), kept)
        except StaleError:
            return None

    def _about_ticket(self, incoming: Incoming, session: Session) -> TurnResult | None:
        """A message that is the number and code of a ticket, or the address for its answer; None for anything else."""
        if not isinstance(incoming, Said):
            return None
        text = incoming.heard.text
        number, session.contacting = session.contacting, None
        if number:
            email = find_address(text)
            ticket = self.store.ticket(number) if email else None
            if ticket is not None and email:
                change = queue.reached_at(ticket, Contact(email=email, consent_at=self.desk.clock.now(), words=self.desk.phrase("ask_contact", 0, number=number)), self.desk.clock.now())
                return TurnResult([replies.text(self.desk.phrase("contact_kept", number=number))], change=change)
        named = find_number(text)
        if named is None:
            return None
        return TurnResult([self._state_of(*named)])

    def _state_of(self, number: str, code: str) -> Reply:
        try:
            ticket = self.tickets.find(number, code)
        except NotAllowedError:
            return replies.notice(self.desk.phrase("ticket_not_found"), level="warning")
        return replies.text(self.desk.phrase("ticket_state", number=ticket.number, state=self.desk.phrase(f"ticket_{ticket.status}")))

    def _looked_up(self, incoming: Incoming, session: Session) -> Incoming:
        """A message that is a code becomes what the code stands for; after too many wrong ones nothing is looked up."""
        code = find_code(incoming.heard.text) if isinstance(incoming, Said) and session.collecting is None else None
        if code is None:
            return incoming
        return Coded(self.carried(code) if session.wrong_codes < MOST_WRONG else None)

    def carried(self, code: str) -> Carried | None:
        """What a code stands for; None for a wrong or expired one."""
        return self.store.carried(hash_code(code), self.desk.clock.now())

    def come_back(self, conversation_id: str) -> Answered:
        """The client opens the window again: after a while away, the offer to go on where they were; else nothing."""
        kept = self._read(conversation_id)
        now = self.desk.clock.now()
        last = self.store.said(conversation_id, after=kept.cursor - 1)
        if not last or now - last[-1].created_at < AWAY:
            return Answered([], kept.cursor)
        replies = come_back(self.desk, kept.session)
        if not replies:
            return Answered([], kept.cursor)
        try:
            return Answered(replies, self.store.keep_turn(kept, kept.session, [NewMessage("bot", reply) for reply in replies], now))
        except StaleError:
            return Answered([], kept.cursor)

    def _keep(self, kept: Kept, own: NewMessage, result: TurnResult, before: Session) -> Answered:
        now = self.desk.clock.now()
        said_back, ticket, coded, change = result.replies, None, None, result.change
        if result.handover is not None:
            ticket, change, reply = self._ticket(kept, own, result.handover, now)
            said_back = [*said_back, reply]
        if result.saving is not None:
            code = make_code()
            coded = NewCode(hash_code(code), result.saving, now + LIVES)
            said_back = [*said_back, code_card(self.desk, code, (now + LIVES).date())]
        said = [own, *(NewMessage("bot", reply) for reply in said_back)]
        rating, outcome = _rating(result, kept.session, now), outcome_of(result, before, kept.session)
        cursor = self.store.keep_turn(kept, kept.session, said, now, ticket, coded, change, rating, outcome)
        return _answered(said_back, cursor, kept)

    def _ticket(self, kept: Kept, own: NewMessage, handover: Handover, now: datetime) -> tuple[Ticket | None, Change | None, Reply]:
        """A new ticket, or the conversation's unfinished one with what has been added, and what the client is told."""
        transcript = [_line(message) for message in self.store.said(kept.id)] + [{"author": "client", **own.body}]
        waiting = self.store.ticket(kept.session.tickets[-1]) if kept.session.tickets else None
        if waiting is not None and waiting.status != "closed":
            renewed = msgspec.structs.replace(waiting, packet=make_packet(handover, transcript))
            return None, queue.added(waiting, renewed, now), waiting_reply(self.desk, renewed)
        ticket, code = make_ticket(handover, transcript, kept.id, self.store.ticket_numbers(number_prefix(now)) + 1, now)
        kept.session.tickets.append(ticket.number)
        log.info("ticket opened", extra={"ticket": ticket.number, "reason": handover.reason})
        ticket, words = self.tickets.promised(ticket, now)
        reply = ticket_reply(self.desk, ticket, code, words)
        by_mail = Presenter(self.desk, kept.session).choice(self.desk.phrase("button_answer_by_mail"), "contact", ticket.number)
        return ticket, None, {**reply, "choices": [by_mail]}

    def said(self, conversation_id: str, after: int = 0) -> list[Message]:
        """What was said after a cursor."""
        return self.store.said(conversation_id, after)

    def erase(self, conversation_id: str) -> dict[str, int]:
        """Remove a conversation, first where others keep it: if they do not answer, it can be asked for again. What was erased, and how many.

        Raises HeldError: it is kept for a proceeding, and goes when that ends.
        """
        if self._kept_back is not None and self._kept_back(conversation_id, self.desk.clock.now()):
            raise HeldError(self.desk.phrase("held_back"))
        self._let_in.pop(conversation_id, None)
        outside = {"rasa_events": self.elsewhere(conversation_id)} if self.elsewhere else {}
        return self.store.erase(conversation_id).counts | outside

    def rate(self, solved: str, *, profile: str | None = None, score: int | None = None, remark: str = "") -> None:
        """What somebody thinks of the whole service, from the survey of the portal; the remark is masked."""
        if solved not in SOLVED or (score is not None and score not in SCORES):
            raise UsageError("Zaznacz jedną z podanych odpowiedzi.")
        written = mask(remark.replace("\0", "").strip())[:LONGEST_REMARK]
        self.store.add_rating(Rating(self.desk.clock.now(), solved, "portal", score=score, remark=written, profile=profile))


def _answered(said_back: list[Reply], cursor: int, kept: Kept) -> Answered:
    hand.left(kept)
    return Answered(said_back, cursor, session=kept.session)


def _rating(result: TurnResult, session: Session, now: datetime) -> Rating | None:
    found = result.rating
    if found is None or found.solved is None:
        return None
    return Rating(now, found.solved, session.channel, found.entry, found.ticket, found.score, result.remark, session.profile)


def packet_summary(packet: Packet) -> str:
    """What a ticket is about, in one line."""
    return packet.handover.title or packet.handover.question or "–"


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _own_words(incoming: Incoming, session: Session) -> dict[str, Any]:
    if isinstance(incoming, Pressed):
        choice = session.choices.get(incoming.choice)
        return {"choice": incoming.choice[:64] if choice else "?", "text": choice.label if choice else ""}
    return {"text": mask(incoming.heard.text)} if isinstance(incoming, Said) else {}


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
