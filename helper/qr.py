"""QR codes, readable with a quarter of them gone."""

import io
from functools import lru_cache
from urllib.parse import urlsplit

import segno
from markupsafe import Markup, escape

MOST = 4000
"""How many codes are kept: on the screens of a waiting room each step has one."""


@lru_cache(MOST)
def qr(address: str) -> Markup:
    """The address as a QR code in SVG, with the quiet zone around it."""
    out = io.BytesIO()
    segno.make_qr(address, error="q").save(
        out, kind="svg", border=4, xmldecl=False, svgns=False, nl=False, omitsize=True
    )
    return Markup(out.getvalue().decode())


def qr_png(address: str) -> bytes:
    """The same as a picture for documents: a hand wide on paper."""
    out = io.BytesIO()
    segno.make_qr(address, error="q").save(out, kind="png", scale=20, border=4, dpi=300)
    return out.getvalue()


def qr_svg(address: str) -> bytes:
    """The same as a file for print shops, with the address under it: the host in one line, the path in the next."""
    code = segno.make_qr(address, error="q")
    out = io.BytesIO()
    code.save(out, kind="svg", border=4, xmldecl=False, svgns=False, nl=False, light="#fff")
    size = code.symbol_size(border=4)[0]
    parts = urlsplit(address)
    lines = (f"{parts.scheme}://{parts.netloc}", parts.path)
    letter = min(3.0, (size - 4) / (0.62 * max(map(len, lines))))  # a letter of this font is 0.6 of its size wide
    words = "".join(
        f'<text x="{size / 2}" y="{size + 1.3 * n * letter:.2f}">{escape(line)}</text>'
        for n, line in enumerate(lines, 1)
    )
    height = f"{size + 4 * letter:.2f}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {height}" width="{2 * size}mm"><path fill="#fff" '
        f'd="M0 0h{size}v{height}H0z"/>{out.getvalue().decode()}<g font-family="monospace" font-size="{letter:.2f}" '
        f'text-anchor="middle">{words}</g></svg>'
    ).encode()
