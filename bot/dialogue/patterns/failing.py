"""When understanding fails: asking which matter is meant, saying that it is not ours, and, the second time, people."""

from __future__ import annotations

from bot.cases.knowledge import form_slug
from bot.dialogue import replies
from bot.dialogue.conversation import Conversation
from bot.dialogue.patterns.person import offer_person
from bot.dialogue.patterns.walking import show_place
from bot.dialogue.session import Verb
from bot.dialogue.understanding import ADDRESSEE, Alternative, Understanding

MOST_MISSES = 2
"""After so many misunderstandings in a row a person is offered."""


def empty(talk: Conversation) -> None:
    """Nothing readable was sent."""
    talk.add(replies.text(talk.show.phrase("empty")))
    show_place(talk)


def internal_error(talk: Conversation) -> None:
    """Something of ours failed: an apology and a person."""
    talk.add(replies.notice(talk.show.phrase("internal_error"), level="warning"))
    offer_person(talk)


def miss(talk: Conversation) -> bool:
    """Count a misunderstanding; True when it was the last that may pass, and a person was offered."""
    talk.session.misses = min(MOST_MISSES, talk.session.misses + 1)
    if talk.session.misses < MOST_MISSES:
        return False
    offer_person(talk, "offer_person_after_misses")
    return True


def unclear(talk: Conversation, understanding: Understanding) -> None:
    """Not sure what is meant: two to four matters by their titles, or the plain admission."""
    candidates = [item for item in understanding.alternatives if _titled(talk, item)]
    if miss(talk):
        return
    if len(candidates) >= 2:
        ask_which(talk, candidates)
    elif talk.session.current is not None and (place := talk.place()) is not None and place.kind in ("question", "check"):
        talk.add(replies.text(talk.show.phrase("not_an_answer")))
        show_place(talk)
    else:
        talk.add(replies.text(talk.show.phrase("cannot_handle"), talk.show.open_choices(talk.show.popular(talk.session.profile))))


def ask_which(talk: Conversation, candidates: list[Alternative]) -> None:
    """Let the client choose between matters, forms or terms."""
    options = [choice_for(talk, item) for item in candidates[:4]]
    none = talk.show.choice(talk.show.phrase("button_none"), "command", "no")
    talk.add(replies.choices(talk.show.phrase("which_matter"), [*options, none]))


def choice_for(talk: Conversation, item: Alternative) -> replies.ChoiceOut:
    """A button for something that was considered, by its title, never by a technical name."""
    if item.kind in ("case", "platnik"):
        return talk.show.choice(talk.show.entry_title(item.id), "open", item.id)
    verb: Verb = "form" if item.kind == "form" else "term" if item.kind == "term" else "office"
    return talk.show.choice(_titled(talk, item) or item.id, verb, item.id)


def _titled(talk: Conversation, item: Alternative) -> str | None:
    knowledge = talk.desk.knowledge
    if item.kind == "form":
        form = knowledge.forms.get(form_slug(item.id))
        return f"{form.symbol} – {form.title}" if form else None
    if item.kind == "term":
        return knowledge.terms[item.id].term if item.id in knowledge.terms else None
    if item.kind == "office":
        return knowledge.offices[item.id].name if item.id in knowledge.offices else None
    entry = knowledge.entry(item.id)
    return entry.title if entry else None


def out_of_scope(talk: Conversation, understanding: Understanding) -> None:
    """Not ours: said plainly, and who is the right address where one is known; the second time a person is offered."""
    to_whom = next((item["value"] for item in understanding.entities if item["kind"] == ADDRESSEE), None)
    known = f"outside_{to_whom}" if to_whom else "out_of_scope"
    if known in talk.desk.knowledge.phrases:
        talk.add(replies.text(talk.show.phrase(known)))
    else:
        talk.add(replies.text(talk.show.phrase("out_of_scope")))
    if miss(talk):
        return
    if talk.session.current is not None:
        show_place(talk)
    else:
        talk.add(replies.text(talk.show.phrase("ours"), [talk.show.command("menu"), talk.show.command("human")]))


def reject(talk: Conversation) -> None:
    """"To nie to": what was understood was wrong; the next best matters, or, the second time, a person."""
    session = talk.session
    wrong = session.current.entry if session.current else session.last_entry
    if wrong and wrong not in session.rejected:
        session.rejected.append(wrong)
    if session.current is not None and session.misses + 1 < MOST_MISSES:
        session.last_frame = session.pop()
    if miss(talk):
        return
    others = [
        Alternative(item.kind, item.id, item.confidence)
        for item in session.considered
        if item.id not in session.rejected and item.kind in ("case", "platnik")
    ]
    others = [item for item in others if _titled(talk, item)]
    if len(others) >= 2:
        ask_which(talk, others)
    else:
        talk.add(replies.text(talk.show.phrase("say_otherwise"), [talk.show.command("menu"), talk.show.command("human")]))
