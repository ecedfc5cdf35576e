"""Several matters at once: named, confirmed by choosing where to begin, done one after another, with what is left in sight."""

from __future__ import annotations

from collections.abc import Sequence

from bot.dialogue import replies
from bot.dialogue.conversation import Conversation
from bot.dialogue.session import Offer
from bot.dialogue.understanding import Alternative


def take_several(talk: Conversation, found: Sequence[Alternative]) -> None:
    """Name the matters and let the client say which comes first; the others wait."""
    talk.session.misses = 0
    talk.session.waiting = [item.id for item in found]
    listed = "\n".join(f"{place}. {talk.show.entry_title(item.id)}" for place, item in enumerate(found, start=1))
    options = [*talk.show.open_choices([item.id for item in found]), talk.show.choice(talk.show.phrase("button_none"), "command", "no")]
    talk.add(replies.choices(talk.show.phrase("several", listed=listed), options))


def begun(talk: Conversation, entry: str) -> None:
    """A matter was begun: it waits no longer, and the client sees what still does."""
    waiting = [name for name in talk.session.waiting if name != entry and talk.desk.knowledge.entry(name)]
    if len(waiting) == len(talk.session.waiting):
        return
    talk.session.waiting = waiting
    if waiting:
        talk.add(replies.notice(talk.show.phrase("left_over", titles=_titles(talk, waiting))))


def offer_waiting(talk: Conversation) -> bool:
    """Offer the next matter that waits; False when none does."""
    waiting = talk.session.waiting
    if not waiting:
        return False
    title = talk.show.entry_title(waiting[0])
    talk.session.offer = Offer("entry", waiting[0])
    options = [
        talk.show.choice(talk.show.phrase("button_go_to", title=title), "accept", "entry"),
        talk.show.choice(talk.show.phrase("button_not_now"), "decline", "entry"),
    ]
    talk.add(replies.choices(talk.show.phrase("offer_waiting", titles=_titles(talk, waiting), title=title), options))
    return True


def _titles(talk: Conversation, names: Sequence[str]) -> str:
    return ", ".join(f"„{talk.show.entry_title(name)}”" for name in names)
