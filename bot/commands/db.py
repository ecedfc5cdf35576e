"""``okienko db``: the database's shape."""

from __future__ import annotations

import argparse
from typing import Any

from bot.commands import DONE, NOT_RIGHT
from bot.commands.common import command
from bot.settings import Settings


def add(parsers: Any) -> None:
    """Declare the command."""
    parser = command(parsers, "db", "Stan bazy danych i migracje.", "okienko db upgrade")
    parser.add_argument("action", choices=("status", "upgrade"), help="pokaż stan albo doprowadź do bieżącego")


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Show or upgrade."""
    from bot.store.migrate import state, upgrade

    if arguments.action == "upgrade":
        upgrade(settings.database)
    current, newest = state(settings.database)
    print(f"Baza: wersja {current or 'pusta'}, najnowsza {newest}.")
    return DONE if current == newest else NOT_RIGHT
