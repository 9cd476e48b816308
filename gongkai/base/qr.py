"""QR codes that lead from paper and screen to a page of this site.

As SVG: sharp in every size, no picture file, allowed by the strict content security policy.
"""

from __future__ import annotations

import io

import segno
from django.utils.safestring import SafeString, mark_safe

#: White modules around the code that readers need (ISO/IEC 18004).
QUIET = 4


def svg(address: str, *, words: str) -> SafeString:
    """The address as a QR code in an ``<svg>`` that scales; ``words``: what it is, read aloud.

    Error correction M (a fifteenth of it may be soiled). It is dark on white whatever the ground.
    """
    out = io.BytesIO()
    segno.make(address, error="m", micro=False).save(
        out,
        kind="svg",
        border=QUIET,
        dark="#000",
        light="#fff",
        title=words,
        xmldecl=False,
        omitsize=True,
        svgclass="qr",
        lineclass=None,
        nl=False,
    )
    # Made of black and white strokes only; segno escapes the title.
    return mark_safe(out.getvalue().decode().replace("<svg ", '<svg role="img" ', 1))
