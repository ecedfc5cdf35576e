"""What each platform may send us, from payload files: read as its documentation says, or refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bot.channels.port import Arrival, MalformedError, UnsignedError
from tests.channels.signing import CHANNELS, headers_of

FOLDER = Path(__file__).parents[1] / "contracts"
CASES = [
    pytest.param(name, case, id=f"{name}-{path.stem}-{number}")
    for name in CHANNELS
    for path in sorted((FOLDER / name).glob("*.json"))
    for number, case in enumerate(json.loads(path.read_text(encoding="utf-8")), start=1)
]


@pytest.mark.parametrize(("name", "case"), CASES)
def test_a_payload_is_read_as_it_should_be(name: str, case: dict[str, Any]) -> None:
    channel = CHANNELS[name]()
    body = case["body"].encode() if isinstance(case["body"], str) else json.dumps(case["body"], ensure_ascii=False).encode()
    headers = headers_of(name, body, case.get("signed", True), case.get("headers", {}))
    expected = case["expect"]
    if "refused" in expected:
        with pytest.raises({"unsigned": UnsignedError, "malformed": MalformedError}[expected["refused"]]):
            channel.arrivals(body, headers)
        return
    assert [_shown(arrival, wanted) for arrival, wanted in zip(channel.arrivals(body, headers), expected["arrivals"], strict=True)] == expected["arrivals"]


@pytest.mark.parametrize("name", list(CHANNELS))
def test_there_are_payloads_of_every_outcome(name: str) -> None:
    outcomes = {json.dumps(sorted(case.values[1]["expect"])) for case in CASES if case.values[0] == name}
    assert len([case for case in CASES if case.values[0] == name]) >= 30 and len(outcomes) == 2


@pytest.mark.parametrize("name", list(CHANNELS))
@pytest.mark.parametrize("signed", [False, "wrong"])
def test_nothing_unsigned_is_read(name: str, signed: Any) -> None:
    with pytest.raises(UnsignedError):
        CHANNELS[name]().arrivals(b"{}", headers_of(name, b"{}", signed, {}))


def _shown(arrival: Arrival, wanted: dict[str, Any]) -> dict[str, Any]:
    return {key: getattr(arrival, key) for key in wanted}
