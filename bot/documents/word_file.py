"""An editable Word file: its styles, paragraphs that read either way, and what it says of itself."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, date, datetime, time

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_TAB_ALIGNMENT
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Mm, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.text.paragraph import Paragraph

from bot.documents.reading_direction import reads_from_the_right, runs_by_direction

# Fonts that Word has wherever it runs; other programs put their own of the same widths.
_FONT = "Calibri"
_FONT_OF_THE_RIGHT = "Arial"
_INK = RGBColor(0x1F, 0x2B, 0x2D)
_SOFT = RGBColor(0x4D, 0x59, 0x5C)
_ACCENT = RGBColor(0x1D, 0x6A, 0x63)
_LEFT_TO_RIGHT = "\u200e"
# The template's own says that Word for Macintosh wrote it.
_WHAT_MADE_IT = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    b'<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/'
    b'extended-properties"></Properties>'
)
_TEXT_WIDTH = Mm(210 - 2 * 22)


class WordFile:
    """Builds one document with Word's own styles, so that changing a style changes all of it."""

    def __init__(self, *, title: str, author: str, tag: str, on: date) -> None:
        self._at = datetime.combine(on, time(), tzinfo=UTC)
        self._document: WordDocument = Document()
        _set_page(self._document)
        _set_styles(self._document, tag)
        _set_properties(self._document, title=title, author=author, tag=tag, at=self._at)

    def title(self, text: str) -> None:
        self._add(text, style="Title")

    def heading(self, text: str) -> None:
        self._add(text, style="Heading 1")

    def subtitle(self, text: str) -> None:
        self._add(text, style="Subtitle")

    def entry(self, text: str, *, period: str = "") -> None:
        """A line about one job or school, its time at the far edge."""
        paragraph = self._add(text, style="Heading 2")
        if period:
            # The mark keeps "2014–2017" in that order within a line that reads from the right.
            mark = _LEFT_TO_RIGHT if reads_from_the_right(text) else ""
            run = paragraph.add_run(f"\t{mark}{period}")
            run.bold = False
            run.font.color.rgb = _SOFT

    def place(self, text: str) -> None:
        self._add(text, style="Place")

    def text(self, text: str) -> None:
        self._add(text, style="Normal")

    def paragraph(self, text: str) -> None:
        """Running text, with room below."""
        self._add(text, style="Body Text")

    def bullets(self, lines: list[str]) -> None:
        """Several lines as a list; one alone as plain text."""
        style = "List Bullet" if len(lines) > 1 else "Normal"
        for line in lines:
            self._add(line, style=style)

    def finished(self) -> bytes:
        """The file. The same content gives the same bytes."""
        buffer = io.BytesIO()
        self._document.save(buffer)
        return _with_fixed_times(buffer.getvalue(), self._at)

    def _add(self, text: str, *, style: str) -> Paragraph:
        paragraph = self._document.add_paragraph(style=style)
        if reads_from_the_right(text):
            paragraph._p.get_or_add_pPr().append(OxmlElement("w:bidi"))
        for piece, from_right in runs_by_direction(text):
            run = paragraph.add_run(piece)
            if from_right:
                run.font.rtl = True
        return paragraph


def _set_page(document: WordDocument) -> None:
    (section,) = document.sections
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(22)
    section.top_margin, section.bottom_margin = Mm(18), Mm(16)


def _set_styles(document: WordDocument, tag: str) -> None:
    _dress(document, "Normal", size=10.5, colour=_INK, after=2)
    _dress(document, "Title", size=26, colour=_ACCENT, bold=True, after=2)
    _dress(document, "Subtitle", size=10.5, colour=_SOFT, after=6)
    _dress(document, "Heading 1", size=13, colour=_ACCENT, bold=True, before=10, after=3)
    entry = _dress(document, "Heading 2", size=10.5, colour=_INK, bold=True, before=6, after=0)
    entry.paragraph_format.tab_stops.add_tab_stop(_TEXT_WIDTH, WD_TAB_ALIGNMENT.RIGHT)
    _dress(document, "List Bullet", size=10.5, colour=_INK, after=0)
    _dress(document, "Body Text", size=11, colour=_INK, after=9)
    place = document.styles.add_style("Place", WD_STYLE_TYPE.PARAGRAPH)
    assert isinstance(place, ParagraphStyle)
    place.base_style = document.styles["Normal"]
    _dress(document, "Place", size=10.5, colour=_ACCENT, after=1)
    for language in document.styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), tag)
        language.set(qn("w:eastAsia"), tag)
        language.set(qn("w:bidi"), "ar-SA")


