"""``okienko prune``: remove what has been kept long enough, class by class."""

from __future__ import annotations

import argparse
from datetime import datetime, timezone
from typing import Any

from bot.commands import DONE
from bot.commands.common import command
from bot.settings import Settings


def add(parsers: Any) -> None:
    """Declare the command."""
    parser = command(parsers, "prune", "Usuń dane, których okres przechowywania minął.", "okienko prune --dry-run")
    parser.add_argument("--days", type=int, help="po ilu dniach ciszy usunąć rozmowę (OKIENKO_RETENTION_DAYS)")
    parser.add_argument("--dry-run", action="store_true", help="tylko policz")


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Remove, or only count."""
    from bot.compose import build_counter
    from bot.store.engine import connect
    from bot.store.retention import Retention

    counter = build_counter(settings)
    days = arguments.days if arguments.days is not None else settings.retention_days
    retention = Retention(connect(settings.database), days, settings.ticket_days, counter.erase)
    for removed in retention.run(datetime.now(timezone.utc), dry=arguments.dry_run):
        print(f"{removed.name} (po {removed.days} dniach): {removed.count}{' – do usunięcia' if arguments.dry_run else ' – usunięto'}", flush=True)
    return DONE
