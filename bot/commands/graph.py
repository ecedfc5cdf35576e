"""``okienko graph``: an entry drawn for its reviewer."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from bot.commands import DONE, NOT_RIGHT
from bot.commands.common import command
from bot.settings import Settings


def add(parsers: Any) -> None:
    """Declare the command."""
    parser = command(parsers, "graph", "Narysuj sprawę (Mermaid).", "okienko graph zgloszenie_zleceniobiorcy > sprawa.mmd")
    parser.add_argument("id", help="identyfikator wpisu")


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Print the drawing."""
    from bot.cases.graph import mermaid
    from bot.cases.loader import read_knowledge

    knowledge, _ = read_knowledge(settings.root / "knowledge")
    entry = knowledge.entry(arguments.id)
    if entry is None:
        print(f"Nie ma wpisu „{arguments.id}”.", file=sys.stderr)
        return NOT_RIGHT
    print(mermaid(entry))
    return DONE
