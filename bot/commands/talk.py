"""``okienko talk``: a conversation in the terminal."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from bot.cases.model import PROFILES
from bot.commands import DONE
from bot.commands.common import Ears, command
from bot.settings import Settings


def add(parsers: Any) -> None:
    """Declare the command."""
    parser = command(parsers, "talk", "Rozmawiaj w terminalu; numer wybiera odpowiedź z listy, pusta linia kończy.", "okienko talk --profile platnik")
    parser.add_argument("--profile", choices=PROFILES, help="profil klienta")


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Talk until the client leaves; tickets are kept in the real store."""
    from bot.compose import build_counter
    from bot.dialogue.replies import plain
    from bot.dialogue.turn import Pressed, Said

    counter = build_counter(settings)
    ears = Ears(settings)
    opened = counter.open(profile=arguments.profile, channel="talk")
    replies = opened.replies
    while True:
        for reply in replies:
            print(plain(reply) + "\n")
        options = [choice for reply in replies for choice in reply.get("choices", ())]
        try:
            text = input("> ").strip()
        except EOFError:
            return DONE
        if not text:
            return DONE
        last = replies[-1].get("choices", ()) if replies else ()
        chosen = _numbered(text, last or options)
        incoming = Pressed(chosen["id"]) if chosen else Said(ears.hear(text.lstrip("/")))
        replies = counter.take(opened.id, incoming).replies
        sys.stdout.flush()


def _numbered(text: str, options: Any) -> dict[str, str] | None:
    return options[int(text) - 1] if text.isdigit() and 0 < int(text) <= len(options) else None
