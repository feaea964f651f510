import io
from dataclasses import replace

import numpy as np
import pytest
import sentencepiece
from hypothesis import given
from hypothesis import strategies as st
from records import make_record
from word_spans import space_spans

from attnstudio.axes import Matrix, Meaning, TextUnits
from attnstudio.corpus.alignment import Link, Span
from attnstudio.errors import AlignmentError
from attnstudio.interpretation.links import (
    unit_links,
    word_links,
    word_weights,
)
from attnstudio.interpretation.matrices import first_reading, matrix_of
from attnstudio.interpretation.words import first_shown, word_groups
from attnstudio.reading import Measure, Reading, ReadingMethod
from attnstudio.sites import CROSS, DECODER_SELF, ENCODER_SELF, SITES
from attnstudio.tokenizer import SPACE, Token, Tokenizer, end_token

SHIFTED = ReadingMethod.SHIFTED


def tokens_of(pieces):
    """Pieces as they stand in their text, and the text, ``</s>`` added."""
    text = ""
    tokens = []
    for piece in pieces.split():
        start = len(text)
        text += piece.replace(SPACE, " " if text else "")
        tokens.append(Token(piece, start, len(text)))
    return text, (*tokens, end_token(text))


def record_of(source, target, cross):
    texts = (side if isinstance(side, tuple) else tokens_of(side) for side in (source, target))
    cross = np.asarray(cross, dtype=np.float64)
    return make_record(*texts, cross=cross if cross.ndim == 4 else cross[None, None])


def random_cross(layers, heads, target, source, seed=1):
    weights = np.random.default_rng(seed).random((layers, heads, target, source))
    return weights / weights.sum(axis=-1, keepdims=True)


def looking_at(columns, source_length):
    """One row for each column, with most of its weight there."""
    weights = np.full((len(columns), source_length), 0.1 / (source_length - 1))
    weights[np.arange(len(columns)), columns] = 0.9
    return weights


@pytest.fixture
def record():
    return record_of("▁a ▁b ▁c", "▁x ▁y", random_cross(3, 4, 3, 4))


def test_one_head_is_read_as_it_is(record):
    weights = matrix_of(record, Reading(2, 1))
    assert weights.shape == (3, 4)
    assert weights.dtype == np.float64
    assert np.array_equal(weights, record.matrices[CROSS].weights[2, 1])


def test_rows_of_norms_are_shares_of_the_average_norm():
    norms = np.random.default_rng(4).random((2, 3, 3, 4)) * 7
    record = make_record(
        tokens_of("▁a ▁b ▁c"), tokens_of("▁x ▁y"), cross=random_cross(2, 3, 3, 4), norms=norms
    )

    found = matrix_of(record, Reading(1, None, measure=Measure.NORMS))
    shifted = matrix_of(record, Reading(1, None, SHIFTED, measure=Measure.NORMS))

    total = norms[1].sum(axis=0)
    assert np.allclose(found, total / total.sum(axis=1, keepdims=True))
    assert np.array_equal(shifted, found[[1, 2, 2]])


def test_a_row_of_nothing_stays_nothing():
    record = make_record(
        tokens_of("▁a"),
        tokens_of("▁x"),
        cross=random_cross(1, 1, 2, 2),
        norms=np.zeros((1, 1, 2, 2)),
    )

    assert not matrix_of(record, Reading(measure=Measure.NORMS)).any()


def test_norms_that_were_not_kept_are_said_in_words(record):
    with pytest.raises(AlignmentError, match="were not kept"):
        matrix_of(record, Reading(measure=Measure.NORMS))


def test_a_record_without_norms_begins_with_the_weights(record):
    stored = Reading(2, 1, SHIFTED, measure=Measure.NORMS)

    assert first_reading(record, stored) == Reading(2, 1, SHIFTED)
    assert first_reading(record, stored, CROSS.name) == Reading(2, 1, SHIFTED)


def test_an_average_is_the_mean_of_what_it_leaves_open(record):
    for layer in (None, 1):
        for head in (None, 3):
            layers = range(3) if layer is None else [layer]
            heads = range(4) if head is None else [head]
            matrices = [record.matrices[CROSS].weights[i, j] for i in layers for j in heads]
            expected = sum(matrices) / len(matrices)
            assert np.allclose(expected, matrix_of(record, Reading(layer, head)))


def test_a_float16_timeline_is_averaged_in_double_precision():
    cross = random_cross(2, 8, 3, 4).astype(np.float16)
    record = record_of("▁a ▁b ▁c", "▁x ▁y", random_cross(1, 1, 3, 4))
    halves = replace(record, matrices={CROSS: Matrix(cross)})
    expected = cross.astype(np.float64).mean(axis=(0, 1))
    assert np.allclose(expected, matrix_of(halves, Reading()), atol=1e-12)


