"""Walking a matter: opening it, questions, answers, steps, going back, the end."""

from __future__ import annotations

from bot.cases.conditions import SKIPPED
from bot.cases.model import Case, Guide, Problem
from bot.cases.walk import Position, cautions_of, step_id
from bot.dialogue import replies
from bot.dialogue.conversation import Conversation
from bot.dialogue.patterns.collecting import start_collecting
from bot.dialogue.patterns.person import offer_person
from bot.dialogue.patterns.several import begun, offer_waiting
from bot.dialogue.patterns.surveying import ask_survey
from bot.dialogue.session import Frame, Offer, Reason

ALSO_FROM = 0.04
"""Another matter at least this likely is offered beside what was understood."""
MOST_OTHERS = 2


def show_place(talk: Conversation) -> None:
    """Say where the client stands: the question, the step, or the end."""
    place = talk.place()
    if place is None:
        return
    entry = talk.entry()
    if place.kind in ("question", "check"):
        if place.refused:
            talk.add(replies.notice(talk.show.phrase("answer_no_longer"), level="warning"))
        talk.add(talk.show.question(entry, place))
    elif place.kind == "step":
        if place.index == 0 and isinstance(entry, Case):
            _before_first_step(talk, entry, place)
        talk.add(talk.show.step(entry, place))
    elif place.kind == "goto":
        _other_matter(talk, place.target or "")
    elif place.kind == "people":
        needs_people(talk, entry)
    else:
        end(talk, entry, place)


def _before_first_step(talk: Conversation, entry: Case, place: Position) -> None:
    for caution in cautions_of(entry, place.known):
        talk.add(replies.notice(talk.show.say(caution.text) or "", level="warning"))
    if entry.needs:
        talk.add(replies.text(talk.show.phrase("needs", needs="; ".join(entry.needs))))


def answer(talk: Conversation, question: str, value: str) -> None:
    """Take an answer (or SKIPPED) to a question of the open matter and go on."""
    frame = talk.session.current
    assert frame is not None
    entry = talk.entry()
    talk.session.misses = 0
    chosen = entry.questions[question].answers.get(value) if question in entry.questions else None
    if chosen is not None and chosen.help:
        talk.add(replies.text(talk.show.say(chosen.help) or ""))
        place = talk.place()
        if place is not None and place.question == question:
            shown = talk.show.question(entry, place)
            shown["choices"] = [*shown["choices"], talk.show.command("skip"), talk.show.command("human")]
            talk.add(shown)
        return
    frame.answer(question, value)
    show_place(talk)


def which_answer(talk: Conversation, place: Position, names: tuple[str, ...]) -> None:
    """Ask which of these answers the client meant."""
    entry = talk.entry()
    question = entry.questions[place.question or ""]
    options = [
        talk.show.choice(talk.show.say(question.answers[name].label) or name, "answer", name, entry=entry.id, question=place.question) for name in names
    ]
    talk.add(
        replies.choices(talk.show.phrase("which_answer", question=talk.show.say(question.ask)), options, question=place.question,
                        case={"id": entry.id, "title": entry.title})
    )


def next_step(talk: Conversation) -> None:
    """The step is done; on to the next. At a question there is nothing to pass but the question."""
    frame, place = talk.session.current, talk.place()
    if frame is None or place is None:
        talk.add(replies.text(talk.show.phrase("nothing_open"), talk.show.open_choices(talk.show.popular(talk.session.profile))))
        return
    if place.kind == "step" and place.step is not None:
        frame.finish(step_id(place.step, place.index, place.cause))
        talk.session.misses = 0
    elif place.kind in ("question", "check"):
        talk.add(replies.text(talk.show.phrase("answer_first")))
    show_place(talk)


def skip(talk: Conversation) -> None:
    """Leave a question out (both branches then stay), or a step."""
    place = talk.place()
    if place is not None and place.kind == "question" and place.question:
        talk.add(replies.text(talk.show.phrase("question_skipped")))
        answer(talk, place.question, SKIPPED)
    else:
        next_step(talk)


def back(talk: Conversation) -> None:
    """One step or answer back; from the first question of a matter that another one led to, back into that one."""
    frame = talk.session.current
    if frame is None:
        talk.add(replies.text(talk.show.phrase("nothing_to_go_back")))
        return
    if not frame.undo():
        if frame.origin is None:
            talk.add(replies.text(talk.show.phrase("nothing_to_go_back")))
        else:
            talk.session.return_to(frame.origin)
            talk.add(replies.text(talk.show.phrase("back_to_matter", title=talk.entry().title)))
    show_place(talk)
    changes = changeable(talk)
    if changes:
        talk.add(replies.text(talk.show.phrase("change_earlier"), changes))


def changeable(talk: Conversation) -> list[replies.ChoiceOut]:
    """Buttons that take the client to an earlier answer."""
    place, entry = talk.place(), talk.entry()
    found = []
    for item in place.asked if place else ():
        if item.answer is not None and item.id in entry.questions:
            question, label = talk.show.answered(entry, item.id, item.answer)
            found.append(talk.show.choice(f"{question}: {label}", "change", item.id, entry=entry.id, question=item.id))
    return found


