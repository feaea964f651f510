"""What is said around a picture of attention."""

from attnstudio.axes import SOURCE, TARGET, Meaning, Record, Site
from attnstudio.interpretation.lettering import isolate
from attnstudio.interpretation.picture import HeatmapCaption
from attnstudio.interpretation.view import View

_PROGRAM = "Attention Studio"
_NUMBERS = {
    Meaning.DISTRIBUTION: ("Attention", "attention weight"),
    Meaning.SIGNED: ("Scores", "score; 0 in the middle"),
}


def axes_words(site: Site) -> str:
    """Between which axes a site lies: ``target over source``, ``source over itself``."""
    return f"{site.queries} over {'itself' if site.is_self else site.keys}"


def caption_of(record: Record, view: View, origin: str = "") -> HeatmapCaption:
    """What is to be said about the picture of a view.

    Args:
        record: that is looked at.
        view: what is seen of it.
        origin: where it comes from, for the foot.
    """
    site, reading = view.site, str(view.reading)
    name, scale = _NUMBERS[view.meaning]
    translation = "forced translation" if view.forced else "free translation"
    texts = ((SOURCE, "Source", record.source), (TARGET, "Translation", record.target))
    notes = tuple(
        f"{side}: {isolate(units.text)}" for axis, side, units in texts if axis in record.axes
    )
    columns, rows = site.keys, site.queries
    tokens = f"Each row is a {rows} token, each column a {columns} token."
    if site.is_self:
        tokens = f"Each row is a {rows} token that looks, each column one that is looked at."
        columns, rows = f"{rows}, looked at", f"{rows}, looking"
    return HeatmapCaption(
        title=f"{name}: {axes_words(site)}",  # short, since the narrowest picture cuts long ones
        subtitle=f"{reading} · {translation}",
        notes=notes,
        footer=f"{origin} · {_PROGRAM}" if origin else _PROGRAM,
        description=(
            f"Heat map of {name.lower()}, {axes_words(site)}, {reading}, {translation}. {tokens} "
            f"{' '.join(notes)}"
        ),
        columns_name=columns,
        rows_name=rows,
        scale_name=scale,
    )
