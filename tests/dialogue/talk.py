"""A conversation for tests: rankings by hand, everything else real."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.dialogue.desk import Desk
from bot.dialogue.handover import Handover
from bot.dialogue.replies import Reply
from bot.dialogue.session import Carried, Session, dump, load
from bot.dialogue.turn import Pressed, Said, begin, take_turn
from bot.dialogue.understanding import Heard, Ranked


class Talk:
    """Says and presses; the session passes through its stored form on every turn, as in life."""

    def __init__(self, desk: Desk, script: Mapping[str, Mapping[str, float]] | None = None, **session: Any) -> None:
        self.desk = desk
        self.script = dict(script or {})
        self.session = Session(**session)
        self.handover: Handover | None = None
        self.saving: Carried | None = None
        self.replies: list[Reply] = begin(desk, self.session)

    def say(self, text: str, **ranking: float) -> Talk:
        """The client writes; the engine hears ``ranking``."""
        heard = ranking or self.script.get(text, {})
        ranked = tuple(Ranked(name, confidence) for name, confidence in sorted(heard.items(), key=lambda item: -item[1]))
        return self._take(Said(Heard(text, ranked)))

    def press(self, label: str) -> Talk:
        """The client presses the newest button with this label."""
        choice = next(choice for reply in reversed(self.replies) for choice in reply.get("choices", ()) if choice["label"] == label)
        return self.press_id(choice["id"])

    def press_id(self, name: str) -> Talk:
        """The client presses a button by its id."""
        return self._take(Pressed(name))

    def _take(self, incoming: Said | Pressed) -> Talk:
        self.session = load(dump(self.session))
        result = take_turn(self.desk, self.session, incoming)
        self.replies, self.handover, self.saving = result.replies, result.handover, result.saving
        assert self.replies or self.handover or self.saving
        return self

    def find(self, kind: str) -> Reply:
        """The first reply of a kind."""
        return next(reply for reply in self.replies if reply["kind"] == kind)

    def has(self, kind: str) -> bool:
        """Whether there is a reply of a kind."""
        return any(reply["kind"] == kind for reply in self.replies)

    @property
    def text(self) -> str:
        """All that was said in this turn."""
        return "\n".join(str(reply.get("text", "")) for reply in self.replies)

    @property
    def question(self) -> str | None:
        """The question asked in this turn."""
        return next((reply["question"] for reply in reversed(self.replies) if reply.get("question")), None)

    @property
    def labels(self) -> list[str]:
        """The labels of all buttons of this turn."""
        return [choice["label"] for reply in self.replies for choice in reply.get("choices", ())]
