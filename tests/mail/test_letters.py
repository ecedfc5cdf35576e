"""Letters: what they look like on the wire, and what becomes of them when the mail server is slow, away or unwilling."""

from __future__ import annotations

import asyncio
import email
import email.policy
import socket
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from bot.errors import ConfigurationError, UsageError
from bot.mail.letter import Attachment, Letter, checked_address, message_of
from bot.mail.outbox import WAITS, Outbox
from bot.mail.smtp import Smtp
from bot.store.engine import connect
from bot.store.migrate import upgrade
from bot.store.post import PostStore

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=timezone.utc)
LETTER = Letter("jan@example.org", "Zażółć gęślą jaźń", "Dzień dobry,\n\nłódź.", "test", attachments=(Attachment("lista.pdf", "application/pdf", b"%PDF-1.7"),),
                unsubscribe="https://example.org/x")  # fmt: skip


class Server:
    """A real SMTP server of our own; ``answer`` is what it says to the next letters."""

    def __init__(self) -> None:
        self.answer = "250 OK"
        self.taken: list[EmailMessage] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.answer.startswith("250"):
            self.taken.append(email.message_from_bytes(envelope.content, policy=email.policy.default))  # type: ignore[arg-type]
        return self.answer

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if address.startswith("nobody"):
            return "550 no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"


@pytest.fixture
def server() -> Iterator[tuple[Server, Smtp]]:
    handler = Server()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield handler, Smtp("127.0.0.1", port, "okienko@example.org")
    finally:
        controller.stop()


@pytest.fixture
def store(tmp_path: Path) -> PostStore:
    url = f"sqlite:///{tmp_path / 'post.db'}"
    upgrade(url)
    return PostStore(connect(url))


class Moment:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


async def test_a_letter_arrives_whole(server: tuple[Server, Smtp], store: PostStore) -> None:
    handler, smtp = server
    outbox = Outbox(store, smtp, Moment())
    outbox.put(LETTER)
    assert await outbox.send_due() == 1
    (found,) = handler.taken
    assert found["Subject"] == "Zażółć gęślą jaźń"
    assert found["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert found["Auto-Submitted"] == "auto-generated"
    assert "łódź" in found.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert [part.get_filename() for part in found.iter_attachments()] == ["lista.pdf"]
    assert await outbox.send_due() == 0


async def test_a_letter_waits_for_a_server_that_is_away_and_is_given_up_in_the_end(store: PostStore) -> None:
    moment = Moment()
    outbox = Outbox(store, Smtp("127.0.0.1", 1, "okienko@example.org"), moment)
    outbox.put(LETTER)
    for wait in WAITS:
        assert await outbox.send_due() == 0
        assert store.due_letters(moment.now, 9) == []
        moment.now += timedelta(minutes=wait)
        assert len(store.due_letters(moment.now, 9)) == 1
    await outbox.send_due()
    assert store.due_letters(moment.now + timedelta(days=9), 9) == []


async def test_a_busy_server_gets_it_later_and_a_refused_letter_goes_nowhere(server: tuple[Server, Smtp], store: PostStore) -> None:
    handler, smtp = server
    moment = Moment()
    outbox = Outbox(store, smtp, moment)
    handler.answer = "451 later"
    outbox.put(LETTER)
    assert await outbox.send_due() == 0
    handler.answer = "250 OK"
    moment.now += timedelta(minutes=2)
    assert await outbox.send_due() == 1
    outbox.put(Letter("nobody@example.org", "x", "y", "test"))
    assert await outbox.send_due() == 0
    assert store.due_letters(moment.now + timedelta(days=9), 9) == []


async def test_two_processes_send_a_letter_once(server: tuple[Server, Smtp], store: PostStore) -> None:
    handler, smtp = server
    outboxes = [Outbox(store, smtp, Moment()) for _ in range(4)]
    for _ in range(5):
        outboxes[0].put(LETTER)
    await asyncio.gather(*(outbox.send_due() for outbox in outboxes))
    assert len(handler.taken) == 5


def test_a_line_break_cannot_make_a_header_of_its_own() -> None:
    with pytest.raises(ValueError):
        message_of(Letter("jan@example.org", "a\nBcc: x@example.org", "y", "test"), sender="o@example.org", now=NOW)


@pytest.mark.parametrize("typed", ["", "jan", "jan@", "@x.pl", "a b@x.pl", "a@x", "a@x.pl\nBcc: b@x.pl", "a@x..", "a" * 250 + "@x.pl", "<a@x.pl>", "a@x.pl,b@x.pl"])
def test_what_is_no_address_is_told(typed: str) -> None:
    with pytest.raises(UsageError):
        checked_address(typed)


def test_an_address_is_trimmed() -> None:
    assert checked_address(" Jan.Nowak+zus@poczta.example.pl ") == "Jan.Nowak+zus@poczta.example.pl"


def test_the_setting_is_read_and_its_faults_are_told() -> None:
    smtp = Smtp.of("smtp+starttls://konto:has%C5%82o@poczta.example:2587", "o@example.org")
    assert (smtp.host, smtp.port, smtp.user, smtp.password, smtp.starttls) == ("poczta.example", 2587, "konto", "hasło", True)
    for url, sender in (("http://x", "o@example.org"), ("smtp://x", "nikt")):
        with pytest.raises(ConfigurationError):
            Smtp.of(url, sender)
