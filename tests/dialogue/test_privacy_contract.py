"""What the server masks is what the widget points out; both read the same file (see ``widget/test/guard.test.ts``)."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from bot.dialogue.privacy import mask

VECTORS = json.loads((Path(__file__).parents[1] / "contracts" / "personal_data.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("vector", VECTORS, ids=[item["text"] for item in VECTORS])
def test_personal_data_are_masked_and_nothing_else(vector: dict[str, str]) -> None:
    assert mask(vector["text"]) == vector["masked"]


@pytest.mark.parametrize("piece", ["0", "12-", "a", "a.", "PL61", "1.1.", ".", "1 ", "501 234 567 ", "44051401359 ", "1\u200b"])
def test_the_longest_message_is_masked_in_no_time(piece: str) -> None:
    text = piece * (20_000 // len(piece))
    started = time.process_time()
    mask(text)
    assert time.process_time() - started < 0.5
