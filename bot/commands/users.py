"""``okienko users``: the people behind the window."""

from __future__ import annotations

import argparse
import getpass
import sys
from typing import Any

from bot.commands import DONE, NOT_RIGHT, WRONG_USE
from bot.commands.common import command
from bot.settings import Settings

ROLES = ("consultant", "editor", "supervisor", "administrator")
SHORTEST_PASSWORD = 12


def add(parsers: Any) -> None:
    """Declare the command."""
    parser = command(parsers, "users", "Osoby z dostępem do obsługi.", "okienko users add ewa --role consultant")
    actions = parser.add_subparsers(dest="action", metavar="DZIAŁANIE", required=True)
    new = actions.add_parser("add", help="dodaj osobę; hasło czyta z klawiatury albo z wejścia")
    new.add_argument("login")
    new.add_argument("--role", choices=ROLES, default="consultant")
    for name, text in (("disable", "odbierz dostęp"), ("enable", "przywróć dostęp")):
        actions.add_parser(name, help=text).add_argument("login")
    actions.add_parser("list", help="pokaż osoby")


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Do it."""
    from bot.store.engine import connect
    from bot.store.migrate import upgrade
    from bot.store.users import UserStore

    upgrade(settings.database)
    store = UserStore(connect(settings.database))
    if arguments.action == "list":
        for user in store.all():
            print(f"{user.login:20} {user.role:14} {'czynne' if user.active else 'wyłączone'}")
        return DONE
    if arguments.action == "add":
        return _add(store, arguments)
    if not store.set_active(arguments.login, arguments.action == "enable"):
        print(f"Nie ma osoby „{arguments.login}”.", file=sys.stderr)
        return NOT_RIGHT
    print("Zrobione.")
    return DONE


def _add(store: Any, arguments: argparse.Namespace) -> int:
    from argon2 import PasswordHasher

    password = getpass.getpass("Hasło: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
    if len(password) < SHORTEST_PASSWORD:
        print(f"Hasło ma mieć co najmniej {SHORTEST_PASSWORD} znaków.", file=sys.stderr)
        return WRONG_USE
    if not store.add(arguments.login, PasswordHasher().hash(password), arguments.role):
        print(f"Osoba „{arguments.login}” już jest.", file=sys.stderr)
        return NOT_RIGHT
    print(f"Dodano: {arguments.login} ({arguments.role}).")
    return DONE
