"""One turn of talk: what the client did goes in, replies and perhaps a handover come out. No I/O.

Order of attention: a pressed button; an answer we are waiting for (an offer, diagnostics, a question of a matter); a
command; a name; a matter; else a misunderstanding, of which the second in a row offers a person.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Optional, Union

from bot.cases.answers import match_answer, yes_or_no
from bot.cases.walk import CHECK
from bot.dialogue import patterns
from bot.dialogue.conversation import Conversation
from bot.dialogue.desk import Desk
from bot.dialogue.handover import Handover
from bot.dialogue.privacy import mask
from bot.dialogue.replies import Reply
from bot.dialogue.session import Candidate, Session
from bot.dialogue.several import matters
from bot.dialogue.understanding import Heard, Setting, Understanding, decide
from bot.text.language import language_of
from bot.text.normalise import clean, fold, normalise

DIGRESSION = 0.7
"""Confidence from which another matter interrupts a question that the words might also answer."""
FIRM = 0.9
"""Strength of an answer that nothing but a question overrides."""


@dataclass(frozen=True)
class Said:
    """The client wrote something; the engine heard this in it."""

    heard: Heard


@dataclass(frozen=True)
class Pressed:
    """The client pressed a button."""

    choice: str


Incoming = Union[Said, Pressed]


@dataclass
class TurnResult:
    """What a turn comes to. The session was changed in place."""

    replies: list[Reply] = field(default_factory=list)
    handover: Optional[Handover] = None
    understanding: Optional[Understanding] = None


def begin(desk: Desk, session: Session) -> list[Reply]:
    """The first replies of a conversation."""
    talk = Conversation(desk, session)
    patterns.welcome(talk)
    return talk.replies


def take_turn(desk: Desk, session: Session, incoming: Incoming) -> TurnResult:
    """Carry the conversation one turn further; always at least one reply."""
    talk = Conversation(desk, session)
    session.turns += 1
    understanding = None
    if isinstance(incoming, Pressed):
        patterns.pressed(talk, incoming.choice)
    else:
        understanding = _said(talk, incoming.heard)
    if not talk.replies and talk.handover is None:
        patterns.internal_error(talk)
    session.forget_old_choices()
    return TurnResult(talk.replies, talk.handover, understanding)


def _said(talk: Conversation, heard: Heard) -> Understanding | None:
    text = clean(heard.text)
    talk.words = text
    if not any(char.isalnum() for char in text):
        patterns.empty(talk)
        return None
    session = talk.session
    current = session.current
    setting = Setting(session.profile, session.page, current.entry if current else None)
    understanding = decide(heard, talk.desk.knowledge, talk.desk.finder, setting)
    if session.collecting is not None and patterns.collect(talk, text, understanding):
        return understanding
    if session.offer is not None and patterns.answer_offer(talk, text, understanding):
        return understanding
    if _answers_question(talk, text, understanding):
        return understanding
    _remember(session, understanding)
    talk.understanding = understanding
    patterns.foreign(talk, language_of(text))
    several = matters(heard, talk.desk.knowledge, setting) if understanding.kind in ("case", "platnik", "unclear") else ()
    if several:
        patterns.take_several(talk, several)
    else:
        patterns.act_on(talk, understanding)
    return understanding


def _remember(session: Session, understanding: Understanding) -> None:
    """Keep what was considered for a consultant and for "to nie to"."""
    if understanding.kind == "command":
        return
    top = [] if understanding.id is None else [Candidate(understanding.kind, understanding.id, understanding.confidence)]
    rest = [Candidate(item.kind, item.id, item.confidence) for item in understanding.alternatives]
    session.considered = [*top, *rest][:8]
    session.last_words = mask(understanding.text)


def _answers_question(talk: Conversation, text: str, understanding: Understanding) -> bool:
    """Take the words as an answer to the open question, when they are one."""
    place = talk.place()
    if place is None or place.question is None:
        return False
    listed = understanding.kind == "command" and understanding.confidence == 1.0
    command = understanding.id if listed else None
    if place.question.startswith(CHECK):
        verdict = {"yes": "tak", "no": "nie"}.get(command or "") or (yes_or_no(text) if command is None else None)
        if verdict is not None:
            patterns.answer(talk, place.question, verdict)
        return verdict is not None
    if command not in (None, "yes", "no"):
        return False
    question = talk.entry().questions[place.question]
    match = match_answer(question, text, talk.desk.today)
    asking = _is_question(text)
    if understanding.kind in ("form", "term", "office") and (asking or match.strength < FIRM):
        return False
    other_matter = understanding.kind in ("case", "platnik") and understanding.id != talk.entry().id
    if other_matter and understanding.confidence >= DIGRESSION and (asking or match.strength < FIRM) and len(text.split()) > 3:
        return False
    if understanding.kind == "command" and not listed and match.strength < FIRM:
        return False
    if match.value is not None:
        patterns.answer(talk, place.question, match.value)
        return True
    if match.maybe:
        patterns.which_answer(talk, place, match.maybe)
        return True
    if command in ("yes", "no") and question.kind == "choice":
        patterns.which_answer(talk, place, tuple(name for name, answer in question.answers.items() if answer.help is None))
        return True
    return False


def _is_question(text: str) -> bool:
    plain = fold(normalise(text))
    return plain.endswith("?") or plain.startswith(("co to", "czym jest", "ile ", "jak ", "gdzie ", "kiedy ", "po co", "dlaczego "))
