"""What a change cannot reach stays as it was, for every kind of model; what it can, moves."""

import numpy as np
import pytest
import torch

from attnstudio.config import DecodingConfig
from attnstudio.config_attention import (
    AttentionKind,
    CoverageKind,
    OwnReachKind,
    SourceReachKind,
)
from attnstudio.config_model import Cell, RecurrentConfig, TransformerConfig
from attnstudio.errors import UsageError
from attnstudio.inference.translator import Translator
from attnstudio.interpretation.comparison import Comparison
from attnstudio.interpretation.reach_of_change import reach_of
from attnstudio.model.builder import build_model
from attnstudio.model.intervention import HeadAddress, Intervention, RowAddress, Spread
from attnstudio.model.spec import translation_spec
from attnstudio.model.trained import TrainedModel
from attnstudio.sides.text import TextSource
from attnstudio.sites import CROSS, DECODER_SELF, ENCODER_SELF

SOURCE_TEXT, TARGET_TEXT = "the dog sees a bird today", "my bird knows the man"
QUERY = 2
NOTHING = Intervention()


def recurrent(kind, cell, *, fed):
    return RecurrentConfig(
        attention=kind, cell=cell, layers=2, embedding_size=8, hidden_size=12, input_feeding=fed
    )


KINDS = {
    "transformer": TransformerConfig(
        encoder_layers=3, decoder_layers=3, model_size=16, heads=4, feedforward_size=24
    )
} | {
    f"{kind}-{cell}-{'fed' if fed else 'unfed'}": recurrent(kind, cell, fed=fed)
    for kind in AttentionKind
    for cell in Cell
    for fed in (True, False)
    if fed or kind not in (AttentionKind.ADDITIVE, AttentionKind.NONE)
}
KINDS |= {
    f"{name}-heads": KINDS[name].model_copy(update={"heads": 4})
    for name in ("additive-gru-fed", "dot-lstm-fed", "general-gru-unfed")
}
KINDS |= {
    f"additive-{kind}": KINDS["additive-gru-fed"].model_copy(update={"coverage": kind, "heads": 2})
    for kind in (CoverageKind.PLAIN, CoverageKind.FERTILITY)
}
ATTENTIVE = [name for name in KINDS if not name.startswith("none")]


@pytest.fixture(scope="module")
def translators(tokenizer):
    """By the name of their kind, made when they are asked for."""
    made = {}

    def translator_of(kind):
        if kind not in made:
            torch.manual_seed(5)
            model = build_model(
                KINDS[kind], translation_spec(tokenizer.size, tokenizer.size, shared=True)
            ).eval()
            with torch.no_grad():
                for parameter in model.parameters():
                    parameter.add_(torch.randn_like(parameter), alpha=0.2)
            made[kind] = Translator(TrainedModel.of(model), TextSource(tokenizer), tokenizer)
        return made[kind]

    return translator_of


def compared(translator, change):
    pair = translator.read_forced(SOURCE_TEXT, TARGET_TEXT)
    [before] = translator.records([pair], intervention=NOTHING)
    [after] = translator.records([pair], intervention=change)
    reach = reach_of(change, before, translator.spread)
    return Comparison(change, before, after, reach, "", "")


def assert_reach_is_right(comparison):
    """Outside it nothing moves at all; inside every row and every word does."""
    assert comparison.unexpected == 0.0
    assert (np.abs(comparison.differences[comparison.reach.targets]) > 1e-7).all()
    for site, there in comparison.reach.rows.items():
        moved = np.abs(
            comparison.after.matrices[site].weights - comparison.before.matrices[site].weights
        ).sum(axis=-1)
        assert not moved[~there].any()
        for layer, head, query in np.argwhere(there):
            is_off = HeadAddress(site, layer, head) in comparison.change.ablated_heads
            is_alone = site == DECODER_SELF and query == 0  # it looks at one place anyhow
            if not (is_off or is_alone):
                assert moved[layer, head, query] > 1e-8, (site.name, layer, head, query)


def row_of(site, query):
    return (0.9, 0.1) if site != DECODER_SELF or query else (1.0,)


@pytest.mark.parametrize("layer", [0, 1, 2])
@pytest.mark.parametrize("site", [CROSS, ENCODER_SELF, DECODER_SELF], ids=lambda site: site.name)
def test_a_row_of_a_transformer_reaches_layers_above_and_words_after(translators, site, layer):
    change = Intervention(rows={RowAddress(site, layer, 1, QUERY): row_of(site, QUERY)})
    comparison = compared(translators("transformer"), change)
    assert_reach_is_right(comparison)
    targets = comparison.reach.targets
    if site == ENCODER_SELF:
        assert targets.all()
        assert not comparison.reach.rows[DECODER_SELF][0].any()
        assert comparison.reach.rows[CROSS][0].all()
        return
    assert not targets[:QUERY].any()
    assert not comparison.reach.rows[ENCODER_SELF].any()
    if layer == 2 and site == CROSS:  # no layer above lets later words look
        assert np.flatnonzero(targets).tolist() == [QUERY]
    elif layer < 2:
        assert targets[QUERY:].all()


