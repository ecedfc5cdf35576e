"""Any reply that the dialogue could give, for property tests of what goes out."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

_WORDS = st.text(alphabet="aąbcćdeę łóżź .,?!–😀\n", min_size=1, max_size=60).map(str.strip).filter(bool)
_LONG = st.lists(_WORDS, min_size=1, max_size=120).map(" ".join)


@st.composite
def replies(draw: st.DrawFn) -> dict[str, Any]:
    """Of every kind; from none to thirty choices with labels short and long."""
    labels = draw(st.lists(_WORDS, max_size=30, unique=True))
    choices = [{"id": f"{number:012d}", "label": label} for number, label in enumerate(labels)]
    kind = draw(st.sampled_from(["text", "choices", "step", "card", "notice", "survey", "ticket"]))
    reply: dict[str, Any] = {"kind": kind, "text": draw(st.one_of(_WORDS, _LONG)), "choices": choices}
    if kind == "step":
        reply |= {"position": 1, "of": 3, "title": draw(_WORDS)}
    if kind == "card":
        reply["title"] = draw(_WORDS)
    if kind == "ticket":
        reply |= {"number": "OK-2611-00001", "code": "ABCD-EFGH"}
    return reply
