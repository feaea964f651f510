"""Colours of weights from 0 to 1, on scales that every eye and a grey printer read alike."""

from enum import StrEnum
from typing import NamedTuple

from attnstudio.axes import Meaning


class ColourMap(StrEnum):
    """A perceptually uniform scale, and one of two arms for numbers of either sign."""

    VIRIDIS = "viridis"
    CIVIDIS = "cividis"
    GREY = "grey"
    DIVERGING = "diverging"  # from blue over nearly white to red


SEQUENTIAL = (ColourMap.VIRIDIS, ColourMap.CIVIDIS, ColourMap.GREY)


class Colour(NamedTuple):
    """Red, green and blue of sRGB, 0 to 255 each."""

    red: int
    green: int
    blue: int

    def __str__(self) -> str:
        return f"#{self.red:02x}{self.green:02x}{self.blue:02x}"


BLACK = Colour(0, 0, 0)
WHITE = Colour(255, 255, 255)

# Evenly spaced points of the published tables, at most 5 of 255 off in between. Both are CC0:
# viridis by Smith, van der Walt and Firing (2015), cividis by Nuñez, Anderton and Renslow (2018).
# The diverging one is RdBu of ColorBrewer (Apache 2.0) turned round, whose arms can be told apart
# without seeing red or green. Grey goes from nearly white to black, so that a print spends its ink
# on the weights.
_POINTS = {
    ColourMap.VIRIDIS: (
        "440154 470d60 48186a 482374 472d7b 453681 424086 3f4989 3b528b 375a8d 33638d "
        "2f6a8e 2c728e 297a8e 26818e 23898e 21908c 1f988b 1f9f88 21a685 28ae80 31b57b "
        "3ebc74 4cc26c 5dc963 6ece58 82d34c 96d83f abdc32 c0df24 d5e21a eae51a fde725"
    ),
    ColourMap.CIVIDIS: (
        "00204d 00265a 002c68 00306f 05366e 1e3c6d 2c426c 37476b 414d6b 4a536b 52596c "
        "595e6d 61646f 686a71 6f7073 757676 7c7b78 848279 8c8879 948e78 9c9477 a49b76 "
        "aca174 b4a872 bdaf6f c5b66c cebd68 d7c463 e0cb5e e9d358 f2da50 fbe248 ffea46"
    ),
    ColourMap.GREY: "f5f5f5 000000",
    ColourMap.DIVERGING: (
        "053061 2166ac 4393c3 92c5de d1e5f0 f7f7f7 fddbc7 f4a582 d6604d b2182b 67001f"
    ),
}
_TABLES = {
    colour_map: tuple(Colour(*bytes.fromhex(point)) for point in points.split())
    for colour_map, points in _POINTS.items()
}


def colour_at(colour_map: ColourMap, weight: float) -> Colour:
    """The colour of a weight; below 0 and above 1 the ends of the scale."""
    table = _TABLES[colour_map]
    place = min(max(weight, 0.0), 1.0) * (len(table) - 1)
    index = min(int(place), len(table) - 2)
    share = place - index
    return Colour(
        *(
            round(low + (high - low) * share)
            for low, high in zip(table[index], table[index + 1], strict=True)
        )
    )


def colours_for(meaning: Meaning, chosen: ColourMap) -> ColourMap:
    """The scale that numbers are drawn on: the chosen one, or two arms where they have a sign."""
    return ColourMap.DIVERGING if meaning is Meaning.SIGNED else chosen


def text_colour_on(background: Colour) -> Colour:
    """Black or white, whichever contrasts more with a background."""
    light = _luminance(background) + 0.05
    return BLACK if light / 0.05 >= 1.05 / light else WHITE


def _luminance(colour: Colour) -> float:
    """Relative luminance, 0 to 1 (WCAG 2.2, from sRGB)."""
    red, green, blue = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4
        for c in (channel / 255 for channel in colour)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
