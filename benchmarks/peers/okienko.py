"""Okienko's own understanding, with its names, spelling and decision: ``okienko.py train|serve FOLDER`` (see benchmarks/nlu.py)."""

from __future__ import annotations

import json
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from benchmarks.peers.common import answer_all, read_training  # noqa: E402
from bot.cases.finder import Finder  # noqa: E402
from bot.cases.loader import load_knowledge  # noqa: E402
from bot.dialogue.understanding import decide  # noqa: E402
from bot.measure.hearing import Hearing  # noqa: E402
from bot.nlu.matcher import Matcher, Shape  # noqa: E402
from bot.text.spelling import Speller, vocabulary  # noqa: E402


def train(folder: Path) -> None:
    """Learn, and keep the model and the vocabulary."""
    pairs = read_training(folder)
    texts = [text for _, text in pairs]
    Matcher(Shape()).fit(texts, [intent for intent, _ in pairs]).save(folder)
    (folder / "vocabulary.json").write_text(json.dumps(vocabulary(texts)), encoding="utf-8")


def serve(folder: Path) -> None:
    """Answer every test sentence."""
    knowledge = load_knowledge(ROOT / "knowledge")
    finder = Finder(knowledge)
    hearing = Hearing(Matcher.load(folder), Speller(json.loads((folder / "vocabulary.json").read_text(encoding="utf-8"))))

    def understand(text: str) -> list[str]:
        found = decide(hearing.hear(text), knowledge, finder)
        answer = "out_of_scope" if found.kind == "out_of_scope" else found.id or "unclear"
        return [answer, *(item.id for item in found.alternatives)]

    answer_all(folder, understand)


if __name__ == "__main__":
    {"train": train, "serve": serve}[sys.argv[1]](Path(sys.argv[2]))
