"""What the peers share: the files through which they get sentences and give answers.

``train.json``: ``[[intent, sentence], …]``. ``test.json``: ``[sentence, …]``. ``answers.json``: ``{"memory": MB, "answers":
[{"ranking": [id, …], "ms": …}, …]}``, the ranking best first; ``out_of_scope`` and ``unclear`` stand for themselves.
"""

from __future__ import annotations

import json
import resource
import sys
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

WARM = 20
"""Sentences understood beforehand, untimed."""


def read_training(folder: Path) -> list[tuple[str, str]]:
    """The training sentences of a run."""
    return [(intent, text) for intent, text in json.loads((folder / "train.json").read_text(encoding="utf-8"))]


def answer_all(folder: Path, understand: Callable[[str], list[str]]) -> None:
    """Answer every test sentence, timed one by one."""
    texts = json.loads((folder / "test.json").read_text(encoding="utf-8"))
    for text in texts[:WARM]:
        understand(text)
    answers = []
    for text in texts:
        started = perf_counter()
        ranking = understand(text)
        answers.append({"ranking": ranking[:10], "ms": (perf_counter() - started) * 1000})
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 if sys.platform == "darwin" else 1024)
    (folder / "answers.json").write_text(json.dumps({"memory": memory, "answers": answers}), encoding="utf-8")
