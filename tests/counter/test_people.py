"""Tickets in the hands of people: who is first, what the client sees, live talk and back, silence, the survey."""

from __future__ import annotations

import threading
from datetime import timedelta
from pathlib import Path

import pytest

from bot.cases.knowledge import Knowledge
from bot.counter.counter import Counter
from bot.counter.people import People
from bot.counter.ports import CounterStore
from bot.dialogue.desk import Desk
from bot.dialogue.turn import Pressed, Said
from bot.dialogue.understanding import Heard, Ranked
from bot.errors import UsageError
from bot.store.engine import connect
from bot.store.memory import MemoryStore
from bot.store.migrate import upgrade
from bot.store.sql import SqlStore
from bot.tickets.model import Resolution, Ticket
from bot.tickets.queue import TakenError
from tests.clocks import Later

ZLECENIE = "zgloszenie_zleceniobiorcy"


@pytest.fixture
def later() -> Later:
    return Later()


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> CounterStore:
    if request.param == "memory":
        return MemoryStore()
    url = f"sqlite:///{tmp_path / 'people.db'}"
    upgrade(url)
    return SqlStore(connect(url))


@pytest.fixture
def desk(knowledge: Knowledge, later: Later) -> Desk:
    return Desk(knowledge, later)  # type: ignore[arg-type]


@pytest.fixture
def counter(desk: Desk, store: CounterStore) -> Counter:
    return Counter(desk, store)


@pytest.fixture
def people(desk: Desk, store: CounterStore) -> People:
    return People(desk, store)


def say(counter: Counter, name: str, text: str, **heard: float) -> list[dict]:
    return counter.take(name, Said(Heard(text, tuple(Ranked(key, value) for key, value in heard.items())))).replies


def handed(counter: Counter) -> tuple[str, Ticket]:
    """A conversation in the middle of a matter, with a ticket."""
    name = counter.open(profile="platnik").id
    say(counter, name, "zatrudniam na zlecenie", **{ZLECENIE: 0.9})
    say(counter, name, "nie")
    replies = say(counter, name, "konsultant")
    assert replies[-1]["kind"] == "ticket"
    ticket = counter.store.ticket(replies[-1]["number"])
    assert ticket
    return name, ticket


def texts(counter: Counter, name: str, after: int) -> list[str]:
    return [str(message.body.get("text")) for message in counter.said(name, after)]


def test_two_never_get_the_same_ticket(counter: Counter, people: People) -> None:
    _, ticket = handed(counter)
    assert people.take(ticket.number, "ewa").assignee == "ewa"
    assert people.take(ticket.number, "ewa").assignee == "ewa"
    with pytest.raises(TakenError, match="ewa"):
        people.take(ticket.number, "jan")
    with pytest.raises(TakenError):
        people.answer(ticket.number, "jan", "x", "Jan")


