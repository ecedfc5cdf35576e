"""Reminders: nothing before the owner of the address agreed, every deadline once, gone with one click."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import pytest

from bot.cases.knowledge import Knowledge
from bot.dialogue.desk import Desk
from bot.errors import NotAllowedError, UsageError
from bot.mail.letter import Letter
from bot.mail.outbox import Outbox
from bot.reminders.model import Day
from bot.reminders.reminders import Reminders
from bot.store.engine import connect
from bot.store.migrate import upgrade
from bot.store.post import PostStore
from tests.clocks import Later

DAYS = [Day("Zgłoś zleceniobiorcę", date(2026, 12, 8)), Day("Rozlicz składki", date(2027, 1, 15))]


class Box:
    """A carrier that keeps what it is given."""

    def __init__(self) -> None:
        self.letters: list[Letter] = []

    async def send(self, letter: Letter, now: datetime) -> None:
        self.letters.append(letter)


@pytest.fixture
def later() -> Later:
    return Later()


@pytest.fixture
def store(tmp_path: Path) -> PostStore:
    url = f"sqlite:///{tmp_path / 'post.db'}"
    upgrade(url)
    return PostStore(connect(url))


@pytest.fixture
def box() -> Box:
    return Box()


@pytest.fixture
def outbox(store: PostStore, box: Box, later: Later) -> Outbox:
    return Outbox(store, box, later.now)


@pytest.fixture
def reminders(knowledge: Knowledge, store: PostStore, outbox: Outbox, later: Later) -> Reminders:
    return Reminders(Desk(knowledge, later), store, outbox, "https://okienko.example")  # type: ignore[arg-type]


def asked(reminders: Reminders, ahead: int = 3) -> None:
    reminders.ask("jan@example.org", entry="zgloszenie_zleceniobiorcy", days=DAYS, ahead=ahead, address="https://okienko.example/sprawy/x/lista")


async def key_of(outbox: Outbox, box: Box) -> tuple[str, str]:
    await outbox.send_due()
    found = re.search(r"https://okienko\.example/przypomnienie/(\w+)/(\S+)", box.letters[-1].text)
    assert found
    return found[1], found[2]


async def test_nothing_is_sent_before_the_owner_agreed(reminders: Reminders, outbox: Outbox, box: Box, later: Later) -> None:
    asked(reminders)
    await key_of(outbox, box)
    assert box.letters[0].subject.startswith("Potwierdź")
    later.moment = datetime(2026, 12, 5, 9, 0, tzinfo=timezone.utc)
    assert reminders.send_due() == 0


async def test_each_deadline_is_told_once_ahead_of_it_and_then_the_address_is_gone(reminders: Reminders, store: PostStore, outbox: Outbox, box: Box, later: Later) -> None:
    asked(reminders)
    name, secret = await key_of(outbox, box)
    reminders.confirm(name, secret)
    reminders.confirm(name, secret)
    sent = []
    for _ in range(60):
        later.moment += timedelta(days=1)
        if reminders.send_due():
            sent.append(later.today())
        assert reminders.send_due() == 0
    assert sent == [date(2026, 12, 5), date(2027, 1, 12)]
    await outbox.send_due()
    assert "8 grudnia 2026" in box.letters[1].text and "15 stycznia 2027" in box.letters[2].text
    assert box.letters[1].unsubscribe == reminders_link(name, secret)
    assert store.reminder(name) is None


def reminders_link(name: str, secret: str) -> str:
    return f"https://okienko.example/przypomnienie/{name}/{secret}"


async def test_a_service_that_stood_still_tells_what_is_not_past(reminders: Reminders, store: PostStore, outbox: Outbox, box: Box, later: Later) -> None:
    asked(reminders)
    name, secret = await key_of(outbox, box)
    reminders.confirm(name, secret)
    later.moment = datetime(2026, 12, 20, 9, 0, tzinfo=timezone.utc)
    assert reminders.send_due() == 0
    later.moment = datetime(2027, 1, 13, 9, 0, tzinfo=timezone.utc)
    assert reminders.send_due() == 1


async def test_one_click_erases_and_a_stranger_erases_nothing(reminders: Reminders, store: PostStore, outbox: Outbox, box: Box) -> None:
    asked(reminders)
    name, secret = await key_of(outbox, box)
    for wrong in ((name, "x"), ("x", secret)):
        with pytest.raises(NotAllowedError):
            reminders.erase(*wrong)
    assert reminders.erase(name, secret) == 1
    with pytest.raises(NotAllowedError):
        reminders.find(name, secret)


async def test_an_address_nobody_confirmed_is_forgotten(reminders: Reminders, store: PostStore, outbox: Outbox, box: Box, later: Later) -> None:
    asked(reminders)
    name, _ = await key_of(outbox, box)
    later.moment += timedelta(hours=49)
    reminders.send_due()
    assert store.reminder(name) is None


async def test_two_processes_tell_a_deadline_once(reminders: Reminders, store: PostStore, outbox: Outbox, box: Box, later: Later) -> None:
    asked(reminders)
    name, secret = await key_of(outbox, box)
    reminders.confirm(name, secret)
    before = store.reminder(name)
    later.moment = datetime(2026, 12, 5, 9, 0, tzinfo=timezone.utc)
    assert reminders.send_due() == 1
    assert before is not None
    assert store.reminded(before, None, Letter("jan@example.org", "x", "y", "z"), "again", later.now()) is False


@pytest.mark.parametrize(("email", "days", "ahead"), [("jan", DAYS, 3), ("jan@example.org", DAYS, 2), ("jan@example.org", [Day("x", date(2026, 1, 1))], 3)])
def test_what_cannot_be_reminded_of_is_told(reminders: Reminders, email: str, days: list[Day], ahead: int) -> None:
    with pytest.raises(UsageError):
        reminders.ask(email, entry="zgloszenie_zleceniobiorcy", days=days, ahead=ahead, address="x")
