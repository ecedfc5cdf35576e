"""Before people are asked: what they will need to know, each thing asked only once and never forced."""

from __future__ import annotations

from bot.dialogue import replies
from bot.dialogue.conversation import Conversation
from bot.dialogue.privacy import mask
from bot.dialogue.session import Collecting, Reason
from bot.dialogue.understanding import Understanding

SKIPPED = "–"
MAX_CHARS = 2000


def start_collecting(talk: Conversation, reason: Reason) -> None:
    """Ask for the diagnostics that are missing, or hand over at once when none is."""
    entry = talk.desk.knowledge.entry(talk.session.current.entry) if talk.session.current else None
    missing = talk.uncollected(entry) if entry else []
    if not missing:
        talk.hand_over(reason)
        return
    talk.session.offer = None
    talk.session.collecting = Collecting(missing, reason, entry.id if entry else None)
    talk.add(replies.text(talk.show.phrase("collecting", count=len(missing))))
    _ask(talk)


def ask_contact(talk: Conversation, number: str) -> None:
    """Ask for the address to which the answer may go; giving it is the consent."""
    talk.session.contacting = number
    talk.add({**replies.text(talk.show.phrase("ask_contact", number=number)), "input": "email"})


def collect(talk: Conversation, text: str, understanding: Understanding) -> bool:
    """Take the words as the answer to a diagnostic question; some commands end or skip it."""
    collecting = talk.session.collecting
    if collecting is None:
        return False
    command = understanding.id if understanding.kind == "command" and understanding.confidence == 1.0 else None
    if command == "human":
        talk.hand_over(collecting.reason)
    elif command in ("cancel", "restart", "menu", "back"):
        talk.session.collecting = None
        return False
    else:
        skipped = command in ("skip", "next", "no")
        take(talk, SKIPPED if skipped else text[:MAX_CHARS])
    return True


def take(talk: Conversation, value: str) -> None:
    """Note one diagnostic and ask for the next, or hand over."""
    collecting = talk.session.collecting
    assert collecting is not None
    talk.session.collected[collecting.keys[0]] = mask(value)
    collecting.keys = collecting.keys[1:]
    if collecting.keys:
        _ask(talk)
    else:
        talk.hand_over(collecting.reason)


def _ask(talk: Conversation) -> None:
    collecting = talk.session.collecting
    assert collecting is not None and collecting.entry
    entry = talk.desk.knowledge.entry(collecting.entry)
    assert entry is not None
    ask, _ = talk.collect_question(entry, collecting.keys[0])
    options = [talk.show.command("skip"), talk.show.command("human", "button_hand_over_now")]
    talk.add(replies.choices(ask, options, input="text", question=f"collect:{collecting.keys[0]}"))
