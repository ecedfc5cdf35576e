"""Whole conversations by properties: whatever is said and pressed, taken back or edited meanwhile, there is a reply and a valid place."""

from __future__ import annotations

import dataclasses
import itertools
import random
from collections.abc import Iterator, Sequence
from typing import Union, get_args

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.cases.conditions import SKIPPED, Is, leaves
from bot.cases.knowledge import Knowledge
from bot.cases.loader import load_knowledge
from bot.cases.model import Guide, Problem
from bot.cases.routes import conditional, routes
from bot.cases.walk import Kind, step_id, walk
from bot.clock import Clock
from bot.dialogue.desk import Desk
from bot.dialogue.replies import plain
from bot.dialogue.session import dump, load
from tests.conftest import DAY, ROOT
from tests.dialogue.talk import Talk

KNOWLEDGE = load_knowledge(ROOT / "knowledge")
NAMES = sorted(KNOWLEDGE.entries)
DESK = Desk(KNOWLEDGE, Clock(DAY))
COMMANDS = [wordings[0] for key, wordings in KNOWLEDGE.phrases.items() if key.startswith("command_")]
WORDS = [*COMMANDS, "nie wiem", "ok", "nadal nie działa", "to nie to", "jednak nie", "1 grudnia", "29 lutego 2024", "29.02.2025", "31.12.9999", "0001-01-01", "5",
         "9" * 40, "co to jest ZUS RCA", "co to jest kapitał początkowy?", "placówka w Krakowie", "jestem lekarzem", "dokończę później", "", "\x00", "zzz"]  # fmt: skip
MOVES = ("next", "skip")
"""Commands on buttons that take the client on."""
SEED = 20261124

Act = tuple[str, Union[str, int]]
"""``say`` words, ``press`` one of the newest buttons, an ``old`` button, ``open`` a matter, or name two in ``doubt``."""
ACTS = st.one_of(
    st.tuples(st.just("say"), st.sampled_from(WORDS)),
    st.tuples(st.sampled_from(["press", "old"]), st.integers(0, 200)),
    st.tuples(st.sampled_from(["open", "doubt"]), st.sampled_from(NAMES)),
)
Place = tuple[str, str, Union[str, None], Union[str, None]]


def do(talk: Talk, act: Act) -> None:
    kind, what = act
    if kind == "say":
        talk.say(str(what))
    elif kind == "open":
        open_matter(talk, str(what))
    elif kind == "doubt":
        other = NAMES[(NAMES.index(str(what)) + 1) % len(NAMES)]
        talk.say("jedna z tych", **{str(what): 0.3, other: 0.28})
    else:
        names = (buttons(talk) if kind == "press" else list(talk.session.choices)) or [""]
        talk.press_id(names[int(what) % len(names)])


def open_matter(talk: Talk, name: str) -> Talk:
    return talk.say("teraz chodzi mi o co innego", **{name: 0.95})


def buttons(talk: Talk) -> list[str]:
    return [choice["id"] for reply in talk.replies for choice in reply.get("choices", ())]


def moving(talk: Talk) -> list[str]:
    """The newest buttons that answer the question, leave it out, or say that the step is done."""
    known = talk.session.choices
    return [name for name in buttons(talk) if known[name].verb == "answer" or (known[name].verb == "command" and known[name].value in MOVES)]


def place_of(talk: Talk) -> Place | None:
    """The matter on top, and the question or step in it."""
    frame = talk.session.current
    entry = talk.desk.knowledge.entry(frame.entry) if frame else None
    if frame is None or entry is None:
        return None
    place = walk(entry, frame.answers, frame.done)
    return frame.entry, place.kind, place.question, step_id(place.step, place.index, place.cause) if place.step else None


def assert_sound(talk: Talk) -> None:
    session, knowledge = talk.session, talk.desk.knowledge
    names = [frame.entry for frame in session.stack]
    assert len(names) == len(set(names)) and set(names) <= set(knowledge.entries)
    assert session.misses <= 2
    assert load(dump(session)) == session
    for frame in session.stack:
        assert walk(knowledge.entries[frame.entry], frame.answers, frame.done).kind in get_args(Kind)
    for reply in talk.replies:
        assert plain(reply).strip()
        assert reply.get("text") not in knowledge.phrases["internal_error"]
    assert set(buttons(talk)) <= set(session.choices)


@settings(max_examples=120, deadline=None)
@given(st.sampled_from(NAMES), st.lists(ACTS, max_size=25))
def test_any_words_and_buttons_old_and_new_leave_a_valid_place(name: str, acts: Sequence[Act]) -> None:
    talk = open_matter(Talk(DESK), name)
    for act in acts:
        do(talk, act)
        assert_sound(talk)


def test_every_matter_can_be_begun_and_left_at_any_place() -> None:
    dice = random.Random(SEED)
    for name in NAMES:
        talk = open_matter(Talk(DESK), name)
        for _ in range(dice.randrange(4)):
            if moving(talk):
                talk.press_id(dice.choice(moving(talk)))
        do(talk, ("say", dice.choice(WORDS)))
        assert_sound(talk)


