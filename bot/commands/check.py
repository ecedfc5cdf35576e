"""``okienko check``: the editor's first reader."""

from __future__ import annotations

import argparse
import json
import sys
from datetime import date
from pathlib import Path
from typing import Any

from bot.commands import DONE, NOT_RIGHT, WRONG_USE
from bot.commands.common import command
from bot.settings import Settings


def add(parsers: Any) -> None:
    """Declare the command."""
    parser = command(parsers, "check", "Sprawdź wiedzę: plik, linia, co jest nie tak.", "okienko check --day 2027-02-01")
    parser.add_argument("entries", nargs="*", metavar="ID", help="sprawdź tylko te wpisy, bez zdań uczących")
    parser.add_argument("--day", help="dzień, na który sprawdzić ważność (RRRR-MM-DD)")
    parser.add_argument("--knowledge", help="katalog wiedzy, domyślnie knowledge/")
    parser.add_argument("--nlu-data", help="katalog zdań uczących, domyślnie nlu_data/")
    parser.add_argument("--schema", metavar="KATALOG", help="zapisz schematy JSON dla edytorów i zakończ")
    parser.add_argument("--no-warnings", action="store_true", help="pokaż tylko błędy")


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Print every fault; 1 when one is more than a warning."""
    from bot.cases.checks import check
    from bot.cases.loader import read_knowledge
    from bot.cases.sentences import check_sentences
    from bot.tickets.canned import parse_replies
    from bot.tickets.hours import desk_faults
    from bot.tickets.teams import parse_teams

    if arguments.schema:
        return _schemas(Path(arguments.schema))
    try:
        day = date.fromisoformat(arguments.day) if arguments.day else settings.day or date.today()
    except ValueError:
        print(f"„{arguments.day}” nie jest datą RRRR-MM-DD.", file=sys.stderr)
        return WRONG_USE
    root = Path(arguments.knowledge) if arguments.knowledge else settings.root / "knowledge"
    if not root.is_dir():
        print(f"Nie ma katalogu {root}.", file=sys.stderr)
        return WRONG_USE
    knowledge, reader = read_knowledge(root)
    unknown = [name for name in arguments.entries if name not in knowledge.entries]
    if unknown and not reader.faults:
        print(f"Nie ma wpisu: {', '.join(unknown)}.", file=sys.stderr)
        return WRONG_USE
    faults = check(knowledge, reader, day, arguments.entries)
    if not arguments.entries:
        faults += desk_faults(root / "desk.yml")
        faults += parse_teams(root / "teams.yml")[1]
        faults += parse_replies(root / "replies", knowledge.entries, {entry.topic for entry in knowledge.entries.values()})[1]
        faults += check_sentences(Path(arguments.nlu_data) if arguments.nlu_data else settings.root / "nlu_data", knowledge)
    errors = [fault for fault in faults if not fault.warning]
    for fault in errors if arguments.no_warnings else faults:
        print(fault)
    print(f"Wpisów: {len(knowledge.entries)}, błędów: {len(errors)}, uwag: {len(faults) - len(errors)}.")
    return NOT_RIGHT if errors else DONE


def _schemas(folder: Path) -> int:
    import msgspec

    from bot.cases.model import Case, Figure, Form, Office, Problem, Term

    folder.mkdir(parents=True, exist_ok=True)
    for record in (Case, Problem, Form, Term, Office, Figure):
        path = folder / f"{record.__name__.lower()}.schema.json"
        path.write_text(json.dumps(msgspec.json.schema(record), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        print(path)
    return DONE
