"""What became of a turn, in one word of a closed list; counted to see how the service does. Nothing of the client's words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, Optional, get_args

from bot.cases.walk import CHECK, YES
from bot.dialogue.patterns.failing import MOST_MISSES
from bot.dialogue.replies import Reply
from bot.dialogue.session import Choice, Frame, Session
from bot.dialogue.turn import TurnResult

Kind = Literal["answered", "step", "clarification", "correction", "out_of_scope", "not_understood", "command", "handoff", "person", "error", "completed", "solved"]
"""``docs/measures.md`` defines each."""
KINDS: tuple[Kind, ...] = get_args(Kind)
MISSES: tuple[Kind, ...] = ("not_understood", "out_of_scope", "error")
"""Turns in which the client did not get what they came for."""
_CARDS = ("form", "term", "office")


@dataclass(frozen=True)
class Outcome:
    """A turn as counted.

    ``entry``: the matter the turn was about. ``step``: where the client now stands in it, ``question:<id>`` or ``step:<id>``.
    ``confidence``: of the understanding, where the client's words were understood as something.
    """

    kind: Kind
    entry: Optional[str] = None
    step: Optional[str] = None
    confidence: Optional[float] = None


def outcome_of(result: TurnResult, before: Session, after: Session) -> Outcome:
    """What a turn came to: the first that holds of person, error, handoff, an end, a correction, a step, what was understood."""
    kind = _kind(result, before, after)
    heard = result.understanding
    confidence = heard.confidence if heard is not None and kind in ("answered", "clarification", "out_of_scope", "not_understood") else None
    if kind in ("completed", "solved"):
        return Outcome(kind, after.finished[-1])
    if result.handover is not None:
        return Outcome(kind, result.handover.entry)
    if kind == "correction" and (left := _left(before, after)):
        return Outcome(kind, left)
    return Outcome(kind, *_place(result, before, after), confidence)


def _kind(result: TurnResult, before: Session, after: Session) -> Kind:
    if before.person is not None:
        return "person"
    if result.failed:
        return "error"
    if result.handover is not None:
        return "handoff"
    ended = _ended(result, before, after)
    if ended is not None:
        return "solved" if _helped(ended) else "completed"
    if _corrected(result, before, after):
        return "correction"
    if _moved_on(before, after):
        return "step"
    if after.current is not None and not _only_steered(result) and all(frame.entry != after.current.entry for frame in before.stack):
        return "answered"
    return _by_button(result.pressed, before, after) if result.pressed is not None else _by_words(result, before, after)


def _only_steered(result: TurnResult) -> bool:
    """Whether a code brought matters back."""
    return result.pressed is not None and result.pressed.verb == "save"


def _ended(result: TurnResult, before: Session, after: Session) -> Frame | None:
    """The matter whose end was reached in this turn; showing the end again is no end."""
    frame = next((frame for frame in after.stack if after.finished and frame.entry == after.finished[-1]), None)
    if frame is None:
        return None
    again = before.finished == after.finished
    known = next((old for old in before.stack if old.entry == frame.entry), None)
    unchanged = known is not None and (known.answers, known.done) == (frame.answers, frame.done)
    shown_further = any(_entry_of(reply) == frame.entry for reply in result.replies if _stand(reply))
    return None if shown_further or (again and unchanged) else frame


def _helped(frame: Frame) -> bool:
    """Whether the client has said that it works now."""
    return any(name.startswith(CHECK) and answer == YES for name, answer in frame.answers.items())


def _corrected(result: TurnResult, before: Session, after: Session) -> bool:
    """An earlier answer changed or taken back, or what was understood called wrong."""
    if result.pressed is not None and result.pressed.verb == "change":
        return True
    if len(after.rejected) > len(before.rejected):
        return True
    return any(old.answers[name] != new.answers[name] for old, new in _pairs(before, after) for name in old.answers.keys() & new.answers.keys())


def _moved_on(before: Session, after: Session) -> bool:
    """A question answered, a step done, something told for people; an answer that led into another matter too."""
    if len(after.collected) > len(before.collected):
        return True
    if any(new.answers.keys() - old.answers.keys() or len(new.done) > len(old.done) for old, new in _pairs(before, after)):
        return True
    led = after.current.origin if after.current is not None else None
    open_before = before.current
    return led is not None and open_before is not None and open_before.entry != after.stack[-1].entry and led.entry == open_before.entry


def _by_button(pressed: Choice, before: Session, after: Session) -> Kind:
    """A button that moved nothing on in a matter."""
    if pressed.verb in _CARDS:
        return "answered"
    if pressed.verb == "open":
        return "error" if _person_offered(after) else "answered"
    if pressed.verb == "answer":
        return "clarification"
    rejects = pressed.verb == "command" and pressed.value == "no" and before.offer is None
    return "correction" if rejects else "command"


def _by_words(result: TurnResult, before: Session, after: Session) -> Kind:
    """Words, by what they were understood as."""
    heard = result.understanding
    if heard is None:
        outside_talk = after.turns == before.turns
        return "command" if outside_talk or any(reply.get("level") == "understood" for reply in result.replies) else "not_understood"
    remark_taken = result.rating is not None and after.last_words == before.last_words
    if remark_taken or result.saving is not None:
        return "command"
    missed = after.misses > before.misses or (after.misses >= MOST_MISSES and _person_offered(after))
    if heard.kind == "command":
        asked_again = heard.id in ("yes", "no") and before.offer is None and any(_stand(reply) for reply in result.replies)
        return "correction" if heard.id == "no" and missed else "clarification" if asked_again else "command"
    if missed:
        return "out_of_scope" if heard.kind == "out_of_scope" else "clarification" if _asked_which(result, after) else "not_understood"
    if heard.kind in _CARDS:
        return "answered"
    resumed = after.current is not None and after.current.entry == heard.id and after.last_words != before.last_words
    return "answered" if resumed else "error" if _person_offered(after) else "clarification"


def _person_offered(after: Session) -> bool:
    return after.offer is not None and after.offer.kind == "person"


def _asked_which(result: TurnResult, after: Session) -> bool:
    """Whether the client was asked which matter is meant, and not merely asked the open question again."""
    asked = any(reply["kind"] == "choices" for reply in result.replies)
    return asked and after.offer is None and not any(_stand(reply) for reply in result.replies)


def _left(before: Session, after: Session) -> str | None:
    """The matter that was called wrong in this turn."""
    return after.rejected[-1] if len(after.rejected) > len(before.rejected) else None


def _pairs(before: Session, after: Session) -> Iterator[tuple[Frame, Frame]]:
    """The matters that were open before and still are."""
    known = {frame.entry: frame for frame in before.stack}
    for frame in after.stack:
        if frame.entry in known:
            yield known[frame.entry], frame


def _place(result: TurnResult, before: Session, after: Session) -> tuple[str | None, str | None]:
    """The open matter, and the question or step last shown of it."""
    current = after.current or before.current
    if current is None:
        return None, None
    shown = [_stand(reply) for reply in result.replies if _stand(reply) and _entry_of(reply) in (None, current.entry)]
    return current.entry, shown[-1] if shown else None


def _stand(reply: Reply) -> str | None:
    """The question or step that a reply shows."""
    if reply["kind"] == "step":
        return f"step:{reply.get('id') or reply.get('position')}"
    return f"question:{reply['question']}" if reply.get("question") else None


def _entry_of(reply: Reply) -> str | None:
    case = reply.get("case")
    return str(case["id"]) if isinstance(case, dict) else None
