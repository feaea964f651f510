"""The matrix that is shown: every number against one worked out another way."""

import numpy as np
import pytest
from records import make_record

from attnstudio.axes import Matrix, Meaning, Record, TextUnits
from attnstudio.corpus.alignment import Link
from attnstudio.errors import AlignmentError
from attnstudio.interpretation.view import view_of
from attnstudio.reading import Reading, ReadingMethod
from attnstudio.sites import CROSS, DECODER_SELF, ENCODER_SELF, SITES, TARGET, Site
from attnstudio.tokenizer import END, SPACE, START, Token, end_token

AVERAGE = Reading()


def tokens_of(pieces):
    """Pieces as they stand in their text, and the text, ``</s>`` added."""
    text, tokens = "", []
    for piece in pieces.split():
        start = len(text)
        text += piece.replace(SPACE, " " if text else "")
        tokens.append(Token(piece, start, len(text)))
    return text, (*tokens, end_token(text))


def random_rows(generator, *shape):
    weights = generator.random(shape) ** 3
    return weights / weights.sum(axis=-1, keepdims=True)


def record_of(source="▁the ▁green house", target="▁das ▁grün e ▁Haus .", **changes):
    generator = np.random.default_rng(3)
    source, target = tokens_of(source), tokens_of(target)
    src_len, tgt_len = len(source[1]), len(target[1])
    weights = {
        "cross": random_rows(generator, 2, 3, tgt_len, src_len),
        "encoder_self": random_rows(generator, 2, 3, src_len, src_len),
        "decoder_self": random_rows(generator, 2, 3, tgt_len, tgt_len),
    }
    return make_record(source, target, **weights | changes)


def texts(units):
    return [units.label(place) for place in range(len(units))]


class Patches:
    """Parts of a picture, in a row."""

    def __init__(self, count):
        self.count = count

    def __len__(self):
        return self.count

    def label(self, place):
        return f"patch {place}"

    def is_special(self, _place):
        return False


@pytest.mark.parametrize("layer", [None, 0, 1])
@pytest.mark.parametrize("head", [None, 0, 2])
def test_a_token_view_is_the_mean_of_the_chosen_maps_cell_by_cell(layer, head):
    record = record_of()
    view = view_of(record, Reading(layer, head))

    layers = range(2) if layer is None else [layer]
    heads = range(3) if head is None else [head]
    for target in range(len(record.target.tokens)):
        for source in range(len(record.source.tokens)):
            cells = [
                record.matrices[CROSS].weights[a][b][target][source] for a in layers for b in heads
            ]
            assert view.weights[target, source] == pytest.approx(sum(cells) / len(cells))


def test_the_shifted_view_reads_each_token_one_step_later():
    record = record_of()
    naive = view_of(record, AVERAGE)
    shifted = view_of(record, Reading(method=ReadingMethod.SHIFTED))

    last = len(record.target.tokens) - 1
    for target in range(last):
        assert list(shifted.weights[target]) == list(naive.weights[target + 1])
    assert list(shifted.weights[last]) == list(naive.weights[last])


def test_words_add_up_source_pieces_and_average_target_pieces():
    record = record_of("▁the ▁green house s", "▁das ▁grün e ▁Haus .")
    tokens, words = view_of(record, AVERAGE), view_of(record, AVERAGE, words=True)

    assert texts(words.columns) == ["the", "greenhouses", "</s>"]
    assert texts(words.rows) == ["das", "grüne", "Haus", ".", "</s>"]
    groups = {"greenhouses": [1, 2, 3], "grüne": [1, 2]}
    cells = [tokens.weights[t][s] for t in groups["grüne"] for s in groups["greenhouses"]]
    assert words.weights[1, 1] == pytest.approx(sum(cells) / 2)
    assert words.weights[0, 1] == pytest.approx(sum(tokens.weights[0][s] for s in (1, 2, 3)))
    assert words.weights[2, 0] == pytest.approx(tokens.weights[3][0])
    assert words.weights.sum(axis=1) == pytest.approx(1.0)


def test_two_words_are_linked_if_any_of_their_pieces_are():
    cross = np.array([[0.8, 0.1, 0.1], [0.1, 0.8, 0.1], [0.6, 0.2, 0.2], [0.0, 0.1, 0.9]])
    record = record_of(
        "▁a ▁b", "▁x ▁y z",
        cross=cross[None, None], encoder_self=None, decoder_self=None,
    )  # fmt: skip
    view = view_of(record, AVERAGE, words=True)

    assert texts(view.rows) == ["x", "yz", "</s>"]
    assert view.links == {Link(0, 0), Link(1, 1), Link(0, 1)}


@pytest.mark.parametrize(
    ("pieces", "words"),
    [
        ("▁我 喜欢 猫 。", ["我", "喜欢", "猫", "。"]),
        ("▁don ' t ▁stop !", ["don't", "stop", "!"]),
        ("▁state - of - the - art", ["state-of-the-art"]),
        ("▁क ि त ा ब", ["किताब"]),
        ("▁اَل ▁كِت اب ُ", ["اَل", "كِتابُ"]),
        ("▁ hidden ▁", ["hidden", "▁"]),
    ],
)
def test_words_follow_the_script(pieces, words):
    record = record_of(source=pieces)

    view = view_of(record, AVERAGE, words=True)

    assert texts(view.columns)[:-1] == words


