"""A client who writes in another language: told in it how we go on, and that people can be asked."""

from __future__ import annotations

from bot.dialogue import replies
from bot.dialogue.conversation import Conversation
from bot.text.language import Language


def foreign(talk: Conversation, language: Language) -> None:
    """A sentence in the client's language, once in a row; nothing in Polish."""
    if language == "pl":
        return
    talk.add(replies.text(talk.show.phrase(f"foreign_{language}"), [talk.show.command("human")]) | {"lang": language})
