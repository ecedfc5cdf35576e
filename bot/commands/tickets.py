"""``okienko tickets``: what waits for people."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from bot.commands import DONE, NOT_RIGHT
from bot.commands.common import command
from bot.settings import Settings


def add(parsers: Any) -> None:
    """Declare the command."""
    parser = command(parsers, "tickets", "Pokaż zgłoszenia.", "okienko tickets --status open\n          okienko tickets OK-2611-00001")
    parser.add_argument("number", nargs="?", help="numer zgłoszenia, aby zobaczyć je całe")
    parser.add_argument("--status", choices=("open", "taken", "waiting", "closed"), help="tylko w tym stanie")
    parser.add_argument("--json", action="store_true", help="wypisz jako JSON")


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Print the tickets, or one."""
    import msgspec

    from bot.counter.counter import packet_summary
    from bot.store.engine import connect
    from bot.store.migrate import upgrade
    from bot.store.sql import SqlStore

    upgrade(settings.database)
    store = SqlStore(connect(settings.database))
    if arguments.number:
        ticket = store.ticket(arguments.number.upper())
        if ticket is None:
            print(f"Nie ma zgłoszenia {arguments.number}.", file=sys.stderr)
            return NOT_RIGHT
        print(msgspec.json.format(msgspec.json.encode(ticket), indent=1).decode() if arguments.json else _whole(ticket))
        return DONE
    found = store.tickets(arguments.status, limit=1000)
    if arguments.json:
        print(msgspec.json.encode(found).decode())
        return DONE
    for ticket in found:
        print(f"{ticket.number}  {ticket.created_at:%Y-%m-%d %H:%M}  {ticket.status:8}  {ticket.packet.handover.reason:12}  {packet_summary(ticket.packet)}")
    print(f"Zgłoszeń: {len(found)}.")
    return DONE


def _whole(ticket: Any) -> str:
    from bot.counter.counter import transcript_lines

    handover = ticket.packet.handover
    lines = [f"{ticket.number} ({ticket.status}, {handover.reason})", f"Sprawa: {handover.title or '–'} [{handover.entry or '–'}]"]
    lines += [f"Miejsce: {handover.standing}"] if handover.standing else []
    lines += [f"  {item['question']}: {item['answer']}" for item in handover.path]
    lines += ["Rozważano: " + ", ".join(f"{item.id} ({item.confidence:.2f})" for item in handover.candidates)] if handover.candidates else []
    lines += ["Odrzucono: " + ", ".join(handover.rejected)] if handover.rejected else []
    lines += [f"  {key}: {value}" for key, value in handover.collected.items()]
    return "\n".join([*lines, "", *transcript_lines(ticket.packet.transcript)])
