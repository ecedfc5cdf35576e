"""The offer of a person."""

from __future__ import annotations

from bot.dialogue import replies
from bot.dialogue.conversation import Conversation
from bot.dialogue.session import Offer


def offer_person(talk: Conversation, key: str = "offer_person") -> None:
    """Offer a person; the answer is awaited."""
    talk.session.offer = Offer("person")
    options = [
        talk.show.choice(talk.show.phrase("button_yes_person"), "accept", "person"),
        talk.show.choice(talk.show.phrase("button_no_person"), "decline", "person"),
        talk.show.command("menu"),
    ]
    talk.add(replies.choices(talk.show.phrase(key), options))
