"""Stock Rasa: the pipeline that ``rasa init`` writes, with DIET: ``diet.py train|serve FOLDER`` (see benchmarks/nlu.py)."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from benchmarks.peers.common import answer_all, read_training  # noqa: E402

HEAD = """
recipe: default.v1
assistant_id: stock
language: pl
pipeline:
  - name: WhitespaceTokenizer
  - name: RegexFeaturizer
  - name: LexicalSyntacticFeaturizer
  - name: CountVectorsFeaturizer
  - name: CountVectorsFeaturizer
    analyzer: char_wb
    min_ngram: 1
    max_ngram: 4
  - name: DIETClassifier
    epochs: 100
    constrain_similarities: true
  - name: EntitySynonymMapper
"""
"""What ``rasa init`` writes, up to where a whole assistant goes on with more than understanding."""
FALLBACK_PART = """  - name: FallbackClassifier
    threshold: 0.3
    ambiguity_threshold: 0.1
"""
CONFIG = HEAD + FALLBACK_PART
FALLBACK = "nlu_fallback"


def train(folder: Path) -> None:
    """Write a stock project and train it."""
    from rasa.model_training import train_nlu

    pairs = read_training(folder)
    lines = ['version: "3.1"', "nlu:"]
    for intent in dict.fromkeys(intent for intent, _ in pairs):
        lines += [f"- intent: {intent}", "  examples: |", *(f"    - {_plain(text)}" for name, text in pairs if name == intent)]
    (folder / "nlu.yml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (folder / "config.yml").write_text(CONFIG, encoding="utf-8")
    train_nlu(str(folder / "config.yml"), str(folder / "nlu.yml"), str(folder / "models"))


def _plain(text: str) -> str:
    """Without the brackets that Rasa's format would read as an entity."""
    return " ".join(text.translate(str.maketrans("[]{}", "()()")).split())


def serve(folder: Path) -> None:
    """Answer every test sentence."""
    from rasa.core.agent import Agent

    agent = Agent.load(str(next((folder / "models").glob("*.tar.gz"))))
    loop = asyncio.new_event_loop()

    def understand(text: str) -> list[str]:
        found: dict[str, Any] = loop.run_until_complete(agent.parse_message(text))
        ranking = [item["name"] for item in found["intent_ranking"]]
        best = found["intent"]["name"]
        return ["unclear" if best == FALLBACK else best, *(name for name in ranking if name not in (best, FALLBACK))]

    answer_all(folder, understand)


if __name__ == "__main__":
    {"train": train, "serve": serve}[sys.argv[1]](Path(sys.argv[2]))