@pytest.mark.parametrize("site", [CROSS, ENCODER_SELF, DECODER_SELF], ids=lambda site: site.name)
@pytest.mark.parametrize("layer", [0, 2])
def test_a_head_that_is_off_reaches_all_that_lies_above(translators, site, layer):
    change = Intervention(ablated_heads=frozenset({HeadAddress(site, layer, 2)}))
    comparison = compared(translators("transformer"), change)
    assert_reach_is_right(comparison)
    assert comparison.reach.targets.all()


def test_a_key_of_the_decoder_that_is_hidden_reaches_only_those_that_look_at_it(translators):
    change = Intervention(masked={DECODER_SELF: frozenset({QUERY})})
    comparison = compared(translators("transformer"), change)
    assert_reach_is_right(comparison)
    assert not comparison.reach.targets[:QUERY].any()


@pytest.mark.parametrize("kind", ATTENTIVE)
def test_a_row_of_the_target_over_the_source_reaches_no_earlier_word(translators, kind):
    change = Intervention(rows={RowAddress(CROSS, 0, 0, QUERY): (0.9, 0.1)})
    comparison = compared(translators(kind), change)
    assert_reach_is_right(comparison)
    reached = np.flatnonzero(comparison.reach.targets).tolist()
    length = len(comparison.differences)
    assert reached == ([QUERY] if "unfed" in kind else list(range(QUERY, length)))


@pytest.mark.parametrize("kind", ATTENTIVE)
def test_temperature_and_hidden_words_reach_every_word(translators, kind):
    for change in (
        Intervention(temperatures={HeadAddress(CROSS, 0, 0): 0.3}),
        Intervention(masked={CROSS: frozenset({1})}),
    ):
        comparison = compared(translators(kind), change)
        assert_reach_is_right(comparison)
        assert comparison.reach.targets.all()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "change",
    [
        NOTHING,
        Intervention(rows={RowAddress(CROSS, 0, 0, 400): (1.0,)}),
        Intervention(rows={RowAddress(CROSS, 9, 0, 0): (1.0,)}),
        Intervention(ablated_heads=frozenset({HeadAddress(CROSS, 9, 0)})),
        Intervention(masked={CROSS: frozenset({400})}),
    ],
    ids=["none", "no such word", "no such layer", "no such head", "no such key"],
)
def test_a_change_of_what_is_not_there_reaches_nothing_and_says_so(translators, kind, change):
    comparison = compared(translators(kind), change)
    assert comparison.unexpected == 0.0
    assert not comparison.reach.targets.any()
    assert comparison.applied.is_nothing
    assert comparison.applied.places == 0


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_model_says_who_sees_what_it_took(translators, kind):
    spread = translators(kind).spread
    if kind.startswith("transformer"):
        assert spread is Spread.LAYERS
    elif kind.startswith("none") or "unfed" in kind:
        assert spread is Spread.NOBODY
    else:
        assert spread is Spread.STATES


def test_of_an_unknown_kind_everything_may_be_reached(translators):
    translator = translators("transformer")
    [record] = translator.records([translator.read_forced(SOURCE_TEXT, TARGET_TEXT)])
    change = Intervention(rows={RowAddress(CROSS, 2, 0, 4): (1.0,)})
    reach = reach_of(change, record, Spread.UNKNOWN)
    assert reach.targets.all()
    assert all(rows.all() for rows in reach.rows.values())


# how much was applied


def test_what_was_applied_is_the_sum_of_the_differences_of_the_changed_rows(translators):
    translator = translators("transformer")
    row = RowAddress(CROSS, 1, 2, QUERY)
    head = HeadAddress(ENCODER_SELF, 0, 3)
    change = Intervention(rows={row: (0.25, 0.75)}, ablated_heads=frozenset({head}))
    comparison = compared(translator, change)
    weights = comparison.before.matrices[CROSS].weights[1, 2, QUERY].astype(float)
    given = np.zeros(len(weights))
    given[:2] = 0.25, 0.75
    sources = len(comparison.before.source)
    applied = comparison.applied
    assert applied.total == pytest.approx(np.abs(given - weights).sum() + sources, abs=1e-5)
    assert (applied.places, applied.moved) == (1 + sources, 1 + sources)


def test_a_row_that_is_as_it_was_is_no_change(translators):
    translator = translators("transformer")
    [before] = translator.records(
        [translator.read_forced(SOURCE_TEXT, TARGET_TEXT)], intervention=NOTHING
    )
    same = tuple(before.matrices[CROSS].weights[1, 2, QUERY].tolist())
    comparison = compared(translator, Intervention(rows={RowAddress(CROSS, 1, 2, QUERY): same}))
    assert comparison.applied.is_nothing
    assert comparison.applied.places == 1


