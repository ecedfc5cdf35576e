"""Writes the routes of entries to ``tests/routes`` for a reviewer to read: ``python tests/write_routes.py [ID …]``."""

from __future__ import annotations

import sys
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from bot.cases.loader import load_knowledge  # noqa: E402
from bot.cases.routes import routes  # noqa: E402


def main(names: list[str]) -> None:
    """Write the routes of the named entries, or of all."""
    knowledge = load_knowledge(ROOT / "knowledge")
    for name in names or knowledge.entries:
        data = [{"answers": route.answers, "steps": list(route.steps), "end": route.end} for route in routes(knowledge.entries[name])]
        path = ROOT / "tests" / "routes" / f"{name}.yml"
        path.write_text(yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=160, default_flow_style=None), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
