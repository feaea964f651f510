"""Several moments of a training in one picture: side by side, or one after the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from xml.etree.ElementTree import SubElement

import numpy as np

from attnstudio.axes import Record
from attnstudio.interpretation.caption import caption_of
from attnstudio.interpretation.colours import ColourMap
from attnstudio.interpretation.layout import layout_heatmap
from attnstudio.interpretation.picture import HeatmapCaption, HeatmapLayout
from attnstudio.interpretation.strip import StripMoment, layout_strip
from attnstudio.interpretation.svg import (
    as_file,
    define_scale,
    draw_labels,
    draw_legend,
    draw_matrix,
    draw_picture,
    white_page,
)
from attnstudio.interpretation.view import View, view_of
from attnstudio.reading import Reading

MOST_SIDE_BY_SIDE = 12
MOST_IN_A_ROW = 100
_SECONDS = 0.6  # that a moment is seen
_LAST_SEEN = 3  # times as long


def layout_moment(record: Record, reading: Reading, step: int, origin: str) -> HeatmapLayout:
    """The picture of one moment, which says when it was above everything."""
    view = view_of(record, reading)
    caption = _caption(record, view, origin)
    return layout_heatmap(view, replace(caption, title=f"Step {step:,}: {caption.title}"))


def _caption(record: Record, view: View, origin: str) -> HeatmapCaption:
    """That of a sentence which a training translates by the way: the likeliest piece each time."""
    caption = caption_of(record, view, origin)
    return replace(caption, subtitle=f"{caption.subtitle}, with a beam of 1")


def evenly(count: int, most: int) -> list[int]:
    """At most so many places of a count, the first and the last among them."""
    places = np.linspace(0, count - 1, min(count, most)).round().astype(int)
    return [int(place) for place in places]


def draw_strip(
    moments: Sequence[tuple[int, Record]],
    reading: Reading,
    origin: str,
    colour_map: ColourMap = ColourMap.VIRIDIS,
) -> str:
    """The moments beside each other, and below where that gets too wide, as an SVG file.

    Args:
        moments: steps of the training and what was taken down then, at least one.
        reading: what is looked at.
        origin: where it comes from, for the foot.
        colour_map: the scale.
    """
    views = [view_of(record, reading) for _, record in moments]
    layout = layout_strip(
        [
            StripMoment(step, record, view, _caption(record, view, origin))
            for (step, record), view in zip(moments, views, strict=True)
        ]
    )
    page = white_page(layout.width, layout.height)
    define_scale(page, colour_map)
    draw_labels(page, "words", (layout.title, *layout.words))
    for panel in layout.panels:
        group = SubElement(page, "g", {"transform": f"translate({panel.x:g} {panel.y:g})"})
        draw_matrix(group, panel, colour_map)
        draw_labels(group, "words", panel.words)
    draw_legend(page, layout.legend, colour_map)
    return as_file(page)


def draw_animation(
    layouts: Sequence[HeatmapLayout], colour_map: ColourMap = ColourMap.VIRIDIS
) -> str:
    """The moments one after the other, for ever, as an SVG file that browsers play.

    What does not play it shows the last one.

    Args:
        layouts: at least one.
        colour_map: the scale.
    """
    width, height = max(each.width for each in layouts), max(each.height for each in layouts)
    page = white_page(width, height)
    define_scale(page, colour_map)
    parts = len(layouts) - 1 + _LAST_SEEN
    times = ";".join(f"{number / parts:.5g}" for number in range(len(layouts)))
    for number, layout in enumerate(layouts):
        is_last = number == len(layouts) - 1
        frame = SubElement(page, "g", {"visibility": "visible" if is_last else "hidden"})
        draw_picture(frame, layout, colour_map)
        seen = ";".join("visible" if place == number else "hidden" for place in range(len(layouts)))
        plays = {
            "attributeName": "visibility",
            "calcMode": "discrete",
            "values": seen,
            "keyTimes": times,
            "dur": f"{parts * _SECONDS:g}s",
            "repeatCount": "indefinite",
        }
        SubElement(frame, "animate", plays)
    return as_file(page)
