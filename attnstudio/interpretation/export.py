"""An attention record as JSON, and one view of it as a table and as a picture."""

import csv
import io
import math
from collections.abc import Sequence

from attnstudio.axes import Record
from attnstudio.interpretation.caption import THE_GREATEST, WITHOUT_IDLE, caption_of
from attnstudio.interpretation.colours import ColourMap, colours_for
from attnstudio.interpretation.head_figures import figures_of_heads
from attnstudio.interpretation.layout import layout_heatmap
from attnstudio.interpretation.site_words import site_words
from attnstudio.interpretation.svg import draw_svg
from attnstudio.interpretation.view import View
from attnstudio.reading import Measure, Reading
from attnstudio.sites import CROSS, SITES, SOURCE


def record_to_json(record: Record, reading: Reading) -> dict[str, object]:
    """Everything the record holds, in values that ``json.dumps`` takes.

    All layers and heads are in it, each site under its name, indexed
    ``cross[layer][head][target][source]`` and unshifted: the reading is only named, and so is the
    head that was taught where to look. What a model does not have, and a log probability that is
    not finite, is None; ``cross`` is then empty. So are the tokens and the text of a source that is
    no text. ``norms`` and ``alti`` hold those of the sites that have them, whose rows need not sum
    to anything; what a row of ``alti``, which has one head, lacks to 1 is in ``prefix_shares``,
    ``[layer][target]``. ``head_figures`` says of the weights of each site what kind of head each
    is, ``cross.spread[layer][head]`` (see `head_figure`). ``off`` names the layer and head of those
    that are switched off.
    """
    weights: dict[str, object] = {site.name: None for site in SITES} | {CROSS.name: []}
    for site in record.sites:
        weights[site.name] = record.matrices[site].weights.tolist()
    source = record.source if record.has_text(SOURCE) else None
    return {
        "source_tokens": None if source is None else [token.text for token in source.tokens],
        "target_tokens": [token.text for token in record.target.tokens],
        "text": record.target.text,
        "source_text": None if source is None else source.text,
        "forced": record.forced,
        "site": reading.site.name,
        "reading": reading.to_mapping(),
        "taught": record.taught and record.taught.to_mapping(),
        **weights,
        "token_log_probs": [
            value if math.isfinite(value) else None for value in record.token_log_probs
        ],
        **{
            measure.value: {
                site.name: matrix.weights.tolist()
                for site, matrix in record.measured.get(measure, {}).items()
            }
            for measure in Measure
            if measure is not Measure.WEIGHTS
        },
        "prefix_shares": {
            site.name: shares.tolist()
            for site in record.sites
            if (shares := record.prefix_shares(site)) is not None
        },
        "head_figures": {
            site.name: {
                figure.value: numbers for figure, numbers in figures_of_heads(record, site).items()
            }
            for site in record.sites
        },
        "off": {site.name: sorted(map(list, heads)) for site, heads in record.off.items()},
    }


def view_to_table(view: View, delimiter: str = ",") -> str:
    """A view as a table: what is looked at above, one line for each unit that looks.

    The corner says what the numbers are of. Weights are written with all their digits, whatever
    the locale. Lines end in ``\\n``.
    """
    table = io.StringIO()
    writer = csv.writer(table, delimiter=delimiter, lineterminator="\n")
    columns = [view.columns.label(place) for place in range(len(view.columns))]
    corner = site_words(view.site)
    if view.reading.measure is not Measure.WEIGHTS:
        corner = f"{corner}, {view.reading.measure}"
    if view.is_greatest:
        corner = f"{corner}, {THE_GREATEST}"
    if view.kept is not None:
        corner = f"{corner}, {WITHOUT_IDLE}"
    writer.writerow([corner, *columns])
    for place, row in enumerate(view.weights.tolist()):
        writer.writerow([view.rows.label(place), *row])
    return table.getvalue()


def view_to_svg(
    record: Record,
    view: View,
    colour_map: ColourMap = ColourMap.VIRIDIS,
    *,
    origin: str = "",
    changes: Sequence[str] = (),
) -> str:
    """A view as a picture.

    Args:
        record: that is looked at.
        view: what is seen of it.
        colour_map: the scale, but of numbers of either sign.
        origin: where it comes from, for the picture's foot.
        changes: see `caption_of`.
    """
    layout = layout_heatmap(view, caption_of(record, view, origin, changes))
    return draw_svg(layout, colours_for(view.meaning, colour_map))
