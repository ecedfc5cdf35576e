"""The platforms as set for tests, and their signatures."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Mapping
from typing import Any

from multidict import CIMultiDict

from bot.channels.messenger import Messenger
from bot.channels.port import Channel
from bot.channels.telegram import Telegram
from bot.channels.whatsapp import WhatsApp

SECRET = "tajne_slowo_do_testow"
NOWHERE = "http://127.0.0.1:9"
CHANNELS: Mapping[str, Callable[[], Channel]] = {
    "telegram": lambda: Telegram("123456:AAF-fake_fake_fake_fake_fake", SECRET, NOWHERE),
    "messenger": lambda: Messenger(SECRET, "sprawdzenie", "page-token", NOWHERE),
    "whatsapp": lambda: WhatsApp(SECRET, "sprawdzenie", "token", "106540352242922", "", NOWHERE),
}


def headers_of(name: str, body: bytes, signed: Any, more: Mapping[str, str]) -> CIMultiDict[str]:
    """The headers of a call; ``signed``: True, False or "wrong"."""
    found: CIMultiDict[str] = CIMultiDict()
    key = "inne_slowo_do_testow" if signed == "wrong" else SECRET
    if signed and name == "telegram":
        found["X-Telegram-Bot-Api-Secret-Token"] = key
    elif signed:
        found["X-Hub-Signature-256"] = "sha256=" + hmac.new(key.encode(), body, hashlib.sha256).hexdigest()
    found.update(more)
    return found
