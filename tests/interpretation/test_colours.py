import csv
from importlib.util import find_spec
from pathlib import Path

import pytest

from attnstudio.axes import Meaning
from attnstudio.interpretation.colours import (
    BLACK,
    SEQUENTIAL,
    WHITE,
    Colour,
    ColourMap,
    colour_at,
    colours_for,
    text_colour_on,
)


def luminance(colour):
    channels = [c / 255 for c in colour]
    red, green, blue = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize(
    ("colour_map", "low", "high"),
    [
        (ColourMap.VIRIDIS, "#440154", "#fde725"),
        (ColourMap.CIVIDIS, "#00204d", "#ffea46"),
        (ColourMap.GREY, "#f5f5f5", "#000000"),
    ],
)
def test_the_ends_are_the_published_ones_and_hold_beyond(colour_map, low, high):
    assert [str(colour_at(colour_map, weight)) for weight in (-0.1, 0, 1, 1.1)] == [
        low,
        low,
        high,
        high,
    ]


@pytest.mark.parametrize("colour_map", [ColourMap.VIRIDIS, ColourMap.CIVIDIS])
def test_in_between_the_published_table_is_near(colour_map):
    package = find_spec("pyqtgraph")
    if package is None:
        pytest.skip("pyqtgraph, whose copy of the table this compares with, is not installed")
    path = Path(package.submodule_search_locations[0], "colors", "maps", f"{colour_map}.csv")
    with path.open(encoding="utf-8") as file:
        table = list(csv.reader(line for line in file if line.strip() and line[0] != ";"))
    for index, row in enumerate(table):
        colour = colour_at(colour_map, index / (len(table) - 1))
        assert colour == pytest.approx([float(value) * 255 for value in row], abs=6)


@pytest.mark.parametrize("colour_map", SEQUENTIAL)
def test_lightness_runs_one_way(colour_map):
    shades = [luminance(colour_at(colour_map, weight / 100)) for weight in range(101)]
    assert shades in (sorted(shades), sorted(shades, reverse=True))


def test_numbers_of_either_sign_are_darker_the_further_they_are_from_zero():
    shades = [luminance(colour_at(ColourMap.DIVERGING, place / 100)) for place in range(101)]

    assert shades[:51] == sorted(shades[:51])
    assert shades[50:] == sorted(shades[50:], reverse=True)
    low, high = colour_at(ColourMap.DIVERGING, 0.2), colour_at(ColourMap.DIVERGING, 0.8)
    assert low.blue > low.red
    assert high.red > high.blue
    assert colours_for(Meaning.SIGNED, ColourMap.GREY) is ColourMap.DIVERGING
    assert colours_for(Meaning.MAGNITUDE, ColourMap.GREY) is ColourMap.GREY


@pytest.mark.parametrize("colour_map", ColourMap)
def test_text_in_a_cell_can_always_be_read(colour_map):
    for weight in range(101):
        background = colour_at(colour_map, weight / 100)
        assert contrast(text_colour_on(background), background) >= 4.5


def test_text_is_black_on_light_and_white_on_dark():
    assert text_colour_on(Colour(253, 231, 37)) == BLACK
    assert text_colour_on(Colour(68, 1, 84)) == WHITE
