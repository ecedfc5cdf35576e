"""Where the time of a request goes, as OpenTelemetry traces, for who has a collector. Until set up, a span costs a look at one name.

Spans hold routes, outcomes and ids of ours, never words. Needs the extra ``otel``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Optional

from bot import __version__
from bot.errors import ConfigurationError

_tracer: Optional[Any] = None
_provider: Optional[Any] = None


def set_up(collector: str, exporter: Any = None) -> None:
    """Send spans to a collector (OTLP over HTTP, for example ``http://localhost:4318``), or give them to an exporter of one's own. Raises ConfigurationError."""
    global _tracer, _provider
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor, SimpleSpanProcessor
    except ImportError:
        raise ConfigurationError("OKIENKO_OTLP_URL potrzebuje dodatku: pip install 'okienko[otel]' (w klonie repozytorium jest już zainstalowany).") from None
    _provider = TracerProvider(resource=Resource.create({"service.name": "okienko", "service.version": __version__}))
    _provider.add_span_processor(SimpleSpanProcessor(exporter) if exporter else BatchSpanProcessor(OTLPSpanExporter(endpoint=f"{collector.rstrip('/')}/v1/traces")))
    _tracer = _provider.get_tracer("okienko", __version__)


def close() -> None:
    """Send what waits, and stop."""
    global _tracer, _provider
    if _provider is not None:
        _provider.shutdown()
    _tracer = _provider = None


@contextmanager
def span(name: str, headers: Mapping[str, str] | None = None, **attributes: str) -> Iterator[Any]:
    """A part of the work, within the part it is called from; ``headers`` may carry the caller's trace (``traceparent``). Gives the span, or None."""
    if _tracer is None:
        yield None
        return
    from opentelemetry import propagate

    with _tracer.start_as_current_span(name, propagate.extract(headers) if headers is not None else None, attributes=attributes) as opened:
        yield opened


def trace_id() -> str:
    """The id of the trace that is open here, as logs show it; empty without one."""
    if _tracer is None:
        return ""
    from opentelemetry import trace

    context = trace.get_current_span().get_span_context()
    return f"{context.trace_id:032x}" if context.is_valid else ""
