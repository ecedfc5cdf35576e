"""How long one message takes to understand, by its length: test sentences joined until they are long enough."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from time import perf_counter

LENGTHS = {300: 15.0, 2000: 50.0}
"""Characters of a message, and the milliseconds in which 99 of 100 such messages should be understood."""
MOST = 300
"""Messages of each length that are timed."""
WARM = 30


def joined(texts: Iterable[str], chars: int) -> Iterator[str]:
    """Messages of exactly so many characters, each text used once."""
    said = ""
    for text in texts:
        said = f"{said} {text}".strip()
        if len(said) >= chars:
            yield said[:chars]
            said = ""


def latency(texts: list[str], understand: Callable[[str], object]) -> dict[int, dict[str, float]]:
    """``{characters: {"messages", "p50", "p99"}}`` in milliseconds, without the first few, which fill caches."""
    found = {}
    for chars in LENGTHS:
        messages = list(joined(texts, chars))[: MOST + WARM]
        for message in messages[:WARM]:
            understand(message)
        spent = sorted(_timed(message, understand) for message in messages[WARM:] or messages)
        if spent:
            found[chars] = {"messages": len(spent), "p50": spent[len(spent) // 2], "p99": spent[min(len(spent) - 1, int(len(spent) * 0.99))]}
    return found


def _timed(message: str, understand: Callable[[str], object]) -> float:
    started = perf_counter()
    understand(message)
    return (perf_counter() - started) * 1000
