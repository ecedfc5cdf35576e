"""What a turn hands to people when it cannot or should not settle the matter itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Optional

import msgspec

from bot.dialogue.session import Candidate, Reason


class Handover(msgspec.Struct, omit_defaults=True):
    """The packet for people: the matter, the way through it, what was considered and what the client already told."""

    reason: Reason
    entry: Optional[str] = None
    title: Optional[str] = None
    path: list[dict[str, str]] = []
    """Questions and answers in short: ``{"id", "question", "answer"}``."""
    done: list[str] = []
    standing: Optional[str] = None
    """The step or question at which the client stands, in words."""
    candidates: list[Candidate] = []
    rejected: list[str] = []
    collected: dict[str, str] = {}
    profile: Optional[str] = None
    page: Optional[str] = None
    channel: str = "widget"
    question: Optional[str] = None
    """The client's last words, masked."""
    matters: list[str] = []
    """Every matter recognised in a letter, in its order; a conversation has one at a time."""


def label_collected(collected: Mapping[str, str], labels: Mapping[str, str]) -> dict[str, str]:
    """Collected answers under the short names that a consultant reads."""
    return {labels.get(key, key): value for key, value in collected.items()}
