"""``okienko prune``: remove conversations that have been silent for longer than the retention."""

from __future__ import annotations

import argparse
from datetime import datetime, timedelta, timezone
from typing import Any

from bot.commands import DONE
from bot.commands.common import command
from bot.settings import Settings


def add(parsers: Any) -> None:
    """Declare the command."""
    parser = command(parsers, "prune", "Usuń rozmowy starsze niż okres przechowywania.", "okienko prune --dry-run")
    parser.add_argument("--days", type=int, help="po ilu dniach ciszy (OKIENKO_RETENTION_DAYS)")
    parser.add_argument("--dry-run", action="store_true", help="tylko policz")


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Erase, or only count."""
    from bot.store.engine import connect
    from bot.store.migrate import upgrade
    from bot.store.sql import SqlStore

    upgrade(settings.database)
    store = SqlStore(connect(settings.database))
    days = arguments.days if arguments.days is not None else settings.retention_days
    stale = store.stale_before(datetime.now(timezone.utc) - timedelta(days=days))
    if not arguments.dry_run:
        for name in stale:
            store.erase(name)
        store.forget_codes(datetime.now(timezone.utc))
    print(f"Rozmów bez ruchu od {days} dni: {len(stale)}{' (nic nie usunięto)' if arguments.dry_run else ' – usunięto'}.")
    return DONE
