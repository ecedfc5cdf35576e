"""Test sentences: read from ``tests/utterances``, and copied without Polish letters or with a typing slip."""

from __future__ import annotations

import random
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from bot.cases.yamlfile import read_yaml
from bot.text.normalise import clean

OUTSIDE = "out_of_scope"
PROTECTED = "protected.yml"
LEARNED = "tests.yml"
"""The file of accepted sentences (bot.learning.files) in the folder of learned ones."""
SHORTEST = 5
"""Letters of a word that is mistyped on purpose; shorter ones become other words."""
_PLAIN = str.maketrans("ąćęłńóśźżĄĆĘŁŃÓŚŹŻ", "acelnoszzACELNOSZZ")
_NEIGHBOURS = {
    "a": "qsz", "b": "vgn", "c": "xdv", "d": "sfe", "e": "wrd", "f": "dgr", "g": "fht", "h": "gjy", "i": "uok", "j": "hku", "k": "jli", "l": "kop", "m": "nj",
    "n": "bmh", "o": "ipl", "p": "ol", "r": "etf", "s": "adw", "t": "ryg", "u": "yij", "w": "qes", "y": "tuh", "z": "xas",
}  # fmt: skip


@dataclass(frozen=True)
class Sentence:
    """What was said, what it means (an entry's id, or OUTSIDE), how it is written and in which language."""

    text: str
    intent: str
    style: str
    language: str = "pl"


def read_sentences(root: Path) -> Iterator[Sentence]:
    """Every test sentence under a folder, without the protected ones."""
    for path in sorted(root.rglob("*.yml")):
        if path.name != PROTECTED:
            yield from read_test_file(path)


def read_protected(root: Path) -> list[Sentence]:
    """The sentences that no model may lose; none where the file is missing."""
    path = root / PROTECTED
    return list(read_test_file(path)) if path.exists() else []


def read_learned(folder: Path) -> list[Sentence]:
    """The test sentences that editors took from tickets; none where there is no file."""
    path = folder / LEARNED
    return list(read_test_file(path)) if path.exists() else []


def every_sentence(root: Path, learned: Path) -> list[Sentence]:
    """The repository's own test sentences and the learned ones; one that stands in both counts once."""
    own = read_sentences(root) if root.is_dir() else ()
    found: dict[tuple[str, str], Sentence] = {}
    for item in (*own, *read_learned(learned)):
        found.setdefault((item.text, item.intent), item)
    return list(found.values())


def read_test_file(path: Path) -> Iterator[Sentence]:
    """The sentences of one file."""
    for block in read_yaml(path) or ():
        if "language" in block:
            yield Sentence(block["say"], block["intent"], "foreign", block["language"])
            continue
        said = block["say"] if isinstance(block["say"], dict) else {"protected": block["say"]}
        for style, texts in said.items():
            for text in texts:
                yield Sentence(text, block["intent"], style)


def without_letters(sentence: Sentence) -> Sentence:
    """The same without Polish letters, as from a foreign keyboard."""
    return replace(sentence, text=clean(sentence.text).translate(_PLAIN), style="bez liter")


def with_slip(sentence: Sentence) -> Sentence:
    """The same with one typing slip in its longest stretch of letters; always the same slip for the same sentence."""
    chance = random.Random(zlib.crc32(sentence.text.encode()))
    pieces = sentence.text.split(" ")
    places = [place for place, word in enumerate(pieces) if len(word) >= SHORTEST and word.isalpha()]
    if not places:
        return replace(sentence, style="jeden błąd")
    place = chance.choice(places)
    pieces[place] = _slip(pieces[place], chance)
    return replace(sentence, text=" ".join(pieces), style="jeden błąd")


def _slip(word: str, chance: random.Random) -> str:
    """A swap, a letter lost, doubled or hit beside; the first letter stays."""
    at = chance.randrange(1, len(word) - 1)
    kind = chance.choice(("swap", "lost", "double", "beside"))
    if kind == "swap":
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    if kind == "lost":
        return word[:at] + word[at + 1 :]
    if kind == "double":
        return word[:at] + word[at] + word[at:]
    near = _NEIGHBOURS.get(word[at].lower().translate(_PLAIN), word[at])
    return word[:at] + chance.choice(near) + word[at + 1 :]
