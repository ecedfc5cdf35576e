"""``okienko users``: the people behind the window, and the log of what they did."""

from __future__ import annotations

import argparse
import getpass
import sys
from typing import TYPE_CHECKING, Any

from bot.commands import DONE, NOT_RIGHT
from bot.commands.common import command
from bot.errors import NotAllowedError
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.staff.model import By
    from bot.staff.people import People
    from bot.store.staff import StaffSql

ROLES = ("consultant", "editor", "supervisor", "administrator")
COMMAND = "@cli"
"""The actor of what is done here; no login can be like this."""


def add(parsers: Any) -> None:
    """Declare the command."""
    parser = command(parsers, "users", "Osoby z dostępem do obsługi i dziennik ich czynności.", "okienko users add ewa --role administrator")
    actions = parser.add_subparsers(dest="action", metavar="DZIAŁANIE", required=True)
    new = actions.add_parser("add", help="dodaj osobę; hasło czyta z klawiatury albo z wejścia")
    new.add_argument("login")
    new.add_argument("--role", choices=ROLES, default="consultant")
    new.add_argument("--name", default="", help="imię i nazwisko")
    new.add_argument("--email", default="", help="adres, po którym rozpozna ją dostawca tożsamości (OIDC)")
    for name, text in (("disable", "odbierz dostęp"), ("enable", "przywróć dostęp"), ("reset-totp", "wyłącz drugi składnik"),
                       ("reset-password", "ustaw nowe hasło; czyta je z klawiatury albo z wejścia")):  # fmt: skip
        actions.add_parser(name, help=text).add_argument("login")
    for name in ("add", "reset-password"):
        actions.choices[name].add_argument("--change", action="store_true", help="każ zmienić hasło przy pierwszym wejściu")
    role = actions.add_parser("role", help="zmień rolę")
    role.add_argument("login")
    role.add_argument("role", choices=ROLES)
    actions.add_parser("list", help="pokaż osoby")
    log = actions.add_parser("audit", help="dziennik czynności").add_mutually_exclusive_group(required=True)
    log.add_argument("--verify", action="store_true", help="sprawdź, czy nikt nie zmienił dziennika")
    log.add_argument("--csv", action="store_true", help="wypisz cały dziennik jako tabelę CSV")


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Do it."""
    from bot.clock import Clock
    from bot.staff.model import By
    from bot.staff.service import Staff
    from bot.store.engine import connect
    from bot.store.migrate import upgrade
    from bot.store.staff import StaffSql

    upgrade(settings.database)
    store = StaffSql(connect(settings.database))
    if arguments.action == "audit":
        return _audit(store, verifying=arguments.verify)
    try:
        return _do(Staff(store, Clock().now).people, By(COMMAND), arguments)
    except NotAllowedError as error:
        print(error, file=sys.stderr)
        return NOT_RIGHT


def _do(people: People, by: By, arguments: argparse.Namespace) -> int:
    action, login = arguments.action, getattr(arguments, "login", "")
    if action == "list":
        return _list(people)
    if action in ("add", "reset-password"):
        return _with_password(people, by, arguments)
    if action == "role":
        people.set_role(by, login, arguments.role)
    elif action == "reset-totp":
        people.reset_totp(by, login)
    else:
        people.set_active(by, login, action == "enable")
    print("Zrobione.")
    return DONE


def _list(people: People) -> int:
    for account in people.all():
        second = "2 składniki" if account.totp_secret else ""
        print(f"{account.login:20} {account.role:14} {'czynne' if account.active else 'wyłączone':10} {second:12} {account.name}".rstrip())
    return DONE


def _with_password(people: People, by: By, arguments: argparse.Namespace) -> int:
    password = getpass.getpass("Hasło: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
    if arguments.action == "reset-password":
        people.reset_password(by, arguments.login, password, must_change=arguments.change)
        print("Zrobione.")
        return DONE
    if any(account.login == arguments.login.strip().lower() for account in people.all()):
        print(f"Osoba „{arguments.login}” już jest.", file=sys.stderr)
        return NOT_RIGHT
    people.add(by, arguments.login, arguments.role, name=arguments.name, email=arguments.email, password=password, must_change=arguments.change)
    print(f"Dodano: {arguments.login} ({arguments.role}).")
    return DONE


def _audit(store: StaffSql, *, verifying: bool) -> int:
    from bot.staff.audit import as_csv, verify

    if not verifying:
        print(as_csv(store.every_row()), end="")
        return DONE
    verdict = verify(store.every_row())
    if verdict.broken is not None:
        print(f"Dziennik zmieniono: ciąg jest zerwany na wpisie {verdict.broken}; wpisy przed nim ({verdict.good}) są w porządku.", file=sys.stderr)
        return NOT_RIGHT
    print(f"Dziennik w porządku: wpisów {verdict.good}, ostatni skrót {verdict.head}.")
    return DONE
