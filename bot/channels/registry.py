"""The platforms that Okienko can speak through, a line each. A platform's code is loaded only where its settings are given."""

from __future__ import annotations

from dataclasses import fields
from importlib import import_module

from bot.channels.port import Channel
from bot.settings import Settings

CHANNELS = {
    "messenger": "bot.channels.messenger",
    "whatsapp": "bot.channels.whatsapp",
    "telegram": "bot.channels.telegram",
}
"""A name is the part of the webhook's address and the prefix of the settings; the module has ``of(settings)``."""


def open_channels(settings: Settings) -> list[Channel]:
    """The platforms that the settings name. Raises ConfigurationError for one that is set in part."""
    found = [import_module(module).of(settings) for name, module in CHANNELS.items() if _is_set(settings, name)]
    return [channel for channel in found if channel is not None]


def _is_set(settings: Settings, name: str) -> bool:
    own = [item.name for item in fields(settings) if item.name.startswith(f"{name}_") and not item.name.endswith("_api_url")]
    return any(getattr(settings, item) for item in own)
