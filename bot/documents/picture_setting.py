"""Setting a picture for a phone: values go in as JSON, one PNG comes out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import typst

from bot.documents.fonts import fonts_of_the_page
from bot.domain.errors import DocumentFailed

_LAYOUTS = Path(__file__).parent / "layout"
# Pictures are 390 points wide, as a phone is; two pixels keep them sharp and light to fetch.
PIXELS_PER_POINT = 2


def set_picture(layout: str, values: Mapping[str, object]) -> bytes:
    """Return one PNG, 780 pixels wide and as high as its contents.

    Raises:
        DocumentFailed: The typesetter refused.
    """
    try:
        picture = typst.compile(
            str(_LAYOUTS / f"{layout}.typ"),
            format="png",
            ppi=72.0 * PIXELS_PER_POINT,
            root=str(_LAYOUTS),
            font_paths=fonts_of_the_page(),
            ignore_system_fonts=True,
            # Whatever somebody wrote travels as JSON text: it is never read as markup or code.
            sys_inputs={"data": json.dumps(values, ensure_ascii=False)},
        )
    except typst.TypstError:
        # The typesetter's own words may quote the person's, and stay out of errors and logs.
        picture = None
    if not isinstance(picture, bytes):
        raise DocumentFailed(f"The picture {layout} could not be made: try again, or report it.")
    return picture
