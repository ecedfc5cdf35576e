"""``okienko db``: the database's shape, its backup and the way back."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from bot.commands import DONE, NOT_RIGHT
from bot.commands.common import command
from bot.errors import UsageError
from bot.settings import Settings


def add(parsers: Any) -> None:
    """Declare the command."""
    parser = command(parsers, "db", "Stan bazy danych, migracje, kopia zapasowa.", "okienko db backup okienko-2026-11-26.tar.gz")
    parser.add_argument("action", choices=("status", "upgrade", "backup", "restore"), help="pokaż stan, doprowadź do bieżącego, zapisz kopię, odtwórz z kopii")
    parser.add_argument("file", nargs="?", type=Path, help="plik kopii")
    parser.add_argument("--force", action="store_true", help="odtwórz także wtedy, gdy w bazie są już dane (najpierw zatrzymaj serwis)")


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Show, upgrade, back up or restore."""
    from bot.store.migrate import state, upgrade

    if arguments.action in ("backup", "restore"):
        return _copy(arguments, settings)
    if arguments.action == "upgrade":
        upgrade(settings.database)
    current, newest = state(settings.database)
    print(f"Baza: wersja {current or 'pusta'}, najnowsza {newest}.")
    return DONE if current == newest else NOT_RIGHT


def _copy(arguments: argparse.Namespace, settings: Settings) -> int:
    from bot.clock import Clock
    from bot.store.backup import backup, restore
    from bot.store.migrate import upgrade

    if arguments.file is None:
        raise UsageError("Podaj plik kopii, na przykład: okienko db backup okienko.tar.gz")
    if arguments.action == "backup":
        made = backup(settings.database, settings.learned_folder, arguments.file, Clock().now())
        print(f"Zapisano {arguments.file}: baza w wersji {made['revision']} i zdania przyjęte przez redakcję. Trzymaj ją tak, jak bazę: są w niej słowa klientów.")
        return DONE
    made = restore(settings.database, settings.learned_folder, arguments.file, force=arguments.force)
    upgrade(settings.database)
    print(f"Odtworzono kopię z {made['made_at']}. Uruchom serwis i sprawdź /readyz.")
    return DONE
