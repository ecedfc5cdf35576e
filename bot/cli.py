"""The command line: one surface for serving, training, talking, checking and keeping house."""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Sequence

from bot import __version__
from bot.commands import WRONG_USE
from bot.errors import OkienkoError
from bot.logs import set_up
from bot.settings import Settings

COMMANDS = ("serve", "preview", "train", "rollback", "talk", "ask", "check", "evaluate", "learn", "tickets", "users", "prune", "db", "graph", "channels", "mail", "privacy")


def build_parser() -> argparse.ArgumentParser:
    """Every command with its help and example."""
    parser = argparse.ArgumentParser(prog="okienko", description="Okienko: rozmowa, która prowadzi przez sprawy w ZUS.")
    parser.add_argument("--version", action="version", version=f"okienko {__version__}")
    parsers = parser.add_subparsers(dest="command", metavar="POLECENIE", required=True)
    for name in COMMANDS:
        importlib.import_module(f"bot.commands.{name}").add(parsers)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; its exit code."""
    arguments = build_parser().parse_args(argv)
    try:
        settings = Settings.from_env()
        set_up(settings.log_level, settings.log_format)
        return importlib.import_module(f"bot.commands.{arguments.command}").run(arguments, settings)
    except OkienkoError as error:
        print(error, file=sys.stderr)
        return WRONG_USE
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        sys.stderr.close()
        return 141


def entry() -> None:
    """The installed ``okienko``."""
    sys.exit(main())
