"""Understanding without Rasa: the same parts on the same data, for measuring what each is worth and for quick trials."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from bot.cases.knowledge import Knowledge
from bot.cases.sentences import read_file, read_sentences
from bot.dialogue.understanding import Correction, Heard, Ranked
from bot.nlu.examples import derived_examples, has_answer
from bot.nlu.matcher import Matcher, Shape
from bot.text.clauses import clauses
from bot.text.normalise import MAX_CHARS
from bot.text.spelling import Speller, vocabulary

Pair = tuple[str, str]
"""Intent and sentence."""


def training_pairs(knowledge: Knowledge, nlu_data: Path, learned: Path | None = None) -> list[Pair]:
    """Everything a model learns from: what the knowledge says of itself, the sentences of ``nlu_data/``, and a file of learned ones."""
    more = read_file(learned) if learned is not None and learned.exists() else ()
    written = [(intent, sentence) for _, _, intent, sentence in (*read_sentences(nlu_data), *more) if has_answer(intent, knowledge.entries)]
    return list(dict.fromkeys([*derived_examples(knowledge), *written]))


class Hearing:
    """A speller and a matcher trained together."""

    def __init__(self, matcher: Matcher, speller: Speller | None) -> None:
        self._matcher = matcher
        self._speller = speller

    @classmethod
    def learn(cls, pairs: Sequence[Pair], shape: Shape, *, spelling: bool = True) -> Hearing:
        """Train on pairs of intent and sentence."""
        texts = [sentence for _, sentence in pairs]
        matcher = Matcher(shape).fit(texts, [intent for intent, _ in pairs])
        return cls(matcher, Speller(vocabulary(texts)) if spelling else None)

    def hear(self, text: str) -> Heard:
        """What is heard in a text."""
        spelled = self._speller.correct(text[:MAX_CHARS]) if self._speller else None
        read = spelled.text if spelled else text[:MAX_CHARS]
        corrections = tuple(Correction(written, better) for written, better in spelled.corrections) if spelled else ()
        whole = self._one(read)
        return Heard(text, whole.ranking, corrections, whole.outside, tuple(self._parts(read)))

    def _parts(self, text: str) -> Iterable[Heard]:
        return (self._one(part) for part in clauses(text))

    def _one(self, text: str) -> Heard:
        found = self._matcher.ranking(text)
        return Heard(text, tuple(Ranked(name, chance) for name, chance in found.items), outside=found.outside)
