"""Understanding beside its peers: Okienko, stock Rasa (DIET) and nlp.js with its Polish package, on the same sentences.

Each learns the same training sentences and answers the same test sentences, their copies without Polish letters and with one
typing slip, and what is not ours; training and answering run in processes of their own, one after another. Prints a table
and exits 1 when Okienko is not ahead on every row of accuracy. Stock Rasa needs many hours for all sentences on two cores, so by
default everyone learns and answers the same part: ``--matters`` spread evenly over all (0: all), and at most ``--each``
sentences a matter (0: all); what is not ours is learned and asked whole.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from bot.cases.knowledge import Knowledge  # noqa: E402
from bot.cases.loader import load_knowledge  # noqa: E402
from bot.measure.hearing import training_pairs  # noqa: E402
from bot.measure.sentences import OUTSIDE, Sentence, read_sentences, with_slip, without_letters  # noqa: E402
from bot.nlu.outside import is_outside  # noqa: E402

PEERS = ROOT / "benchmarks" / "peers"
NLPJS = PEERS / "nlpjs"
ENVIRONMENT = {**os.environ, "PYTHONWARNINGS": "ignore", "RASA_TELEMETRY_ENABLED": "false", "TF_CPP_MIN_LOG_LEVEL": "3", "SQLALCHEMY_SILENCE_UBER_WARNING": "1"}
NAMES = {"okienko": "Okienko", "diet": "Rasa (DIET)", "nlpjs": "nlp.js"}
ROWS = (
    ("first", "first answer", "%"), ("third", "first three", "%"), ("no_letters", "first, without Polish letters", "%"), ("slip", "first, one slip each", "%"),
    ("foreign", "first, Ukrainian, Russian, English", "%"), ("refused", "not ours, refused", "%"), ("false_alarms", "good questions refused", "%"), ("scope", "ours told from not ours (balanced)", "%"),
    ("p50", "one message, p50", "ms"), ("p99", "one message, p99", "ms"), ("training", "training", "s"), ("memory", "memory, answering", "MB"),
)  # fmt: skip
ACCURACY = ("first", "third", "no_letters", "slip", "foreign", "scope")
"""What Okienko has to be ahead on. Of refusals the balance counts: whoever refuses nothing refuses no good question either."""


@dataclass
class Asked:
    """The test sentences of a run, in one list, and which group each stands in."""

    texts: list[str] = field(default_factory=list)
    wanted: list[str] = field(default_factory=list)
    groups: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))

    def add(self, group: str, sentence: Sentence, knowledge: Knowledge) -> None:
        """Ask a sentence as one of a group."""
        self.groups[group].append(len(self.texts))
        self.texts.append(sentence.text)
        self.wanted.append(knowledge.aliases.get(sentence.intent, sentence.intent))


def main() -> int:
    """Measure the peers asked for and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--matters", type=int, default=60, help="matters that everyone learns and answers; 0: all")
    parser.add_argument("--each", type=int, default=30, help="sentences a matter that everyone learns; 0: all")
    parser.add_argument("--peers", default="okienko,diet,nlpjs")
    parser.add_argument("--json", type=Path, help="keep the figures here too")
    arguments = parser.parse_args()
    knowledge = load_knowledge(ROOT / "knowledge")
    matters = _matters(knowledge, arguments.matters)
    pairs = _learned([pair for pair in training_pairs(knowledge, ROOT / "nlu_data") if pair[0] not in knowledge.entries or pair[0] in matters], arguments.each)
    asked = _asked(knowledge, matters)
    print(f"{len(pairs)} sentences to learn, {len(asked.texts)} to answer", flush=True)
    results = {}
    for name in arguments.peers.split(","):
        found = _measure(name, pairs, asked)
        if found:
            results[name] = found
            print(f"{NAMES[name]}: {json.dumps({key: round(value, 4) for key, value in found.items()})}", flush=True)
    print(_table(results))
    if arguments.json:
        arguments.json.write_text(json.dumps(results, indent=1), encoding="utf-8")
    return _verdict(results)


