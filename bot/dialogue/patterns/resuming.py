"""Coming back: the welcome of one who was away, a code to take a matter elsewhere, and a matter brought by such a code."""

from __future__ import annotations

from bot.dialogue import replies
from bot.dialogue.conversation import Conversation
from bot.dialogue.patterns.opening import menu
from bot.dialogue.patterns.walking import show_place
from bot.dialogue.session import Carried, Offer

MOST_WRONG = 5
"""Wrong codes in one conversation; later ones are not even looked up."""


def welcome_back(talk: Conversation) -> bool:
    """Say where the client left off and offer to go on; False when nothing was left open."""
    talk.drop_vanished()
    talk.drop_ended()
    frame = talk.session.current
    if frame is None:
        return False
    talk.session.offer = Offer("resume", frame.entry)
    options = [
        talk.show.choice(talk.show.phrase("button_go_on"), "accept", "resume"),
        talk.show.choice(talk.show.phrase("button_something_else"), "decline", "resume"),
        talk.show.command("restart"),
    ]
    talk.add(replies.choices(talk.show.phrase("welcome_back", title=talk.entry().title, standing=talk.standing(frame)), options))
    return True


def with_person(talk: Conversation, number: str) -> None:
    """A consultant speaks in the window from now on."""
    talk.session.person = number
    talk.session.offer, talk.session.collecting, talk.session.misses = None, None, 0
    leave = talk.show.choice(talk.show.phrase("button_leave_person"), "leave_person")
    talk.add(replies.notice(talk.show.phrase("person_here"), level="person") | {"choices": [leave]})


def back_from_person(talk: Conversation) -> None:
    """The bot speaks again; an open matter goes on where it was."""
    talk.session.person = None
    talk.add(replies.notice(talk.show.phrase("person_gone"), level="person"))
    talk.drop_vanished()
    talk.drop_ended()
    frame = talk.session.current
    if frame is None:
        menu(talk)
        return
    talk.add(replies.text(talk.show.phrase("resumed", title=talk.entry().title, standing=talk.standing(frame))))
    show_place(talk)


def ask_for_code(talk: Conversation) -> None:
    """The client wants to go on elsewhere: a code is made outside, for an open matter only."""
    place = talk.place()
    if place is None:
        talk.add(replies.text(talk.show.phrase("nothing_to_save")))
        menu(talk)
        return
    talk.saving = True


def restore(talk: Conversation, carried: Carried | None) -> None:
    """Bring in what a code stands for; what was open here is set aside, not lost."""
    session = talk.session
    if carried is None:
        session.wrong_codes += 1
        key = "code_too_many" if session.wrong_codes >= MOST_WRONG else "code_unknown"
        talk.add(replies.notice(talk.show.phrase(key), level="warning"))
        if talk.place() is not None:
            show_place(talk)
        return
    session.wrong_codes = 0
    brought = {frame.entry for frame in carried.stack}
    session.stack = [*(frame for frame in session.stack if frame.entry not in brought), *carried.stack]
    session.profile = session.profile or carried.profile
    session.waiting = list(dict.fromkeys([*session.waiting, *carried.waiting]))
    session.offer, session.misses = None, 0
    talk.drop_vanished()
    frame = session.current
    if frame is None or not brought & {item.entry for item in session.stack}:
        talk.add(replies.text(talk.show.phrase("not_there_any_more")))
        menu(talk)
        return
    session.last_entry = frame.entry
    talk.add(replies.text(talk.show.phrase("resumed", title=talk.entry().title, standing=talk.standing(frame))))
    show_place(talk)


def carried_of(talk: Conversation) -> Carried:
    """What a code keeps of a conversation: matters with their answers and steps, nothing that was written."""
    return Carried(talk.session.profile, talk.session.stack, talk.session.waiting)


