"""Which model serves: let in, rolled back, refused, tidied."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import ConfigurationError
from bot.models import KEPT, Models


def model(folder: Path, name: str) -> Path:
    path = folder / f"{name}.tar.gz"
    path.write_bytes(b"x")
    return path


def test_a_model_is_let_in_and_the_one_before_can_come_back(tmp_path: Path) -> None:
    models = Models(tmp_path)
    assert models.serving() is None
    one, two = model(tmp_path, "one"), model(tmp_path, "two")
    models.serve(one)
    models.serve(two)
    assert models.serving() == two
    assert models.roll_back() == one
    assert models.serving() == one
    assert models.roll_back() == two


def test_without_a_model_before_there_is_nothing_to_go_back_to(tmp_path: Path) -> None:
    models = Models(tmp_path)
    models.serve(model(tmp_path, "one"))
    with pytest.raises(ConfigurationError):
        models.roll_back()


def test_a_refused_model_never_serves(tmp_path: Path) -> None:
    models = Models(tmp_path)
    models.serve(model(tmp_path, "one"))
    models.refuse(model(tmp_path, "bad"))
    assert models.serving() == tmp_path / "one.tar.gz"
    assert not (tmp_path / "bad.tar.gz").exists()


def test_old_models_are_tidied_away_but_not_the_one_before(tmp_path: Path) -> None:
    models = Models(tmp_path)
    first = model(tmp_path, "m0")
    models.serve(first)
    for number in range(1, KEPT + 5):
        model(tmp_path, f"m{number}")
    models.serve(tmp_path / "m1.tar.gz")
    assert models.before() == first
    assert len(list(tmp_path.glob("*.tar.gz"))) <= KEPT + 2
