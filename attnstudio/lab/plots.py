"""Pictures of measured curves as SVG: axes, lines with marks, dashed laws, a legend beneath.

A band may lie behind the lines: a part of the horizontal axis that is of interest.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from attnstudio.interpretation.picture import FONT_FAMILIES

_WIDTH, _PLOT_HEIGHT = 700, 330
_LEFT, _RIGHT, _TOP = 74, 24, 84
_EDGE = 14
_LABELS_WIDTH = 66  # for labels beside the ends of lines
_LEGEND_COLUMN = 290
_UNDER_AXIS, _LEGEND_ROW = 56, 21
_TEXT, _TITLE = 13, 16
_INK, _FAINT, _GRID = "#1b1f24", "#545c67", "#dfe3e8"
# Okabe and Ito (2008): told apart by every eye; each has a mark of its own as well.
_COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#8a6d00", "#56b4e9", "#000000", "#e69f00")
_DIGITS = ((1,), (1, 2, 5), tuple(range(1, 10)), tuple(half / 2 for half in range(2, 20)))
_FEWEST_TICKS = 3  # on a logarithmic axis: the digits of its ticks are the first that give so many
_MARK = 4.5
_BAND = "#f0e6c8"
_MARKS = (  # corners in units of the mark's size; a circle first
    (),
    ((-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)),
    ((0.0, -1.2), (1.15, 0.9), (-1.15, 0.9)),
    ((0.0, -1.3), (1.3, 0.0), (0.0, 1.3), (-1.3, 0.0)),
    ((0.0, 1.2), (1.15, -0.9), (-1.15, -0.9)),
)


class Point(NamedTuple):
    """A place in the units of the axes."""

    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Axis:
    """A scale.

    Attributes:
        label: what is counted, and in which unit.
        is_log: logarithmic; values must be above 0.
        ticks: where to write numbers; none to choose round ones.
    """

    label: str
    is_log: bool = False
    ticks: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """Points joined by a line.

    Attributes:
        name: for the legend; empty for none.
        points: ascending in x.
        colour: number of the colour and the mark.
        is_law: dashed and without marks.
        end: a point with a text beside the line's own, such as a result on other data.
        end_text: that text.
    """

    name: str
    points: Sequence[Point]
    colour: int
    is_law: bool = False
    end: Point | None = None
    end_text: str = ""


@dataclass(frozen=True, slots=True)
class Band:
    """A part of the horizontal axis that is of interest.

    Attributes:
        low: where it begins.
        high: where it ends.
        mark: a place that is dotted, such as the greatest of all.
        name: for the legend.
    """

    low: float
    high: float
    mark: float
    name: str


@dataclass(frozen=True, slots=True)
class Picture:
    """What is drawn.

    Attributes:
        title: what it shows.
        note: a line beneath the title.
        x: the horizontal axis.
        y: the vertical one.
        lines: measured ones and laws.
        band: behind the lines; None for none.
    """

    title: str
    note: str
    x: Axis
    y: Axis
    lines: Sequence[Line]
    band: Band | None = None


def draw(picture: Picture) -> str:
    """The text of an SVG file."""
    named = [line for line in picture.lines if line.name]
    rows = math.ceil(len(named) / 2)
    below = rows + (picture.band is not None)
    height = _TOP + _PLOT_HEIGHT + _UNDER_AXIS + _LEGEND_ROW * below + 8
    size = {"width": str(_WIDTH), "height": str(height)}
    fonts = ", ".join(f"'{name}'" if " " in name else name for name in FONT_FAMILIES)
    svg = Element(
        "svg",
        {"xmlns": "http://www.w3.org/2000/svg", **size, "viewBox": f"0 0 {_WIDTH} {height}",
         "role": "img", "font-family": fonts, "font-size": str(_TEXT)},
    )  # fmt: skip
    SubElement(svg, "title").text = picture.title
    SubElement(svg, "rect", {**size, "fill": "#ffffff"})
    _add_text(svg, _EDGE, 26, picture.title, {"font-size": str(_TITLE), "font-weight": "bold"})
    _add_text(svg, _EDGE, 47, picture.note, {"fill": _FAINT})
    _draw_plot(svg, picture)
    if picture.band is not None:
        _draw_band_legend(svg, Point(_LEFT, height - _LEGEND_ROW), picture.band)
    for number, line in enumerate(named):
        row, column = divmod(number, 2)
        place = Point(_LEFT + _LEGEND_COLUMN * column, height - _LEGEND_ROW * (below - row))
        _draw_legend(svg, place, line, _opacity(picture))
    indent(svg, " ")
    return tostring(svg, encoding="unicode") + "\n"


def _draw_plot(svg: Element, picture: Picture) -> None:
    ends = [(line, line.end) for line in picture.lines if line.end]
    points = [*(p for line in picture.lines for p in line.points), *(end for _, end in ends)]
    right = _RIGHT + (_LABELS_WIDTH if ends else 0)
    x = _Scale.around(picture.x, [p.x for p in points], _LEFT, _WIDTH - right)
    y = _Scale.around(picture.y, [p.y for p in points], _TOP + _PLOT_HEIGHT, _TOP)
    if picture.band is not None:
        _draw_band(svg, picture.band, x, y)
    _draw_axes(svg, picture, x, y)
    for line in sorted(picture.lines, key=lambda line: line.is_law):
        places = [Point(x.place(p.x), y.place(p.y)) for p in line.points]
        _draw_line(svg, line, places, _opacity(picture))
        for place in places if not line.is_law else ():
            _draw_mark(svg, place, line.colour)
    places = [Point(x.place(end.x), y.place(end.y)) for _, end in ends]
    for (line, _), place, height in zip(ends, places, _label_heights(places), strict=True):
        _draw_mark(svg, place, line.colour, is_open=True)
        colour = {"fill": _colour(line), "font-weight": "bold"}
        halo = {"fill": "#ffffff", "stroke": "#ffffff", "stroke-width": "4"}
        for style in (halo, colour):
            _add_text(svg, place.x + 12, height + 0.35 * _TEXT, line.end_text, style)


class _Scale(NamedTuple):
    """From values to pixels."""

    axis: Axis
    low: float
    high: float
    start: float
    end: float

    @classmethod
    def around(cls, axis: Axis, values: Sequence[float], start: float, end: float) -> _Scale:
        """A scale that all values lie on, with some room."""
        values = [*values, *axis.ticks]
        if not axis.is_log:
            return cls(axis, 0.0, 1.06 * max(values) or 1.0, start, end)
        low, high = min(values), max(values)
        room = (high / low) ** 0.06 if high > 1.5 * low else 1.5
        return cls(axis, low / room, high * room, start, end)

    def place(self, value: float) -> float:
        low, high = self.low, self.high
        if self.axis.is_log:
            value, low, high = math.log(value), math.log(low), math.log(high)
        return self.start + (self.end - self.start) * (value - low) / (high - low)

    def ticks(self) -> list[float]:
        if self.axis.ticks:
            return list(self.axis.ticks)
        if not self.axis.is_log:
            return list(_even_ticks(self.high))
        decades = range(math.floor(math.log10(self.low)), math.ceil(math.log10(self.high)) + 1)
        for digits in _DIGITS:
            ticks = [digit * 10.0**power for power in decades for digit in digits]
            found = [tick for tick in ticks if self.low <= tick <= self.high]
            if len(found) >= _FEWEST_TICKS:
                break
        return found


def _even_ticks(high: float) -> Iterator[float]:
    rough = high / 6
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(digit * power for digit in (1, 2, 5, 10) if digit * power >= rough)
    for number in range(int(high / step) + 1):
        yield number * step


def _draw_axes(svg: Element, picture: Picture, x: _Scale, y: _Scale) -> None:
    grid = SubElement(svg, "g", {"stroke": _GRID, "stroke-width": "1"})
    for tick in x.ticks():
        _add_stroke(grid, Point(x.place(tick), y.start), Point(x.place(tick), y.end))
        _add_text(svg, x.place(tick), y.start + 19, f"{tick:,.10g}", {"text-anchor": "middle"})
    for tick in y.ticks():
        _add_stroke(grid, Point(x.start, y.place(tick)), Point(x.end, y.place(tick)))
        place = y.place(tick) + 0.35 * _TEXT
        _add_text(svg, x.start - 8, place, f"{tick:,.10g}", {"text-anchor": "end"})
    edges = SubElement(svg, "g", {"stroke": _FAINT, "stroke-width": "1"})
    _add_stroke(edges, Point(x.start, y.start), Point(x.end, y.start))
    _add_stroke(edges, Point(x.start, y.start), Point(x.start, y.end))
    middle = (x.start + x.end) / 2
    _add_text(svg, middle, y.start + 40, picture.x.label, {"text-anchor": "middle"})
    _add_text(svg, _EDGE, y.end - 12, picture.y.label, {})


def _draw_band(svg: Element, band: Band, x: _Scale, y: _Scale) -> None:
    """What of it lies on the axis; its mark as a dotted line."""
    low, high = (x.place(min(max(end, x.low), x.high)) for end in (band.low, band.high))
    place = {"x": _number(low), "y": _number(y.end), "width": _number(high - low)}
    SubElement(svg, "rect", {**place, "height": _number(y.start - y.end), "fill": _BAND})
    if x.low <= band.mark <= x.high:
        style = {"stroke": _FAINT, "stroke-width": "1.5", "stroke-dasharray": "2 3"}
        mark = SubElement(svg, "g", style)
        at = x.place(band.mark)
        _add_stroke(mark, Point(at, y.start), Point(at, y.end))


def _draw_line(svg: Element, line: Line, places: Sequence[Point], opacity: str) -> None:
    style = {"fill": "none", "stroke": _colour(line), "stroke-width": "2"}
    style |= {"stroke-dasharray": "6 4"} if line.is_law else {"stroke-opacity": opacity}
    SubElement(svg, "polyline", {"points": " ".join(map(_pair, places)), **style})


def _opacity(picture: Picture) -> str:
    """Of measured lines: pale where a law may lie on them."""
    return "0.35" if any(line.is_law for line in picture.lines) else "1"


def _draw_mark(svg: Element, place: Point, number: int, *, is_open: bool = False) -> None:
    colour = _COLOURS[number % len(_COLOURS)]
    size = _MARK * (1.4 if is_open else 1.0)
    style = {"fill": colour}
    if is_open:
        style = {"fill": "#ffffff", "stroke": colour, "stroke-width": "2"}
    corners = _MARKS[number % len(_MARKS)]
    if not corners:
        circle = {"cx": _number(place.x), "cy": _number(place.y), "r": _number(size)}
        SubElement(svg, "circle", {**circle, **style})
        return
    points = (Point(place.x + size * dx, place.y + size * dy) for dx, dy in corners)
    SubElement(svg, "polygon", {"points": " ".join(map(_pair, points)), **style})


def _draw_legend(svg: Element, place: Point, line: Line, opacity: str) -> None:
    _draw_line(svg, line, [place, Point(place.x + 28, place.y)], opacity)
    if not line.is_law:
        _draw_mark(svg, Point(place.x + 14, place.y), line.colour)
    _add_text(svg, place.x + 36, place.y + 0.35 * _TEXT, line.name, {})


def _draw_band_legend(svg: Element, place: Point, band: Band) -> None:
    swatch = {"x": _number(place.x), "y": _number(place.y - 7), "width": "28", "height": "14"}
    SubElement(svg, "rect", {**swatch, "fill": _BAND})
    _add_text(svg, place.x + 36, place.y + 0.35 * _TEXT, band.name, {})


def _label_heights(places: Sequence[Point]) -> list[float]:
    """Where the labels beside some marks stand, so that none lies on another."""
    heights: dict[int, float] = {}
    for i in sorted(range(len(places)), key=lambda i: places[i].y):
        near = [heights[j] for j in heights if abs(places[j].x - places[i].x) < _LABELS_WIDTH]
        heights[i] = max([places[i].y, *(height + _TEXT + 1 for height in near)])
    return [heights[i] for i in range(len(places))]


def _colour(line: Line) -> str:
    return _COLOURS[line.colour % len(_COLOURS)]


def _add_stroke(parent: Element, start: Point, end: Point) -> None:
    (x1, y1), (x2, y2) = (tuple(map(_number, point)) for point in (start, end))
    SubElement(parent, "line", {"x1": x1, "y1": y1, "x2": x2, "y2": y2})


def _add_text(parent: Element, x: float, y: float, text: str, style: dict[str, str]) -> None:
    attributes = {"x": _number(x), "y": _number(y), "fill": _INK, **style}
    SubElement(parent, "text", attributes).text = text


def _pair(place: Point) -> str:
    return f"{_number(place.x)},{_number(place.y)}"


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
