"""What several commands share: declaring one, and loading a model for understanding without a server."""

from __future__ import annotations

import argparse
import asyncio
import logging
import warnings
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from bot.dialogue.understanding import Heard
from bot.settings import Settings

T = TypeVar("T")


def command(parsers: Any, name: str, summary: str, example: str) -> argparse.ArgumentParser:
    """A command with its summary and an example."""
    return parsers.add_parser(
        name, help=summary, description=summary, epilog=f"Przykład: {example}", formatter_class=argparse.RawDescriptionHelpFormatter
    )


class Ears:
    """Understanding on the trained model, one text at a time; for commands."""

    def __init__(self, settings: Settings) -> None:
        from bot.compose import model_path
        from bot.engine.embedded import EmbeddedEngine

        async def no_actions(_: Any) -> None:
            return None

        self._loop = asyncio.new_event_loop()
        self._engine = EmbeddedEngine(lambda: model_path(settings), no_actions)
        with quiet():
            self._loop.run_until_complete(self._engine.start())

    def run(self, work: Callable[[Callable[[str], Awaitable[Heard]]], Awaitable[T]]) -> T:
        """Do something that understands texts as it goes."""
        return self._loop.run_until_complete(work(self._engine.understand))

    def hear(self, text: str) -> Heard:
        """What is heard in a text."""
        return self._loop.run_until_complete(self._engine.understand(text))


@contextmanager
def quiet() -> Iterator[None]:
    """Rasa's and TensorFlow's own warnings are not for the people who use these commands."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        previous = logging.root.manager.disable
        logging.disable(logging.WARNING)
        try:
            yield
        finally:
            logging.disable(previous)