def change(talk: Conversation, question: str) -> None:
    """Ask an earlier question again; the other answers stay and are used where they still hold."""
    frame = talk.session.current
    if frame is None or question not in talk.entry().questions:
        return
    frame.answers.pop(question, None)
    frame.trail = [mark for mark in frame.trail if mark != f"a:{question}"]
    show_place(talk)


def _other_matter(talk: Conversation, target: str) -> None:
    """An answer means that this is another matter: go there, and remember the way back."""
    frame = talk.session.pop()
    assert frame is not None
    if frame.trail:
        frame.undo()
    talk.add(replies.text(talk.show.phrase("other_matter", title=talk.show.entry_title(target))))
    open_entry(talk, target, origin=frame)


def needs_people(talk: Conversation, entry: Guide) -> None:
    """The route ends with people: say why, gather what they need, hand over."""
    reason: Reason = "needs_person" if entry.kind == "case" else "not_solved"
    talk.add(replies.text(talk.show.phrase("to_people_case" if entry.kind == "case" else "to_people_problem")))
    start_collecting(talk, reason)


def end(talk: Conversation, entry: Guide, place: Position) -> None:
    """The client has done their part: what happens now, the checklist, what usually comes next, the way back."""
    talk.session.finished = [*[name for name in talk.session.finished if name != entry.id], entry.id]
    outcome = "\n".join(talk.show.ending(entry, place))
    talk.add(replies.text(talk.show.phrase("completed", title=entry.title, outcome=outcome)))
    if isinstance(entry, Case):
        talk.add(talk.show.checklist(entry, place))
    talk.add(replies.notice(talk.show.verified(entry)))
    interrupted = [frame for frame in talk.session.stack[:-1] if (found := talk.place(frame)) and found.kind not in ("end", "solved")]
    if interrupted:
        offer_return(talk, interrupted[-1])
        return
    if offer_waiting(talk):
        return
    following = talk.show.open_choices(entry.next[:4])
    talk.add(replies.text(talk.show.phrase("what_next"), [*following, talk.show.command("menu")]))
    ask_survey(talk, entry.id, entry=entry.id)


def offer_return(talk: Conversation, frame: Frame) -> None:
    """Offer to go back to an interrupted matter, by name and step."""
    title = talk.show.entry_title(frame.entry)
    talk.session.offer = Offer("return", frame.entry)
    options = [
        talk.show.choice(talk.show.phrase("button_return", title=title), "accept", "return"),
        talk.show.choice(talk.show.phrase("button_not_now"), "decline", "return"),
    ]
    talk.add(replies.choices(talk.show.phrase("offer_return", title=title, standing=talk.standing(frame)), options))


def repeat(talk: Conversation, *, simpler: bool = True) -> None:
    """Say the present place again, in other words where the editors wrote them."""
    place = talk.place()
    if place is None:
        talk.add(replies.text(talk.show.phrase("help"), talk.show.open_choices(talk.show.popular(talk.session.profile))))
        return
    entry = talk.entry()
    simple = None
    if place.kind == "question" and place.question:
        simple = entry.questions[place.question].simple or entry.questions[place.question].why
    elif place.kind == "step":
        simple = getattr(place.step, "simple", None)
    if simple and simpler:
        talk.add(replies.text(talk.show.phrase("simpler", text=talk.show.say(simple))))
    show_place(talk)


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
    known = next((frame for frame in session.stack if frame.entry == entry.id), None)
    if known is not None and origin is not None:
        known.arrive(origin)
    if interrupted is not None and interrupted.entry == entry.id:
        resume(talk)
        return
    frame = session.push(entry.id)
    if interrupted is not None and origin is None:
        talk.add(replies.text(talk.show.phrase("set_aside", title=talk.show.entry_title(interrupted.entry))))
    if known is not None:
        resume(talk)
        return
    frame.origin = origin
    if not talk.current_is_served(entry):
        outdated(talk)
        return
    _introduce(talk, entry)
    begun(talk, entry.id)
    urgent = entry.danger if isinstance(entry, Problem) and entry.danger else entry.urgent
    if urgent:
        talk.add(replies.notice(talk.show.say(urgent) or "", level="warning"))
    show_place(talk)


def _introduce(talk: Conversation, entry: Guide) -> None:
    """What was understood, how the words were read, and a tap to what else it might have been."""
    heard = talk.understanding
    if heard is not None and heard.id == entry.id and heard.corrections:
        pairs = ", ".join(f"„{item.written}” → „{item.read}”" for item in heard.corrections)
        talk.add(replies.notice(talk.show.phrase("corrected", pairs=pairs), level="understood"))
    others = [item for item in heard.alternatives if item.kind in ("case", "platnik") and item.confidence >= ALSO_FROM] if heard and heard.id == entry.id else []
    options = [talk.show.choice(talk.show.phrase("button_rather", title=talk.show.entry_title(item.id)), "open", item.id) for item in others[:MOST_OTHERS]]
    not_this = talk.show.choice(talk.show.phrase("button_not_this"), "command", "no")
    intro = talk.show.phrase("understood", title=entry.title, summary=talk.show.say(entry.summary))
    talk.add(replies.text(intro, [*options, not_this]) | {"understood": {"id": entry.id, "title": entry.title}})


def outdated(talk: Conversation) -> None:
    """The entry is past its date: never shown as current; people are offered."""
    talk.session.pop()
    talk.add(replies.notice(talk.show.phrase("outdated"), level="warning"))
    offer_person(talk)
