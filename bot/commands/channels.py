"""``okienko channels``: which chat platforms are set, and telling a platform where our webhook is."""

from __future__ import annotations

import argparse
import asyncio
from typing import Any

from bot.commands import DONE
from bot.commands.common import command
from bot.errors import UsageError
from bot.settings import Settings


def add(parsers: Any) -> None:
    """Declare the command."""
    parser = command(parsers, "channels", "Komunikatory: które są ustawione; zgłoś platformie adres webhooka.", "okienko channels register telegram")
    parser.add_argument("action", nargs="?", choices=("list", "register"), default="list", help="pokaż albo zgłoś adres (Telegram)")
    parser.add_argument("channel", nargs="?", help="nazwa kanału, na przykład telegram")


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Show, or register."""
    from bot.channels.registry import CHANNELS, open_channels

    opened = {channel.name: channel for channel in open_channels(settings)}
    if arguments.action == "list":
        for name in CHANNELS:
            print(f"{name:10} {'włączony' if name in opened else 'wyłączony'}  {_address(settings, name)}")
        return DONE
    channel = opened.get(arguments.channel or "")
    if channel is None:
        raise UsageError(f"Podaj kanał, który jest ustawiony: {', '.join(opened) or 'żaden nie jest'}.")
    register = getattr(channel, "register", None)
    if register is None:
        raise UsageError(f"Tę platformę ustawia się na jej stronie. Podaj tam adres {_address(settings, channel.name)}; opis: docs/channels/{channel.name}.md.")
    if not settings.address.startswith("https://"):
        raise UsageError("Platforma przyjmie tylko adres https. Podaj go w OKIENKO_PUBLIC_URL.")
    asyncio.run(_register(channel, register, _address(settings, channel.name)))
    print(f"Zgłoszono: {_address(settings, channel.name)}")
    return DONE


async def _register(channel: Any, register: Any, address: str) -> None:
    try:
        await register(address)
    finally:
        await channel.stop()


def _address(settings: Settings, name: str) -> str:
    return f"{settings.address}/webhooks/{name}"
