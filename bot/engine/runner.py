"""Rasa's prediction graph run in order, one node after another.

The graph of a prediction is a short chain; planning it anew for every message with a scheduler made for parallel work takes
longer than some of its nodes. The nodes, their inputs and their results are Rasa's own.
"""

from __future__ import annotations

from typing import Any, Dict, List, Optional, Text, Tuple

from rasa.engine.runner.dask import DaskGraphRunner


class SequentialRunner:
    """Takes the place of a loaded DaskGraphRunner; the order of the nodes is found once for each set of targets."""

    def __init__(self, loaded: DaskGraphRunner) -> None:
        self._schema = loaded._graph_schema
        self._nodes = loaded._instantiated_nodes
        self._orders: Dict[Tuple[Text, ...], List[Tuple[Text, List[Text]]]] = {}

    def run(self, inputs: Optional[Dict[Text, Any]] = None, targets: Optional[List[Text]] = None) -> Dict[Text, Any]:
        """Run what the targets need and return their outputs."""
        wanted = tuple(targets or self._schema.target_names)
        if wanted not in self._orders:
            self._orders[wanted] = self._order(list(wanted))
        done: Dict[Text, Tuple[Text, Any]] = {name: (name, value) for name, value in (inputs or {}).items()}
        for name, needs in self._orders[wanted]:
            done[name] = self._nodes[name](*[done[need] for need in needs])
        return dict(done[name] for name in wanted)

    def _order(self, targets: List[Text]) -> List[Tuple[Text, List[Text]]]:
        """The nodes that the targets need, each after those it takes from; other names are inputs."""
        schema = self._schema.minimal_graph_schema(targets).nodes
        found: Dict[Text, List[Text]] = {}

        def visit(name: Text) -> None:
            if name in found or name not in schema:
                return
            needs = list(schema[name].needs.values())
            for need in needs:
                visit(need)
            found[name] = needs

        for target in targets:
            visit(target)
        return list(found.items())
