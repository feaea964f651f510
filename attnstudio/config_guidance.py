"""Attention that is taught where to look: which head, what from, how strongly.

Attention that learns to translate alone looks where that helps, which on a small corpus is seldom
at the word that a word translates. One head can be taught the links of the words beside (Chen et
al. 2016, Guided Alignment Training for Topic-Aware Neural Machine Translation; Garg et al. 2019,
Jointly Learning to Align and Translate with Transformer Models).
"""

from __future__ import annotations

from enum import StrEnum

from attnstudio.config_knob import MOST, Config, Level, knob


class GuidingLinks(StrEnum):
    """The links that a head is taught."""

    FOUND = "found"  # in the text, by the program
    GIVEN = "given"  # by people: gold links and corrections
    BOTH = "both"  # those given where there are any, those found elsewhere


class GuidedStep(StrEnum):
    """At which step of writing a word a head is taught to look at what it translates."""

    AUTO = "auto"  # where the taught head knows most: see `builder`
    NAIVE = "naive"  # as the word is being chosen
    SHIFTED = "shifted"  # one step later, when the word is known


class GuidanceConfig(Config):
    """Attention that is taught where to look."""

    weight: float = knob(
        0.0,
        "Guided attention",
        "How strongly one head is taught to look at the words that a word translates; 0 for not "
        "at all. Not where words are cut anew each time, nor without attention.",
        zero="off",
        ge=0.0,
        le=100.0,
    )
    links: GuidingLinks = knob(
        GuidingLinks.BOTH,
        "Links it learns",
        "Found in the text by the program, given by people, or both: given where there are any.",
    )
    most_pairs: int = knob(
        30_000,
        "Most pairs taught",
        "With more training pairs nothing is taught, since to find their links would hold training "
        "up; 0 for any number.",
        unit="pairs",
        level=Level.EXPERT,
        zero="any number",
        ge=0,
        le=MOST,
    )
    layers_after: int = knob(
        0,
        "Layers after it",
        "How many layers of writing come after the one with the taught head; 0 for the last one.",
        level=Level.EXPERT,
        zero="the last",
        ge=0,
        le=47,
    )
    head: int = knob(
        0,
        "Taught head",
        "Which head of that layer is taught, counted from 0.",
        level=Level.EXPERT,
        ge=0,
        le=63,
    )
    step: GuidedStep = knob(
        GuidedStep.AUTO,
        "Taught step",
        "When it looks there: naive (as the word is chosen), shifted (once it is known) or auto.",
        level=Level.EXPERT,
    )
