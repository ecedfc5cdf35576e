"""Carrying out what was understood: commands, cards, matters, and what a pressed button does."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot.cases.knowledge import form_slug
from bot.cases.model import Case
from bot.dialogue import replies
from bot.dialogue.conversation import Conversation
from bot.dialogue.patterns import collecting, failing, offers, opening, resuming, surveying, walking
from bot.dialogue.patterns.several import offer_waiting
from bot.dialogue.session import Choice
from bot.dialogue.understanding import Understanding


def act_on(talk: Conversation, understanding: Understanding) -> None:
    """Carry out an Understanding."""
    kind, name = understanding.kind, understanding.id
    if kind == "command" and name:
        command(talk, name)
    elif kind in ("case", "platnik") and name:
        walking.open_entry(talk, name)
    elif kind in ("form", "term", "office") and name:
        ids = [name, *[item.id for item in understanding.alternatives if item.kind == kind]]
        tap = [item.id for item in understanding.alternatives if item.kind in ("case", "platnik")][:1]
        cards(talk, kind, ids, tap if understanding.alternatives else [])
    elif kind == "out_of_scope":
        failing.out_of_scope(talk, understanding)
    else:
        failing.unclear(talk, understanding)


def cards(talk: Conversation, kind: str, names: list[str], tap: Sequence[str] = ()) -> None:
    """Show a form, a term or offices, and return to the place the client was at."""
    talk.session.misses = 0
    if kind == "form":
        talk.add(talk.show.form_card(form_slug(names[0])))
    elif kind == "term":
        shown = talk.show.term_card(names[0])
        if tap and talk.session.current is None:
            shown["choices"] = talk.show.open_choices(tap)
        talk.add(shown)
    else:
        talk.add(*[talk.show.office_card(name) for name in names[:3]])
    frame = talk.session.current
    place = talk.place()
    if frame is not None and place is not None and place.kind not in ("end", "solved"):
        talk.add(replies.text(talk.show.phrase("back_from_aside", title=talk.entry().title, standing=talk.standing(frame))))
        walking.show_place(talk)


def command(talk: Conversation, name: str) -> None:
    """Carry out a command by its id."""
    if name not in ("no", "repeat", "thanks"):
        talk.session.offer = None
    _COMMANDS[name](talk)


def _restart(talk: Conversation) -> None:
    """From the beginning: the open matter anew, or, without one, the conversation."""
    frame = talk.session.current
    talk.session.misses = 0
    if frame is None:
        opening.welcome(talk)
        return
    talk.session.pop()
    talk.add(replies.text(talk.show.phrase("restarted", title=talk.show.entry_title(frame.entry))))
    walking.open_entry(talk, frame.entry, origin=frame.origin)


def _cancel(talk: Conversation) -> None:
    """Put the open matter away; an interrupted one is offered again."""
    talk.session.collecting = None
    talk.drop_ended()
    frame = talk.session.pop()
    if frame is None:
        talk.add(replies.text(talk.show.phrase("nothing_open")))
        opening.menu(talk)
        return
    talk.add(replies.text(talk.show.phrase("cancelled", title=talk.show.entry_title(frame.entry))))
    if talk.session.current is not None:
        walking.offer_return(talk, talk.session.current)
    elif not offer_waiting(talk):
        opening.menu(talk)


def _human(talk: Conversation) -> None:
    collecting.start_collecting(talk, "asked")


def _yes(talk: Conversation) -> None:
    """ "Tak" without a question of ours: a done step, or nothing to agree to."""
    place = talk.place()
    if place is not None and place.kind == "step":
        walking.next_step(talk)
    elif place is not None and place.kind in ("question", "check"):
        walking.show_place(talk)
    else:
        talk.add(replies.text(talk.show.phrase("yes_to_what")))
        opening.menu(talk)


def _thanks(talk: Conversation) -> None:
    """Thanks, "ok" or "aha" never derail: the place stays."""
    place = talk.place()
    if place is not None and place.kind in ("question", "check", "step"):
        talk.add(replies.text(talk.show.phrase("acknowledged")))
        walking.show_place(talk)
        return
    talk.add(replies.text(talk.show.phrase("thanks")))


def _greet(talk: Conversation) -> None:
    talk.add(replies.text(talk.show.phrase("greet")))
    if talk.session.current is not None:
        walking.resume(talk)
    else:
        opening.menu(talk)


def _goodbye(talk: Conversation) -> None:
    talk.add(replies.text(talk.show.phrase("goodbye")))


def _help(talk: Conversation) -> None:
    talk.add(replies.text(talk.show.phrase("help"), [talk.show.command("menu"), talk.show.command("human")]))
    if talk.session.current is not None:
        walking.show_place(talk)


def _print(talk: Conversation) -> None:
    place = talk.place()
    if place is None or not talk.is_case():
        talk.add(replies.text(talk.show.phrase("nothing_to_print")))
        return
    entry = talk.entry()
    assert isinstance(entry, Case)
    if place.kind == "question":
        talk.add(replies.text(talk.show.phrase("print_after_questions")))
        walking.show_place(talk)
        return
    talk.add(talk.show.checklist(entry, place))


_COMMANDS: dict[str, Callable[[Conversation], None]] = {
    "next": walking.next_step,
    "back": walking.back,
    "repeat": walking.repeat,
    "restart": _restart,
    "cancel": _cancel,
    "skip": walking.skip,
    "yes": _yes,
    "no": failing.reject,
    "human": _human,
    "menu": opening.menu,
    "help": _help,
    "resume": walking.resume,
    "thanks": _thanks,
    "greet": _greet,
    "goodbye": _goodbye,
    "print": _print,
}


def pressed(talk: Conversation, name: str) -> None:
    """Do what a button says; a button this conversation does not know changes nothing."""
    choice = talk.session.choices.get(name)
    if choice is None:
        _without_effect(talk)
        return
    talk.words = choice.label
    if talk.session.collecting is not None and choice.verb == "command" and choice.value in ("skip", "human"):
        if choice.value == "skip":
            collecting.take(talk, collecting.SKIPPED)
        else:
            talk.hand_over(talk.session.collecting.reason)
        return
    if not (choice.verb == "command" and choice.value == "no"):
        talk.session.misses = 0
    _VERBS[choice.verb](talk, choice)


def _without_effect(talk: Conversation) -> None:
    """A button that does nothing any more: the place, or the menu, is shown again."""
    talk.add(replies.notice(talk.show.phrase("choice_unknown"), level="warning"))
    if talk.session.current is not None:
        walking.show_place(talk)
    else:
        opening.menu(talk)


def _press_answer(talk: Conversation, choice: Choice) -> None:
    """Answer a question, also one of a matter further down or one answered before."""
    assert choice.entry and choice.question
    talk.session.offer = None
    talk.session.collecting = None
    if talk.desk.knowledge.entry(choice.entry) is None:
        talk.add(replies.text(talk.show.phrase("not_there_any_more")))
        return
    current = talk.session.current
    if current is not None and current.origin is not None and current.origin.entry == choice.entry:
        talk.session.return_to(current.origin)
    elif all(frame.entry != choice.entry for frame in talk.session.stack):
        walking.open_entry(talk, choice.entry)
        return
    talk.session.push(choice.entry)
    walking.answer(talk, choice.question, choice.value)


def _press_command(talk: Conversation, choice: Choice) -> None:
    if talk.session.offer is not None and choice.value == "no":
        offers.decline(talk)
        return
    command(talk, choice.value)


def _press_offer(talk: Conversation, choice: Choice) -> None:
    """Take or decline our offer. The button of an earlier one never answers another; only people can be had at any time."""
    offer = talk.session.offer
    if offer is not None and offer.kind == choice.value:
        (offers.accept if choice.verb == "accept" else offers.decline)(talk)
    elif choice.verb == "accept" and choice.value == "person":
        collecting.start_collecting(talk, "offered")
    else:
        _without_effect(talk)


def _press_change(talk: Conversation, choice: Choice) -> None:
    if choice.entry and any(frame.entry == choice.entry for frame in talk.session.stack):
        talk.session.push(choice.entry)
        walking.change(talk, choice.value)
    else:
        walking.show_place(talk)


_VERBS: dict[str, Callable[[Conversation, Choice], None]] = {
    "answer": _press_answer,
    "open": lambda talk, choice: walking.open_entry(talk, choice.value),
    "command": _press_command,
    "form": lambda talk, choice: cards(talk, "form", [choice.value]),
    "term": lambda talk, choice: cards(talk, "term", [choice.value]),
    "office": lambda talk, choice: cards(talk, "office", [choice.value]),
    "profile": lambda talk, choice: opening.set_profile(talk, choice.value),
    "accept": _press_offer,
    "decline": _press_offer,
    "change": _press_change,
    "rate": lambda talk, choice: surveying.rate(talk, choice.value),
    "contact": lambda talk, choice: collecting.ask_contact(talk, choice.value),
    "leave_person": lambda talk, _: resuming.back_from_person(talk),
    "save": lambda talk, _: resuming.ask_for_code(talk),
}