def _dress(
    document: WordDocument,
    name: str,
    *,
    size: float,
    colour: RGBColor,
    bold: bool = False,
    before: float = 0,
    after: float = 0,
) -> ParagraphStyle:
    style = document.styles[name]
    assert isinstance(style, ParagraphStyle)
    style.font.size, style.font.bold, style.font.italic = Pt(size), bold, False
    style.font.color.rgb = colour
    style.font.name = _FONT
    style.paragraph_format.space_before = Pt(before)
    style.paragraph_format.space_after = Pt(after)
    style.paragraph_format.line_spacing = 1.05
    properties = style.element.get_or_add_rPr()
    fonts = properties.find(qn("w:rFonts"))
    assert fonts is not None
    # A theme's font would win over the one named, and right-to-left runs have sizes of their own.
    for theme in [key for key in fonts.keys() if "heme" in key]:  # noqa: SIM118  # an element
        del fonts.attrib[theme]
    fonts.set(qn("w:cs"), _FONT_OF_THE_RIGHT)
    fonts.set(qn("w:eastAsia"), _FONT)
    # The template spaces out the letters of its titles, which parts Arabic ones.
    for key in ("w:spacing", "w:kern"):
        for found in properties.findall(qn(key)):
            properties.remove(found)
    _for_the_right(properties, size=size, bold=bold)
    _without_rule(style)
    return style


def _for_the_right(properties: BaseOxmlElement, *, size: float, bold: bool) -> None:
    """Size and weight of right-to-left runs, each in the place the schema gives it."""
    for found in [
        one for key in ("szCs", "bCs", "iCs") for one in properties.findall(qn(f"w:{key}"))
    ]:
        properties.remove(found)
    size_of_script = OxmlElement("w:szCs")
    size_of_script.set(qn("w:val"), str(int(size * 2)))
    properties.find(qn("w:sz")).addnext(size_of_script)
    if bold:
        properties.find(qn("w:b")).addnext(OxmlElement("w:bCs"))


def _without_rule(style: ParagraphStyle) -> None:
    """The template's Title has a line below it that crowds a long name."""
    paragraph = style.element.pPr
    for border in [] if paragraph is None else paragraph.findall(qn("w:pBdr")):
        paragraph.remove(border)


def _set_properties(
    document: WordDocument, *, title: str, author: str, tag: str, at: datetime
) -> None:
    properties = document.core_properties
    naive = at.replace(tzinfo=None)  # the library writes UTC and takes no zone
    properties.title, properties.author, properties.last_modified_by = title, author, author
    properties.comments, properties.keywords, properties.subject = "", "", ""
    properties.language, properties.revision = tag, 1
    properties.created = properties.modified = naive
    # The template's picture of itself would be shown as the file's.
    relationships = document.part.package.rels
    for key in [
        k for k, one in relationships.items() if one.reltype == RELATIONSHIP_TYPE.THUMBNAIL
    ]:
        del relationships[key]


def _with_fixed_times(file: bytes, at: datetime) -> bytes:
    buffer = io.BytesIO()
    stamp = (max(at.year, 1980), at.month, at.day, 0, 0, 0)
    with zipfile.ZipFile(io.BytesIO(file)) as made, zipfile.ZipFile(buffer, "w") as kept:
        for name in made.namelist():
            entry = zipfile.ZipInfo(name, stamp)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 0  # the same whatever machine wrote it
            content = _WHAT_MADE_IT if name == "docProps/app.xml" else made.read(name)
            kept.writestr(entry, content)
    return buffer.getvalue()
