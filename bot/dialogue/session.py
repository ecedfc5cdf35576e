"""What a conversation keeps: matters with their answers, and what the client was last offered; JSON in and out."""

from __future__ import annotations

from typing import Literal, Optional, Union

import msgspec

SCHEMA = 1
Verb = Literal["answer", "open", "command", "form", "term", "office", "profile", "accept", "decline", "change", "save", "leave_person", "rate", "contact"]
"""What a button can do."""
Reason = Literal["asked", "offered", "needs_person", "not_solved", "outdated", "engine_failed"]
"""Why people were asked: the client asked; accepted our offer after misunderstandings; the route leads to a person;
no remedy worked; the knowledge is past its date; the engine failed."""
KEPT_CHOICES = 120
"""Older buttons than these are answered with the present place instead of being acted on."""
ARRIVED = "o:"
"""The mark in a trail where an answer in another matter led to one that was open already."""


class Frame(msgspec.Struct, omit_defaults=True):
    """One matter on the stack: the entry, its answers by question id, and the steps done."""

    entry: str
    answers: dict[str, str] = {}
    done: list[str] = []
    trail: list[str] = []
    """The questions (``a:id``) and steps (``s:id``) in the order the client passed them, for going back."""
    origin: Optional[Frame] = None
    """The matter whose answer led here, as it was before that answer."""

    def answer(self, question: str, value: str) -> None:
        """Set or change an answer."""
        self.answers[question] = value
        self._pass(f"a:{question}")

    def arrive(self, origin: Frame) -> None:
        """An answer in another matter led here: going back leads there before it takes back anything here."""
        self.origin = origin
        self._pass(ARRIVED)

    def finish(self, step: str) -> None:
        """Mark a step as done."""
        if step not in self.done:
            self.done.append(step)
        self._pass(f"s:{step}")

    def _pass(self, mark: str) -> None:
        if mark in self.trail:
            self.trail.remove(mark)
        self.trail.append(mark)

    def undo(self) -> bool:
        """Take back the last step or answer; False when there is nothing to take back."""
        while self.trail and not (self.origin and self.trail[-1] == ARRIVED):
            kind, _, name = self.trail.pop().partition(":")
            if kind == "s" and name in self.done:
                self.done.remove(name)
                return True
            if kind == "a" and self.answers.pop(name, None) is not None:
                return True
        return False


class Candidate(msgspec.Struct, omit_defaults=True):
    """Something that understanding considered, with its confidence."""

    kind: str
    id: str
    confidence: float


class Offer(msgspec.Struct, omit_defaults=True):
    """A yes-or-no question of ours that waits for an answer."""

    kind: Literal["person", "return", "resume", "cancel", "entry"]
    target: Optional[str] = None


class Collecting(msgspec.Struct, omit_defaults=True):
    """Questions for the consultant that are being asked before the matter is handed over."""

    keys: list[str]
    reason: Reason
    entry: Optional[str] = None


class Survey(msgspec.Struct, omit_defaults=True):
    """What the client thinks of a settled matter, as far as they have said."""

    about: str
    """The entry, or the ticket's number."""
    entry: Optional[str] = None
    ticket: Optional[str] = None
    solved: Optional[str] = None
    score: Optional[int] = None


class Choice(msgspec.Struct, omit_defaults=True):
    """What a button does: ``verb`` with its argument."""

    verb: Verb
    value: str = ""
    entry: Optional[str] = None
    question: Optional[str] = None
    label: str = ""


class Carried(msgspec.Struct, omit_defaults=True):
    """What a code carries to another device, channel or consultant: who, which matters, how far; no words of the client."""

    profile: Optional[str] = None
    stack: list[Frame] = []
    waiting: list[str] = []


class Session(msgspec.Struct, omit_defaults=True):
    """The state of one conversation. Position is never stored: it is replayed from the frames."""

    schema: int = SCHEMA
    profile: Optional[str] = None
    page: Optional[str] = None
    channel: str = "widget"
    stack: list[Frame] = []
    finished: list[str] = []
    last_entry: Optional[str] = None
    last_frame: Optional[Frame] = None
    """The matter that was last left or rejected; people still get its path."""
    last_words: str = ""
    """What the client last said that was no command or answer, masked."""
    misses: int = 0
    turns: int = 0
    offer: Optional[Offer] = None
    collecting: Optional[Collecting] = None
    collected: dict[str, str] = {}
    choices: dict[str, Choice] = {}
    considered: list[Candidate] = []
    rejected: list[str] = []
    tickets: list[str] = []
    greeted: bool = False
    waiting: list[str] = []
    """Matters that were named in one message and have not been begun yet, in order."""
    person: Optional[str] = None
    """The ticket whose consultant speaks in this window now; the bot is silent meanwhile."""
    contacting: Optional[str] = None
    """The ticket whose answer may go by e-mail: the next message is awaited to be the address."""
    survey: Optional[Survey] = None
    """The survey that was asked and is not finished."""
    surveyed: list[str] = []
    """Matters and tickets the client was already asked about."""
    wrong_codes: int = 0
    """Codes tried in vain since the last good one."""

    @property
    def current(self) -> Frame | None:
        """The matter on top of the stack."""
        return self.stack[-1] if self.stack else None

    def push(self, entry: str) -> Frame:
        """Bring a matter to the top; one that is already on the stack is raised with its answers."""
        known = next((frame for frame in self.stack if frame.entry == entry), None)
        if known is not None:
            self.stack.remove(known)
        frame = known or Frame(entry)
        self.stack.append(frame)
        self.last_entry = entry
        return frame

    def return_to(self, origin: Frame) -> Frame:
        """Bring back the matter whose answer led to the top one, or raise it if it is open anew; the top one stays below unless nothing was done in it."""
        left = self.stack.pop()
        if left.trail:
            left.trail = [mark for mark in left.trail if mark != ARRIVED]
            left.origin = None
            self.stack.append(left)
        known = next((frame for frame in self.stack if frame.entry == origin.entry), None)
        if known is not None:
            self.stack.remove(known)
        self.stack.append(known or origin)
        return self.stack[-1]

    def pop(self) -> Frame | None:
        """Take the top matter away."""
        return self.stack.pop() if self.stack else None

    def forget_old_choices(self) -> None:
        """Keep only the newest buttons."""
        for name in list(self.choices)[:-KEPT_CHOICES]:
            del self.choices[name]


def dump(session: Session) -> bytes:
    """The session as JSON."""
    return msgspec.json.encode(session)


def load(data: Union[bytes, str]) -> Session:
    """A session from its JSON."""
    return msgspec.json.decode(data, type=Session)
