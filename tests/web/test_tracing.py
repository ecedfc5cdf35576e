"""Traces: one for each request, its parts within it, the caller's trace gone on with, and no words of clients."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from aiohttp.test_utils import TestClient
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from bot import tracing
from bot.logs import JsonLines
from tests.web.conftest import begin

CALLER = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


@pytest.fixture
def spans() -> Iterator[InMemorySpanExporter]:
    exporter = InMemorySpanExporter()
    tracing.set_up("", exporter)
    yield exporter
    tracing.close()


async def test_a_request_is_one_trace_with_its_turn_and_without_words(spans: InMemorySpanExporter, client: TestClient) -> None:
    path, headers, _ = await begin(client)
    spans.clear()
    await client.post(f"{path}/messages", json={"text": "zatrudniłam studentkę na zlecenie"}, headers={**headers, "traceparent": CALLER})
    found = spans.get_finished_spans()
    assert [span.name for span in found] == ["turn", "POST /api/v1/conversations/{id}/messages"]
    assert {f"{span.context.trace_id:032x}" for span in found} == {"0af7651916cd43dd8448eb211c80319c"}
    assert found[0].parent is not None and found[0].parent.span_id == found[1].context.span_id
    assert found[1].attributes["http.response.status_code"] == 200
    assert "studentk" not in json.dumps([json.loads(span.to_json()) for span in found], ensure_ascii=False)


def test_lines_of_the_log_name_their_trace(spans: InMemorySpanExporter) -> None:
    record = logging.LogRecord("x", logging.INFO, "", 0, "słowo", (), None)
    with tracing.span("part"):
        assert json.loads(JsonLines().format(record))["trace_id"] == tracing.trace_id() != ""
    assert "trace_id" not in json.loads(JsonLines().format(record))


def test_spans_reach_a_collector() -> None:
    got: list[bytes] = []

    class Collector(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            got.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            return

    with HTTPServer(("127.0.0.1", 0), Collector) as server:
        threading.Thread(target=server.handle_request, daemon=True).start()
        tracing.set_up(f"http://127.0.0.1:{server.server_port}")
        with tracing.span("part", ticket="OK-1"):
            pass
        tracing.close()
    (sent,) = [ExportTraceServiceRequest.FromString(body) for body in got]
    assert sent.resource_spans[0].scope_spans[0].spans[0].name == "part"


async def test_without_a_collector_nothing_is_traced(client: TestClient) -> None:
    path, headers, _ = await begin(client)
    with tracing.span("part") as opened:
        assert opened is None and tracing.trace_id() == ""
    assert (await client.post(f"{path}/messages", json={"text": "tak"}, headers=headers)).status == 200
