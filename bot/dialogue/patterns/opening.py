"""The start of a conversation: welcome, menu, profile."""

from __future__ import annotations

from bot.cases.model import PROFILES
from bot.dialogue import replies
from bot.dialogue.conversation import Conversation
from bot.dialogue.patterns.walking import resume, show_place


def welcome(talk: Conversation, *, brief: bool = False) -> None:
    """The first words, or, for one who comes back, the offer to go on. ``brief``: nothing is asked, since the client has already spoken."""
    session = talk.session
    talk.drop_vanished()
    if session.current is not None and talk.standing(session.current):
        resume(talk)
        return
    session.greeted = True
    talk.add(replies.text(talk.show.phrase("welcome")))
    if brief:
        return
    if session.profile is None:
        ask_profile(talk)
    else:
        menu(talk)


def ask_profile(talk: Conversation) -> None:
    """Let the client say who they are."""
    profiles = [talk.show.choice(talk.show.phrase(f"profile_{name}"), "profile", name) for name in PROFILES]
    talk.add(replies.choices(talk.show.phrase("ask_profile"), profiles))


def menu(talk: Conversation) -> None:
    """Matters to begin with, for the client's profile."""
    options = talk.show.open_choices(talk.show.popular(talk.session.profile))
    talk.add(replies.choices(talk.show.phrase("menu"), [*options, talk.show.command("human")]))


def set_profile(talk: Conversation, profile: str) -> None:
    """The client says who they are; answers of open matters stay. An empty profile asks."""
    if not profile:
        ask_profile(talk)
        return
    if profile in PROFILES:
        talk.session.profile = profile
    if talk.session.current is not None:
        show_place(talk)
    else:
        menu(talk)
