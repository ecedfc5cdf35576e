"""The measurements as a page: tables, a reliability plot, accuracy by slice, confusions with their sentences."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup


def write_report(result: dict[str, Any], path: Path, *, title: str) -> None:
    """Write the report of ``bot.measure.scores.measure`` as one HTML file that needs nothing else."""
    loader = jinja2.FileSystemLoader(Path(__file__).parent / "templates")
    environment = jinja2.Environment(loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True)
    plots = {"reliability": _reliability(result["calibration"]["bins"]), "slices": _slices(result["slices"])}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(environment.get_template("report.html").render(title=title, result=result, plots=plots), encoding="utf-8")


def _svg(figure: Any) -> Markup:
    out = io.StringIO()
    figure.savefig(out, format="svg", bbox_inches="tight")
    text = out.getvalue()
    return Markup(text[text.index("<svg") :])  # noqa: S704 - drawn here, from numbers and our own names


def _figure(width: float, height: float) -> tuple[Any, Any]:
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height))
    FigureCanvasSVG(figure)
    return figure, figure.add_subplot()


def _reliability(bins: list[dict[str, float]]) -> Markup:
    figure, axes = _figure(5, 4)
    axes.plot([0, 1], [0, 1], color="#888", linestyle="--", label="ideał")
    axes.plot([row["confidence"] for row in bins], [row["right"] for row in bins], marker="o", color="#00665e", label="model")
    for row in bins:
        axes.annotate(str(row["count"]), (row["confidence"], row["right"]), textcoords="offset points", xytext=(4, -10), fontsize=8)
    axes.set_xlabel("pewność")
    axes.set_ylabel("udział trafnych")
    axes.legend()
    return _svg(figure)


def _slices(slices: dict[str, dict[str, float]]) -> Markup:
    names = [name for name in slices if name != "wszystko"]
    figure, axes = _figure(7, 0.35 * len(names) + 1)
    places = range(len(names))
    axes.barh([place + 0.2 for place in places], [slices[name]["first"] for name in names], height=0.4, color="#00665e", label="pierwsza")
    axes.barh([place - 0.2 for place in places], [slices[name]["third"] for name in names], height=0.4, color="#9fcfca", label="w trzech")
    axes.set_yticks(list(places), names)
    axes.set_xlim(0.5, 1)
    axes.legend(loc="lower right")
    return _svg(figure)
