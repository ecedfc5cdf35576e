"""Reading one YAML file so that a fault can be told with its line."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

_BASE = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_BASE):  # type: ignore[misc, valid-type]
    """Plain YAML, but dates and "no" stay text (the model parses dates) and a key given twice is a fault."""


_NOT_GUESSED = ("tag:yaml.org,2002:timestamp", "tag:yaml.org,2002:bool")
_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag not in _NOT_GUESSED]
    for first, resolvers in _BASE.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$"), list("tf"))


def _mapping(loader: Any, node: yaml.MappingNode) -> dict[Any, Any]:
    loader.flatten_mapping(node)
    seen: set[Any] = set()
    for key_node, _ in node.value:
        key = loader.construct_object(key_node)
        if key in seen:
            raise yaml.constructor.ConstructorError(None, None, f"klucz „{key}” stoi dwa razy", key_node.start_mark)
        seen.add(key)
    return dict(loader.construct_pairs(node, deep=True))


_Loader.add_constructor("tag:yaml.org,2002:map", _mapping)


class YamlFault(Exception):
    """The file is not readable YAML."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line


def read_yaml(path: Path) -> Any:
    """The content of a file as plain objects. Raises YamlFault."""
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506 (a safe loader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or "tego pliku nie da się odczytać jako YAML"
        raise YamlFault(mark.line + 1 if mark else 1, str(problem)) from None
    except UnicodeDecodeError:
        raise YamlFault(1, "plik nie jest zapisany w UTF-8") from None


def line_of(path: Path, where: str) -> int:
    """The line on which a place such as ``$.steps[2].do`` or ``steps[2].do`` stands; as near as it exists."""
    try:
        node = yaml.compose(path.read_text(encoding="utf-8"), Loader=_Loader)
    except (yaml.YAMLError, OSError, UnicodeDecodeError):
        return 1
    line = 1
    for part in re.findall(r"[^.\[\]$`]+|\[\d+\]|\[\.\.\.\]", where):
        node = _child(node, part.strip("[]"))
        if node is None:
            break
        line = node.start_mark.line + 1
    return line


def _child(node: Any, part: str) -> Any:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == part:
                return value
    if isinstance(node, yaml.SequenceNode) and part.isdigit() and int(part) < len(node.value):
        return node.value[int(part)]
    return None
