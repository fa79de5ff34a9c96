"""QR code and bar code as vector drawings (SVG), kept beside the page that shows them."""

from __future__ import annotations

import io

import barcode
import segno
from barcode.writer import SVGWriter

SCHEME = "paper:"


class Pictures(dict[str, bytes]):
    """The drawings of one page by address. Only the page's own template makes them, so only it can show them."""

    def qr(self, text: str) -> str:
        """Draw a QR code (error correction M, ISO/IEC 18004) and return its address."""
        drawn = io.BytesIO()
        segno.make(text, error="m", micro=False).save(drawn, kind="svg", border=4, omitsize=True, xmldecl=False)
        return self._keep(drawn.getvalue())

    def code128(self, text: str, module: float = 0.25, height: float = 11.0) -> str:
        """Draw a Code 128 (ISO/IEC 15417) and return its address.

        Args:
            text: ASCII.
            module: width of the narrowest bar, mm.
            height: of the bars, mm.
        """
        drawn = io.BytesIO()
        options = {"module_width": module, "module_height": height, "quiet_zone": 10 * module, "write_text": False}
        barcode.get("code128", text, writer=SVGWriter()).write(drawn, options)
        return self._keep(drawn.getvalue())

    def _keep(self, drawing: bytes) -> str:
        address = f"{SCHEME}{len(self)}"
        self[address] = drawing
        return address
