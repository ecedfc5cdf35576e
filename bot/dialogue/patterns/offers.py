"""Our own yes-or-no questions: a person, going back to a matter."""

from __future__ import annotations

from bot.cases.answers import yes_or_no
from bot.dialogue import replies
from bot.dialogue.conversation import Conversation
from bot.dialogue.patterns.collecting import start_collecting
from bot.dialogue.patterns.opening import menu
from bot.dialogue.patterns.walking import open_entry, show_place
from bot.dialogue.understanding import Understanding


def answer_offer(talk: Conversation, text: str, understanding: Understanding) -> bool:
    """Take "tak" or "nie" as the answer to our offer; anything else leaves the offer behind."""
    offer = talk.session.offer
    if offer is None:
        return False
    command = understanding.id if understanding.kind == "command" else None
    if command is None:
        command = {"tak": "yes", "nie": "no"}.get(yes_or_no(text) or "")
    if command == "yes" or (command in ("human", "resume") and offer.kind in ("person", "return", "entry")) or (command in ("resume", "next") and offer.kind == "resume"):
        accept(talk)
        return True
    if command in ("no", "cancel"):
        decline(talk)
        return True
    talk.session.offer = None
    return False


def accept(talk: Conversation) -> None:
    """The client takes the offer."""
    offer, talk.session.offer = talk.session.offer, None
    if offer is not None and offer.kind == "person":
        start_collecting(talk, "offered")
    elif offer is not None and offer.kind == "resume":
        show_place(talk)
    elif offer is not None and offer.target:
        talk.drop_ended()
        open_entry(talk, offer.target)
    else:
        show_place(talk)


def decline(talk: Conversation) -> None:
    """The client does not want it: no pressing, the way on is shown."""
    offer, talk.session.offer = talk.session.offer, None
    talk.session.misses = 0
    if offer is not None and offer.kind == "return":
        talk.session.stack = [frame for frame in talk.session.stack if frame.entry != offer.target]
        talk.drop_ended()
        talk.add(replies.text(talk.show.phrase("return_declined")))
        menu(talk)
        return
    if offer is not None and offer.kind == "entry":
        talk.session.waiting = [name for name in talk.session.waiting if name != offer.target]
        talk.add(replies.text(talk.show.phrase("return_declined")))
        menu(talk)
        return
    if offer is not None and offer.kind == "resume":
        talk.add(replies.text(talk.show.phrase("resume_declined")))
        menu(talk)
        return
    talk.add(replies.text(talk.show.phrase("person_declined")))
    if talk.session.current is not None:
        show_place(talk)
    else:
        menu(talk)
