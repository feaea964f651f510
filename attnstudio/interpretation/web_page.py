"""An inspection as one page for a browser, which needs nothing else and loads nothing.

The page is ``resources/page``: a frame, its style and its script, joined with the record as JSON.
The script draws all from that record; each block of numbers there stands under the site and the
measure that it is of. Texts go in as JSON, of which no character can end the script, and the script
sets them as text, so that no sentence becomes markup.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from html import escape
from string import Template

import numpy as np

from attnstudio.axes import Matrix, Meaning, Record, TextUnits, Units
from attnstudio.inference.sentence_numbers import SentenceNumbers
from attnstudio.interpretation.caption import (
    PASSES_NOTHING,
    caption_of,
    title_words,
    translation_words,
)
from attnstudio.interpretation.colours import ColourMap, colour_at
from attnstudio.interpretation.labels import is_mirrored
from attnstudio.interpretation.page_facts import Scale, coded, scale_between, script_text
from attnstudio.interpretation.page_formulas import formula_facts
from attnstudio.interpretation.picture import HeatmapCaption
from attnstudio.interpretation.site_words import capitalised, side_words, site_words
from attnstudio.interpretation.view import tells_zeros, view_of
from attnstudio.interpretation.words import is_mark
from attnstudio.reading import Measure, Reading
from attnstudio.resources import resource_path
from attnstudio.sites import Site, SiteRole

MOST_BYTES = 1_000_000  # of a page; formulas take what the rest leaves
_COLOURS = 65  # one in the middle
_MEASURES = {
    Measure.WEIGHTS: "weights",
    Measure.NORMS: "norms",
    Measure.ALTI: "contributions (ALTI)",
}
_BLANK = "Blank cells are exactly 0: what stands there is not looked at at all."


def record_to_page(
    record: Record,
    reading: Reading,
    colour_map: ColourMap = ColourMap.VIRIDIS,
    *,
    origin: str = "",
    numbers: SentenceNumbers | None = None,
    changes: Sequence[str] = (),
) -> str:
    """A record as the text of a page in HTML, all sites, layers, heads and measures.

    Each number is kept in two bytes, or in four where that would be further than `PRECISION` from
    it; the page says how near they are.

    Args:
        record: that is looked at.
        reading: what is shown first.
        colour_map: the scale, but of numbers of either sign.
        origin: where it comes from, for the foot.
        numbers: of the same sentence, for the formula cards; None for a page without them.
        changes: see `caption_of`.
    """
    blocks = [_site_block(record, site) for site in record.sites]
    facts = {
        "sites": blocks,
        "axes": {name: _axis_block(units) for name, units in record.axes.items()},
        "token_log_probs": [
            value if math.isfinite(value) else None for value in record.token_log_probs
        ],
        "reading": reading.to_mapping(),
        "taught": record.taught and record.taught.to_mapping(),
        "measures": _MEASURES,
        "off_words": PASSES_NOTHING,
        "kind": translation_words(record, changes),
        "colours": _colours(colour_map),
        "signed_colours": _colours(ColourMap.DIVERGING),
    }
    caption = _caption(record, reading, origin, changes)
    page = _page(record, caption, facts | {"formulas": None})
    if numbers is None:
        return page
    room = MOST_BYTES - len(page.encode())
    formulas = formula_facts(numbers, record, reading, room)
    return _page(record, caption, facts | {"formulas": formulas})


def _page(record: Record, caption: HeatmapCaption, facts: Mapping[str, object]) -> str:
    off = max((_most_off(matrix) for _, _, matrix in _matrices(record)), default=0.0)
    return Template(_part("inspection.html")).substitute(
        title=escape(caption.title),
        description=escape(caption.subtitle),
        notes="\n".join(f'<p dir="auto">{escape(note)}</p>' for note in caption.notes),
        footer=escape(caption.footer),
        precision=f"{math.ceil(off * 1e6) / 1e6:.6f}",
        style=_part("inspection.css"),
        script=_part("formulas.js") + _part("inspection.js"),
        record=script_text(facts),
    )


def _colours(colour_map: ColourMap) -> list[str]:
    return [str(colour_at(colour_map, place / (_COLOURS - 1))) for place in range(_COLOURS)]


def _caption(
    record: Record, reading: Reading, origin: str, changes: Sequence[str]
) -> HeatmapCaption:
    if not record.matrices:
        return HeatmapCaption(title="Attention", footer=origin or "Attention Studio")
    view = view_of(record, reading)
    caption = caption_of(record, replace(view, tells_zeros=False), origin, changes)
    if not any((m.weights == 0).any() for m in record.matrices.values() if tells_zeros(m)):
        return caption
    # how many it looks at is said of each word, for another head can be chosen on the page
    return replace(caption, notes=(_BLANK, *caption.notes))


def _matrices(record: Record) -> list[tuple[Site, Measure, Matrix]]:
    return [
        (site, measure, matrix)
        for site in record.sites
        for measure in record.measures_of(site)
        if (matrix := record.numbers_of(site, measure)) is not None
    ]


def _site_block(record: Record, site: Site) -> dict[str, object]:
    sides = side_words(site)
    return {
        "name": site.name,
        "label": capitalised(site_words(site)),
        "title": title_words(site, record.matrices[site].meaning),
        "queries": site.queries,
        "keys": site.keys,
        "columns_name": capitalised(", ".join(sides.columns)),
        "rows_name": capitalised(", ".join(sides.rows)),
        "is_cross": site.is_cross,
        "of_model": site.role is not SiteRole.ANALYSIS,
        "meaning": record.matrices[site].meaning.value,
        "off": sorted(record.off.get(site, ())),
        "measures": [
            {"name": measure.value} | _block(matrix)
            for of_site, measure, matrix in _matrices(record)
            if of_site == site
        ],
    }


def _axis_block(units: Units) -> dict[str, object]:
    places = range(len(units))
    return {
        "labels": [units.label(place) for place in places],
        "special": [units.is_special(place) for place in places],
        "is_word": [not is_mark(units, place) for place in places],
        "is_mirrored": isinstance(units, TextUnits) and is_mirrored(units),
    }


def _block(matrix: Matrix) -> dict[str, object]:
    return coded(matrix.weights, _scale(matrix), tells_lowest=tells_zeros(matrix))


def _most_off(matrix: Matrix) -> float:
    """How far a number may be from the model's: what is nearly 0 is not told as 0."""
    step = _scale(matrix).step
    return step if tells_zeros(matrix) else step / 2


def _scale(matrix: Matrix) -> Scale:
    low, high = 0.0, 1.0
    if matrix.meaning is not Meaning.DISTRIBUTION:
        high = float(np.abs(matrix.weights).max(initial=0.0)) or 1.0
        low = 0.0 if matrix.meaning is Meaning.MAGNITUDE else -high
    return scale_between(low, high)


def _part(name: str) -> str:
    return resource_path("page", name).read_text(encoding="utf-8")
