"""``okienko privacy``: a copy of what is kept of a person, holds for proceedings, the register of consents."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING, Any

from bot.commands import DONE
from bot.commands.common import command
from bot.commands.users import COMMAND
from bot.errors import UsageError
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.counter.privacy import Hold, Privacy

EXAMPLE = """okienko privacy export --email jan@example.org > dane.json
          okienko privacy hold OK-2611-00001 --reason "sygn. akt II K 1/26"
          okienko privacy release 3"""


def add(parsers: Any) -> None:
    """Declare the command."""
    parser = command(parsers, "privacy", "Dane osobowe: kopia dla osoby, zabezpieczenia na czas postępowania, rejestr zgód.", EXAMPLE)
    actions = parser.add_subparsers(dest="action", metavar="CZYNNOŚĆ", required=True)
    export = actions.add_parser("export", help="kopia wszystkiego o jednej osobie, jako JSON").add_mutually_exclusive_group(required=True)
    export.add_argument("--conversation", help="identyfikator rozmowy")
    export.add_argument("--ticket", help="numer zgłoszenia")
    export.add_argument("--email", help="adres e-mail; najpierw upewnij się, czyj jest")
    export.add_argument("--chat", help="klient komunikatora, na przykład telegram:123456")
    hold = actions.add_parser("hold", help="nie usuwaj zgłoszenia albo rozmowy, dopóki trwa postępowanie")
    hold.add_argument("what", help="numer zgłoszenia albo identyfikator rozmowy")
    hold.add_argument("--reason", required=True, help="powód, na przykład sygnatura")
    release = actions.add_parser("release", help="zakończ zabezpieczenie; co klient chciał usunąć, zniknie teraz")
    release.add_argument("id", type=int, help="numer zabezpieczenia z „okienko privacy holds”")
    actions.add_parser("holds", help="zabezpieczenia, które trwają")
    consents = actions.add_parser("consents", help="rejestr zgód")
    consents.add_argument("--subject", help="tylko do tego zgłoszenia albo przypomnienia")


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Do it; what changes something names who did it in the audit log."""
    from bot.compose import build_counter, build_privacy

    privacy = build_privacy(settings, build_counter(settings))
    if arguments.action == "export":
        print(json.dumps(_export(privacy, arguments), ensure_ascii=False, indent=1))
        _note(settings, "data_exported", next(value for value in (arguments.conversation, arguments.ticket, "adres" if arguments.email else None, "komunikator") if value))
    elif arguments.action == "holds":
        for hold in privacy.holds():
            print(f"{hold.id:4}  {hold.placed_at:%Y-%m-%d}  {what(hold)}  {hold.placed_by}  {hold.reason}{'  (klient chce usunąć)' if hold.erasing_wanted_at else ''}")
        print(f"Zabezpieczeń: {len(privacy.holds())}.")
    elif arguments.action == "consents":
        for row in privacy.consents(arguments.subject):
            print(f"{row['given_at'][:16]}  {row['purpose']:9}  {row['subject']}  {row['channel']}  {'do ' + row['ended_at'][:16] + ' ' + row['ended_by'] if row['ended_at'] else 'trwa'}  „{row['words']}”")
    elif arguments.action == "hold":
        number = arguments.what.upper() if "-" in arguments.what else None
        hold = privacy.hold(arguments.reason, COMMAND, ticket=number, conversation_id=None if number else arguments.what)
        _note(settings, "hold_placed", what(hold))
        print(f"Zabezpieczenie {hold.id}: {what(hold)}.")
    else:
        ended, erased = privacy.release(arguments.id, COMMAND)
        _note(settings, "hold_released", what(ended))
        print(f"Zabezpieczenie {ended.id} zakończone." + (f" Usunięto na życzenie klienta: {sum(erased.values())} rzeczy." if erased is not None else ""))
    return DONE


def what(hold: Hold) -> str:
    """What a hold keeps."""
    return hold.ticket or f"rozmowa {hold.conversation_id}"


def _export(privacy: Privacy, arguments: argparse.Namespace) -> dict[str, Any]:
    if arguments.conversation:
        return privacy.export_conversation(arguments.conversation, staff=True)
    if arguments.ticket:
        return privacy.export_ticket(arguments.ticket.upper())
    if arguments.email:
        return privacy.export_address(arguments.email)
    channel, _, address = arguments.chat.partition(":")
    if not address:
        raise UsageError("Podaj komunikator i identyfikator klienta po dwukropku, na przykład telegram:123456.")
    return privacy.export_chat(channel, address)


def _note(settings: Settings, action: str, subject: str) -> None:
    from bot.clock import Clock
    from bot.staff.audit import Entry
    from bot.store.engine import connect
    from bot.store.staff import StaffSql

    StaffSql(connect(settings.database)).append(Entry(Clock().now(), COMMAND, action, subject))
