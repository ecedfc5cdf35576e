"""A backup of everything that cannot be made anew: the database and what editors accepted from tickets, in one archive; and the way back.

SQLite is copied by its own online backup, PostgreSQL by ``pg_dump``, both while the service runs. Models are trained anew from the knowledge, so they are not in it.
"""

from __future__ import annotations

import io
import json
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
from datetime import datetime
from pathlib import Path

from sqlalchemy.engine import make_url

from bot.errors import ConfigurationError, UsageError
from bot.store.migrate import state

MANIFEST = "okienko.json"
DUMP = "database"
LEARNED = "learned"


def backup(url: str, learned: Path, target: Path, now: datetime) -> dict[str, str]:
    """Write the archive; what it holds. A file that is there already is not written over. Raises UsageError, ConfigurationError."""
    if target.exists():
        raise UsageError(f"Plik {target} już jest. Podaj inną nazwę.")
    revision, _ = state(url)
    if revision is None:
        raise UsageError("Baza jest pusta – nie ma czego zapisać. Sprawdź OKIENKO_DATABASE_URL.")
    manifest = {"made_at": now.isoformat(), "revision": revision, "database": make_url(url).get_backend_name()}
    with tempfile.TemporaryDirectory() as folder:
        dump = Path(folder) / DUMP
        _dump(url, dump)
        part = target.with_suffix(target.suffix + ".part")
        with tarfile.open(part, "w:gz") as archive:
            _add(archive, MANIFEST, json.dumps(manifest).encode())
            archive.add(dump, DUMP)
            if learned.is_dir():
                archive.add(learned, LEARNED)
        part.chmod(0o600)
        part.replace(target)
    return manifest


def restore(url: str, learned: Path, source: Path, *, force: bool = False) -> dict[str, str]:
    """Put a backup in place of what is there; only over an empty database unless ``force``. Raises UsageError, ConfigurationError."""
    with tempfile.TemporaryDirectory() as folder:
        manifest = _unpacked(source, Path(folder))
        if manifest.get("database") != make_url(url).get_backend_name():
            raise UsageError(f"Kopia jest z bazy {manifest.get('database')}, a ustawiona jest inna. Ustaw OKIENKO_DATABASE_URL na bazę tego samego rodzaju.")
        if state(url)[0] is not None and not force:
            raise UsageError("W bazie są już dane. Zatrzymaj serwis i dodaj --force, jeśli kopia ma je zastąpić.")
        _load(url, Path(folder) / DUMP)
        kept = Path(folder) / LEARNED
        if kept.is_dir():
            shutil.rmtree(learned, ignore_errors=True)
            shutil.copytree(kept, learned)
    return manifest


def _unpacked(source: Path, folder: Path) -> dict[str, str]:
    try:
        with tarfile.open(source, "r:gz") as archive:
            members = [item for item in archive.getmembers() if _inside(item)]
            archive.extractall(folder, members)  # noqa: S202 - only plain files and folders of ours, see _inside
        found: dict[str, str] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, tarfile.TarError, ValueError, EOFError):
        raise UsageError(f"{source} nie jest kopią Okienka albo jest uszkodzona. Podaj plik zapisany przez „okienko db backup”.") from None
    return found


def _inside(item: tarfile.TarInfo) -> bool:
    parts = Path(item.name).parts
    return (item.isfile() or item.isdir()) and not item.name.startswith("/") and ".." not in parts and parts[0] in (MANIFEST, DUMP, LEARNED)


def _dump(url: str, target: Path) -> None:
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        with sqlite3.connect(str(parsed.database)) as source, sqlite3.connect(target) as copy:
            source.backup(copy)
        return
    _run(["pg_dump", "--format=custom", "--no-owner", f"--file={target}", _plain(url)])


def _load(url: str, source: Path) -> None:
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        database = Path(str(parsed.database))
        database.parent.mkdir(parents=True, exist_ok=True)
        for beside in ("-wal", "-shm"):
            Path(f"{database}{beside}").unlink(missing_ok=True)
        part = database.with_suffix(".part")
        shutil.copyfile(source, part)
        part.replace(database)
        return
    _run(["pg_restore", "--clean", "--if-exists", "--no-owner", "--single-transaction", f"--dbname={_plain(url)}", str(source)])


def _plain(url: str) -> str:
    """The address as PostgreSQL's own tools read it, without the driver."""
    return str(make_url(url).set(drivername="postgresql").render_as_string(hide_password=False))


def _run(command: list[str]) -> None:
    try:
        subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603 - our own arguments
    except FileNotFoundError:
        raise ConfigurationError(f"Brakuje programu {command[0]}. Na Debianie: apt-get install postgresql-client.") from None
    except subprocess.CalledProcessError as error:
        raise ConfigurationError(f"{command[0]} nie powiódł się: {error.stderr.strip().splitlines()[-1] if error.stderr.strip() else 'bez wyjaśnienia'}") from None


def _add(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    entry = tarfile.TarInfo(name)
    entry.size = len(content)
    archive.addfile(entry, io.BytesIO(content))
