"""One turn of talk: what the client did goes in, replies and perhaps a handover come out. No I/O.

Order of attention: a pressed button; an answer we are waiting for (an offer, diagnostics, a question of a matter); a
command; a name; a matter; else a misunderstanding, of which the second in a row offers a person.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Optional, Union

import msgspec

from bot.cases.answers import match_answer, yes_or_no
from bot.cases.walk import CHECK
from bot.dialogue import patterns
from bot.dialogue.conversation import Conversation
from bot.dialogue.desk import Desk
from bot.dialogue.handover import Handover
from bot.dialogue.privacy import mask
from bot.dialogue.replies import Reply
from bot.dialogue.session import Candidate, Carried, Choice, Session, Survey
from bot.dialogue.several import matters
from bot.dialogue.understanding import Heard, Setting, Understanding, decide
from bot.text.language import language_of
from bot.text.normalise import MAX_CHARS, clean, fold, normalise

DIGRESSION = 0.7
"""Confidence from which another matter interrupts a question that the words might also answer."""
FIRM = 0.9
"""Strength of an answer that nothing but a question overrides."""


@dataclass(frozen=True)
class Said:
    """The client wrote something; the engine heard this in it."""

    heard: Heard


@dataclass(frozen=True)
class Coded:
    """The client gave a code of a matter begun elsewhere; it was looked up, and stands for this (None: for nothing)."""

    carried: Optional[Carried]


@dataclass(frozen=True)
class Pressed:
    """The client pressed a button."""

    choice: str


Incoming = Union[Said, Pressed, Coded]


@dataclass
class TurnResult:
    """What a turn comes to. The session was changed in place."""

    replies: list[Reply] = field(default_factory=list)
    handover: Optional[Handover] = None
    understanding: Optional[Understanding] = None
    saving: Optional[Carried] = None
    """What a code is to be made for, when the client asked for one."""
    rating: Optional[Survey] = None
    remark: str = ""
    """What the client thinks of a settled matter."""
    change: Any = None
    """What becomes of a ticket by this turn; only whoever keeps tickets knows its shape."""
    pressed: Optional[Choice] = None
    """The button that was pressed; one that is not known any more, and a code, steer the talk like a command."""
    failed: bool = False
    """Something of ours failed, and the client got an apology."""


def begin(desk: Desk, session: Session, *, brief: bool = False) -> list[Reply]:
    """The first replies of a conversation; ``brief`` where the client has spoken first."""
    talk = Conversation(desk, session)
    patterns.welcome(talk, brief=brief)
    return talk.replies


def take_turn(desk: Desk, session: Session, incoming: Incoming) -> TurnResult:
    """Carry the conversation one turn further; always at least one reply."""
    talk = Conversation(desk, session)
    session.turns += 1
    talk.drop_vanished()
    understanding = None
    choice = _choice_of(session, incoming)
    if isinstance(incoming, Pressed):
        patterns.pressed(talk, incoming.choice)
    elif isinstance(incoming, Coded):
        patterns.restore(talk, incoming.carried)
    else:
        heard = incoming.heard
        understanding = _said(talk, heard if len(heard.text) <= MAX_CHARS else msgspec.structs.replace(heard, text=heard.text[:MAX_CHARS]))
    failed = not talk.replies and talk.handover is None and not talk.saving
    if failed:
        patterns.internal_error(talk)
    session.forget_old_choices()
    saving = patterns.carried_of(talk) if talk.saving else None
    return TurnResult(talk.replies, talk.handover, understanding, saving, talk.rating, talk.remark, pressed=choice, failed=failed)


def _choice_of(session: Session, incoming: Incoming) -> Choice | None:
    if isinstance(incoming, Said):
        return None
    known = session.choices.get(incoming.choice) if isinstance(incoming, Pressed) else None
    return known or Choice("save" if isinstance(incoming, Coded) else "command")


def person_comes(desk: Desk, session: Session, number: str) -> list[Reply]:
    """What the client is told when a consultant begins to speak in the window."""
    talk = Conversation(desk, session)
    patterns.with_person(talk, number)
    return talk.replies


def person_goes(desk: Desk, session: Session) -> list[Reply]:
    """What the client is told when the bot speaks again: the open matter goes on where it was."""
    talk = Conversation(desk, session)
    patterns.back_from_person(talk)
    return talk.replies


def ask_about_ticket(desk: Desk, session: Session, number: str, entry: str | None) -> list[Reply]:
    """The survey after a closed ticket; nothing when it was asked before."""
    talk = Conversation(desk, session)
    patterns.ask_survey(talk, number, entry=entry, ticket=number)
    return talk.replies


def come_back(desk: Desk, session: Session) -> list[Reply]:
    """What to say to one who was away and opens the window again; nothing when nothing was left open."""
    talk = Conversation(desk, session)
    patterns.welcome_back(talk)
    return talk.replies


def _said(talk: Conversation, heard: Heard) -> Understanding | None:
    text = clean(heard.text)
    talk.words = text
    if not any(char.isalnum() for char in text):
        patterns.empty(talk)
        return None
    session = talk.session
    if not _is_asked(talk) and patterns.guess_profile(talk, text):
        return None
    current = session.current
    setting = Setting(session.profile, session.page, current.entry if current else None)
    understanding = decide(heard, talk.desk.knowledge, talk.desk.finder, setting)
    sure_matter = understanding.kind in ("case", "platnik") and understanding.confidence >= FIRM
    if session.survey is not None and patterns.takes_remark(talk, command=understanding.kind == "command", sure_matter=sure_matter):
        patterns.finish(talk, text)
        return understanding
    if session.collecting is not None and patterns.collect(talk, text, understanding):
        return understanding
    if session.offer is not None and patterns.answer_offer(talk, text, understanding):
        return understanding
    if talk.desk.finder.asks_for_code(text):
        patterns.ask_for_code(talk)
        return understanding
    if patterns.correct(talk, text, understanding) or _answers_question(talk, text, understanding):
        return understanding
    if understanding.kind == "unclear" and patterns.maybe_corrects(talk, text):
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


def _is_asked(talk: Conversation) -> bool:
    """Whether we asked something that the words may answer; then "jestem na etacie" is the answer, and no word on the profile."""
    session, place = talk.session, talk.place()
    return bool(session.survey or session.collecting or session.offer) or (place is not None and place.question is not None)


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
