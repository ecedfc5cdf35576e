"""``okienko mail``: a letter from the mail server's pipe."""

from __future__ import annotations

import argparse
import sys
from functools import partial
from typing import TYPE_CHECKING, Any

from bot.commands import DONE
from bot.commands.common import Ears, command
from bot.errors import TemporaryError
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.channels.email import MailRoom
    from bot.counter.letters import Received
    from bot.web.staff.notify import Notifier

DATA_ERROR = 65
TRY_AGAIN = 75
"""Exit codes of sysexits: the mail server returns the letter to its sender, or tries again later."""


def add(parsers: Any) -> None:
    """Declare the command."""
    parser = command(parsers, "mail", "Przyjmij list klienta ze standardowego wejścia (z potoku serwera poczty).", "okienko mail --read < list.eml")
    parser.add_argument("--read", action="store_true", required=True, help="czytaj list ze standardowego wejścia; kody wyjścia: 0, 65 (to nie list), 75 (spróbuj później)")


def run(_: argparse.Namespace, settings: Settings) -> int:
    """Take one letter; what it recognises needs the model."""
    from bot.channels.email.incoming import MAX_LETTER
    from bot.channels.port import MalformedError
    from bot.compose import build_counter
    from bot.mail.outbox import Outbox
    from bot.store.engine import connect
    from bot.store.mailbox import LettersSql
    from bot.store.post import PostStore
    from bot.web.letters import mailroom
    from bot.web.staff.notify import Notifier

    raw = sys.stdin.buffer.read(MAX_LETTER + 1)
    try:
        counter = build_counter(settings)
        post = PostStore(connect(settings.database))
        outbox = Outbox(post, _NoCarrier(), counter.desk.clock.now) if settings.smtp_url else None
        room = partial(mailroom, settings, counter, store=LettersSql(connect(settings.database)), outbox=outbox)
        received = Ears(settings).run(lambda understand: _take(room(understand), Notifier(settings, outbox), raw))
    except MalformedError:
        print("To nie jest list, który da się odczytać.", file=sys.stderr)
        return DATA_ERROR
    except TemporaryError as error:
        print(error, file=sys.stderr)
        return TRY_AGAIN
    print(received.ticket.number if received else "Bez zgłoszenia.")
    return DONE


async def _take(room: MailRoom, notifier: Notifier, raw: bytes) -> Received | None:
    """Take the letter and tell the staff of a new ticket; a service that runs sees it by looking."""
    received = await room.take(raw)
    if received is not None and received.new:
        notifier.opened(received.ticket)
        await notifier.told()
    return received


class _NoCarrier:
    """Letters put here are sent by the service, which has the same outbox."""

    async def send(self, *_: Any) -> None:
        raise TemporaryError("Listy wysyła serwis.")