def press_back_and_press_again(talk: Talk, name: str) -> bool:
    """Press, say "wstecz", press the same; False when the button led nowhere else."""
    label, before, below = talk.session.choices[name].label, place_of(talk), len(talk.session.stack)
    after = place_of(talk.press_id(name))
    if after == before:
        return False
    assert place_of(talk.say("wstecz")) == before and len(talk.session.stack) == below
    again = [choice for choice in buttons(talk) if talk.session.choices[choice].label == label]
    assert place_of(talk.press_id(again[0] if again else name)) == after
    assert_sound(talk)
    return True


@settings(max_examples=80, deadline=None)
@given(st.lists(st.sampled_from(NAMES), min_size=1, max_size=2, unique=True), st.lists(st.integers(0, 20), min_size=1, max_size=12))
def test_back_then_the_same_button_leads_to_the_same_place(names: list[str], picks: list[int]) -> None:
    talk = Talk(DESK)
    for name in names:
        open_matter(talk, name)
    for pick in picks:
        if not moving(talk):
            break
        press_back_and_press_again(talk, moving(talk)[pick % len(moving(talk))])


@dataclasses.dataclass(frozen=True)
class Lead:
    """An answer that means another matter: what was answered and done before it."""

    entry: str
    question: str
    answer: str
    before: dict[str, str]
    done: tuple[str, ...]


def leads(entry: Guide) -> Iterator[Lead]:
    """The ways into other matters out of an entry, by an answer."""
    for route in routes(entry):
        *earlier, last = route.answers or {"": ""}
        if route.end.startswith("goto:") and last in entry.questions:
            yield Lead(entry.id, last, route.answers[last], {name: route.answers[name] for name in earlier}, route.steps)


LEADS = [lead for entry in KNOWLEDGE.entries.values() for lead in itertools.islice(leads(entry), 2)]


def at_lead(lead: Lead, *, open_before: bool) -> tuple[Talk, dict[str, str]]:
    """A client at the question that leads elsewhere, with the buttons of its answers; the other matter may be open already."""
    talk = Talk(DESK)
    target = KNOWLEDGE.entries[lead.entry].questions[lead.question].answers[lead.answer].goto or ""
    if open_before:
        open_matter(talk, target)
        if moving(talk):
            talk.press_id(moving(talk)[-1]).say("menu")
    open_matter(talk, lead.entry)
    frame = talk.session.stack[-1]
    frame.answers, frame.done = dict(lead.before), list(lead.done)
    talk.say("powtórz")
    known = talk.session.choices
    return talk, {known[name].value: name for name in moving(talk) if known[name].verb == "answer"}


@settings(max_examples=50, deadline=None)
@given(st.sampled_from(LEADS), st.booleans())
def test_from_another_matter_the_way_back_leads_to_the_answer_that_led_there(lead: Lead, open_before: bool) -> None:
    talk, here = at_lead(lead, open_before=open_before)
    assert press_back_and_press_again(talk, here[lead.answer])


@settings(max_examples=50, deadline=None)
@given(st.sampled_from(LEADS), st.booleans())
def test_from_another_matter_an_old_button_changes_the_answer_that_led_there(lead: Lead, open_before: bool) -> None:
    talk, here = at_lead(lead, open_before=open_before)
    talk.press_id(here[lead.answer])
    others = [value for value in here if value != lead.answer and leads_on(lead.entry, lead.question, value)]
    for value in others[:1]:
        talk.press_id(here[value])
        assert_sound(talk)
        frame = next(frame for frame in talk.session.stack if frame.entry == lead.entry)
        assert frame.answers == {**lead.before, lead.question: value}


@settings(max_examples=30, deadline=None)
@given(st.sampled_from(LEADS))
def test_a_matter_opened_anew_after_it_led_elsewhere_is_there_only_once(lead: Lead) -> None:
    talk, here = at_lead(lead, open_before=False)
    led_to = talk.press_id(here[lead.answer]).session.stack[-1].entry
    anew = open_matter(talk, lead.entry).session.stack[-1]
    open_matter(talk, led_to).say("wstecz")
    assert_sound(talk)
    assert talk.session.stack[-1] == anew


@settings(max_examples=5, deadline=None)
@given(st.sampled_from(LEADS))
def test_a_matter_that_led_elsewhere_may_be_gone(lead: Lead) -> None:
    talk, here = at_lead(lead, open_before=False)
    talk.press_id(here[lead.answer])
    left = {name: entry for name, entry in KNOWLEDGE.entries.items() if name != lead.entry}
    talk.desk = Desk(dataclasses.replace(KNOWLEDGE, entries=left), Clock(DAY))
    assert_sound(talk.say("wstecz").say("wstecz"))


def leads_on(name: str, question: str, value: str) -> bool:
    """Whether an answer stays in its matter and is one."""
    answer = KNOWLEDGE.entries[name].questions[question].answers[value]
    return answer.goto is None and answer.help is None


