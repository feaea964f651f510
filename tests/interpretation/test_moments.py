"""Moments of a training in one file: side by side, and one after the other."""

import re
from xml.etree.ElementTree import fromstring

import numpy as np
import pytest
from records import make_record

from attnstudio.axes import Reading
from attnstudio.interpretation.moments import (
    draw_animation,
    draw_strip,
    evenly,
    layout_moment,
)
from attnstudio.tokenizer import Token, end_token

SOURCE = ("ab c", (Token("▁a", 0, 1), Token("b", 1, 2), Token("▁c", 2, 4), end_token("ab c")))
TARGET = ("xy", (Token("▁x", 0, 1), Token("y", 1, 2), end_token("xy")))
SVG = "{http://www.w3.org/2000/svg}"


def layouts(number):
    """Moments whose weights tell them apart."""
    random = np.random.default_rng(2)
    return [
        layout_moment(
            make_record(SOURCE, TARGET, cross=random.dirichlet(np.ones(4), size=(1, 1, 3))),
            Reading(),
            step=100 * (moment + 1),
            origin="run tiny-1",
        )
        for moment in range(number)
    ]


def weights_in(group):
    [cells] = [g for g in group.iter(f"{SVG}g") if g.get("class") == "cells"]
    titles = [rect.findtext(f"{SVG}title") for rect in cells]
    return [float(title.rsplit(" ", 1)[1]) for title in titles]


def weights_of(layout):
    return [float(cell.tooltip.rsplit(" ", 1)[1]) for cell in layout.cells]


@pytest.mark.parametrize(("number", "columns", "rows"), [(1, 1, 1), (3, 2, 2), (5, 3, 2)])
def test_a_strip_has_each_moment_in_a_place_of_its_own(number, columns, rows):
    made = layouts(number)

    page = fromstring(draw_strip(made))

    panels = [group for group in page if group.get("transform")]
    assert [weights_in(panel) for panel in panels] == [weights_of(layout) for layout in made]
    width, height = max(each.width for each in made), max(each.height for each in made)
    assert (float(page.get("width")), float(page.get("height"))) == (
        pytest.approx(width * columns),
        pytest.approx(height * rows),
    )
    places = [tuple(map(float, re.findall(r"[\d.]+", g.get("transform")))) for g in panels]
    expected = [(width * (n % columns), height * (n // columns)) for n in range(number)]
    assert places == [pytest.approx(place) for place in expected]
    assert all(f"Step {100 * (n + 1)}:" in "".join(p.itertext()) for n, p in enumerate(panels))


def test_a_moving_picture_shows_one_moment_at_a_time_and_rests_on_the_last():
    made = layouts(3)

    page = fromstring(draw_animation(made))

    frames = [group for group in page if group.get("visibility")]
    assert [weights_in(frame) for frame in frames] == [weights_of(layout) for layout in made]
    assert [frame.get("visibility") for frame in frames] == ["hidden", "hidden", "visible"]
    plays = [frame.find(f"{SVG}animate") for frame in frames]
    seen = [play.get("values").split(";") for play in plays]
    for time in range(3):
        assert [values[time] for values in seen].count("visible") == 1
        assert seen[time][time] == "visible"
    assert {play.get("keyTimes") for play in plays} == {"0;0.2;0.4"}
    assert {play.get("dur") for play in plays} == {"3s"}


def test_of_many_moments_some_are_taken_evenly_with_both_ends():
    assert evenly(5, 12) == [0, 1, 2, 3, 4]
    assert evenly(100, 4) == [0, 33, 66, 99]
    assert evenly(0, 4) == []
