"""Moments of a training in one file: side by side, and one after the other."""

import re
from dataclasses import replace
from xml.etree.ElementTree import fromstring

import numpy as np
from records import make_record

from attnstudio.axes import Matrix, Meaning
from attnstudio.interpretation.colours import ColourMap, colour_at
from attnstudio.interpretation.moments import (
    draw_animation,
    draw_strip,
    evenly,
    layout_moment,
)
from attnstudio.interpretation.strip import WIDEST
from attnstudio.reading import Reading
from attnstudio.sites import CROSS, Site
from attnstudio.tokenizer import Token, end_token

SOURCE = ("ab c", (Token("▁a", 0, 1), Token("b", 1, 2), Token("▁c", 2, 4), end_token("ab c")))
TARGET = ("xy", (Token("▁x", 0, 1), Token("y", 1, 2), end_token("xy")))
NAIVE = Reading()
SIGNED = Site("contribution", CROSS.queries, CROSS.keys)
SVG = "{http://www.w3.org/2000/svg}"


def moments(number, source=SOURCE, targets=(TARGET,)):
    """Records at steps, whose weights tell them apart."""
    random = np.random.default_rng(2)
    made = []
    for moment in range(number):
        target = targets[moment % len(targets)]
        shape = (1, 1, len(target[1]))
        cross = random.dirichlet(np.ones(len(source[1])), size=shape)
        made.append((100 * (moment + 1), make_record(source, target, cross=cross, forced=False)))
    return made


def layouts(number):
    return [
        layout_moment(record, Reading(), step=step, origin="run tiny-1")
        for step, record in moments(number)
    ]


def cells_in(group):
    [cells] = [g for g in group.iter(f"{SVG}g") if g.get("class") == "cells"]
    return list(cells)


def weights_in(group):
    titles = [rect.findtext(f"{SVG}title") for rect in cells_in(group)]
    return [float(title.rsplit(" ", 1)[1]) for title in titles]


def made_signed(numbers):
    """A record with numbers of either sign."""
    record = make_record(SOURCE, TARGET, cross=np.full((1, 1, 3, 4), 0.25), forced=False)
    return replace(record, matrices={SIGNED: Matrix(numbers, Meaning.SIGNED)})


def weights_of(layout):
    return [float(cell.tooltip.rsplit(" ", 1)[1]) for cell in layout.cells]


def strip_of(made, reading=NAIVE):
    return fromstring(draw_strip(made, reading, "run tiny-1"))


def panels_of(page):
    return [group for group in page if group.get("transform")]


def corners_of(page):
    return [
        tuple(map(float, re.findall(r"[\d.]+", panel.get("transform"))))
        for panel in panels_of(page)
    ]


def text_of(element):
    return " ".join(element.itertext())


def test_a_strip_has_each_moment_in_a_place_of_its_own_with_its_weights():
    made = moments(5)
    page = strip_of(made)

    shown = [weights_in(panel) for panel in panels_of(page)]
    expected = [record.matrices[CROSS].weights[0, 0].ravel() for _, record in made]
    np.testing.assert_allclose(shown, expected, atol=5e-5)
    corners = corners_of(page)
    assert len({y for _, y in corners}) == 1
    gaps = np.diff([x for x, _ in corners])
    assert (gaps > 100).all()
    assert np.ptp(gaps) == 0
    for (step, _), panel in zip(made, panels_of(page), strict=True):
        assert f"Step {step} " in re.sub(r"\s+", " ", text_of(panel))


def test_a_strip_has_several_rows_only_where_one_would_be_too_wide():
    long = "a" * 20, tuple(Token("a", place, place + 1) for place in range(20))
    page = strip_of(moments(5, source=long))

    corners = corners_of(page)
    assert float(page.get("width")) <= WIDEST
    assert [y for _, y in corners[:3]] == [corners[0][1]] * 3
    assert [y for _, y in corners[3:]] == [corners[3][1]] * 2
    assert corners[3][1] > corners[0][1]
    assert [x for x, _ in corners[3:]] == [x for x, _ in corners[:2]]


def test_panels_of_a_strip_have_rows_at_one_height_whatever_the_translation():
    longer = "xyz zz", (Token("▁xyzzzzzz", 0, 3), *(Token("z", 3, 4),) * 5, end_token("xyz zz"))
    page = strip_of(moments(2, targets=(TARGET, longer)))

    places = [
        [(float(rect.get("x")), float(rect.get("y"))) for rect in cells_in(panel)]
        for panel in panels_of(page)
    ]
    assert (len(places[0]), len(places[1])) == (12, 28)
    assert places[0] == places[1][:12]
    sides = {rect.get("width") for panel in panels_of(page) for rect in cells_in(panel)}
    assert len(sides) == 1
    assert ["xy" in text_of(panel) for panel in panels_of(page)] == [True, True]
    bottom = max(y for _, y in places[1]) + corners_of(page)[1][1]
    assert bottom < float(page.find(f"{SVG}rect[@class='legend']").get("y"))


def test_what_all_moments_share_is_said_once():
    text = draw_strip(moments(3), NAIVE, "run tiny-1")

    for said in (
        "Attention: target over source",
        "Source: ab c",
        "free translation, with a beam of 1",
        "run tiny-1 · Attention Studio",
        "attention weight",
    ):
        assert text.count(said) == 1, said
    assert text.count('class="legend"') == 1


def test_the_moments_of_a_strip_have_one_scale():
    weak, strong = np.full((1, 1, 3, 4), 1.0), np.full((1, 1, 3, 4), 4.0)
    made = [(step, made_signed(numbers)) for step, numbers in ((100, weak), (200, strong))]
    page = strip_of(made, Reading(site=SIGNED))

    fills = [{cell.get("fill") for cell in cells_in(panel)} for panel in panels_of(page)]
    # of the scale from -4 to 4, where 1 stands at five eighths
    assert fills == [
        {str(colour_at(ColourMap.VIRIDIS, 5 / 8))}, {str(colour_at(ColourMap.VIRIDIS, 1.0))}
    ]  # fmt: skip
    assert "−4" in text_of(page)


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
