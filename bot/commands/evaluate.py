"""``okienko evaluate``: how well sentences that training never saw are understood."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.cases.yamlfile import read_yaml
from bot.commands import DONE, NOT_RIGHT, WRONG_USE
from bot.commands.common import Ears, command
from bot.settings import Settings

OUTSIDE = "out_of_scope"


@dataclass(frozen=True)
class Sentence:
    """A test sentence: what was said, what it means, and how it is written."""

    text: str
    intent: str
    style: str


@dataclass
class Tally:
    """Counts of one slice."""

    total: int = 0
    first: int = 0
    third: int = 0
    confused: Counter = field(default_factory=Counter)


def add(parsers: Any) -> None:
    """Declare the command."""
    parser = command(parsers, "evaluate", "Zmierz rozumienie na zdaniach, których trening nie widział.", "okienko evaluate --first 0.80 --third 0.92")
    parser.add_argument("--utterances", help="katalog zdań testowych, domyślnie tests/utterances")
    parser.add_argument("--json", action="store_true", help="wypisz wynik jako JSON")
    parser.add_argument("--wrong", type=int, default=0, metavar="N", help="pokaż N źle zrozumianych zdań")
    parser.add_argument("--first", type=float, default=0.0, help="wymagany udział trafnych pierwszych odpowiedzi")
    parser.add_argument("--third", type=float, default=0.0, help="wymagany udział trafnych w pierwszych trzech")


def read_utterances(root: Path) -> Iterator[Sentence]:
    """Every test sentence under a folder."""
    for path in sorted(root.rglob("*.yml")):
        for block in read_yaml(path) or ():
            for style, texts in block["say"].items():
                for text in texts:
                    yield Sentence(text, block["intent"], style)


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Measure and print."""
    from bot.compose import build_desk
    from bot.dialogue.understanding import decide

    root = Path(arguments.utterances) if arguments.utterances else settings.root / "tests" / "utterances"
    desk = build_desk(settings)
    known = {*desk.knowledge.entries, OUTSIDE}
    sentences = [item for item in read_utterances(root) if desk.knowledge.aliases.get(item.intent, item.intent) in known] if root.is_dir() else []
    if not sentences:
        print(f"W {root} nie ma zdań testowych dla podawanych spraw.", file=sys.stderr)
        return WRONG_USE
    ears = Ears(settings)
    tallies: dict[str, Tally] = defaultdict(Tally)
    wrong: list[dict[str, Any]] = []
    spent: list[float] = []
    for item in sentences:
        started = time.perf_counter()
        found = decide(ears.hear(item.text), desk.knowledge, desk.finder)
        spent.append(time.perf_counter() - started)
        wanted = desk.knowledge.aliases.get(item.intent, item.intent)
        offered = [found.id or found.kind, *(other.id for other in found.alternatives)]
        if found.id is None and found.kind != OUTSIDE:
            offered = offered[1:]
        right, among = offered[:1] == [wanted], wanted in offered[:3]
        entry = desk.knowledge.entry(wanted)
        kind = entry.kind if entry else OUTSIDE
        for key in ("wszystko", f"rodzaj {kind}", f"styl {item.style}", f"profil {entry.profiles[0] if entry else '–'}"):
            tally = tallies[key]
            tally.total += 1
            tally.first += right
            tally.third += among
        if not right:
            tallies["wszystko"].confused[(wanted, offered[0] if offered else "–")] += 1
            wrong.append({"text": item.text, "wanted": wanted, "found": offered[:3], "kind": found.kind, "confidence": round(found.confidence, 3)})
    spent.sort()
    result = {
        "slices": {key: {"total": tally.total, "first": tally.first / tally.total, "third": tally.third / tally.total} for key, tally in sorted(tallies.items())},
        "confused": [{"wanted": pair[0], "found": pair[1], "count": count} for pair, count in tallies["wszystko"].confused.most_common(30)],
        "milliseconds": {"p50": 1000 * spent[len(spent) // 2], "p99": 1000 * spent[int(len(spent) * 0.99)]},
        "wrong": wrong if arguments.json else wrong[: arguments.wrong],
    }
    print(json.dumps(result, ensure_ascii=False, indent=1) if arguments.json else _table(result))
    whole = result["slices"]["wszystko"]
    return DONE if whole["first"] >= arguments.first and whole["third"] >= arguments.third else NOT_RIGHT


def _table(result: dict[str, Any]) -> str:
    lines = [f"{'':28} zdań  pierwsza  w trzech"]
    for key, row in result["slices"].items():
        lines.append(f"{key:28} {row['total']:5}  {row['first']:7.1%}  {row['third']:7.1%}")
    lines.append(f"czas zrozumienia: p50 {result['milliseconds']['p50']:.1f} ms, p99 {result['milliseconds']['p99']:.1f} ms")
    if result["confused"]:
        lines.append("najczęściej mylone (powinno być → jest):")
        lines += [f"  {row['count']:3} {row['wanted']} → {row['found']}" for row in result["confused"][:12]]
    lines += [f"  „{item['text']}”: {item['wanted']} → {item['found']} ({item['kind']} {item['confidence']})" for item in result["wrong"]]
    return "\n".join(lines)
