"""Swapping models again and again leaves the process as large as it was; in a process of its own, so that only the engine is measured."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

SETTLED, SWAPS, ALLOWED, KEPT = 4, 14, 40.0, 100.0
"""After so many swaps memory has settled; after so many in all it may be so many megabytes larger, and so many larger than with the first model alone."""
CODE = """
import asyncio, sys
from pathlib import Path
import psutil
from bot.engine.embedded import EmbeddedEngine
from bot.logs import set_up
set_up("ERROR")

async def nothing(_):
    return None

async def main(model, swaps):
    engine = EmbeddedEngine(lambda: model, nothing)
    await engine.start()
    await engine.understand("konto")
    print(psutil.Process().memory_info().rss / 1e6)
    for _ in range(swaps):
        await engine._load(model)
        for text in ("zatrudniam na zlecenie", "zmarła mama", "jak założyć konto"):
            await engine.understand(text)
        print(psutil.Process().memory_info().rss / 1e6)

asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2])))
"""


@pytest.mark.training
def test_a_dozen_models_later_the_process_is_no_larger(model: Path) -> None:
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", CODE, str(model), str(SWAPS)], cwd=ROOT, capture_output=True, text=True, check=True)
    sizes = [float(line) for line in done.stdout.split()]
    base = sizes.pop(0)
    assert len(sizes) == SWAPS
    assert min(sizes[-3:]) - base < KEPT, (base, sizes)
    assert min(sizes[-3:]) - min(sizes[SETTLED : SETTLED + 3]) < ALLOWED, sizes
