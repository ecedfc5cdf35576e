"""What the server masks is what the widget points out; both read the same file (see ``widget/test/guard.test.ts``)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.dialogue.privacy import mask

VECTORS = json.loads((Path(__file__).parents[1] / "contracts" / "personal_data.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("vector", VECTORS, ids=[item["text"] for item in VECTORS])
def test_personal_data_are_masked_and_nothing_else(vector: dict[str, str]) -> None:
    assert mask(vector["text"]) == vector["masked"]
