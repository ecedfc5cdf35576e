"""What all chats share: nothing lost, nothing doubled, in order, within what the platform allows."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.channels.port import Arrival, ClosedError, GoneError, LaterError, Parcel, RefusedError
from bot.errors import TemporaryError
from tests.channels.conftest import Door


async def test_a_first_message_gets_the_welcome_and_its_answer(door: Door) -> None:
    await door.say("zatrudniłam studentkę na zlecenie")
    heard = door.paper.heard_by("anna")
    assert heard.index("tu Okienko") < heard.index("Rozumiem")
    assert "Kim jesteś w tej sprawie" not in heard


async def test_start_gets_the_welcome_with_the_profiles_and_later_the_menu(door: Door) -> None:
    await door.say("", "s1", kind="began")
    assert "Kim jesteś w tej sprawie" in door.paper.heard_by("anna")
    before = len(door.paper.sent)
    await door.say("", "s2", kind="began")
    assert len(door.paper.sent) > before


async def test_an_event_delivered_again_is_taken_once(door: Door) -> None:
    await door.say("zatrudniłam studentkę na zlecenie", "same")
    sent = list(door.paper.sent)
    await door.say("zatrudniłam studentkę na zlecenie", "same")
    assert door.paper.sent == sent
    assert len([message for message in door.counter.said(door.conversation()) if message.author == "client"]) == 1


async def test_messages_that_wait_are_taken_in_the_order_in_which_they_were_written(door: Door) -> None:
    now = door.clock.now()
    door.arrive(Arrival("b", "anna", now, text="druga"), Arrival("a", "anna", now - timedelta(seconds=5), text="pierwsza"))
    await door.work()
    said = [message.body["text"] for message in door.counter.said(door.conversation()) if message.author == "client"]
    assert said == ["pierwsza", "druga"]


async def test_a_typed_number_and_a_typed_label_press_the_button(door: Door) -> None:
    await door.say("zatrudniłam studentkę na zlecenie")
    asked = next(message.body for message in reversed(door.counter.said(door.conversation())) if message.body.get("question"))
    await door.say("1.")
    pressed = [message.body for message in door.counter.said(door.conversation()) if message.author == "client"][-1]
    assert pressed["choice"] == asked["choices"][0]["id"]
    asked = next(message.body for message in reversed(door.counter.said(door.conversation())) if message.body.get("choices"))
    await door.say(asked["choices"][-1]["label"].upper())
    pressed = [message.body for message in door.counter.said(door.conversation()) if message.author == "client"][-1]
    assert pressed["choice"] == asked["choices"][-1]["id"]


async def test_a_picture_is_answered_with_what_to_do_once(door: Door) -> None:
    await door.say("", "p1", kind="unread")
    await door.say("", "p1", kind="unread")
    assert door.paper.heard_by("anna").count("tylko słowa") == 1


async def test_a_platform_that_is_busy_gets_the_rest_later_and_nothing_twice(door: Door) -> None:
    door.paper.faults = [None, LaterError(2.0)]
    await door.say("zatrudniłam studentkę na zlecenie")
    assert len(door.paper.sent) == 1
    door.clock.ahead = timedelta(seconds=3)
    await door.work()
    heard = door.paper.heard_by("anna")
    assert heard.count("tu Okienko") == 1 and "Rozumiem" in heard


async def test_failures_are_tried_again_later_each_time(door: Door) -> None:
    door.paper.faults = [LaterError(), LaterError(), LaterError()]
    await door.say("zatrudniłam studentkę na zlecenie")
    for seconds in (2, 4, 11):
        assert not door.paper.sent
        door.clock.ahead += timedelta(seconds=seconds)
        await door.work()
    assert "Rozumiem" in door.paper.heard_by("anna")


async def test_a_word_of_the_client_ends_a_long_wait_but_not_one_the_platform_asked_for(door: Door) -> None:
    door.paper.faults = [LaterError(30.0)]
    await door.say("zatrudniłam studentkę na zlecenie")
    await door.say("dalej")
    assert not door.paper.sent
    door.clock.ahead = timedelta(seconds=31)
    door.paper.faults = [LaterError(3600.0)]
    await door.work()
    assert not door.paper.sent
    await door.say("dalej")
    assert "Rozumiem" in door.paper.heard_by("anna")


async def test_a_parcel_refused_for_good_does_not_hold_back_the_others(door: Door) -> None:
    door.paper.faults = [RefusedError("100")]
    await door.say("zatrudniłam studentkę na zlecenie")
    assert "Rozumiem" in door.paper.heard_by("anna")


async def test_after_the_window_an_answer_waits_for_the_client_with_one_notice(door: Door) -> None:
    await door.say("zatrudniłam studentkę na zlecenie")
    before = len(door.paper.sent)
    door.paper.way, door.paper.notice = (lambda author, heard, now: "open" if now - heard < timedelta(hours=24) else "closed"), Parcel({"text": "czeka odpowiedź"})
    door.clock.ahead = timedelta(hours=25)
    for text in ("pierwsza odpowiedź", "druga odpowiedź"):
        door.person_says(text)
        await door.work()
    assert [text for _, text in door.paper.sent[before:]] == ["czeka odpowiedź"]
    await door.say("tak, słucham")
    heard = door.paper.heard_by("anna")
    assert heard.count("pierwsza odpowiedź") == heard.count("druga odpowiedź") == 1


async def test_what_the_bot_says_late_waits_without_a_notice(door: Door) -> None:
    await door.say("zatrudniłam studentkę na zlecenie")
    before = len(door.paper.sent)
    door.paper.way, door.paper.notice = (lambda author, heard, now: "closed"), Parcel({"text": "czeka odpowiedź"})
    door.counter.tell(door.conversation(), [{"kind": "text", "text": "nauczyliśmy się"}])
    await door.work()
    assert len(door.paper.sent) == before


async def test_a_platform_that_says_the_window_is_closed_is_believed(door: Door) -> None:
    door.paper.faults = [ClosedError()]
    await door.say("zatrudniłam studentkę na zlecenie")
    assert not door.paper.sent
    await door.say("dalej")
    assert "Rozumiem" in door.paper.heard_by("anna")


async def test_a_client_who_is_gone_is_left_alone_until_they_write(door: Door) -> None:
    door.paper.faults = [GoneError()]
    await door.say("zatrudniłam studentkę na zlecenie")
    door.clock.ahead = timedelta(days=3)
    await door.work()
    assert not door.paper.sent


@pytest.mark.parametrize("words", ["usuń rozmowę", "Usun moje dane.", "/usun"])
async def test_the_wish_to_be_forgotten_erases_at_once_and_says_so_once(door: Door, words: str) -> None:
    await door.say("zatrudniłam studentkę na zlecenie")
    conversation = door.conversation()
    await door.say(words)
    assert door.counter.store.read(conversation) is None
    assert door.paper.heard_by("anna").count("Usunęliśmy tę rozmowę") == 1
    with door.store._engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT COUNT(*) FROM peers").scalar_one() == 0
        assert connection.exec_driver_sql("SELECT COUNT(*) FROM arrivals WHERE body IS NOT NULL").scalar_one() == 0
    await door.say("zatrudniłam studentkę na zlecenie", "anew")
    assert door.paper.heard_by("anna").count("tu Okienko") == 2


async def test_a_wish_to_be_forgotten_that_could_not_be_done_is_done_later(door: Door) -> None:
    await door.say("zatrudniłam studentkę na zlecenie")
    conversation, away = door.conversation(), [TemporaryError("nie odpowiada")]

    def elsewhere(_: str) -> int:
        if away:
            raise away.pop()
        return 3

    door.counter.elsewhere = elsewhere
    await door.say("usuń rozmowę")
    assert not away and door.counter.store.read(conversation) is None
    assert door.paper.heard_by("anna").count("Usunęliśmy tę rozmowę") == 1


async def test_what_announces_a_person_goes_with_their_late_answer_and_the_bots_late_words_do_not_hold_it_back(door: Door) -> None:
    await door.say("zatrudniłam studentkę na zlecenie")
    before = len(door.paper.sent)
    door.paper.way = lambda author, heard, now: "tagged" if author == "person" else "closed"
    door.counter.tell(door.conversation(), [{"kind": "text", "text": "nauczyliśmy się"}])
    await door.work()
    assert len(door.paper.sent) == before
    door.counter.tell(door.conversation(), [{"kind": "notice", "level": "person", "text": "Konsultant odpowiada"}])
    door.person_says("proszę o datę")
    door.clock.ahead = timedelta(hours=25)
    door.service._store.rest(door.peer(), 0, door.clock.now())
    await door.work()
    assert " ".join(text for _, text in door.paper.sent[before:]).startswith("Konsultant odpowiada Konsultant Marta:")


async def test_words_are_forgotten_once_they_are_taken(door: Door) -> None:
    await door.say("mój PESEL to 44051401359")
    with door.store._engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT body FROM arrivals").scalars().all()
        assert rows == [None]
        kept = connection.exec_driver_sql("SELECT group_concat(body) FROM messages").scalar_one()
    assert "44051401359" not in kept


async def test_a_turn_that_fails_is_taken_later_and_once(door: Door) -> None:
    takes = door.service._taking._taker
    failures = [TemporaryError("zajęte")]

    async def failing(conversation: str, incoming: object) -> object:
        if failures:
            raise failures.pop()
        return await takes(conversation, incoming)  # type: ignore[arg-type]

    door.service._taking._taker = failing  # type: ignore[assignment]
    door.arrive(Arrival("x", "anna", door.clock.now(), text="zatrudniłam studentkę na zlecenie"))
    await door.work()
    assert door.paper.heard_by("anna").count("Rozumiem") == 1


async def test_two_processes_never_serve_one_client_at_once(door: Door) -> None:
    door.arrive(Arrival("x", "anna", door.clock.now(), text="dzień dobry"))
    now = door.clock.now()
    (peer,) = door.store.due("paper", now, 10)
    first = door.store.claim(peer, now, now + timedelta(seconds=60))
    assert first is not None and door.store.claim(peer, now, now + timedelta(seconds=60)) is None
    assert door.store.due("paper", now, 10) == []
    later = now + timedelta(seconds=61)
    assert door.store.due("paper", later, 10)
    second = door.store.claim(peer, later, later + timedelta(seconds=60))
    assert second is not None and door.store.claim(first, later, later + timedelta(seconds=60)) is None
    door.store.release(first)
    assert door.store.due("paper", later, 10) == []


async def test_what_the_service_remembers_of_events_ends_after_a_week(door: Door) -> None:
    await door.say("dzień dobry")
    assert door.store.forget_arrivals(door.clock.now()) == 1
