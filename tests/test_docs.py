"""What the documents say of the project is so."""

from __future__ import annotations

import re
from pathlib import Path

from bot import __version__
from bot.cases.knowledge import Knowledge
from bot.cli import COMMANDS

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_readme_counts_right(knowledge: Knowledge) -> None:
    cases = len(knowledge.cases)
    assert f"**{len(knowledge.entries)} matters**: {cases} cases" in README
    assert f"{len(knowledge.platnik)} troubles and" in README
    assert f"{len(knowledge.forms)} forms, {len(knowledge.terms)} terms, {len(knowledge.offices)} offices" in README


def test_every_command_is_in_the_readme() -> None:
    listed = re.search(r"`okienko` \(in `.venv/bin`\): `([a-z ]+)`", README)
    assert listed
    assert listed[1].split() == list(COMMANDS)


def test_the_version_is_the_top_of_the_changelog() -> None:
    top = re.search(r"^## ([\d.]+)$", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert top
    assert top[1] == __version__
    assert f'version = "{__version__}"' in (ROOT / "pyproject.toml").read_text(encoding="utf-8")


def test_links_between_documents_lead_somewhere() -> None:
    for path in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md"), *(ROOT / "widget").glob("*.md")]:
        for target in re.findall(r"\]\(([^)#]+)", path.read_text(encoding="utf-8")):
            if "://" not in target:
                assert (path.parent / target).exists(), f"{path.name}: {target}"


def test_each_repair_pattern_names_a_test_and_a_phrase_that_are_there(knowledge: Knowledge) -> None:
    rows = re.findall(r"^\| ([^|]+) \| [^|]+ \| `([\w.]+)::(\w+)` \| `(\w+\.yml): (\w+)` \|$", (ROOT / "docs" / "guidance.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert len(rows) >= 16
    for pattern, file, test, phrases, key in rows:
        assert f"def {test}(" in (ROOT / "tests" / "dialogue" / file).read_text(encoding="utf-8"), pattern
        assert re.search(rf"^{key}:", (ROOT / "knowledge" / "phrases" / phrases).read_text(encoding="utf-8"), re.MULTILINE), pattern
