"""The words of sites and readings as the window shows them; what they are stands in one table.

That table is `interpretation.site_words`. What it says is asked of the translator here.
"""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from attnstudio.interpretation.caption import (
    HEADS_NOT_COUNTED,
    PASSES_NOTHING,
    THE_GREATEST,
    WITHOUT_IDLE,
)
from attnstudio.interpretation.hiding import ON_NO_WORD
from attnstudio.interpretation.lettering import isolate, with_minus
from attnstudio.interpretation.site_words import (
    SideWords,
    capitalised,
    is_looking,
    needs_naming,
    side_words,
    site_words,
)
from attnstudio.interpretation.view import View
from attnstudio.interpretation.zeros import looked_at, mean_looked_at, weight_text
from attnstudio.reading import Measure, Reading
from attnstudio.sites import Analysis, Site, analysis_of, is_flow, is_rollout


def site_name(site: Site) -> str:
    """A site by its name: ``Target over source``."""
    return capitalised(_tr(site_words(site)))


def side_names(site: Site) -> SideWords:
    """What stands beside the columns and the rows: ``Source`` and ``Target``."""
    columns, rows = (
        (capitalised(_tr(first)), *map(_tr, rest)) for first, *rest in side_words(site)
    )
    return SideWords(columns, rows)


def cell_words(view: View, row: int, column: int) -> str:
    """A number of a view in words: ``Hund looks at dog: 0.7500``, where it is of attention."""
    template = _tr("{column} for {row}: {weight}")
    of_source = ""
    if view.prefix is not None:
        template = _tr("{row} takes from {column}: {weight} of the source's {share}")
        of_source = f"{1.0 - view.prefix[row]:.0%}"
    elif view.reading.measure is Measure.NORMS:
        template = _tr("{row} takes from {column}: {weight}")
    elif is_looking(view.site, view.meaning):
        template = _tr("{row} looks at {column}: {weight}")
    if view.is_off:
        template = _tr("{row} takes nothing from {column}: switched off")
    elif view.outside is not None and view.outside[row, column]:
        template = _tr("{row} cannot look at {column}")
    elif row in view.empty_rows:
        template = _tr("{row} looks at no word")
    elif view.kept is not None and view.kept.shares is not None:
        template = _tr("{words} of the {kept} on words").replace("{words}", template)
    words = template.format(
        row=isolate(view.rows.label(row)),
        column=isolate(view.columns.label(column)),
        weight=with_minus(weight_text(view, row, column)),
        share=of_source,
        kept=_kept_words(view, row),
    )
    few = looked_words(view, row)
    return _tr("{words}; {few}").format(words=words, few=few) if few else words


def looked_words(view: View, row: int) -> str:
    """At how many places a row looks, of one that leaves some out: ``looks at 4 of 23 words``."""
    looked = looked_at(view, row)
    if looked is None:
        return ""
    template = _tr("looks at {n} of {all} tokens")
    if view.are_words:
        template = _tr("looks at {n} of {all} words")
    return template.format(n=looked.at, all=looked.of)


def mean_looked_words(view: View) -> str:
    """The same of all rows on average; empty where nothing is left out."""
    found = mean_looked_at(view)
    if found is None:
        return ""
    template = _tr("looks at {n} of {all} tokens on average")
    if view.are_words:
        template = _tr("looks at {n} of {all} words on average")
    at, of = found
    return template.format(n=f"{at:.1f}", all=f"{of:.1f}".removesuffix(".0"))


def _kept_words(view: View, row: int) -> str:
    """How much of a row lay on what is not hidden."""
    if view.kept is None or view.kept.shares is None:
        return ""
    return f"{view.kept.shares[row]:.0%}"


def no_word() -> str:
    """What is written in a row that has nothing left where marks and punctuation are hidden."""
    return _tr(ON_NO_WORD)


def off_words() -> str:
    """What is written over a map whose heads are all switched off."""
    return _tr(PASSES_NOTHING)


def way_words(site: Site) -> str:
    """What a site that goes through all layers shows, in a few words; empty for all others."""
    if is_rollout(site):
        return _tr("which words went into each: all layers multiplied")
    if is_flow(site):
        return _tr("how much of each word can pass through all layers")
    return ""


def change_words(view: View) -> str:
    """What was done to the numbers of a view; empty where nothing was."""
    words = [_tr(THE_GREATEST)] if view.is_greatest else []
    off, heads = view.heads_off
    if view.is_off:
        words.append(off_words())
    elif off:
        words.append(_tr(HEADS_NOT_COUNTED).format(n=off, all=heads))
    if view.kept is not None:
        words.append(_tr(WITHOUT_IDLE))
    return ", ".join(words)


def measure_name(measure: Measure) -> str:
    """A measure by its name: ``Norms``."""
    match measure:
        case Measure.WEIGHTS:
            return _tr("Weights")
        case Measure.NORMS:
            return _tr("Norms")
        case Measure.ALTI:
            return _tr("Contributions")


def prefix_words(view: View) -> str:
    """How much comes of what was written so far, on average; empty but for contributions."""
    if view.prefix is None or not len(view.prefix):
        return ""
    return _tr("{share} from the text so far").format(share=f"{view.prefix.mean():.0%}")


def reading_words(reading: Reading) -> str:
    """Which attention is shown: ``layer 2, all heads, read one step later``."""
    layer, head = _tr("all layers"), _tr("all heads")
    if reading.layer is not None:
        layer = _tr("layer {n}").format(n=reading.layer)
    if reading.head is not None:
        head = _tr("head {n}").format(n=reading.head)
    words = [layer, head]
    if (analysis := analysis_of(reading.site)) is not None:
        words = [layer] if analysis is Analysis.VALUE_ZEROING else []
    if needs_naming(reading):
        words.insert(0, _tr(site_words(reading.site)))
    if reading.is_shifted:
        words.append(_tr("read one step later"))
    if reading.measure is Measure.NORMS:
        words.append(_tr("norms"))
    if reading.measure is Measure.ALTI:
        words.append(_tr("contributions"))
    return ", ".join(words)


def _tr(text: str) -> str:
    return QCoreApplication.translate("sites", text)
