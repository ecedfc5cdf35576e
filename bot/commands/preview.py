"""``okienko preview``: the service with drafts, for editors and reviewers."""

from __future__ import annotations

import argparse
from dataclasses import replace
from typing import Any

from bot.commands import serve
from bot.commands.common import command
from bot.settings import Settings

PORT = 8081


def add(parsers: Any) -> None:
    """Declare the command."""
    parser = command(parsers, "preview", "Uruchom podgląd: serwis ze szkicami i wpisami do recenzji, tylko dla redakcji.", "okienko preview --port 8081")
    parser.add_argument("--host", help="adres, na którym słuchać; domyślnie tylko ten komputer", default="127.0.0.1")
    parser.add_argument("--port", type=int, help=f"port; domyślnie {PORT}", default=PORT)


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Serve drafts beside what is published; every page says that it is a preview."""
    return serve.run(arguments, replace(settings, drafts=True))
