"""The teams to which tickets are forwarded: ``knowledge/teams.yml``, with a sentence for everything that is not right."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bot.cases.faults import Fault
from bot.cases.yamlfile import YamlFault, line_of, read_yaml
from bot.errors import ConfigurationError
from bot.tickets.model import FIRST_TEAM

_ID = re.compile(r"[a-z][a-z0-9_]{1,39}")
LONGEST_NAME = 60


def parse_teams(path: Path) -> tuple[dict[str, str], list[Fault]]:
    """Names by id, in the file's order, and everything that is wrong."""
    place = Path(path.parent.name) / path.name

    def fault(where: str, message: str) -> Fault:
        return Fault(place, line_of(path, where), message, "teams")

    try:
        written = read_yaml(path)
    except OSError:
        return {}, [fault("", "nie ma tego pliku albo nie da się go odczytać; bez niego nie ma dokąd przekazać zgłoszenia")]
    except YamlFault as error:
        return {}, [Fault(place, error.line, str(error), "teams")]
    if not isinstance(written, dict) or not written:
        return {}, [fault("", "tu mają stać zespoły, każdy jako „identyfikator: nazwa”")]
    found = {str(name): str(title).strip() for name, title in written.items() if not _wrong(name, title)}
    faults = [fault(str(name), wrong) for name, title in written.items() if (wrong := _wrong(name, title))]
    if FIRST_TEAM not in found:
        faults.append(fault("", f"brakuje zespołu „{FIRST_TEAM}”, do którego każde zgłoszenie trafia najpierw"))
    for name in _repeated(found):
        faults.append(fault(name, f"nazwa „{found[name]}” stoi przy dwóch zespołach; konsultant ich nie odróżni"))
    return found, sorted(faults)


def read_teams(path: Path) -> Mapping[str, str]:
    """The teams to work with. Raises ConfigurationError with the faults."""
    found, faults = parse_teams(path)
    if faults:
        raise ConfigurationError("Zespoły mają błędy; popraw je i uruchom „okienko check”:\n" + "\n".join(map(str, faults)))
    return found


def _wrong(name: Any, title: Any) -> str:
    if not isinstance(name, str) or not _ID.fullmatch(name):
        return f"„{name}” nie może być identyfikatorem zespołu; użyj małych liter bez ogonków, cyfr i podkreślenia"
    if not isinstance(title, str) or not 0 < len(title.strip()) <= LONGEST_NAME:
        return f"zespół „{name}” ma mieć nazwę: tekst do {LONGEST_NAME} znaków"
    return ""


def _repeated(found: Mapping[str, str]) -> list[str]:
    names = list(found.values())
    return [key for number, (key, title) in enumerate(found.items()) if title in names[:number]]