@pytest.mark.parametrize("word", ["anuluj", "od nowa", "pomiń"])
@settings(max_examples=50, deadline=None)
@given(st.lists(st.sampled_from(NAMES), min_size=1, max_size=3), st.lists(st.integers(0, 20), max_size=8), st.data())
def test_leaving_restarting_and_skipping_leave_a_valid_place(word: str, names: list[str], picks: list[int], data: st.DataObject) -> None:
    talk = Talk(DESK)
    for name in names:
        open_matter(talk, name)
    for pick in picks:
        if moving(talk):
            talk.press_id(moving(talk)[pick % len(moving(talk))])
    before, below = place_of(talk), [frame.entry for frame in talk.session.stack[:-1]]
    if before is None or before[1] not in ("question", "step") or talk.session.collecting or talk.session.offer:
        return
    talk.say(word)
    assert_sound(talk)
    assert_done(talk, word, before, below)
    do(talk, data.draw(ACTS))
    assert_sound(talk)


def assert_done(talk: Talk, word: str, before: Place, below: list[str]) -> None:
    """That the word did what it says, to the matter on top alone."""
    entry, kind, question, step = before
    stack = [frame.entry for frame in talk.session.stack]
    if word == "anuluj":
        assert stack == below
    elif word == "od nowa":
        frame = talk.session.stack[-1]
        assert (stack, frame.answers, frame.done, frame.trail) == ([*below, entry], {}, [], [])
    else:
        frame = next(frame for frame in talk.session.stack if frame.entry == entry)
        assert place_of(talk) != before
        assert frame.answers[question or ""] == SKIPPED if kind == "question" else step in frame.done


def edited(knowledge: Knowledge) -> Knowledge:
    """The knowledge after a morning's work of its editors: half of what nothing refers to is gone, and so are answers that decide nothing."""
    kept_for = {answer.goto for entry in knowledge.entries.values() for question in entry.questions.values() for answer in question.answers.values()}
    kept_for |= {cause.otherwise for entry in knowledge.entries.values() if isinstance(entry, Problem) for cause in entry.causes.values()}
    served = {name: knowledge.entry(name) for name in kept_for if name}
    referred = {entry.id for entry in served.values() if entry}
    kept = {name: entry for number, (name, entry) in enumerate(knowledge.entries.items()) if number % 2 or name in referred}
    return dataclasses.replace(knowledge, entries={name: with_fewer_answers(entry) for name, entry in kept.items()})


def with_fewer_answers(entry: Guide) -> Guide:
    named = {(leaf.question, answer) for item in conditional(entry) for leaf in leaves(item.when_true) if isinstance(leaf, Is) for answer in leaf.answers}
    questions = {}
    for key, question in entry.questions.items():
        needed = {name: answer for name, answer in question.answers.items() if (key, name) in named}
        rest = [name for name in question.answers if name not in needed]
        gone = rest[0] if rest and len(question.answers) > 2 else None
        answers = {name: answer for name, answer in question.answers.items() if name != gone}
        questions[key] = msgspec.structs.replace(question, answers=answers) if gone else question
    return msgspec.structs.replace(entry, questions=questions, collect=())


EDITED = Desk(edited(KNOWLEDGE), Clock(DAY))


@settings(max_examples=80, deadline=None)
@given(st.lists(st.sampled_from(NAMES), min_size=1, max_size=3), st.lists(ACTS, max_size=10), st.lists(ACTS, min_size=1, max_size=10))
def test_knowledge_edited_meanwhile_leaves_a_valid_place(names: list[str], before: Sequence[Act], after: Sequence[Act]) -> None:
    talk = Talk(DESK)
    for act in [*(("open", name) for name in names), *before]:
        do(talk, act)
    talk.desk = EDITED
    for act in after:
        do(talk, act)
        assert_sound(talk)


@pytest.mark.parametrize("words", ["dalej", "10.02.002", "pomiń", "wstecz"])
def test_questions_for_people_that_are_no_longer_asked_are_left(words: str) -> None:
    name = next(name for name, entry in EDITED.knowledge.entries.items() if KNOWLEDGE.entries[name].collect)
    talk = open_matter(Talk(DESK), name).say("konsultant")
    assert talk.session.collecting is not None
    talk.desk = EDITED
    assert_sound(talk.say(words))
    assert talk.session.collecting is None


def test_the_button_of_an_old_offer_answers_no_other_one() -> None:
    talk = Talk(DESK).say("xyz coś tam").say("blabla znów")
    accept, decline = buttons(talk)[:2]
    open_matter(talk, "konto_ezus")
    open_matter(talk, "umowienie_wizyty")
    talk.say("anuluj")
    offer = talk.session.offer
    assert offer is not None and offer.kind == "return"
    talk.press_id(decline)
    assert [frame.entry for frame in talk.session.stack] == ["konto_ezus"]
    talk.press_id(accept)
    assert talk.handover is not None or talk.session.collecting is not None


def test_the_button_of_an_old_offer_with_nothing_open_is_no_failure_of_ours() -> None:
    talk = open_matter(open_matter(Talk(DESK), "konto_ezus"), "umowienie_wizyty").say("anuluj")
    back = buttons(talk)[0]
    talk.say("nie").say("anuluj")
    assert talk.session.stack == []
    assert_sound(talk.press_id(back))