def test_shifted_reads_the_step_after_and_the_last_token_its_own(record):
    naive = matrix_of(record, Reading(0, 0))
    shifted = matrix_of(record, Reading(0, 0, SHIFTED))
    assert np.array_equal([naive[1], naive[2], naive[2]], shifted)


def test_a_layer_that_is_not_there_is_an_error_that_says_what_is(record):
    with pytest.raises(AlignmentError) as error:
        matrix_of(record, Reading(7, 0))
    assert error.value.message == "This model has 3 layers with 4 heads; layer 7 does not exist."
    assert error.value.hint == "Layers and heads are counted from 0, so the last layer is 2."


@pytest.mark.parametrize(
    ("reading", "name"),
    [(Reading(0, 4), "head 4"), (Reading(-1, 0), "layer -1"), (Reading(None, -2), "head -2")],
)
def test_indices_outside_are_refused_on_both_ends(record, reading, name):
    with pytest.raises(AlignmentError, match=f"with 4 heads; {name} does not exist"):
        matrix_of(record, reading)


def test_a_single_matrix_is_not_called_layers():
    record = record_of("▁a", "▁x", random_cross(1, 1, 2, 2))
    with pytest.raises(AlignmentError, match="a single attention matrix; layer 1 does not exist"):
        matrix_of(record, Reading(1, 0))


def test_a_model_without_attention_says_so():
    record = make_record(tokens_of("▁a"), tokens_of("▁x"))
    with pytest.raises(AlignmentError, match="This model has no attention"):
        matrix_of(record, Reading())


def test_a_reading_has_a_name_for_people():
    assert str(Reading(2, 3, SHIFTED)) == "layer 2, head 3, shifted"
    assert str(Reading()) == "all layers, all heads, naive"
    assert str(Reading(0, method=SHIFTED, site=ENCODER_SELF)) == "layer 0, all heads"


@given(
    st.none() | st.integers(0, 20),
    st.none() | st.integers(0, 20),
    st.sampled_from(ReadingMethod),
    st.sampled_from(SITES),
)
def test_a_reading_survives_plain_values(layer, head, method, site):
    reading = Reading(layer, head, method, site)
    mapping = reading.to_mapping()
    assert all(value is None or type(value) in (int, str) for value in mapping.values())
    assert reading == Reading.from_mapping(mapping)


def test_a_reading_of_before_sites_were_named_is_of_the_target_over_the_source():
    kept = {"layer": 1, "head": None, "method": "shifted"}
    assert Reading.from_mapping(kept) == Reading(1, None, SHIFTED, CROSS)
    written = Reading(1, None, SHIFTED, DECODER_SELF).to_mapping()
    assert written == {"site": "decoder_self", "measure": "weights"} | kept


@pytest.mark.parametrize(
    "mapping",
    [
        {},
        {"layer": "0", "head": 1, "method": "naive"},
        {"layer": 0, "head": 1, "method": "soft"},
        {"layer": 0, "head": 1, "method": "naive", "site": "nowhere"},
        {"layer": 0, "head": 1, "method": "naive", "site": ["cross"]},
    ],
)
def test_a_mapping_that_is_no_reading_is_refused(mapping):
    with pytest.raises(AlignmentError, match="is not a reading of attention"):
        Reading.from_mapping(mapping)


def test_token_links_name_source_and_target_in_this_order():
    source, target = TextUnits(*tokens_of("▁a ▁b ▁c")), TextUnits(*tokens_of("▁x ▁y"))
    weights = looking_at([2, 1, 0], 4)
    assert unit_links(weights, source, target) == {Link(2, 0), Link(1, 1)}


def test_the_end_of_the_target_has_no_link_and_the_end_of_the_source_means_none():
    source, target = TextUnits(*tokens_of("▁a ▁b")), TextUnits(*tokens_of("▁x ▁y"))
    assert unit_links(looking_at([2, 0, 1], 3), source, target) == {Link(0, 1)}


def test_of_equal_weights_the_first_is_linked():
    source, target = TextUnits(*tokens_of("▁a ▁b ▁c")), TextUnits(*tokens_of("▁x ▁y"))
    weights = np.array([[0.1, 0.4, 0.4, 0.1], [0.25, 0.25, 0.25, 0.25], [0.0, 0.0, 0.0, 1.0]])
    assert unit_links(weights, source, target) == {Link(1, 0), Link(0, 1)}


