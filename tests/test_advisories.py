"""What is locked has no known advisory without a verdict; the comparison itself is true."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest
import yaml

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def advisories() -> ModuleType:
    spec = importlib.util.spec_from_file_location("advisories", ROOT / "scripts" / "advisories.py")
    assert spec and spec.loader
    found = importlib.util.module_from_spec(spec)
    sys.modules["advisories"] = found
    spec.loader.exec_module(found)
    return found


def test_each_advisory_that_touches_what_is_locked_has_a_verdict_and_no_other_has(advisories: ModuleType) -> None:
    versions = {name: found for lock in advisories.LOCKS for name, found in advisories.locked((ROOT / lock).read_text(encoding="utf-8")).items()}
    assert len(versions) > 150
    stored = yaml.safe_load((ROOT / "docs" / "advisories.yml").read_text(encoding="utf-8"))
    assert advisories.faults(stored, advisories.locked((ROOT / "requirements.lock").read_text(encoding="utf-8"))) == []


def test_the_comparison_finds_what_is_stale_incomplete_or_undecided(advisories: ModuleType) -> None:
    item = {"id": "CVE-1", "package": "x", "affected": "<2", "what": "w", "verdict": "unused", "why": "w", "source": "s"}
    versions = advisories.locked("x==1.5 \\\n    --hash=sha256:00\ny_z==3.0 ; python_version < '3.11' \\\n")
    assert versions == {"x": {"1.5"}, "y-z": {"3.0"}}
    assert advisories.faults([item], versions) == []
    assert len(advisories.faults([{**item, "affected": "<1.5"}, {**item, "verdict": "fine"}, {key: value for key, value in item.items() if key != "why"}], versions)) == 3
