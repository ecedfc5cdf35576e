"""The trained models of an installation: which one serves, which one served before, which were refused.

``models/serving`` names the model that serves and ``models/before`` the one before it; a running service looks at the
first every few seconds, so that a swap needs no restart and loses no conversation.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from bot.errors import ConfigurationError

SUFFIX = ".tar.gz"
KEPT = 4
"""Models kept beside the serving one and the one before."""


@dataclass(frozen=True)
class Models:
    """The models under one folder."""

    folder: Path

    def serving(self) -> Path | None:
        """The model that serves: the named one, else the newest; None when there is none."""
        named = self._named("serving")
        if named is not None:
            return named
        found = self._all()
        return found[-1] if found else None

    def before(self) -> Path | None:
        """The model that served before."""
        return self._named("before")

    def serve(self, model: Path) -> None:
        """Let a model serve; the one until now becomes the one before."""
        until_now = self.serving()
        if until_now is not None and until_now != model:
            self._name("before", until_now)
        self._name("serving", model)
        self._tidy()

    def roll_back(self) -> Path:
        """Let the one before serve again. Raises ConfigurationError when there is none."""
        before = self.before()
        if before is None:
            raise ConfigurationError("Nie ma wcześniejszego modelu, do którego można wrócić.")
        self.serve(before)
        return before

    def refuse(self, model: Path) -> Path:
        """Put a model aside, where nothing picks it up; for a look at what it lost."""
        aside = self.folder / "refused"
        aside.mkdir(exist_ok=True)
        return model.replace(aside / model.name)

    def _all(self) -> list[Path]:
        return sorted(self.folder.glob(f"*{SUFFIX}"), key=lambda path: path.stat().st_mtime)

    def _named(self, pointer: str) -> Path | None:
        try:
            name = (self.folder / pointer).read_text(encoding="utf-8").strip()
        except FileNotFoundError:
            return None
        path = self.folder / name
        return path if name and path.exists() else None

    def _name(self, pointer: str, model: Path) -> None:
        """Write a pointer in one step, so that a reader never sees half of it."""
        self.folder.mkdir(exist_ok=True)
        draft = self.folder / f".{pointer}"
        draft.write_text(model.name + "\n", encoding="utf-8")
        draft.replace(self.folder / pointer)

    def _tidy(self) -> None:
        needed = {self.serving(), self.before()}
        for path in [path for path in self._all() if path not in needed][:-KEPT]:
            path.unlink()
