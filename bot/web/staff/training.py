"""Training beside serving: ``okienko train`` as a process of its own, one at a time on this machine, its progress and its result."""

from __future__ import annotations

import asyncio
import fcntl
import logging
import os
import sys
from collections import deque
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import IO, Literal, Optional

from bot.errors import UsageError
from bot.settings import Settings

log = logging.getLogger(__name__)
State = Literal["idle", "running", "served", "refused", "failed"]
KEPT_LINES = 60
WIDEST = 500
LONGEST_LINE = 1 << 20
NOT_RIGHT = 1
"""What ``okienko train`` ends with after a refusal, and Python after a fault; so its words are looked at too."""
REFUSED = "nie został dopuszczony"
PATIENCE = 10.0
"""Seconds in which a training that is told to end should have ended."""


class BusyError(UsageError):
    """A training is under way already."""

    code = "busy"
    status = 409


@dataclass(frozen=True)
class Report:
    """How the last training of this process went: its lines so far, who began it and when, when it ended."""

    state: State = "idle"
    lines: tuple[str, ...] = ()
    by: str = ""
    began_at: Optional[datetime] = None
    ended_at: Optional[datetime] = None


class Training:
    """Starts trainings and follows them. ``lock`` is a file that only one training on the machine holds."""

    def __init__(self, command: Sequence[str], folder: Path, environment: Mapping[str, str], lock: Path) -> None:
        self._command, self._folder, self._environment, self._lock = tuple(command), folder, dict(environment), lock
        self._lines: deque[str] = deque(maxlen=KEPT_LINES)
        self._report = Report()
        self._task: Optional[asyncio.Task[None]] = None
        self._process: Optional[asyncio.subprocess.Process] = None

    @classmethod
    def of(cls, settings: Settings) -> Training:
        """``okienko train`` with the settings of this process."""
        given = {"OKIENKO_ROOT": str(settings.root), "OKIENKO_LEARNED": str(settings.learned), "OKIENKO_DATABASE_URL": settings.database}
        return cls([sys.executable, "-W", "ignore", "-m", "bot", "train"], Path.cwd(), {**os.environ, **given}, settings.var / "training.lock")

    @property
    def report(self) -> Report:
        """How it stands."""
        known = self._report
        return Report(known.state, tuple(self._lines), known.by, known.began_at, known.ended_at)

    async def start(self, by: str) -> None:
        """Begin a training. Raises BusyError."""
        if self._report.state == "running":
            raise BusyError("Trening już trwa. Poczekaj na jego wynik.")
        held = self._hold()
        self._lines.clear()
        self._report = Report("running", by=by, began_at=datetime.now(timezone.utc))
        try:
            process = await asyncio.create_subprocess_exec(
                *self._command, cwd=self._folder, env=self._environment,
                stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT, limit=LONGEST_LINE,
            )  # fmt: skip
        except BaseException:
            held.close()
            self._end("failed")
            raise
        self._process, self._task = process, asyncio.create_task(self._follow(process, held))

    def _hold(self) -> IO[str]:
        self._lock.parent.mkdir(parents=True, exist_ok=True)
        held = self._lock.open("w")
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            held.close()
            raise BusyError("Trening trwa już w innym procesie tego serwisu. Poczekaj na jego wynik.") from None
        return held

    async def _follow(self, process: asyncio.subprocess.Process, held: IO[str]) -> None:
        """Read what it says until it ends."""
        with held:
            assert process.stdout is not None
            async for raw in process.stdout:
                line = raw.decode("utf-8", "replace").strip()[:WIDEST]
                if line:
                    self._lines.append(line)
            code = await process.wait()
        refused = any(REFUSED in line for line in self._lines)
        self._end("served" if code == 0 else "refused" if code == NOT_RIGHT and refused else "failed")
        log.info("a training ended", extra={"code": code})

    def _end(self, state: State) -> None:
        known = self._report
        self._report = Report(state, by=known.by, began_at=known.began_at, ended_at=datetime.now(timezone.utc))

    async def wait(self) -> None:
        """Until the training that is under way ends, if any."""
        if self._task is not None:
            await asyncio.gather(self._task, return_exceptions=True)

    async def stop(self) -> None:
        """End the training that is under way, if any; one that does not heed is ended by force."""
        if self._process is None or self._process.returncode is not None:
            return
        for end in (self._process.terminate, self._process.kill):
            with suppress(ProcessLookupError):
                end()
            try:
                await asyncio.wait_for(asyncio.shield(self.wait()), PATIENCE)
                return
            except asyncio.TimeoutError:
                continue
