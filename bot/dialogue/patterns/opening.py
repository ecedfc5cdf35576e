"""The start of a conversation and of a matter."""

from __future__ import annotations

from bot.cases.model import PROFILES, Problem
from bot.dialogue import replies
from bot.dialogue.conversation import Conversation
from bot.dialogue.patterns.walking import show_place
from bot.dialogue.session import Frame


def welcome(talk: Conversation) -> None:
    """The first words, or, for one who comes back, the offer to go on."""
    session = talk.session
    talk.drop_vanished()
    if session.current is not None and talk.standing(session.current):
        resume(talk)
        return
    session.greeted = True
    talk.add(replies.text(talk.show.phrase("welcome")))
    if session.profile is None:
        profiles = [talk.show.choice(talk.show.phrase(f"profile_{name}"), "profile", name) for name in PROFILES]
        talk.add(replies.choices(talk.show.phrase("ask_profile"), profiles))
    else:
        menu(talk)


def menu(talk: Conversation) -> None:
    """Matters to begin with, for the client's profile."""
    options = talk.show.open_choices(talk.show.popular(talk.session.profile))
    talk.add(replies.choices(talk.show.phrase("menu"), [*options, talk.show.command("human")]))


def set_profile(talk: Conversation, profile: str) -> None:
    """The client says who they are; answers of open matters stay."""
    if profile in PROFILES:
        talk.session.profile = profile
    if talk.session.current is not None:
        show_place(talk)
    else:
        menu(talk)


def resume(talk: Conversation) -> None:
    """Take up the matter on top of the stack where it was left."""
    talk.drop_vanished()
    frame = talk.session.current
    if frame is None:
        talk.add(replies.text(talk.show.phrase("nothing_open"), talk.show.open_choices(talk.show.popular(talk.session.profile))))
        return
    talk.add(replies.text(talk.show.phrase("resumed", title=talk.entry().title, standing=talk.standing(frame))))
    show_place(talk)


def open_entry(talk: Conversation, name: str, origin: Frame | None = None) -> None:
    """Open a matter: what it is about, what is lost by waiting, and the first question or step."""
    entry = talk.desk.knowledge.entry(name)
    if entry is None:
        talk.add(replies.text(talk.show.phrase("not_there_any_more")))
        return
    session = talk.session
    session.offer = None
    session.collecting = None
    talk.drop_ended()
    interrupted = session.current
    if interrupted is not None and interrupted.entry == entry.id:
        resume(talk)
        return
    known = any(frame.entry == entry.id for frame in session.stack)
    frame = session.push(entry.id)
    if interrupted is not None and origin is None:
        talk.add(replies.text(talk.show.phrase("set_aside", title=talk.show.entry_title(interrupted.entry))))
    if known:
        resume(talk)
        return
    frame.origin = origin
    if not talk.current_is_served(entry):
        outdated(talk)
        return
    other = talk.show.choice(talk.show.phrase("button_not_this"), "command", "no")
    intro = talk.show.phrase("understood", title=entry.title, summary=talk.show.say(entry.summary))
    talk.add(replies.text(intro, [other]) | {"understood": {"id": entry.id, "title": entry.title}})
    urgent = entry.danger if isinstance(entry, Problem) and entry.danger else entry.urgent
    if urgent:
        talk.add(replies.notice(talk.show.say(urgent) or "", level="warning"))
    show_place(talk)


def outdated(talk: Conversation) -> None:
    """The entry is past its date: never shown as current; people are offered."""
    from bot.dialogue.patterns.offers import offer_person

    talk.session.pop()
    talk.add(replies.notice(talk.show.phrase("outdated"), level="warning"))
    offer_person(talk)