def _matters(knowledge: Knowledge, count: int) -> frozenset[str]:
    """So many matters, spread evenly over all; all of them for 0."""
    names = sorted(knowledge.entries)
    return frozenset(names if not count or count >= len(names) else (names[place * len(names) // count] for place in range(count)))


def _learned(pairs: list[tuple[str, str]], each: int) -> list[tuple[str, str]]:
    """At most so many sentences a matter, spread evenly; all of them for 0."""
    if not each:
        return pairs
    by_intent: dict[str, list[str]] = defaultdict(list)
    for intent, text in pairs:
        by_intent[intent].append(text)
    return [(intent, texts[place * len(texts) // each]) for intent, texts in by_intent.items() for place in range(each) if each <= len(texts) or place < len(texts)]


def _asked(knowledge: Knowledge, matters: frozenset[str]) -> Asked:
    asked = Asked()
    for sentence in read_sentences(ROOT / "tests" / "utterances"):
        if sentence.intent == OUTSIDE:
            asked.add("outside", sentence, knowledge)
        elif knowledge.aliases.get(sentence.intent, sentence.intent) not in matters:
            continue
        elif sentence.language != "pl":
            asked.add("foreign", sentence, knowledge)
        else:
            asked.add("ours", sentence, knowledge)
            asked.add("no_letters", without_letters(sentence), knowledge)
            asked.add("slip", with_slip(sentence), knowledge)
    return asked


def _measure(name: str, pairs: list[tuple[str, str]], asked: Asked) -> dict[str, float] | None:
    command = _command(name)
    if command is None:
        return None
    with tempfile.TemporaryDirectory(prefix=f"okienko-{name}-") as place:
        folder = Path(place)
        (folder / "train.json").write_text(json.dumps(pairs), encoding="utf-8")
        (folder / "test.json").write_text(json.dumps(asked.texts), encoding="utf-8")
        started = time.perf_counter()
        _run([*command, "train", place])
        training = time.perf_counter() - started
        _run([*command, "serve", place])
        kept = json.loads((folder / "answers.json").read_text(encoding="utf-8"))
    return {**_scores(kept["answers"], asked), "training": training, "memory": kept["memory"]}


def _command(name: str) -> list[str] | None:
    """The program of a peer; None, with a sentence, where it cannot run."""
    if name != "nlpjs":
        return [sys.executable, str(PEERS / f"{name}.py")]
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        print("nlp.js is left out: Node.js and npm are not installed here. Install them to see it beside the others.", flush=True)
        return None
    if not (NLPJS / "node_modules").exists() and subprocess.run([npm, "ci", "--silent", "--no-audit", "--no-fund"], cwd=NLPJS, check=False).returncode:
        print("nlp.js is left out: its packages could not be installed from the npm registry.", flush=True)
        return None
    return [node, "--max-old-space-size=8192", str(NLPJS / "peer.js")]


def _run(command: list[str]) -> None:
    done = subprocess.run(command, env=ENVIRONMENT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stderr[-3000:]}")


def _scores(answers: list[dict[str, Any]], asked: Asked) -> dict[str, float]:
    def share(group: str, places: int) -> float:
        chosen = asked.groups[group]
        return 100.0 * sum(asked.wanted[place] in answers[place]["ranking"][:places] for place in chosen) / max(1, len(chosen))

    def refused(group: str) -> float:
        chosen = asked.groups[group]
        return 100.0 * sum(is_outside(answers[place]["ranking"][0]) for place in chosen) / max(1, len(chosen))

    spent = sorted(answer["ms"] for answer in answers)
    return {
        "first": share("ours", 1), "third": share("ours", 3), "no_letters": share("no_letters", 1), "slip": share("slip", 1), "foreign": share("foreign", 1),
        "refused": refused("outside"), "false_alarms": refused("ours"), "scope": (refused("outside") + 100.0 - refused("ours")) / 2, "p50": spent[len(spent) // 2], "p99": spent[int(len(spent) * 0.99)],
    }  # fmt: skip


def _table(results: dict[str, dict[str, float]]) -> str:
    lines = ["| | " + " | ".join(NAMES[name] for name in results) + " |", "| --- |" + " --- |" * len(results)]
    for key, label, unit in ROWS:
        digits = 1 if unit in ("%", "ms") else 0
        lines.append(f"| {label} | " + " | ".join(f"{found[key]:,.{digits}f} {unit}" for found in results.values()) + " |")
    return "\n".join(lines)


def _verdict(results: dict[str, dict[str, float]]) -> int:
    mine = results.get("okienko")
    others = {name: found for name, found in results.items() if name != "okienko"}
    if mine is None or not others:
        return 0
    behind = [f"{key}: {NAMES[name]}" for key in ACCURACY for name, found in others.items() if found[key] >= mine[key]]
    if behind:
        print("Okienko is not ahead on: " + ", ".join(behind))
    return 1 if behind else 0


if __name__ == "__main__":
    sys.exit(main())
