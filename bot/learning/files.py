"""Accepted and taught sentences as files that the project's own readers read: test sentences and training sentences."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from bot.learning.model import Proposal
from bot.learning.proposing import wanted_intent
from bot.text.language import language_of

TESTS = "tests.yml"
TRAINING = "training.yml"
STYLE = "zgłoszenia"
"""The style under which these test sentences are counted."""


def write_files(folder: Path, accepted: Iterable[Proposal], taught: Iterable[Proposal]) -> None:
    """Write both files whole, each in one step; a file without sentences is removed."""
    _write(folder / TESTS, test_lines(accepted))
    _write(folder / TRAINING, training_lines(taught))


def test_lines(proposals: Iterable[Proposal]) -> list[str]:
    """Test sentences, as in ``tests/utterances``; one in another language stands by itself."""
    lines: list[str] = []
    for intent, sentences in _by_intent(proposals).items():
        polish = [sentence for sentence in sentences if language_of(sentence) == "pl"]
        if polish:
            lines += [f"- intent: {intent}", "  say:", f"    {STYLE}:", *(f"      - {_quoted(sentence)}" for sentence in polish)]
        for sentence in sentences:
            if sentence not in polish:
                lines += [f"- intent: {intent}", f"  language: {language_of(sentence)}", f"  say: {_quoted(sentence)}"]
    return lines


def training_lines(proposals: Iterable[Proposal]) -> list[str]:
    """Training sentences, as in ``nlu_data``."""
    lines: list[str] = []
    for intent, sentences in _by_intent(proposals).items():
        lines += [f"- intent: {intent}", "  examples: |", *(f"    - {sentence}" for sentence in sentences)]
    return ['version: "3.1"', "nlu:", *lines] if lines else []


def _by_intent(proposals: Iterable[Proposal]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for proposal in proposals:
        sentences = found.setdefault(wanted_intent(proposal), [])
        if proposal.text not in sentences:
            sentences.append(proposal.text)
    return {intent: found[intent] for intent in sorted(found)}


def _quoted(sentence: str) -> str:
    """A YAML string in single quotes, in which only these have to be doubled."""
    return "'" + sentence.replace("'", "''") + "'"


def _write(path: Path, lines: list[str]) -> None:
    if not lines:
        path.unlink(missing_ok=True)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(f".{os.getpid()}")
    draft.write_text("\n".join(lines) + "\n", encoding="utf-8")
    draft.replace(path)