def test_a_target_cut_off_before_its_end_links_its_last_token_too():
    source, target = TextUnits(*tokens_of("▁a ▁b")), TextUnits(*tokens_of("▁x ▁y"))
    cut = replace(target, tokens=target.tokens[:-1])
    assert unit_links(looking_at([1, 0], 3), source, cut) == {Link(1, 0), Link(0, 1)}


def test_words_are_linked_if_any_of_their_subwords_are():
    record = record_of("▁foot mat ▁new", "▁neue ▁Fuß matte", looking_at([2, 0, 1, 3], 4))
    alignment = word_links(
        record, Reading(), space_spans(record.source.text), space_spans(record.target.text)
    )
    assert alignment.to_pharaoh() == "0-1 1-0"
    assert alignment.sure == alignment.possible


def test_shifted_words_come_from_the_next_row():
    record = record_of("▁a ▁b ▁c", "▁x ▁y", looking_at([0, 1, 2], 4))
    spans = space_spans(record.source.text), space_spans(record.target.text)
    assert word_links(record, Reading(), *spans).to_pharaoh() == "0-0 1-1"
    assert word_links(record, Reading(method=SHIFTED), *spans).to_pharaoh() == "1-0 2-1"


def test_chinese_words_need_no_spaces():
    # 我们|去|学校 against pieces that cut elsewhere: 我|们去|学校
    record = record_of("▁ 我 们去 学校", "▁We ▁go", looking_at([2, 3, 4], 5))
    assert record.source.text == "我们去学校"
    words = [Span(0, 2), Span(2, 3), Span(3, 5)]
    alignment = word_links(record, Reading(), words, space_spans(record.target.text))
    assert alignment.to_pharaoh() == "0-0 1-0 2-1"


def test_a_lone_space_piece_belongs_to_the_word_after_it():
    record = record_of("▁a ▁ öb", "▁ x ▁y", looking_at([1, 3, 0, 3], 4))
    alignment = word_links(
        record, Reading(), space_spans(record.source.text), space_spans(record.target.text)
    )
    assert alignment.to_pharaoh() == "0-1 1-0"


def test_a_space_at_the_end_belongs_to_no_word():
    record = record_of("▁a ▁", "▁x", looking_at([1, 2], 3))
    assert word_links(record, Reading(), [Span(0, 1)], [Span(0, 1)]).to_pharaoh() == ""


@pytest.fixture(scope="module")
def byte_tokenizer():
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(["the cat is small", "die Katze ist klein"] * 30),
        model_writer=model,
        vocab_size=275,
        byte_fallback=True,
        normalization_rule_name="identity",
        minloglevel=2,
        num_threads=1,
    )
    return Tokenizer(model.getvalue())


def test_each_byte_of_a_character_links_its_word(byte_tokenizer):
    source_text, target_text = "the 猫 is", "Katze"
    source = (*byte_tokenizer.tokens(source_text), end_token(source_text))
    target = (*byte_tokenizer.tokens(target_text), end_token(target_text))
    byte_columns = [i for i, token in enumerate(source) if token.text.startswith("<0x")]
    assert [source[i].text for i in byte_columns] == ["<0xE7>", "<0x8C>", "<0xAB>"]
    for column in byte_columns:
        rows = looking_at([column] * len(target), len(source))
        record = record_of((source_text, source), (target_text, target), rows)
        alignment = word_links(
            record, Reading(), space_spans(source_text), space_spans(target_text)
        )
        assert alignment.to_pharaoh() == "1-0"


def test_each_byte_of_a_written_character_has_a_word(byte_tokenizer):
    source_text, target_text = "cat", "猫 ist"
    source = (*byte_tokenizer.tokens(source_text), end_token(source_text))
    target = (*byte_tokenizer.tokens(target_text), end_token(target_text))
    for row, token in enumerate(target):
        if token.text.startswith("<0x"):
            columns = [len(source) - 1] * len(target)  # unaligned but for this byte
            columns[row] = 1
            rows = looking_at(columns, len(source))
            record = record_of((source_text, source), (target_text, target), rows)
            words = space_spans(source_text), space_spans(target_text)
            assert word_links(record, Reading(), *words).to_pharaoh() == "0-0"


