"""From a closed ticket to a model that understands: proposed, accepted, measured, taught, served, told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Optional

import pytest
from msgspec.structs import replace

from bot.cases.sentences import read_file
from bot.counter.counter import Counter
from bot.counter.people import People
from bot.dialogue.desk import Desk
from bot.dialogue.turn import Said
from bot.dialogue.understanding import Heard
from bot.errors import UsageError
from bot.learning.model import ChangedError, NoProposalError
from bot.learning.service import Learning, Understood
from bot.learning.telling import Telling
from bot.mail.letter import Letter
from bot.measure.hearing import Hearing
from bot.measure.sentences import read_learned, read_test_file
from bot.nlu.matcher import Shape
from bot.tickets.model import Change, Contact, Resolution
from tests.learning.conftest import QUESTION, ZLECENIE, Moment, deaf, heard

Closed = Callable[..., str]
PAIRS = [
    (ZLECENIE, "zatrudniam na umowę zlecenie"), (ZLECENIE, "jak zgłosić zleceniobiorcę"), (ZLECENIE, "zlecenie a składki"),
    ("konto_ezus", "jak założyć konto w eZUS"), ("konto_ezus", "rejestracja na portalu"), ("konto_ezus", "nie mam konta na stawkę"),
    ("out_of_scope", "jaka jest pogoda"), ("out_of_scope", "przepis na sernik"), ("out_of_scope", "kto wygrał mecz"),
]  # fmt: skip


async def test_a_question_goes_the_whole_way_and_is_understood_then(learning: Learning, closed: Closed, clock: Moment) -> None:
    number = closed()
    assert await learning.look(deaf) == 1
    (proposal,) = learning.store.proposals("proposed")
    assert (proposal.ticket, proposal.kind, proposal.entry, proposal.text) == (number, "sentence", ZLECENIE, QUESTION)

    accepted = learning.accept(proposal.id, "rena")
    assert (accepted.decided_by, accepted.decided_at) == ("rena", clock.now())
    assert [(item.text, item.intent) for item in read_learned(learning.folder)] == [(QUESTION, ZLECENIE)]
    with pytest.raises(UsageError, match="zmierzone"):
        learning.teach(proposal.id, "rena")

    before = Hearing.learn(PAIRS, Shape())
    assert (await learning.understand(_ears(before), QUESTION)).id != ZLECENIE
    assert await learning.measure(_ears(before)) == 1
    measured = learning.proposal(proposal.id).measured
    assert measured and measured.understood_as != ZLECENIE

    clock.go(minutes=1)
    taught = learning.teach(proposal.id, "rena")
    assert (taught.taught_by, taught.taught_at) == ("rena", clock.now())
    assert read_learned(learning.folder) == []
    more = [(intent, text) for _, _, intent, text in read_file(learning.folder / "training.yml")]
    assert more == [(ZLECENIE, QUESTION)]
    after = await learning.understand(_ears(Hearing.learn([*PAIRS, *more], Shape())), QUESTION)
    assert (after.kind, after.id) == ("case", ZLECENIE)


def _ears(hearing: Hearing) -> Callable:
    async def hear(text: str) -> Heard:
        return hearing.hear(text)

    return hear


async def test_personal_data_is_masked_and_leaves_no_trace_in_the_sentence(learning: Learning, closed: Closed) -> None:
    closed("Mój PESEL 44051401359 [pilne], tel. 600 700 800: kiedy wypłata zasiłku macierzyńskiego?")
    await learning.look(None)
    (proposal,) = learning.store.proposals("proposed")
    assert "44051401359" not in proposal.text and "600" not in proposal.text
    assert not set(proposal.text) & set("[]{}")
    assert "wypłata zasiłku macierzyńskiego?" in proposal.text
    with pytest.raises(UsageError):
        learning.accept(proposal.id, "rena", text="44051401359, zasiłek")
    assert learning.accept(proposal.id, "rena", text="kiedy wypłata zasiłku, jan@poczta.pl").text == "kiedy wypłata zasiłku,"


@pytest.mark.parametrize(
    "question",
    ["", "zasiłek", "a co z tym", "JAK zalozyc konto w portalu", "Nie umiem wejść na portal urzędu!"],
    ids=["empty", "one word", "only small words", "known to training", "known to tests"],
)
async def test_what_says_nothing_new_is_not_proposed_and_not_kept(learning: Learning, closed: Closed, counter: Counter, question: str) -> None:
    number = closed(question or "?")
    assert await learning.look(None) == 0
    assert learning.store.counts() == {"nothing": 1}
    assert learning.store.unlooked(9) == []
    (kept,) = learning.store.proposals("nothing")
    assert (kept.ticket, kept.text) == (number, "")
    with pytest.raises(NoProposalError):
        learning.accept(kept.id, "rena")


async def test_what_is_understood_well_is_not_proposed_but_a_wrong_certainty_is(learning: Learning, closed: Closed) -> None:
    closed()
    assert await learning.look(heard(**{ZLECENIE: 0.96})) == 0
    closed("całkiem inne pytanie klienta")
    assert await learning.look(heard(konto_ezus=0.99)) == 1
    closed("pytanie o mandat drogowy", "outside")
    assert await learning.look(heard(out_of_scope=0.99)) == 0


async def test_the_same_question_of_a_second_ticket_is_proposed_once(learning: Learning, closed: Closed) -> None:
    closed()
    closed(QUESTION.upper())
    assert await learning.look(None) == 1


async def test_a_matter_that_we_do_not_have_waits_for_its_entry(learning: Learning, closed: Closed) -> None:
    closed("dofinansowanie do roweru elektrycznego", "new")
    closed("mandat za brak biletu", "outside")
    await learning.look(None)
    new, outside = learning.store.proposals("proposed")
    assert (new.kind, outside.kind) == ("new_case", "outside")
    with pytest.raises(UsageError, match="nie mamy"):
        learning.accept(new.id, "rena")
    with pytest.raises(UsageError, match="Nie ma wpisu"):
        learning.accept(new.id, "rena", entry="nie_ma_takiego")
    assert learning.accept(new.id, "rena", entry="konto_ezus").kind == "sentence"
    learning.accept(outside.id, "rena")
    assert {(item.text, item.intent) for item in read_learned(learning.folder)} == {
        ("dofinansowanie do roweru elektrycznego", "konto_ezus"), ("mandat za brak biletu", "out_of_scope"),
    }  # fmt: skip


async def test_two_editors_do_not_decide_twice_and_a_rejected_sentence_is_forgotten(learning: Learning, closed: Closed) -> None:
    closed()
    await learning.look(None)
    (proposal,) = learning.store.proposals("proposed")
    learning.accept(proposal.id, "rena")
    assert not learning.store.change(proposal, replace(proposal, state="taught"))
    with pytest.raises(ChangedError):
        learning.accept(proposal.id, "adam")
    assert learning.reject(proposal.id, "adam").text == ""
    assert read_learned(learning.folder) == []
    with pytest.raises(ChangedError):
        learning.reject(proposal.id, "rena")


async def test_a_sentence_too_long_or_known_is_not_accepted(learning: Learning, closed: Closed) -> None:
    closed("opowiem całą historię swojej pracy " * 12)
    await learning.look(None)
    (proposal,) = learning.store.proposals("proposed")
    with pytest.raises(UsageError, match="Skróć"):
        learning.accept(proposal.id, "rena")
    with pytest.raises(UsageError, match="słowo w słowo"):
        learning.accept(proposal.id, "rena", text="jak założyć konto w portalu")


async def test_a_ticket_closed_again_is_looked_at_again_until_somebody_decides(
    learning: Learning, closed: Closed, counter: Counter, desk: Desk, clock: Moment
) -> None:
    number = closed("pytanie o rower elektryczny", "new")
    await learning.look(None)
    (first,) = learning.store.proposals("proposed")
    _close_again(counter, desk, clock, number, Resolution("case", "konto_ezus"))
    await learning.look(None)
    (second,) = learning.store.proposals("proposed")
    assert (second.id, second.kind, second.entry) == (first.id, "sentence", "konto_ezus")
    learning.accept(second.id, "rena")
    _close_again(counter, desk, clock, number, Resolution("outside"))
    await learning.look(None)
    assert learning.proposal(second.id).state == "accepted"
    assert learning.store.unlooked(9) == []


def _close_again(counter: Counter, desk: Desk, clock: Moment, number: str, resolution: Resolution) -> None:
    clock.go(hours=1)
    ticket = counter.store.ticket(number)
    assert ticket
    counter.store.change_ticket(Change(ticket, replace(ticket, status="open", assignee=None, version=ticket.version + 1), ()))
    people = People(desk, counter.store)
    people.take(number, "ewa")
    people.close(number, "ewa", resolution)


async def test_an_evaluation_tells_only_of_the_sentences_that_are_still_the_same(learning: Learning, closed: Closed) -> None:
    closed()
    closed("druga zupełnie inna sprawa klienta")
    await learning.look(None)
    one, two = learning.store.proposals("proposed")
    learning.accept(one.id, "rena")
    learning.accept(two.id, "rena", entry="konto_ezus")
    assert learning.record([Understood(QUESTION, ZLECENIE, ZLECENIE, 0.81), Understood(two.text, ZLECENIE, ZLECENIE, 0.5)]) == 1
    assert learning.proposal(one.id).teachable
    assert not learning.proposal(two.id).teachable


async def test_exported_files_are_read_by_the_project_s_own_readers(learning: Learning, closed: Closed, tmp_path: Path) -> None:
    odd = ["„cudzysłów”: 'apostrof' # i krzyżyk, wypłata renty", "- myślnik na początku, wypłata renty", "як отримати допомогу на дитину в Польщі"]
    for question in odd:
        closed(question)
    await learning.look(None)
    for proposal in learning.store.proposals("proposed"):
        learning.accept(proposal.id, "rena")
    learning.write(tmp_path / "out")
    tests = {item.text: item for item in read_test_file(tmp_path / "out" / "tests.yml")}
    assert set(tests) == {odd[0], odd[1][2:], odd[2]}
    assert tests[odd[2]].language == "uk"
    await learning.measure(deaf)
    for proposal in learning.store.proposals("accepted"):
        learning.teach(proposal.id, "rena")
    learning.write(tmp_path / "out")
    assert {text for _, _, _, text in read_file(tmp_path / "out" / "training.yml")} == set(tests)
    assert not (tmp_path / "out" / "tests.yml").exists()


class Letters:
    """An outbox that keeps what it was given."""

    def __init__(self) -> None:
        self.put_in: list[Letter] = []

    def put(self, letter: Letter) -> None:
        self.put_in.append(letter)


async def _taught(learning: Learning) -> None:
    await learning.look(None)
    (proposal,) = learning.store.proposals("proposed")
    learning.accept(proposal.id, "rena")
    await learning.measure(deaf)
    learning.teach(proposal.id, "rena")


def _telling(learning: Learning, counter: Counter, trained: Callable[[], Optional[datetime]]) -> Telling:
    return Telling(learning, counter.store, lambda entry: f"https://okienko.example/sprawy/{entry.id}", trained)


async def test_a_client_with_an_address_and_consent_gets_one_letter_when_the_sentence_is_served(
    learning: Learning, closed: Closed, counter: Counter, clock: Moment
) -> None:
    ticket = counter.store.ticket(closed())
    assert ticket
    contact = Contact("jan@poczta.pl", consent_at=clock.now())
    counter.store.change_ticket(Change(ticket, replace(ticket, contact=contact, version=ticket.version + 1), ()))
    await _taught(learning)
    letters, trained = Letters(), [clock.now()]
    telling, served = _telling(learning, counter, lambda: trained[0]), heard(**{ZLECENIE: 0.9})
    assert await telling.tell(served, letters) == 0  # type: ignore[arg-type]
    clock.go(hours=1)
    trained[0] = clock.now()
    assert await telling.tell(heard(konto_ezus=0.9), letters) == 0  # type: ignore[arg-type]
    assert await telling.tell(served, letters) == 1  # type: ignore[arg-type]
    assert await telling.tell(served, letters) == 0  # type: ignore[arg-type]
    (letter,) = letters.put_in
    assert (letter.to, letter.purpose) == ("jan@poczta.pl", "learned")
    assert ticket.number in letter.text and f"/sprawy/{ZLECENIE}" in letter.text
    assert "ulotek" not in letter.text + letter.subject


async def test_without_an_address_a_notice_waits_in_the_conversation_and_never_interrupts(
    learning: Learning, counter: Counter, desk: Desk, clock: Moment
) -> None:
    name = counter.open().id
    counter.take(name, Said(Heard(QUESTION)))
    number = next(reply["number"] for reply in counter.take(name, Said(Heard("konsultant"))).replies if reply["kind"] == "ticket")
    people = People(desk, counter.store)
    people.take(number, "ewa")
    people.close(number, "ewa", Resolution("case", ZLECENIE))
    await _taught(learning)
    telling, served, cursor = _telling(learning, counter, lambda: None), heard(**{ZLECENIE: 0.9}), counter.said(name)[-1].seq
    assert await telling.tell(served, None) == 0
    clock.go(hours=2)
    assert await telling.tell(served, None) == 1
    assert await telling.tell(served, None) == 0
    (message,) = counter.said(name, cursor)
    assert number in message.body["text"]
    assert len(message.body["choices"]) == 1


async def test_a_ticket_without_conversation_and_address_leaves_nobody_to_tell(learning: Learning, closed: Closed, counter: Counter) -> None:
    closed()
    await _taught(learning)
    assert await _telling(learning, counter, lambda: None).tell(heard(**{ZLECENIE: 0.9}), None) == 0
    assert learning.store.untold() == []