def test_fifty_takers_of_twenty_tickets(desk: Desk, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'race.db'}"
    upgrade(url)
    counter = Counter(desk, SqlStore(connect(url)))
    numbers = [counter.tickets.open(f"pytanie {place}")[0].number for place in range(20)]
    got: dict[str, list[str]] = {number: [] for number in numbers}

    def run(who: str) -> None:
        own = People(desk, SqlStore(connect(url)))
        for number in numbers:
            try:
                own.take(number, who)
                got[number].append(who)
            except TakenError:
                continue

    threads = [threading.Thread(target=run, args=(f"osoba{place}",)) for place in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [len(who) for who in got.values()] == [1] * 20
    assert all(sum(event.kind == "taken" for event in counter.store.ticket_events(number)) == 1 for number in numbers)


def test_an_answer_stands_in_the_conversation_and_a_reply_wakes_the_ticket(counter: Counter, people: People) -> None:
    name, ticket = handed(counter)
    people.take(ticket.number, "ewa")
    cursor = counter.said(name)[-1].seq
    answered = people.answer(ticket.number, "ewa", "Proszę wysłać ZUA. PESEL 44051401359 znam.", "Ewa")
    assert answered.status == "waiting" and answered.first_answer_at is not None
    assert texts(counter, name, cursor) == [f"Odpowiedź konsultanta w zgłoszeniu {ticket.number}:", "Proszę wysłać ZUA. PESEL [PESEL] znam."]
    assert counter.said(name, cursor)[-1].author == "person"


def test_an_answer_that_no_window_shows_goes_out_by_other_means(desk: Desk, counter: Counter, store: CounterStore) -> None:
    sent: list[tuple[str, str]] = []
    people = People(desk, store, lambda ticket, text: sent.append((ticket.number, text)))
    ticket, _ = counter.tickets.open("Kiedy wypłata?")
    people.take(ticket.number, "ewa")
    people.answer(ticket.number, "ewa", "Jutro.", "Ewa")
    assert sent == [(ticket.number, "Jutro.")]


def test_the_bot_pauses_while_a_person_speaks_and_goes_on_where_it_was(counter: Counter, people: People) -> None:
    name, ticket = handed(counter)
    people.take(ticket.number, "ewa")
    people.begin_talk(ticket.number, "ewa")
    assert counter.with_person(name)
    assert say(counter, name, "dzień dobry, mam jeszcze pytanie") == []
    assert [event.kind for event in people.events(ticket.number)][-1] == "client_wrote"
    people.answer(ticket.number, "ewa", "Słucham.", "Ewa")
    cursor = counter.said(name)[-1].seq
    people.end_talk(ticket.number, "ewa")
    assert not counter.with_person(name)
    back = counter.said(name, cursor)
    assert "Konsultant zakończył" in str(back[0].body["text"])
    assert back[-1].body["question"] == "wlasny_pracownik"
    assert say(counter, name, "z zewnątrz")[-1]["question"] == "inny_tytul"


def test_the_client_may_leave_the_person(counter: Counter, people: People) -> None:
    name, ticket = handed(counter)
    people.take(ticket.number, "ewa")
    people.begin_talk(ticket.number, "ewa")
    leave = next(choice["id"] for message in counter.said(name) for choice in message.body.get("choices", ()) if choice["label"] == "Wróć do Okienka")
    replies = counter.take(name, Pressed(leave)).replies
    assert replies[-1]["question"] == "wlasny_pracownik"
    assert not counter.with_person(name)


def test_a_closed_ticket_asks_how_it_went_once_and_keeps_the_answer(counter: Counter, people: People, later: Later) -> None:
    name, ticket = handed(counter)
    people.take(ticket.number, "ewa")
    with pytest.raises(UsageError):
        people.close(ticket.number, "ewa", Resolution("case"))
    closed = people.close(ticket.number, "ewa", Resolution("case", ZLECENIE))
    assert (closed.status, closed.resolution) == ("closed", Resolution("case", ZLECENIE))
    asked = counter.said(name)[-1].body
    assert asked["kind"] == "survey"
    asked = counter.take(name, Pressed(asked["choices"][0]["id"])).replies[0]
    counter.take(name, Pressed(asked["choices"][1]["id"]))
    assert "Dziękuję" in say(counter, name, "szybko i miło, tel. 600 700 800")[0]["text"]
    (rating,) = counter.store.ratings(later.now() - timedelta(days=1))
    assert (rating.solved, rating.score, rating.ticket, rating.entry, rating.remark) == ("tak", 4, ticket.number, ZLECENIE, "szybko i miło, tel. [telefon]")


def test_words_of_a_client_about_a_closed_ticket_open_it_again(counter: Counter, people: People) -> None:
    name, ticket = handed(counter)
    people.take(ticket.number, "ewa")
    people.begin_talk(ticket.number, "ewa")
    people.close(ticket.number, "ewa", Resolution("outside"))
    assert not counter.with_person(name)
    assert say(counter, name, "konsultant")[-1]["kind"] == "ticket"


def test_a_ticket_that_lies_untouched_goes_back_by_itself(counter: Counter, people: People, later: Later) -> None:
    _, ticket = handed(counter)
    people.take(ticket.number, "ewa")
    assert people.give_back_untouched() == []
    later.moment += timedelta(minutes=50)
    assert people.give_back_untouched() == [ticket.number]
    assert people.take(ticket.number, "jan").assignee == "jan"


def test_a_matter_is_sent_into_the_conversation(counter: Counter, people: People) -> None:
    name, ticket = handed(counter)
    people.take(ticket.number, "ewa")
    people.send_entry(ticket.number, "ewa", "konto_ezus")
    sent = counter.said(name)[-1].body
    replies = counter.take(name, Pressed(sent["choices"][0]["id"])).replies
    assert any(reply.get("case", {}).get("id") == "konto_ezus" for reply in replies)


def test_forwarding_notes_and_labels_leave_their_trace(counter: Counter, people: People) -> None:
    _, ticket = handed(counter)
    people.take(ticket.number, "ewa")
    people.note(ticket.number, "jan", "dzwonił wczoraj")
    assert people.label(ticket.number, "ewa", ["pilne", "pilne", " "]).labels == ("pilne",)
    forwarded = people.forward(ticket.number, "ewa", "platnik", "trzeba technika")
    assert (forwarded.team, forwarded.assignee, forwarded.status) == ("platnik", None, "open")
    assert [event.kind for event in people.events(ticket.number)] == ["opened", "taken", "note", "labelled", "forwarded"]


def test_erasing_the_conversation_takes_the_words_from_the_ticket_s_history(counter: Counter, people: People) -> None:
    name, ticket = handed(counter)
    people.take(ticket.number, "ewa")
    people.answer(ticket.number, "ewa", "tajne słowa", "Ewa")
    counter.erase(name)
    assert all("text" not in event.body for event in people.events(ticket.number))
    people.answer(ticket.number, "ewa", "jeszcze jedno", "Ewa")


def test_the_client_asks_for_the_state_of_a_ticket_in_the_chat(counter: Counter, people: People) -> None:
    name = counter.open().id
    told = say(counter, name, "konsultant")[-1]
    other = counter.open().id
    assert "Czeka na konsultanta" in say(counter, other, f"co z moim zgłoszeniem {told['number']} kod {told['code'].lower()}")[0]["text"]
    people.take(told["number"], "ewa")
    assert "Zajmuje się nim konsultant" in say(counter, other, f"{told['number']} {told['code']}")[0]["text"]
    assert "Nie ma zgłoszenia" in say(counter, other, f"{told['number']} AAAA-2222")[0]["text"]


def test_an_address_for_the_answer_is_taken_with_consent_and_stands_in_no_transcript(counter: Counter) -> None:
    name = counter.open().id
    told = say(counter, name, "konsultant")[-1]
    asked = counter.take(name, Pressed(told["choices"][0]["id"])).replies[0]["text"]
    assert "zgadzasz się" in asked
    assert "Zapisane" in say(counter, name, "jan@example.org")[0]["text"]
    ticket = counter.store.ticket(told["number"])
    assert ticket and ticket.contact and ticket.contact.email == "jan@example.org" and ticket.contact.consent_at
    assert all("jan@example.org" not in str(message.body) for message in counter.said(name))
    other = say(counter, name, "jan2@example.org", konto_ezus=0.2)
    assert "Zapisane" not in str(other)


def test_a_day_is_promised_from_how_fast_people_are(desk: Desk, store: CounterStore, later: Later) -> None:
    from bot.counter.office import Office
    from tests.conftest import ROOT

    counter = Counter(desk, store, Office.of(ROOT / "knowledge" / "desk.yml"))
    told = say(counter, counter.open().id, "konsultant")[-1]
    assert "24 listopada 2026" in told["text"] or "25 listopada 2026" in told["text"]
    ticket = counter.store.ticket(told["number"])
    assert ticket and ticket.promised_on and ticket.promised_on.isoformat() == told["promised_on"]
    here = Counter(desk, store, Office.of(ROOT / "knowledge" / "desk.yml", present=lambda: 1))
    assert "jest teraz na miejscu" in say(here, here.open().id, "konsultant")[-1]["text"]
