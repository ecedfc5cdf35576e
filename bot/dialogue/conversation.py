"""A conversation during one turn: its session, the place in the open matter, and the replies gathered so far."""

from __future__ import annotations

from bot.cases.conditions import SKIPPED
from bot.cases.knowledge import is_current
from bot.cases.model import Case, Collected, Guide
from bot.cases.walk import Position, walk
from bot.dialogue.desk import Desk
from bot.dialogue.handover import Handover
from bot.dialogue.present import Presenter
from bot.dialogue.privacy import mask
from bot.dialogue.replies import Reply
from bot.dialogue.session import Frame, Reason, Session, Survey
from bot.dialogue.understanding import Understanding


class Conversation:
    """What the repair patterns work on."""

    def __init__(self, desk: Desk, session: Session) -> None:
        self.desk = desk
        self.session = session
        self.show = Presenter(desk, session)
        self.replies: list[Reply] = []
        self.handover: Handover | None = None
        self.saving = False
        """Whether a code was asked for, under which this conversation can be taken up elsewhere."""
        self.rating: Survey | None = None
        self.remark = ""
        """What the client thinks of a settled matter, when they have just said so."""
        self.words = ""
        self.understanding: Understanding | None = None
        """What was understood in this turn, when the client wrote something."""

    def add(self, *found: Reply) -> None:
        """Reply with these."""
        self.replies.extend(found)

    def entry(self, frame: Frame | None = None) -> Guide:
        """The entry of a frame, by default of the open matter."""
        frame = frame or self.session.current
        entry = self.desk.knowledge.entry(frame.entry) if frame else None
        if entry is None:
            raise LookupError("no matter is open")
        return entry

    def place(self, frame: Frame | None = None) -> Position | None:
        """Where the client stands in a matter, by default the open one; None when there is none (any more)."""
        frame = frame or self.session.current
        entry = self.desk.knowledge.entry(frame.entry) if frame else None
        return walk(entry, frame.answers, frame.done) if entry and frame else None

    def drop_vanished(self) -> None:
        """Forget matters whose entry no longer exists, and questions for people that are no longer asked."""
        session = self.session
        session.stack = [frame for frame in session.stack if self.desk.knowledge.entry(frame.entry)]
        for frame in session.stack:
            if frame.origin is not None and self.desk.knowledge.entry(frame.origin.entry) is None:
                frame.origin = None
        if session.collecting is not None:
            entry = self.desk.knowledge.entry(session.collecting.entry or "")
            if entry is None or not set(session.collecting.keys) <= set(self.uncollected(entry)):
                session.collecting = None

    def drop_ended(self) -> None:
        """Take away finished matters, so that they are not offered for return."""
        kept = []
        for frame in self.session.stack:
            place = self.place(frame)
            if place is not None and place.kind not in ("end", "solved"):
                kept.append(frame)
        self.session.stack = kept

    def current_is_served(self, entry: Guide) -> bool:
        """Whether the entry may be shown as current today."""
        return is_current(entry, self.desk.today)

    def standing(self, frame: Frame) -> str:
        """Where the client stands, in words: the step with its number, or the question."""
        place = self.place(frame)
        entry = self.desk.knowledge.entry(frame.entry)
        if place is None or entry is None:
            return ""
        if place.kind == "step":
            return self.show.phrase("at_step", position=place.index + 1, of=len(place.route))
        if place.kind == "question":
            question = entry.questions[place.question or ""]
            return self.show.phrase("at_question", question=question.short or self.show.say(question.ask))
        return self.show.phrase("at_end")

    def uncollected(self, entry: Guide) -> list[str]:
        """The diagnostics that people will need for this entry and the client has not given yet."""
        keys = [item if isinstance(item, str) else item.id for item in entry.collect]
        return [key for key in keys if key not in self.session.collected]

    def collect_question(self, entry: Guide, key: str) -> tuple[str, str]:
        """The question and the short name of a diagnostic."""
        own = next((item for item in entry.collect if isinstance(item, Collected) and item.id == key), None)
        if own is not None:
            return own.ask, own.id
        shared = self.desk.knowledge.collect[key]
        return shared.ask, shared.short

    def hand_over(self, reason: Reason) -> None:
        """Pack everything for people; the ticket itself is made outside."""
        session = self.session
        frame = session.current or session.last_frame
        entry = self.desk.knowledge.entry(frame.entry) if frame else None
        place = self.place(frame) if frame else None
        path = []
        if entry and place:
            for item in place.asked:
                if item.answer and item.id in entry.questions:
                    question, label = self.show.answered(entry, item.id, item.answer)
                    path.append({"id": item.id, "question": question, "answer": label if item.answer != SKIPPED else "–"})
        self.handover = Handover(
            reason=reason,
            entry=entry.id if entry else None,
            title=entry.title if entry else None,
            path=path,
            done=list(frame.done) if frame else [],
            standing=self.standing(frame) if frame else None,
            candidates=session.considered,
            rejected=session.rejected,
            collected={self._collected_name(entry, key): value for key, value in session.collected.items()},
            profile=session.profile,
            page=session.page,
            channel=session.channel,
            question=session.last_words or mask(self.words) or None,
        )
        session.misses = 0
        session.offer = None
        session.collecting = None

    def _collected_name(self, entry: Guide | None, key: str) -> str:
        shared = self.desk.knowledge.collect.get(key)
        return shared.short if shared else key

    def is_case(self) -> bool:
        """Whether the open matter is one with a route of steps."""
        return self.session.current is not None and isinstance(self.entry(), Case)
