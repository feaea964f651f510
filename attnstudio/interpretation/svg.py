"""A heat map's layout as SVG."""

import re
from collections.abc import Iterable
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from attnstudio.interpretation.colours import WHITE, ColourMap, colour_at, text_colour_on
from attnstudio.interpretation.picture import (
    FONT_FAMILIES,
    HALF_LETTER,
    HeatmapCell,
    HeatmapLabel,
    HeatmapLayout,
    LabelStyle,
    Rect,
    StripPanel,
)

_LEGEND_STOPS = 33
_BLANK_TEXT, _BLANK_FRAME = "#6b6b6b", "#dddddd"
_OFF = "#b3261e"
_STYLES = {
    LabelStyle.TITLE: {"fill": "#111111", "font-weight": "bold"},
    LabelStyle.TOKEN: {"fill": "#111111"},
    LabelStyle.SPECIAL: {"fill": "#6b6b6b", "font-style": "italic"},
    LabelStyle.NOTE: {"fill": "#333333"},
    LabelStyle.FAINT: {"fill": "#6b6b6b"},
}
# XML 1.0 cannot hold these, not even escaped, and a piece that spells a byte may be one of them.
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def draw_svg(layout: HeatmapLayout, colour_map: ColourMap = ColourMap.VIRIDIS) -> str:
    """The picture as the text of an SVG file, on white.

    Cells tell their tokens and weight when pointed at, shortened labels the whole text.
    """
    svg = white_page(layout.width, layout.height)
    _add_text(svg, "title", layout.title.full_text)
    _add_text(svg, "desc", layout.description)
    define_scale(svg, colour_map)
    draw_picture(svg, layout, colour_map)
    return as_file(svg)


def white_page(width: float, height: float) -> Element:
    """An SVG of that size with nothing but white on it."""
    size = {"width": _number(width), "height": _number(height)}
    svg = Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            **size,
            "viewBox": f"0 0 {size['width']} {size['height']}",
            "role": "img",
            "font-family": ", ".join(
                f"'{name}'" if " " in name else name for name in FONT_FAMILIES
            ),
        },
    )
    SubElement(svg, "rect", {**size, "fill": str(WHITE)})
    return svg


def as_file(svg: Element) -> str:
    """The text of a file."""
    indent(svg, " ")
    return tostring(svg, encoding="unicode") + "\n"


def draw_picture(svg: Element, layout: HeatmapLayout, colour_map: ColourMap) -> None:
    """Add the parts of a picture to an SVG, or to a group of it."""
    draw_matrix(svg, layout, colour_map)
    if layout.crossed_out is not None:
        _cross_out(svg, layout.crossed_out)
    draw_labels(svg, "words", (layout.title, *layout.notes, layout.footer))
    draw_legend(svg, layout.legend, colour_map)


def draw_matrix(svg: Element, matrix: HeatmapLayout | StripPanel, colour_map: ColourMap) -> None:
    """Add cells and the labels beside them."""
    cells = SubElement(svg, "g", {"class": "cells", "shape-rendering": "crispEdges"})
    weights = SubElement(svg, "g", {"class": "weights", "pointer-events": "none"})
    for cell in matrix.cells:
        _draw_cell(cells, weights, cell, matrix.cell_text_size, colour_map)
    draw_labels(svg, "columns", matrix.column_labels)
    draw_labels(svg, "rows", matrix.row_labels)


def _cross_out(svg: Element, place: Rect) -> None:
    """Two lines from corner to corner; what they mean is said above."""
    group = SubElement(svg, "g", {"class": "off", "stroke": _OFF, "stroke-width": "3"})
    SubElement(group, "rect", {**_place(place), "fill": "none", "stroke-width": "1"})
    left, right = _number(place.x + 4), _number(place.x + place.width - 4)
    top, bottom = _number(place.y + 4), _number(place.y + place.height - 4)
    for start, end in ((left, right), (right, left)):
        SubElement(group, "line", {"x1": start, "y1": top, "x2": end, "y2": bottom})


def draw_labels(svg: Element, name: str, labels: Iterable[HeatmapLabel]) -> None:
    """Add texts in a group of a name."""
    group = SubElement(svg, "g", {"class": name})
    for label in labels:
        _draw_label(group, label)


def _draw_cell(
    cells: Element, weights: Element, cell: HeatmapCell, text_size: float, colour_map: ColourMap
) -> None:
    is_white = cell.is_blank or cell.is_outside
    colour = WHITE if is_white else colour_at(colour_map, cell.tint)
    rect = SubElement(cells, "rect", {**_place(cell.rect), "fill": str(colour)})
    if cell.is_blank:  # so that rows and columns can be followed over the white
        rect.set("stroke", _BLANK_FRAME)
    _add_text(rect, "title", cell.tooltip)
    if cell.is_outside:  # crossed out once, for white is a number too on some scales
        x, y, width, height = map(_number, cell.rect)
        line = {"d": f"m{x} {y}m0 {height}l{width} -{height}", "stroke": "#c4c4c4"}
        SubElement(weights, "path", line)
    if cell.text:
        text = _add_text(weights, "text", cell.text)
        text.attrib |= {
            "x": _number(cell.rect.x + cell.rect.width / 2),
            "y": _number(cell.rect.y + cell.rect.height / 2 + HALF_LETTER * text_size),
            "font-size": _number(text_size),
            "text-anchor": "middle",
            "fill": _BLANK_TEXT if cell.is_blank else str(text_colour_on(colour)),
        }


def _draw_label(parent: Element, label: HeatmapLabel) -> None:
    if label.text != label.full_text:
        parent = SubElement(parent, "g")
        _add_text(parent, "title", label.full_text)
    x, y = _number(label.x), _number(label.y)
    text = _add_text(parent, "text", label.text)
    text.attrib |= {"x": x, "y": y, "font-size": _number(label.size)}
    text.attrib |= {"text-anchor": label.anchor.value, **_STYLES[label.style]}
    if label.rotation:
        text.set("transform", f"rotate({_number(label.rotation)} {x} {y})")


def define_scale(svg: Element, colour_map: ColourMap) -> None:
    """Add the scale of colours, once, for the legends of all pictures on a page."""
    gradient = SubElement(svg, "linearGradient", {"id": _scale_name(colour_map)})
    for index in range(_LEGEND_STOPS):
        weight = index / (_LEGEND_STOPS - 1)
        stop = {"offset": _number(weight), "stop-color": str(colour_at(colour_map, weight))}
        SubElement(gradient, "stop", stop)


def draw_legend(svg: Element, bar: Rect, colour_map: ColourMap) -> None:
    """Add the bar of a scale that is defined."""
    fill = {"fill": f"url(#{_scale_name(colour_map)})"}
    outline = {"stroke": "#9a9a9a", "stroke-width": "0.5"}
    SubElement(svg, "rect", {"class": "legend", **_place(bar), **fill, **outline})


def _scale_name(colour_map: ColourMap) -> str:
    return f"scale-{colour_map}"


def _add_text(parent: Element, tag: str, text: str) -> Element:
    element = SubElement(parent, tag)
    element.text = _UNWRITABLE.sub("\ufffd", text)
    return element


def _place(rect: Rect) -> dict[str, str]:
    return {name: _number(value) for name, value in rect._asdict().items()}


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
