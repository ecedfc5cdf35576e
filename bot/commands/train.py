"""``okienko train``: a model from the present knowledge and sentences."""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import io
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.commands import DONE, NOT_RIGHT
from bot.commands.common import Ears, command, quiet
from bot.commands.learning import keep_measured
from bot.dialogue.understanding import decide
from bot.learning.files import TRAINING
from bot.models import SUFFIX, Models
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.measure.gate import Verdict

SOURCES = ("config.yml", "domain.yml", "knowledge", "nlu_data", "bot/nlu", "bot/text")
"""Everything a model depends on; a model is named by the hash of these."""


def add(parsers: Any) -> None:
    """Declare the command."""
    parser = command(parsers, "train", "Wytrenuj model z obecnej wiedzy i zdań, sprawdź go i dopuść do rozmów.", "okienko train --if-needed")
    parser.add_argument("--if-needed", action="store_true", help="tylko gdy żaden model nie pasuje do obecnych danych")
    parser.add_argument("--no-gate", action="store_true", help="dopuść bez sprawdzania na zdaniach testowych")


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Train, or find that there is nothing to do; a model that understands worse is refused."""
    models = Models(settings.root / "models")
    learned = settings.learned_folder / TRAINING
    target = models.folder / f"okienko-{data_hash(settings.root, learned)}{SUFFIX}"
    if arguments.if_needed and target.exists():
        models.serve(target)
        print(f"Model pasuje do danych: {target.name}.")
        return DONE
    started = time.perf_counter()
    before = models.serving()
    with _Progress() as progress:
        _train(settings.root, learned, target, progress)
        print(f"Wytrenowano {target.name} w {time.perf_counter() - started:.0f} s.")
        verdict = None if arguments.no_gate else _judge(settings, target, before, progress)
    if verdict is not None and not verdict.passed:
        aside = models.refuse(target)
        print("Model nie został dopuszczony; dalej służy poprzedni. Powody:")
        print("\n".join(f"  {reason}" for reason in verdict.reasons))
        print(f"Odłożono go do {aside}. Popraw zdania w nlu_data/ (albo te ze zgłoszeń: „okienko learn”) i trenuj ponownie.")
        return NOT_RIGHT
    models.serve(target)
    print(f"Model służy od teraz: {target.name}.")
    _measure_learned(settings)
    return DONE


def _measure_learned(settings: Settings) -> None:
    """Measure the sentences that editors accepted with the model that serves from now on; only measured ones may be taught."""
    from bot.compose import build_desk
    from bot.measure.scores import understood
    from bot.measure.sentences import read_learned

    sentences = read_learned(settings.learned_folder)
    if sentences:
        desk, ears = build_desk(settings), Ears(settings)
        keep_measured(settings, desk, understood(sentences, lambda text: decide(ears.hear(text), desk.knowledge, desk.finder), desk.knowledge))


def _judge(settings: Settings, model: Path, before: Path | None, progress: _Progress) -> Verdict | None:
    """The gate's verdict; None where an installation has no test sentences."""
    from bot.compose import build_desk
    from bot.measure.gate import judge
    from bot.measure.scores import understood
    from bot.measure.sentences import OUTSIDE, every_sentence, read_protected

    root = settings.root / "tests" / "utterances"
    if not root.is_dir():
        return None
    progress.at("sprawdzam, co rozumie")
    desk = build_desk(settings)
    known = [item for item in every_sentence(root, settings.learned_folder) if item.language == "pl" and (item.intent == OUTSIDE or desk.knowledge.entry(item.intent))]

    def outcomes(path: Path, sentences: list[Any]) -> list[Any]:
        ears = Ears(replace(settings, model=str(path)))
        return understood(sentences, lambda text: decide(ears.hear(text), desk.knowledge, desk.finder), desk.knowledge)

    protected = outcomes(model, read_protected(root))
    if before is None or before == model:
        return judge(protected, [], None)
    progress.at("porównuję z modelem, który służył do tej pory")
    try:
        earlier = outcomes(before, known)
    except Exception:
        return judge(protected, [], None)
    return judge(protected, outcomes(model, known), earlier)


def data_hash(root: Path, learned: Path | None = None) -> str:
    """A short hash of everything a model depends on; ``learned``: the file of sentences taught beside the repository's own, if there is one."""
    digest = hashlib.sha256()
    for source in SOURCES:
        path = root / source
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if file.suffix in (".yml", ".py"):
                digest.update(file.relative_to(root).as_posix().encode())
                digest.update(file.read_bytes())
    if learned is not None and learned.exists():
        digest.update(learned.read_bytes())
    return digest.hexdigest()[:12]


def _train(root: Path, learned: Path, target: Path, progress: _Progress) -> None:
    progress.at("wczytuję silnik")
    with quiet(), contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        from rasa.model_training import train

        from bot.logs import silence_engine

        silence_engine()
        progress.at("uczę się zdań")
        result = train(
            domain=str(root / "domain.yml"), config=str(root / "config.yml"), training_files=[str(path) for path in (root / "nlu_data", learned) if path.exists()],
            output=str(target.parent), fixed_model_name=target.name.removesuffix(".tar.gz"), force_training=False,
        )  # fmt: skip
    if result.model is None:
        from bot.errors import ConfigurationError

        raise ConfigurationError("Trening nie dał modelu. Uruchom „okienko check” i popraw, co wskaże.")
    trained = Path(result.model)
    if trained != target:
        trained.replace(target)
    target.touch()


class _Progress:
    """A line that moves while something long goes on; plain lines where there is no terminal."""

    def __init__(self) -> None:
        self._started = time.perf_counter()
        self._alive = False
        self._text = ""
        self._out = sys.stderr

    def __enter__(self) -> _Progress:
        import threading

        self._alive = self._out.isatty()
        if self._alive:
            self._thread = threading.Thread(target=self._spin, daemon=True)
            self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._alive:
            self._alive = False
            self._thread.join()
            print("\r\x1b[K", end="", file=self._out, flush=True)

    def at(self, text: str) -> None:
        """Say what is going on now."""
        self._text = text
        if not self._alive:
            print(f"Trening: {text}…", file=self._out, flush=True)

    def _spin(self) -> None:
        width = 24
        tick = 0
        while self._alive:
            place = tick % (2 * width)
            filled = place if place < width else 2 * width - place
            bar = "█" * filled + "░" * (width - filled)
            print(f"\r\x1b[K{bar} {self._text} ({time.perf_counter() - self._started:.0f} s)", end="", file=self._out, flush=True)
            tick += 1
            time.sleep(0.15)