@pytest.mark.parametrize("kind", ["transformer", "additive-gru-fed", "dot-lstm-unfed"])
def test_differences_are_those_of_the_log_probabilities_worked_out_word_by_word(translators, kind):
    translator = translators(kind)
    change = Intervention(
        rows={RowAddress(CROSS, 0, 0, QUERY): (0.9, 0.1)}, masked={CROSS: frozenset({3})}
    )
    comparison = compared(translator, change)
    pair = translator.read_forced(SOURCE_TEXT, TARGET_TEXT)

    def log_probs(intervention):
        """By the search, which feeds one word after the other: all are given, and </s> follows."""
        [found] = translator.translate(
            [SOURCE_TEXT],
            DecodingConfig(beam_size=1, max_length_ratio=1.0),
            intervention=intervention,
            prefixes=[pair.target_ids[:-1]],
        )
        return np.array(found.hypotheses[0].token_log_probs[: len(pair.target_ids) - 1])

    expected = log_probs(change) - log_probs(NOTHING)
    np.testing.assert_allclose(comparison.differences[:-1], expected, atol=1e-4)


# windows: what lies outside is not there

WINDOWED = {
    "window": {"own_reach": OwnReachKind.WINDOW, "source_reach": SourceReachKind.WINDOW},
    "source window": {"source_reach": SourceReachKind.WINDOW},
    "predicted": {"source_reach": SourceReachKind.PREDICTED},
    "span": {"own_reach": OwnReachKind.SPAN},
}
KINDS |= {
    f"transformer {name}": KINDS["transformer"].model_copy(update={**parts, "window": 2})
    for name, parts in WINDOWED.items()
} | {
    f"additive {name}": recurrent(AttentionKind.ADDITIVE, Cell.GRU, fed=True).model_copy(
        update={**parts, "window": 2}
    )
    for name, parts in WINDOWED.items()
    if "own_reach" not in parts
}
NARROW = [name for name in KINDS if " " in name]


@pytest.mark.parametrize("kind", NARROW)
def test_a_record_says_where_a_model_with_a_window_can_look(translators, kind):
    translator = translators(kind)
    [record] = translator.records([translator.read_forced(SOURCE_TEXT, TARGET_TEXT)])
    for site, matrix in record.matrices.items():
        if matrix.reached is not None:
            assert not matrix.weights[~matrix.reached].any()
            assert matrix.weights[matrix.reached].all()
        else:
            assert matrix.weights.all(), site
    own = record.matrices.get(DECODER_SELF)
    if own is not None:
        assert not np.triu(own.reached, 1).any()


@pytest.mark.parametrize("kind", NARROW)
def test_what_a_change_cannot_reach_stays_where_there_is_a_window(translators, kind):
    translator = translators(kind)
    [record] = translator.records([translator.read_forced(SOURCE_TEXT, TARGET_TEXT)])
    changes = [
        Intervention(rows={RowAddress(CROSS, 0, 0, QUERY): (0.1, 0.9)}),
        Intervention(ablated_heads=frozenset({HeadAddress(CROSS, 0, 0)})),
        *(Intervention(masked={CROSS: frozenset({key})}) for key in range(len(record.source))),
    ]
    if DECODER_SELF in record.matrices:
        changes += [
            Intervention(rows={RowAddress(site, 1, 1, QUERY): (0.1, 0.9)})
            for site in (ENCODER_SELF, DECODER_SELF)
        ]
        changes += [Intervention(masked={ENCODER_SELF: frozenset({1})})]
    for change in changes:
        comparison = compared(translator, change)
        assert comparison.unexpected == 0.0
        for site, there in comparison.reach.rows.items():
            moved = np.abs(
                comparison.after.matrices[site].weights - comparison.before.matrices[site].weights
            ).sum(axis=-1)
            assert not moved[~there].any()


@pytest.mark.parametrize("kind", ["transformer source window", "additive source window"])
def test_hiding_what_no_word_can_see_reaches_nothing_and_says_so(translators, kind):
    """The target is so short that its windows end before the last pieces of the source."""
    translator = translators(kind)
    pair = translator.read_forced(SOURCE_TEXT, "man")
    [before] = translator.records([pair], intervention=NOTHING)
    last = len(before.source) - 1
    assert not before.matrices[CROSS].reached[..., last].any()
    change = Intervention(masked={CROSS: frozenset({last})})
    [after] = translator.records([pair], intervention=change)
    reach = reach_of(change, before, translator.spread)
    comparison = Comparison(change, before, after, reach, "", "")
    assert not reach.targets.any()
    assert comparison.unexpected == 0.0
    assert (comparison.differences == 0.0).all()
    assert comparison.applied.is_nothing


@pytest.mark.parametrize("kind", [name for name in NARROW if "window" in name])
def test_hiding_all_that_a_window_shows_a_word_is_refused_in_a_sentence(translators, kind):
    translator = translators(kind)
    pair = translator.read_forced(SOURCE_TEXT, TARGET_TEXT)
    change = Intervention(masked={CROSS: frozenset({0, 1, 2})})
    with pytest.raises(UsageError, match="all that a word can look at"):
        translator.records([pair], intervention=change)
