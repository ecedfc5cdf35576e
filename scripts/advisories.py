"""Known advisories against what is locked: the stored list of ``docs/advisories.yml``, and the OSV database where it can be reached.

Exits 1 for an advisory that touches a locked version and has no verdict, or a verdict for what is no longer locked.
"""

from __future__ import annotations

import json
import re
import sys
import urllib.error
import urllib.request
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml
from packaging.specifiers import SpecifierSet
from packaging.version import Version

ROOT = Path(__file__).parents[1]
LOCKS = ("requirements.lock", "benchmarks/fuzz.lock")
VERDICTS = ("unused", "mitigated", "waiting")
FIELDS = {"id", "package", "affected", "what", "verdict", "why", "source"}
OSV = "https://api.osv.dev/v1/querybatch"


def locked(text: str) -> dict[str, set[str]]:
    """The versions of each package in a lock; several where they differ by platform."""
    found: dict[str, set[str]] = {}
    for name, version in re.findall(r"^([a-z0-9._-]+)==([^\s;\\]+)", text, re.MULTILINE | re.IGNORECASE):
        found.setdefault(name.lower().replace("_", "-"), set()).add(version)
    return found


def faults(stored: Iterable[Mapping[str, Any]], versions: Mapping[str, set[str]]) -> list[str]:
    """What is wrong with the stored list, beside what is locked."""
    told = []
    for item in stored:
        missing = FIELDS - set(item)
        if missing:
            told.append(f"{item.get('id', '?')}: brakuje pól {', '.join(sorted(missing))}")
        elif item["verdict"] not in VERDICTS:
            told.append(f"{item['id']}: verdict ma być jednym z: {', '.join(VERDICTS)}")
        elif not touched(item, versions):
            told.append(f"{item['id']}: {item['package']} w zablokowanej wersji nie jest już podatny – usuń wpis")
    return told


def touched(item: Mapping[str, Any], versions: Mapping[str, set[str]]) -> bool:
    """Whether an advisory's range holds a locked version."""
    ranges = SpecifierSet(str(item["affected"]))
    return any(ranges.contains(Version(version), prereleases=True) for version in versions.get(item["package"], ()))


def unknown(versions: Mapping[str, set[str]], known: set[str]) -> list[str] | None:
    """Advisories of the OSV database that the stored list does not have; None where it cannot be reached."""
    pairs = [(name, version) for name, found in sorted(versions.items()) for version in sorted(found)]
    asked = {"queries": [{"package": {"name": name, "ecosystem": "PyPI"}, "version": version} for name, version in pairs]}
    request = urllib.request.Request(OSV, json.dumps(asked).encode(), {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=20) as response:
            answers = json.load(response)["results"]
        return [f"{name} {version}: {item['id']}" for (name, version), answer in zip(pairs, answers, strict=True) for item in answer.get("vulns", ()) if not _names(item["id"]) & known]
    except (OSError, ValueError, KeyError):
        return None


def _names(advisory: str) -> set[str]:
    """An advisory's id and its other names."""
    try:
        with urllib.request.urlopen(f"https://api.osv.dev/v1/vulns/{advisory}", timeout=20) as response:
            return {advisory, *json.load(response).get("aliases", ())}
    except (OSError, ValueError):
        return {advisory}


def main() -> int:
    """Compare and say."""
    stored = yaml.safe_load((ROOT / "docs" / "advisories.yml").read_text(encoding="utf-8"))
    versions: dict[str, set[str]] = {}
    for lock in LOCKS:
        for name, found in locked((ROOT / lock).read_text(encoding="utf-8")).items():
            versions.setdefault(name, set()).update(found)
    told = faults(stored, versions)
    more = unknown(versions, {item["id"] for item in stored})
    print(f"{len(versions)} packages, {len(stored)} advisories with a verdict; " + ("the OSV database could not be reached, only the stored list was compared" if more is None else f"OSV: {len(more)} without a verdict"))
    for line in [*told, *(more or ())]:
        print(line)
    return 1 if told or more else 0


if __name__ == "__main__":
    sys.exit(main())
