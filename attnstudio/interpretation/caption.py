"""What is said around a picture of attention."""

from collections.abc import Sequence

from attnstudio.axes import Meaning, Record, TextUnits, Units
from attnstudio.interpretation.lettering import isolate
from attnstudio.interpretation.picture import HeatmapCaption
from attnstudio.interpretation.site_words import (
    axes_words,
    axis_words,
    capitalised,
    noun_of,
    scale_words,
    side_words,
)
from attnstudio.interpretation.teaching import teaching_words
from attnstudio.interpretation.view import View
from attnstudio.interpretation.zeros import mean_looked_at
from attnstudio.sites import INPUTS, TARGET, Site

THE_GREATEST = "greatest, not average"
WITHOUT_IDLE = "without </s> and punctuation"
PASSES_NOTHING = "off: passes nothing on"
READ_WITH_CHANGE = "the unchanged translation, read with the change"
HEADS_NOT_COUNTED = "{n} of {all} heads off, not counted"
_LONGEST_LINE = 60  # letters of the second line that a narrow picture has room for
_PROGRAM = "Attention Studio"
_AXES = {TARGET: "Translation"}  # where people call an axis otherwise


def caption_of(
    record: Record, view: View, origin: str = "", changes: Sequence[str] = ()
) -> HeatmapCaption:
    """What is to be said about the picture of a view.

    Args:
        record: that is looked at.
        view: what is seen of it.
        origin: where it comes from, for the foot.
        changes: of the attention, with which a translation was read that was made without them.
    """
    teaching = teaching_words(record, view.reading)
    site, reading = view.site, f"{_reading_words(view)}{teaching and f', {teaching}'}"
    if view.is_greatest:
        reading = f"{reading}, {THE_GREATEST}"
    if off := off_words(view):
        reading = f"{reading}, {off}"
    if view.kept is not None:
        reading = f"{reading}, {WITHOUT_IDLE}"
    noun = noun_of(site, view.meaning)
    translation = translation_words(record, changes)
    names = _AXES | ({TARGET: capitalised(READ_WITH_CHANGE)} if changes else {})
    notes = tuple(
        f"{names.get(axis, capitalised(axis_words(axis)))}: {isolate(record.text_of(axis).text)}"
        for axis in record.axes
        if axis != INPUTS and record.has_text(axis)
    )
    if changes and len(changed_words(changes)) > _LONGEST_LINE:
        notes = (f"{capitalised(changed_words(changes))}.", *notes)
    notes = (*_hiding_notes(view), *_zero_notes(view), *notes)
    row, column = _unit_words(site.queries, view.rows), _unit_words(site.keys, view.columns)
    units = f"Each row is a {row}, each column a {column}."
    if site.is_self:
        units = f"Each row is a {row} that looks, each column one that is looked at."
    sides = side_words(site)
    return HeatmapCaption(
        title=title_words(site, view.meaning),
        subtitle=(
            f"{capitalised(translation)} · {reading}" if changes else f"{reading} · {translation}"
        ),
        notes=notes,
        footer=f"{origin} · {_PROGRAM}" if origin else _PROGRAM,
        description=(
            f"Heat map of {noun}, {axes_words(site)}, {reading}, {translation}. {units} "
            f"{' '.join(notes)}"
        ),
        columns_name=", ".join(sides.columns),
        rows_name=", ".join(sides.rows),
        scale_name=scale_words(view.reading, view.meaning),
    )


def translation_words(record: Record, changes: Sequence[str] = ()) -> str:
    """Whose translation it is that was read, and with which changes of the attention."""
    if changes:
        return changed_words(changes)
    return "forced translation" if record.forced else "free translation"


def changed_words(changes: Sequence[str]) -> str:
    """Of changes that a translation was read with: ``with the change: off: layer 1, head 0``."""
    return f"with the change: {'; '.join(changes)}"


def off_words(view: View) -> str:
    """What is switched off of what is shown; empty where nothing is."""
    off, heads = view.heads_off
    if view.is_off:
        return PASSES_NOTHING
    return HEADS_NOT_COUNTED.format(n=off, all=heads) if off else ""


def title_words(site: Site, meaning: Meaning) -> str:
    """The title of a picture of a site: short, since the narrowest picture cuts long ones."""
    return f"{capitalised(noun_of(site, meaning))}: {axes_words(site)}"


def _reading_words(view: View) -> str:
    """The reading as windows and pages call it, where files say ``shifted``."""
    words, method = str(view.reading), view.reading.method.value
    if view.reading.is_shifted:
        return words.replace(method, "read one step later")
    return words.replace(f", {method}", "")


def _hiding_notes(view: View) -> tuple[str, ...]:
    if view.kept is None:
        return ()
    if view.kept.shares is None:
        return ("Marks such as </s> and punctuation are left out.",)
    words = (
        "Marks such as </s> and punctuation are left out, and what is left of each row is scaled "
        "to add up to 1."
    )
    empty = ", ".join(isolate(view.rows.label(row)) for row in view.kept.empty_rows)
    return (f"{words} These look at no word: {empty}." if empty else words,)


def _zero_notes(view: View) -> tuple[str, ...]:
    found = mean_looked_at(view)
    if found is None:
        return ()
    at, of = (f"{number:.1f}".removesuffix(".0") for number in found)
    units = "words" if view.are_words else "tokens"
    return (f"Looks at {at} of {of} {units} on average; blank cells are exactly 0.",)


def _unit_words(axis: str, units: Units) -> str:
    return f"{axis_words(axis)} {'token' if isinstance(units, TextUnits) else 'unit'}"
