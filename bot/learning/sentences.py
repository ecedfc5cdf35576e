"""From a client's question to a sentence fit for the files of sentences, and what is known already."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from bot.cases.knowledge import Knowledge
from bot.dialogue.privacy import mask
from bot.learning.model import KEPT, LONGEST
from bot.text.lemmas import STOP, lemmas
from bot.text.normalise import clean, fold, normalise, words

FEWEST_WORDS = 2
"""Words that say something; fewer teach nothing."""
_MASKED = re.compile(r"\[[^\]\s]{1,12}\]")
_MARKS = re.compile(r"[\[\]{}|]")
"""Signs by which Rasa's files mark entities."""


def sentence_of(text: str) -> str:
    """A question as one masked line, without what masking left in its place and without signs that the files give a meaning."""
    masked = _MASKED.sub(" ", mask(clean(text)))
    line = " ".join(_MARKS.sub(" ", masked).split())
    return re.sub(r"\s+([,.;:?!])", r"\1", line).lstrip("-–—•*# ").strip()[:KEPT]


def too_long(sentence: str) -> bool:
    """Whether an editor has to shorten it first."""
    return len(sentence) > LONGEST


def says_something(sentence: str) -> bool:
    """Whether it has at least FEWEST_WORDS words of content."""
    return sum(name not in STOP and any(char.isalpha() for char in name) for name in lemmas(sentence)) >= FEWEST_WORDS


def key(sentence: str) -> str:
    """What two sentences share that are the same word for word: case, Polish letters and punctuation aside."""
    return " ".join(words(fold(normalise(sentence))))


def known_sentences(knowledge: Knowledge, folders: Iterable[Path]) -> frozenset[str]:
    """The keys of everything that is taught or tested already: what the knowledge says of itself, and every file of the folders."""
    from bot.nlu.examples import derived_examples

    told = (sentence for _, sentence in derived_examples(knowledge))
    return frozenset(key(sentence) for sentence in (*told, *_written(folders)))


def _written(folders: Iterable[Path]) -> Iterator[str]:
    """The sentences of both formats, told apart by the document: a mapping is training data, a list is test sentences."""
    from bot.cases.sentences import read_file
    from bot.measure.sentences import read_test_file

    for folder in folders:
        for path in sorted(folder.rglob("*.yml")) if folder.is_dir() else ():
            if _is_training(path):
                yield from (sentence for _, _, _, sentence in read_file(path))
            else:
                yield from (item.text for item in read_test_file(path))


def _is_training(path: Path) -> bool:
    lines = (line for line in path.read_text(encoding="utf-8").splitlines() if line.strip() and not line.startswith("#"))
    return not next(lines, "").startswith("-")