@pytest.mark.parametrize("site", [ENCODER_SELF, DECODER_SELF])
@pytest.mark.parametrize(("layer", "head"), [(None, None), (1, None), (0, 2)])
def test_a_sentence_over_itself(site, layer, head):
    record = record_of()
    own = record.matrices[site].weights

    view = view_of(record, Reading(layer, head, ReadingMethod.SHIFTED, site))

    layers = range(2) if layer is None else [layer]
    heads = range(3) if head is None else [head]
    expected = sum(own[a][b] for a in layers for b in heads) / (len(layers) * len(heads))
    np.testing.assert_allclose(view.weights, expected)  # nothing is shifted here
    assert view.links == frozenset()


def test_the_decoder_looks_at_its_inputs_and_not_at_what_it_predicts():
    record = record_of()

    view = view_of(record, Reading(0, 0, site=DECODER_SELF))

    assert texts(view.columns) == [START, *texts(record.target)[:-1]]
    assert view.rows == record.target
    assert view.columns.text == record.target.text


def test_what_a_model_lacks_is_refused_in_words():
    recurrent = record_of(encoder_self=None, decoder_self=None)

    assert recurrent.sites == (CROSS,)
    assert record_of().sites == SITES
    with pytest.raises(AlignmentError, match="over itself"):
        view_of(recurrent, Reading(site=ENCODER_SELF))
    with pytest.raises(AlignmentError, match="layer 2 does not exist"):
        view_of(record_of(), Reading(2, site=ENCODER_SELF))
    with pytest.raises(AlignmentError, match="target over the source"):
        view_of(record_of(cross=None), AVERAGE)
    with pytest.raises(AlignmentError, match="head 7"):
        view_of(record_of(), Reading(0, 7))


@pytest.mark.parametrize("site", SITES)
def test_words_are_joined_on_both_sides_of_every_site(site):
    record = record_of("▁green house", "▁grün e ▁Haus")
    own = record.matrices[site].weights[1, 0]
    groups = {
        "source": [[0, 1], [2]],  # greenhouse </s>
        "target": [[0, 1], [2], [3]],  # grüne Haus </s>
        "inputs": [[0], [1, 2], [3]],  # <s> grüne Haus
    }
    names = {
        "source": ["greenhouse", END],
        "target": ["grüne", "Haus", END],
        "inputs": [START, "grüne", "Haus"],
    }

    view = view_of(record, Reading(1, 0, site=site), words=True)

    assert (texts(view.rows), texts(view.columns)) == (names[site.queries], names[site.keys])
    for row, pieces in enumerate(groups[site.queries]):
        for column, seen in enumerate(groups[site.keys]):
            total = sum(own[a, b] for a in pieces for b in seen)
            assert view.weights[row, column] == pytest.approx(total / len(pieces))


def test_what_is_no_text_passes_unjoined_and_can_be_linked():
    generator = np.random.default_rng(9)
    target = TextUnits(*tokens_of("▁grün e ▁Haus"))
    site = Site("over_picture", TARGET, "picture")
    weights = random_rows(generator, 1, 1, 4, 3)
    record = Record(
        axes={TARGET: target, "picture": Patches(3)},
        matrices={site: Matrix(weights)},
        token_log_probs=(-0.5,) * 4,
        forced=True,
    )

    view = view_of(record, Reading(site=site), words=True)

    assert texts(view.columns) == ["patch 0", "patch 1", "patch 2"]
    assert texts(view.rows) == ["grüne", "Haus", END]
    np.testing.assert_allclose(view.weights[0], (weights[0, 0, 0] + weights[0, 0, 1]) / 2)
    best = [int(max(range(3), key=weights[0, 0, row].__getitem__)) for row in range(3)]
    assert view.links == {Link(best[0], 0), Link(best[1], 0), Link(best[2], 1)}


def test_signed_scores_have_neither_links_nor_a_spread():
    record = record_of("▁a ▁b", "▁x ▁y")
    scores = np.random.default_rng(2).normal(size=(1, 2, 3, 3))
    signed = Record(
        axes=record.axes,
        matrices={CROSS: Matrix(scores, Meaning.SIGNED)},
        token_log_probs=record.token_log_probs,
        forced=True,
    )

    view = view_of(signed, AVERAGE)

    np.testing.assert_allclose(view.weights, (scores[0, 0] + scores[0, 1]) / 2)
    assert view.links == frozenset()
    strongest = abs(view.weights).max()
    assert view.ends == (-strongest, strongest)
    np.testing.assert_allclose(view.tints, (view.weights / strongest + 1) / 2)
    joined = view_of(signed, AVERAGE, words=True)
    assert (joined.weights < 0).any()
