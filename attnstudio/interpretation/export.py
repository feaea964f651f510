"""An attention record as JSON, as a table and as a picture."""

import csv
import io
import math

from attnstudio.inference.record import AttentionRecord
from attnstudio.interpretation.colours import ColourMap
from attnstudio.interpretation.layout import layout_heatmap
from attnstudio.interpretation.lettering import isolate
from attnstudio.interpretation.links import Reading, select_weights
from attnstudio.interpretation.picture import HeatmapCaption
from attnstudio.interpretation.svg import draw_svg
from attnstudio.interpretation.view import Site


def record_to_json(record: AttentionRecord, reading: Reading) -> dict[str, object]:
    """Everything the record holds, in values that ``json.dumps`` takes.

    All layers and heads are in it, indexed ``cross[layer][head][target][source]`` and unshifted:
    the reading is only named. What a model does not have, and a log probability that is not
    finite, is None.
    """
    encoder_self, decoder_self = record.encoder_self, record.decoder_self
    return {
        "source_tokens": [token.text for token in record.source_tokens],
        "target_tokens": [token.text for token in record.target_tokens],
        "text": record.target_text,
        "source_text": record.source_text,
        "forced": record.forced,
        "reading": reading.to_mapping(),
        "cross": record.cross.tolist(),
        "encoder_self": None if encoder_self is None else encoder_self.tolist(),
        "decoder_self": None if decoder_self is None else decoder_self.tolist(),
        "token_log_probs": [
            value if math.isfinite(value) else None for value in record.token_log_probs
        ],
    }


def record_to_csv(record: AttentionRecord, reading: Reading) -> str:
    """One reading as a table: the source tokens above, one line for each target token.

    Weights are written with all their digits, whatever the locale. Lines end in ``\\n``.

    Raises:
        AlignmentError: the record does not have what the reading names.
    """
    weights = select_weights(record, reading)
    table = io.StringIO()
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow(["", *(token.text for token in record.source_tokens)])
    for token, row in zip(record.target_tokens, weights.tolist(), strict=True):
        writer.writerow([token.text, *row])
    return table.getvalue()


def record_to_svg(
    record: AttentionRecord, reading: Reading, colour_map: ColourMap = ColourMap.VIRIDIS
) -> str:
    """One reading as a picture.

    Raises:
        AlignmentError: the record does not have what the reading names.
    """
    weights = select_weights(record, reading)
    caption = caption_of(record, reading)
    layout = layout_heatmap(weights, record.source_tokens, record.target_tokens, caption)
    return draw_svg(layout, colour_map)


_AXES = {
    Site.CROSS: ("source", "target"),
    Site.ENCODER_SELF: ("source, looked at", "source, looking"),
    Site.DECODER_SELF: ("target, looked at", "target, looking"),
}


def caption_of(
    record: AttentionRecord, reading: Reading, site: Site = Site.CROSS
) -> HeatmapCaption:
    """What is to be said about the picture of a record."""
    origin = "forced translation" if record.forced else "free translation"
    source, target = isolate(record.source_text), isolate(record.target_text)
    columns, rows = _AXES[site]
    if site is Site.CROSS:
        title, shown = "Attention weights", str(reading)
        tokens = "Each row is a target token, each column a source token."
    else:
        side = "source" if site is Site.ENCODER_SELF else "target"
        title = f"Attention weights of the {side} over itself"
        # a sentence over itself is not read one step earlier or later
        shown = str(reading).rpartition(", ")[0]
        tokens = f"Each row is a {side} token that looks, each column one that is looked at."
    return HeatmapCaption(
        title=title,
        subtitle=f"{shown} · {origin}",
        notes=(f"Source: {source}", f"Translation: {target}"),
        footer="Attention Studio",
        description=(
            f"Heat map of attention weights, {shown}, {origin}. {tokens} "
            f"Source: {source} Translation: {target}"
        ),
        source_name=columns,
        target_name=rows,
    )
