"""The matrix that is shown: every number against one worked out another way."""

import numpy as np
import pytest

from attnstudio.corpus.alignment import Link
from attnstudio.errors import AlignmentError
from attnstudio.inference.record import AttentionRecord
from attnstudio.interpretation.links import Reading, ReadingMethod
from attnstudio.interpretation.view import Site, self_view, sites_of, token_view, word_view
from attnstudio.tokenizer import SPACE, START, Token, end_token

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
    source_text, source_tokens = tokens_of(source)
    target_text, target_tokens = tokens_of(target)
    src_len, tgt_len = len(source_tokens), len(target_tokens)
    values = {
        "source_text": source_text,
        "target_text": target_text,
        "source_tokens": source_tokens,
        "target_tokens": target_tokens,
        "forced": True,
        "cross": random_rows(generator, 2, 3, tgt_len, src_len),
        "encoder_self": random_rows(generator, 2, 3, src_len, src_len),
        "decoder_self": random_rows(generator, 2, 3, tgt_len, tgt_len),
        "token_log_probs": (-0.5,) * tgt_len,
    }
    return AttentionRecord(**values | changes)


def texts(tokens):
    return [token.text for token in tokens]


@pytest.mark.parametrize("layer", [None, 0, 1])
@pytest.mark.parametrize("head", [None, 0, 2])
def test_a_token_view_is_the_mean_of_the_chosen_maps_cell_by_cell(layer, head):
    record = record_of()
    view = token_view(record, Reading(layer, head))

    layers = range(2) if layer is None else [layer]
    heads = range(3) if head is None else [head]
    for target in range(len(record.target_tokens)):
        for source in range(len(record.source_tokens)):
            cells = [record.cross[a][b][target][source] for a in layers for b in heads]
            assert view.weights[target, source] == pytest.approx(sum(cells) / len(cells))


def test_the_shifted_view_reads_each_token_one_step_later():
    record = record_of()
    naive = token_view(record, AVERAGE)
    shifted = token_view(record, Reading(method=ReadingMethod.SHIFTED))

    last = len(record.target_tokens) - 1
    for target in range(last):
        assert list(shifted.weights[target]) == list(naive.weights[target + 1])
    assert list(shifted.weights[last]) == list(naive.weights[last])


def test_words_add_up_source_pieces_and_average_target_pieces():
    record = record_of("▁the ▁green house s", "▁das ▁grün e ▁Haus .")
    tokens, words = token_view(record, AVERAGE), word_view(record, AVERAGE)

    assert texts(words.source_tokens) == ["the", "greenhouses", "</s>"]
    assert texts(words.target_tokens) == ["das", "grüne", "Haus", ".", "</s>"]
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
    view = word_view(record, AVERAGE)

    assert texts(view.target_tokens) == ["x", "yz", "</s>"]
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
    record = record_of(source=pieces, encoder_self=None)

    view = word_view(record, AVERAGE)

    assert texts(view.source_tokens)[:-1] == words


@pytest.mark.parametrize("site", [Site.ENCODER_SELF, Site.DECODER_SELF])
@pytest.mark.parametrize(("layer", "head"), [(None, None), (1, None), (0, 2)])
def test_a_sentence_over_itself(site, layer, head):
    record = record_of()
    own = record.encoder_self if site is Site.ENCODER_SELF else record.decoder_self

    view = self_view(record, site, layer, head)

    layers = range(2) if layer is None else [layer]
    heads = range(3) if head is None else [head]
    expected = sum(own[a][b] for a in layers for b in heads) / (len(layers) * len(heads))
    np.testing.assert_allclose(view.weights, expected)


def test_the_decoder_looks_at_its_inputs_and_not_at_what_it_predicts():
    record = record_of()

    view = self_view(record, Site.DECODER_SELF, 0, 0)

    assert texts(view.source_tokens) == [START, *texts(record.target_tokens)[:-1]]
    assert view.target_tokens == record.target_tokens
    assert view.source_text == view.target_text == record.target_text


def test_what_a_model_lacks_is_refused_in_words():
    recurrent = record_of(encoder_self=None, decoder_self=None)

    assert sites_of(recurrent) == (Site.CROSS,)
    assert sites_of(record_of()) == tuple(Site)
    with pytest.raises(AlignmentError, match="over itself"):
        self_view(recurrent, Site.ENCODER_SELF, None, None)
    with pytest.raises(AlignmentError, match="layer 2 does not exist"):
        self_view(record_of(), Site.ENCODER_SELF, 2, None)
    with pytest.raises(AlignmentError, match="head 7"):
        token_view(record_of(), Reading(0, 7))
