"""Where the time of a turn goes, by part: the service in this process without HTTP, on SQLite, under cProfile (which makes small functions look dearer)."""

from __future__ import annotations

import asyncio
import cProfile
import os
import pstats
import sys
import tempfile
import time
import uuid
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

from benchmarks.bench import CONVERSATIONS  # noqa: E402

PARTS = {
    "keeping the turn (one transaction)": ("store/sql.py", "keep_turn"),
    "reading the session, looking for a repeat": ("store/sql.py", "look"),
    "understanding (matcher, clauses)": ("nlu/classifier.py", "process"),
    "spelling": ("nlu/speller.py", "process"),
    "tokens and lemmas": ("nlu/tokenizer.py", "tokenize"),
    "the dialogue, the decision included": ("dialogue/turn.py", "take_turn"),
}
ALL = ("web/desk.py", "take")


async def turns(desk: Any, counter: Any, rounds: int) -> int:
    from bot.engine.port import Incoming

    count = 0
    for _ in range(rounds):
        for words in CONVERSATIONS:
            opened = counter.open()
            for text in words:
                await desk.take(opened.id, Incoming(text, None, uuid.uuid4().hex))
                count += 1
    return count


async def measure() -> tuple[pstats.Stats, int, float]:
    """The profile, how many turns it is of, and the processor time of a turn without it, in milliseconds."""
    from bot.commands.serve import build_engine
    from bot.compose import build_counter
    from bot.logs import set_up
    from bot.settings import Settings
    from bot.web.desk import ConversationDesk
    from bot.web.metrics import Metrics

    set_up("ERROR")
    settings = Settings(root=ROOT, database_url=f"sqlite:///{tempfile.mkdtemp()}/profile.db")
    counter = build_counter(settings)
    engine = build_engine(settings, counter)
    await engine.start()
    desk = ConversationDesk(counter, engine, Metrics())
    await turns(desk, counter, 2)
    started = time.process_time()
    count = await turns(desk, counter, 8)
    each = 1000 * (time.process_time() - started) / count
    profile = cProfile.Profile()
    profile.enable()
    count = await turns(desk, counter, 5)
    profile.disable()
    await engine.stop()
    return pstats.Stats(profile), count, each


def spent(stats: pstats.Stats, place: tuple[str, str]) -> float:
    """Cumulative seconds of a function."""
    file, name = place
    return sum(entry[3] for key, entry in stats.stats.items() if key[2] == name and key[0].replace("\\\\", "/").endswith(f"bot/{file}"))  # type: ignore[attr-defined]


def main() -> None:
    """Print the table."""
    stats, count, each = asyncio.run(measure())
    whole = sum(entry[2] for entry in stats.stats.values())  # type: ignore[attr-defined]
    print(f"{count} turns; {each:.2f} ms of processor time a turn without the profiler")
    rest = whole
    for part, place in PARTS.items():
        seconds = spent(stats, place)
        rest -= seconds
        print(f"{part:40} {100 * seconds / whole:5.1f} %")
    print(f"{'Rasa around it, and the rest':40} {100 * rest / whole:5.1f} %")


if __name__ == "__main__":
    main()
