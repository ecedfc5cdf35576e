"""Several matters in one message: told apart by its clauses, each sure enough by itself."""

from __future__ import annotations

from bot.cases.knowledge import Knowledge
from bot.dialogue.understanding import ASK_FROM, Alternative, Heard, Setting, outside_chance, weigh

SURE = 0.6
"""Probability from which a clause names a matter of its own."""
FOREIGN = 0.5


def matters(heard: Heard, knowledge: Knowledge, setting: Setting = Setting()) -> tuple[Alternative, ...]:
    """The matters that the clauses of a message name, in their order; empty unless there are at least two different ones."""
    found: dict[str, Alternative] = {}
    for part in heard.parts:
        ranked = weigh(part.ranking, knowledge, setting)
        if ranked and ranked[0].confidence >= SURE and outside_chance(part) < FOREIGN:
            found.setdefault(ranked[0].id, ranked[0])
    return tuple(found.values()) if len(found) > 1 and not _one_matter(heard, knowledge, setting, set(found)) else ()


def _one_matter(heard: Heard, knowledge: Knowledge, setting: Setting, named: set[str]) -> bool:
    """Whether the whole message is surely one matter: its clauses then only tell more of it."""
    whole = weigh(heard.ranking, knowledge, setting)
    others = sum(item.confidence for item in whole[1:] if item.id in named)
    return bool(whole) and whole[0].confidence >= SURE and others < ASK_FROM
