"""What a model learns from beside the written sentences, and which of those have an answer; plain Python, no Rasa."""

from __future__ import annotations

from collections.abc import Container

from bot.cases.knowledge import Knowledge
from bot.cases.model import Problem
from bot.nlu.outside import is_outside

COMMAND = "command_"


def has_answer(intent: str | None, served: Container[str]) -> bool:
    """Whether a message of the intent gets an answer: a served entry, a command, or a word on who helps instead."""
    return intent is None or intent in served or is_outside(intent) or intent.startswith(COMMAND)


def derived_examples(knowledge: Knowledge) -> list[tuple[str, str]]:
    """``(intent, sentence)`` pairs that the knowledge itself gives: titles, names, messages and commands."""
    pairs = []
    for entry in knowledge.entries.values():
        messages = entry.messages if isinstance(entry, Problem) else ()
        for sentence in (entry.title, entry.when, *entry.names, *messages):
            pairs.append((entry.id, sentence))
    for key, wordings in knowledge.phrases.items():
        if key.startswith("command_"):
            pairs.extend((key, wording) for wording in wordings)
    return list(dict.fromkeys(pairs))


