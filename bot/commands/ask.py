"""``okienko ask``: understand one message, or one a line."""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any

from bot.cases.model import PROFILES
from bot.commands import DONE, WRONG_USE
from bot.commands.common import Ears, command
from bot.settings import Settings


def add(parsers: Any) -> None:
    """Declare the command."""
    parser = command(parsers, "ask", "Zrozum jedną wiadomość.", 'okienko ask "zatrudniam studentkę na zlecenie" --profile platnik --json')
    parser.add_argument("text", nargs="?", help="wiadomość")
    parser.add_argument("--profile", choices=PROFILES, help="profil klienta")
    parser.add_argument("--json", action="store_true", help="wypisz Understanding jako JSON")
    parser.add_argument("--jsonl", action="store_true", help="czytaj obiekty JSON z wejścia, po jednym w linii; wypisuj Understanding w tej samej kolejności")


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Print what is understood."""
    if arguments.jsonl == (arguments.text is not None):
        print("Podaj jedną wiadomość albo --jsonl i wiadomości na wejściu.", file=sys.stderr)
        return WRONG_USE
    from bot.compose import build_desk
    from bot.dialogue.understanding import Setting, Understanding, decide

    desk = build_desk(settings)
    ears = Ears(settings)

    def understand(text: str, profile: str | None) -> Understanding:
        return decide(ears.hear(text), desk.knowledge, desk.finder, Setting(profile=profile))

    if arguments.jsonl:
        return _lines(understand)
    found = understand(arguments.text, arguments.profile)
    if arguments.json:
        print(_json(found))
    else:
        entry = desk.knowledge.entry(found.id) if found.id else None
        print(f"{found.kind}: {found.id or '–'} ({found.confidence:.2f}) {entry.title if entry else ''}")
        for item in found.alternatives:
            other = desk.knowledge.entry(item.id)
            print(f"  {item.confidence:.2f} {item.id} {other.title if other else ''}")
    return DONE


def _lines(understand: Any) -> int:
    for number, line in enumerate(sys.stdin, start=1):
        if not line.strip():
            continue
        try:
            data = json.loads(line)
            text, profile = data["text"], data.get("profile")
            if not isinstance(text, str) or profile not in (None, *PROFILES):
                raise ValueError
        except (ValueError, KeyError, TypeError, AttributeError):
            print(f"Linia {number}: ma być obiektem JSON z polem „text” (i „profile”, jeśli jest).", file=sys.stderr)
            return WRONG_USE
        print(_json(understand(text, profile)), flush=True)
    return DONE


def _json(found: Any) -> str:
    import msgspec

    return msgspec.json.encode(found).decode()
