"""Attention records made by hand, for tests of all rooms."""

from attnstudio.axes import Matrix, Meaning, Record, TextUnits, axes_of
from attnstudio.reading import Measure
from attnstudio.sites import CROSS, DECODER_SELF, ENCODER_SELF, SOURCE


def weight_words(weight):
    """A weight of attention as it is told: exact zeros and what is only small are told apart."""
    if weight == 0:
        return "0"
    return f"{weight:.4f}" if weight >= 0.00005 else "< 0.0001"


def make_record(
    source,
    target,
    *,
    cross=None,
    encoder_self=None,
    decoder_self=None,
    norms=None,
    alti=None,
    forced=True,
    log_probs=None,
):
    """A record of two texts, each given with its tokens, with the sites and measures given."""
    others = {Measure.NORMS: norms, Measure.ALTI: alti}
    given = {CROSS: cross, ENCODER_SELF: encoder_self, DECODER_SELF: decoder_self}
    return Record(
        axes=axes_of({SOURCE: TextUnits(*source)}, TextUnits(*target)),
        matrices={site: Matrix(weights) for site, weights in given.items() if weights is not None},
        token_log_probs=log_probs or (-0.5,) * len(target[1]),
        forced=forced,
        measured={
            measure: {CROSS: Matrix(numbers, Meaning.MAGNITUDE)}
            for measure, numbers in others.items()
            if numbers is not None
        },
    )