@given(st.integers(0, 10_000))
def test_word_links_equal_a_loop_over_subwords(seed):
    random = np.random.default_rng(seed)
    source, target = "▁ab c ▁de ▁f", "▁u ▁vw ▁xy z"
    record = record_of(source, target, random_cross(2, 2, 5, 5, seed))
    reading = Reading(int(random.integers(2)), None, list(ReadingMethod)[int(random.integers(2))])
    source_words = space_spans(record.source.text)
    target_words = space_spans(record.target.text)
    expected = set()
    for row, token in enumerate(record.target.tokens[:-1]):
        step = row + 1 if reading.method is SHIFTED else row
        means = [
            sum(float(head[step, column]) for head in record.matrices[CROSS].weights[reading.layer])
            / 2
            for column in range(5)
        ]
        best = record.source.tokens[means.index(max(means))]
        for i, source_word in enumerate(source_words):
            for j, target_word in enumerate(target_words):
                source_shared = set(range(best.start, best.end)) & set(range(*source_word))
                target_shared = set(range(token.start, token.end)) & set(range(*target_word))
                if source_shared and target_shared:
                    expected.add(Link(i, j))
    assert expected == word_links(record, reading, source_words, target_words).sure


def test_unknown_pieces_stand_for_text_and_have_links():
    source, target = TextUnits(*tokens_of("<unk> ▁b")), TextUnits(*tokens_of("▁x <unk>"))
    assert unit_links(looking_at([0, 0, 2], 3), source, target) == {Link(0, 0), Link(0, 1)}


def test_words_are_not_linked_by_scores_of_either_sign():
    record = record_of("▁a ▁b", "▁x", random_cross(1, 1, 2, 3))
    scores = Matrix(np.array([[[[-0.5, 2.0, 0.1], [0.3, -0.2, 0.9]]]]), Meaning.SIGNED)
    signed = replace(record, matrices={CROSS: scores})
    spans = space_spans(record.source.text), space_spans(record.target.text)

    with pytest.raises(AlignmentError, match="target over the source only"):
        word_links(signed, Reading(), *spans)


def test_words_are_not_linked_by_a_text_over_itself():
    own = random_cross(1, 1, 3, 3)
    record = make_record(tokens_of("▁a ▁b"), tokens_of("▁x ▁y"), encoder_self=own)
    spans = space_spans(record.source.text), space_spans(record.target.text)

    with pytest.raises(AlignmentError, match="target over the source only"):
        word_links(record, Reading(site=ENCODER_SELF), *spans)
    with pytest.raises(AlignmentError, match="no attention of the target over the source"):
        word_links(record, Reading(), *spans)


def test_a_model_without_cross_attention_is_first_read_where_it_has_some():
    own = random_cross(2, 1, 3, 3)
    record = make_record(tokens_of("▁a ▁b"), tokens_of("▁x ▁y"), decoder_self=own)

    assert first_reading(record, None) == Reading(site=DECODER_SELF)
    assert first_reading(record, Reading(1, 0)) == Reading(site=DECODER_SELF)
    stored = Reading(1, 0, site=DECODER_SELF)
    assert first_reading(record, stored) == stored
    assert first_reading(make_record(tokens_of("▁a"), tokens_of("▁x")), None) == Reading()


def test_a_piece_of_nothing_but_a_space_is_no_part_of_the_word_after_it():
    pieces = (Token("a", 0, 1), Token("", 1, 2), Token("b", 2, 3), Token("▁", 3, 3))
    assert word_groups(TextUnits("a b", pieces)) == [[0], [1], [2], [3]]


def test_bytes_of_a_character_are_one_word_with_it_where_words_have_no_spaces():
    pieces = [
        Token("▁", 0, 0), Token("<0xE6>", 0, 0), Token("<0x88>", 0, 0), Token("<0x91>", 0, 1),
        Token("学习", 1, 3), Token("<0xE7>", 3, 3), Token("<0x88>", 3, 3), Token("<0xB1>", 3, 4),
    ]  # fmt: skip
    units = TextUnits("我学习爱", (*pieces, end_token("我学习爱")))
    assert word_groups(units) == [[0, 1, 2, 3], [4], [5, 6, 7], [8]]


def test_what_a_piece_shows_begins_at_its_first_character_that_is_no_space_or_at_a_later_one():
    text = " ab  c "
    pieces = [Token("▁a", 0, 2), Token("b", 2, 3), Token("▁", 3, 4), Token("▁", 6, 7)]
    assert [first_shown(piece, text) for piece in pieces] == [1, 2, 5, len(text)]


def test_words_look_at_words_with_what_their_pieces_look():
    cross = random_cross(1, 1, 4, 5)
    record = record_of("▁a b ▁c d", "▁x y ▁z", cross[0, 0])
    source_spans, target_spans = space_spans(record.source.text), space_spans(record.target.text)

    found = word_weights(record, Reading(), source_spans, target_spans)

    w = cross[0, 0]
    pieces = np.stack([w[:, :2].sum(axis=1), w[:, 2:4].sum(axis=1)], axis=1)
    np.testing.assert_allclose(found, np.stack([pieces[:2].mean(axis=0), pieces[2]]), rtol=1e-6)
