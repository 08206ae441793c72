"""Bar charts in a document: native ones, drawn by the word processor from the numbers that they hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from riskengine.kernel.decimals import plain

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from decimal import Decimal

_MOST = 12
"""Bars of a chart; the table has all."""
_EMU = 360_000  # of a centimetre
_WIDE, _HIGH_BASE, _HIGH_EACH = 15.0, 1.6, 0.75  # centimetres
_TYPE = "application/vnd.openxmlformats-officedocument.drawingml.chart+xml"
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/chart"
_A, _C, _R = (
    "http://schemas.openxmlformats.org/drawingml/2006/main",
    "http://schemas.openxmlformats.org/drawingml/2006/chart",
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
)
_WP = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"


def add_chart(
    document: Any, holder: Any, title: str, parts: Sequence[tuple[str, Decimal | int]], say: Mapping[str, str]
) -> None:
    """Add a chart of bars to a paragraph, the first part on top.

    Args:
        document: of python-docx.
        holder: the paragraph.
        title: what is drawn; said to those who cannot see it.
        parts: name and value; the first of very many are drawn.
        say: names the fonts.
    """
    from docx.opc.packuri import PackURI
    from docx.opc.part import Part
    from docx.oxml import parse_xml

    package = document.part.package
    number = sum("/charts/" in str(part.partname) for part in package.iter_parts()) + 1
    drawn = parts[:_MOST]
    content = chart_xml(drawn, say["font_second"], say["font_latin"]).encode("utf-8")
    part = Part(PackURI(f"/word/charts/chart{number}.xml"), _TYPE, content, package)
    relation = document.part.relate_to(part, _RELATION)
    wide, high = round(_WIDE * _EMU), round((_HIGH_BASE + _HIGH_EACH * len(drawn)) * _EMU)
    drawing = (
        f'<w:drawing xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:wp="{_WP}" '
        f'xmlns:a="{_A}"><wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent cx="{wide}" cy="{high}"/>'
        f'<wp:docPr id="{number}" name="chart{number}" descr="{escape(title, {chr(34): "&quot;"})}"/><a:graphic>'
        f'<a:graphicData uri="{_C}"><c:chart xmlns:c="{_C}" xmlns:r="{_R}" r:id="{relation}"/></a:graphicData>'
        "</a:graphic></wp:inline></w:drawing>"
    )
    holder.add_run()._r.append(parse_xml(drawing))  # noqa: SLF001


def chart_xml(parts: Sequence[tuple[str, Decimal | int]], eastern: str, latin: str) -> str:
    """The part of a document that is a chart of horizontal bars with their values.

    Args:
        parts: name and value.
        eastern: the font of Chinese.
        latin: that of the rest.
    """
    names = "".join(f'<c:pt idx="{at}"><c:v>{escape(name)}</c:v></c:pt>' for at, (name, _) in enumerate(parts))
    values = "".join(f'<c:pt idx="{at}"><c:v>{plain(value)}</c:v></c:pt>' for at, (_, value) in enumerate(parts))
    size = f'<c:ptCount val="{len(parts)}"/>'
    text = (
        f'<c:txPr><a:bodyPr/><a:p><a:pPr><a:defRPr sz="900"><a:solidFill><a:srgbClr val="17212B"/></a:solidFill>'
        f'<a:latin typeface="{latin}"/><a:ea typeface="{eastern}"/></a:defRPr></a:pPr><a:endParaRPr/></a:p></c:txPr>'
    )
    shown = "".join(
        f'<c:show{name} val="{int(name == "Val")}"/>'
        for name in ("LegendKey", "Val", "CatName", "SerName", "Percent", "BubbleSize")
    )
    labels = f'<c:dLbls><c:numFmt formatCode="#,##0" sourceLinked="0"/>{text}{shown}</c:dLbls>'
    series = (
        '<c:ser><c:idx val="0"/><c:order val="0"/><c:spPr><a:solidFill><a:srgbClr val="1D4E79"/></a:solidFill></c:spPr>'
        f'<c:invertIfNegative val="0"/>{labels}<c:cat><c:strLit>{size}{names}</c:strLit></c:cat>'
        f"<c:val><c:numLit><c:formatCode>General</c:formatCode>{size}{values}</c:numLit></c:val></c:ser>"
    )
    none = "<c:spPr><a:ln><a:noFill/></a:ln></c:spPr>"
    across = (
        '<c:catAx><c:axId val="1"/><c:scaling><c:orientation val="maxMin"/></c:scaling><c:delete val="0"/>'
        f'<c:axPos val="l"/><c:majorTickMark val="none"/><c:minorTickMark val="none"/><c:tickLblPos val="nextTo"/>'
        f'{none}{text}<c:crossAx val="2"/></c:catAx>'
    )
    up = (
        '<c:valAx><c:axId val="2"/><c:scaling><c:orientation val="minMax"/><c:min val="0"/></c:scaling>'
        '<c:delete val="1"/><c:axPos val="t"/><c:crossAx val="1"/></c:valAx>'
    )
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        f'<c:chartSpace xmlns:c="{_C}" xmlns:a="{_A}"><c:roundedCorners val="0"/><c:chart>'
        '<c:autoTitleDeleted val="1"/><c:plotArea><c:layout/><c:barChart><c:barDir val="bar"/>'
        f'<c:grouping val="clustered"/><c:varyColors val="0"/>{series}<c:gapWidth val="45"/><c:axId val="1"/>'
        f'<c:axId val="2"/></c:barChart>{across}{up}</c:plotArea><c:plotVisOnly val="1"/></c:chart>'
        "<c:spPr><a:noFill/><a:ln><a:noFill/></a:ln></c:spPr></c:chartSpace>"
    )
