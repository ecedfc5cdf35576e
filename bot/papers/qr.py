"""An address as a QR code: one black-on-white SVG for pages and for print."""

from __future__ import annotations

import io
from xml.sax.saxutils import quoteattr

import segno


def as_svg(address: str, *, title: str) -> str:
    """The code as an ``<svg>`` element, without XML header, size and style: it takes the size that its place gives it.

    ``title`` is what a screen reader says and ``address`` what it describes. The white ground with its quiet zone is
    part of the picture, so the code can be read on dark pages too. Raises ValueError for an address too long for a code
    (over some 2 300 characters).
    """
    buffer = io.BytesIO()
    code = segno.make_qr(address, error="m")
    code.save(buffer, kind="svg", xmldecl=False, nl=False, omitsize=True, dark="#000", light="#fff", title=title, desc=address)
    svg = buffer.getvalue().decode("utf-8")
    return svg.replace("<svg ", f'<svg role="img" aria-label={quoteattr(title)} ', 1)
