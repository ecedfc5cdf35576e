"""Training sentences checked: no sentence in two intents, near-duplicates across intents, intents without an entry."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from bot.cases.faults import Fault
from bot.cases.knowledge import Knowledge
from bot.cases.yamlfile import YamlFault, read_yaml
from bot.text.distance import near
from bot.text.lemmas import lemmas
from bot.text.normalise import fold, normalise, words

FEWEST = 30
"""Sentences that an entry needs before it is recognised in people's own words."""
OTHER_INTENTS = ("out_of_scope", "outside_", "choice", "command_")
"""Intents that no entry answers begin like this."""
Sentence = tuple[Path, int, str, str]
"""File, line, intent, sentence."""


def read_sentences(root: Path) -> Iterator[Sentence]:
    """Every training sentence under a folder, with its place. Raises YamlFault."""
    for path in sorted(root.rglob("*.yml")):
        yield from read_file(path)


def read_file(path: Path) -> Iterator[Sentence]:
    """The sentences of one file, with their places. Raises YamlFault."""
    lines = path.read_text(encoding="utf-8").splitlines()
    start = 0
    for block in (read_yaml(path) or {}).get("nlu") or ():
        intent = block.get("intent")
        start = next((number for number in range(start, len(lines)) if lines[number].strip() == f"- intent: {intent}"), start)
        for line in (block.get("examples") or "").splitlines():
            sentence = line.strip().removeprefix("-").strip()
            if intent and sentence:
                number = next((place for place in range(start, len(lines)) if lines[place].strip() == line.strip()), start)
                yield path, number + 1, intent, sentence


def is_plain(path: Path) -> bool:
    """Whether a file holds nothing but intents with sentences: no synonyms, lookups, expressions or marked entities."""
    text = path.read_text(encoding="utf-8")
    return not re.search(r"^\s*-\s*(?:synonym|lookup|regex)\s*:|\]\s*[({]", text, re.MULTILINE)


def check_sentences(root: Path, knowledge: Knowledge) -> list[Fault]:
    """Faults of the training sentences."""
    try:
        found = list(read_sentences(root))
    except YamlFault as error:
        return [Fault(root, error.line, str(error))]
    return sorted([*_unknown(found, root, knowledge), *_few(found, root, knowledge), *_twice(found, root), *_near(found, root)])


@lru_cache(maxsize=100_000)
def _plain(sentence: str) -> str:
    return " ".join(words(fold(normalise(sentence))))


def _fault(item: Sentence, root: Path, message: str, kind: str, *, warning: bool = False) -> Fault:
    return Fault(item[0].relative_to(root.parent), item[1], message, kind, warning)


def _unknown(found: list[Sentence], root: Path, knowledge: Knowledge) -> Iterator[Fault]:
    seen: set[str] = set()
    for item in found:
        intent = item[2]
        if intent in seen or intent.startswith(OTHER_INTENTS):
            continue
        seen.add(intent)
        if intent not in knowledge.entries:
            yield _fault(item, root, f"zdania uczą „{intent}”, a takiego wpisu nie ma w knowledge/", "dangling")


def _few(found: list[Sentence], root: Path, knowledge: Knowledge) -> Iterator[Fault]:
    counts = Counter(knowledge.aliases.get(item[2], item[2]) for item in found)
    place = {item[2]: item for item in reversed(found)}
    for name, entry in knowledge.entries.items():
        if entry.status != "published" or counts[name] >= FEWEST:
            continue
        path, line = (place[name][0], place[name][1]) if name in place else (root, 1)
        yield Fault(path.relative_to(root.parent), line, f"„{name}” ma {counts[name]} zdań uczących; dopisz do {FEWEST}, różnych i własnymi słowami ludzi", "few")


def _twice(found: list[Sentence], root: Path) -> Iterator[Fault]:
    first: dict[str, Sentence] = {}
    for item in found:
        key = _plain(item[3])
        other = first.setdefault(key, item)
        if other is item:
            continue
        where = f"{other[0].name}:{other[1]}"
        if other[2] != item[2]:
            yield _fault(item, root, f"to samo zdanie uczy „{item[2]}” i „{other[2]}” ({where}); zostaw je w jednym", "duplicate")
        else:
            yield _fault(item, root, f"to zdanie stoi już w tej samej sprawie ({where})", "duplicate", warning=True)


def _near(found: list[Sentence], root: Path) -> Iterator[Fault]:
    """Sentences of different intents that differ by one slip, or only by inflection and order."""
    by_lemmas: dict[str, Sentence] = {}
    by_shape: dict[tuple[int, str], list[tuple[str, Sentence]]] = defaultdict(list)
    for item in found:
        key = " ".join(sorted(lemmas(item[3])))
        other = by_lemmas.setdefault(key, item)
        if other[2] != item[2] and len(key) > 8:
            yield _fault(item, root, f"prawie to samo zdanie uczy „{other[2]}” ({other[0].name}:{other[1]})", "near_duplicate", warning=True)
            continue
        plain = _plain(item[3])
        if len(plain) < 12:
            continue
        for length in (len(plain) - 1, len(plain), len(plain) + 1):
            for text, rival in by_shape.get((length, plain[:6]), ()):
                if rival[2] != item[2] and near(plain, text) == 1:
                    yield _fault(item, root, f"jedna litera różni to zdanie od uczącego „{rival[2]}” ({rival[0].name}:{rival[1]})", "near_duplicate", warning=True)
        by_shape[(len(plain), plain[:6])].append((plain, item))
