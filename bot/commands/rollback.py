"""``okienko rollback``: back to the model that served before."""

from __future__ import annotations

import argparse
from typing import Any

from bot.commands import DONE
from bot.commands.common import command
from bot.models import Models
from bot.settings import Settings


def add(parsers: Any) -> None:
    """Declare the command."""
    command(parsers, "rollback", "Wróć do modelu, który służył poprzednio.", "okienko rollback")


def run(_: argparse.Namespace, settings: Settings) -> int:
    """Let the one before serve; a running service takes it up within seconds."""
    model = Models(settings.root / "models").roll_back()
    print(f"Służy znowu {model.name}. Działający serwis przejmie go w ciągu kilku sekund.")
    return DONE
