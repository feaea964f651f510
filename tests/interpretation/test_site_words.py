"""Sites in words: those of models, and what an analysis adds without a word being said of it."""

import csv
import io
from dataclasses import replace

import numpy as np
import pytest
from records import make_record

from attnstudio.axes import Matrix, Meaning
from attnstudio.errors import AlignmentError
from attnstudio.interpretation.caption import caption_of
from attnstudio.interpretation.export import view_to_table
from attnstudio.interpretation.matrices import matrix_of
from attnstudio.interpretation.site_words import (
    axes_words,
    file_words,
    is_looking,
    needs_naming,
    noun_of,
    side_words,
    site_words,
)
from attnstudio.interpretation.view import view_of
from attnstudio.reading import Measure, Reading
from attnstudio.sites import (
    CROSS,
    DECODER_SELF,
    ENCODER_SELF,
    INPUTS,
    SITES,
    SOURCE,
    TARGET,
    Analysis,
    Site,
    analysis_of,
    analysis_site,
    cross_site,
    encoder_site,
)
from attnstudio.tokenizer import Token, end_token

CONTRIBUTION = Site("word_contribution", TARGET, SOURCE)
OF_INPUTS = Site("input_contribution", TARGET, INPUTS)
OF_PICTURE = Site("patches", TARGET, "left_picture")


@pytest.fixture
def record():
    """Two tokens by two, with an analysis beside the attention."""
    sides = [(Token(f"▁{text}", 0, 3), end_token(text)) for text in ("dog", "Hund")]
    even = np.full((1, 1, 2, 2), 0.5)
    whole = make_record(("dog", sides[0]), ("Hund", sides[1]), cross=even)
    signed = Matrix(np.array([[[[1.5, -3.0], [0.5, 0.25]]]]), Meaning.SIGNED)
    return replace(whole, matrices={**whole.matrices, CONTRIBUTION: signed, OF_INPUTS: signed})


def test_every_site_of_a_model_is_named_by_its_axes():
    assert {site: site_words(site) for site in SITES} == {
        CROSS: "target over source",
        ENCODER_SELF: "source over itself",
        DECODER_SELF: "target over itself",
    }
    assert {noun_of(site, Meaning.DISTRIBUTION) for site in SITES} == {"attention"}
    assert {noun_of(site, Meaning.SIGNED) for site in SITES} == {"scores"}


def test_another_source_is_called_by_its_name():
    over, within = cross_site("left_picture"), encoder_site("left_picture")

    assert (site_words(over), site_words(within)) == (
        "target over left picture",
        "left picture over itself",
    )
    read = Reading(site=over)
    assert file_words(read, Meaning.DISTRIBUTION) == "cross-left-picture-attention"
    norms = Reading(site=over, measure=Measure.NORMS)
    assert file_words(norms, Meaning.DISTRIBUTION) == "cross-left-picture-norms"
    assert is_looking(over, Meaning.DISTRIBUTION)
    assert [needs_naming(Reading(site=site)) for site in (CROSS, over, within)] == [
        False, True, True,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("site", "words"),
    [
        (CONTRIBUTION, "word contribution: target over source"),
        (OF_INPUTS, "input contribution: target over itself"),
        (OF_PICTURE, "patches: target over left picture"),
    ],
)
def test_what_an_analysis_adds_is_named_by_its_name_and_its_axes(site, words):
    noun, _, axes = words.partition(": ")
    for meaning in Meaning:
        assert site_words(site) == words
        assert (noun_of(site, meaning), axes_words(site)) == (noun, axes)
        assert file_words(Reading(site=site), meaning) == noun.replace(" ", "-")
        assert not is_looking(site, meaning)


def test_no_two_sites_of_a_record_are_called_the_same():
    sites = (*SITES, cross_site("picture"), CONTRIBUTION, OF_INPUTS, OF_PICTURE)
    for words in (site_words, lambda site: file_words(Reading(site=site), Meaning.DISTRIBUTION)):
        assert len({words(site) for site in sites}) == len(sites)


@pytest.mark.parametrize("site", [*SITES, OF_INPUTS])
def test_the_two_sides_of_a_matrix_are_never_called_the_same(site):
    columns, rows = side_words(site)
    assert columns != rows


def test_a_picture_of_an_analysis_says_what_it_is(record):
    caption = caption_of(record, view_of(record, Reading(site=CONTRIBUTION)))

    assert caption.title == "Word contribution: target over source"
    assert caption.scale_name == "word contribution; 0 in the middle"
    assert caption.description.startswith(
        "Heat map of word contribution, target over source, all layers, all heads, forced"
    )
    assert (caption.columns_name, caption.rows_name) == ("source", "target")


def test_tables_of_two_sites_over_the_same_axes_differ_in_their_corner(record):
    corners = [
        next(csv.reader(io.StringIO(view_to_table(view_of(record, Reading(site=site))))))[0]
        for site in (CROSS, CONTRIBUTION)
    ]
    assert corners == ["target over source", "word contribution: target over source"]


def test_an_analysis_that_was_not_made_is_said_to_be_absent_by_its_name(record):
    with pytest.raises(AlignmentError, match="There is no patches of this sentence") as caught:
        matrix_of(record, Reading(site=OF_PICTURE))
    assert caught.value.hint.startswith("What there is: target over source, word contribution: ")


@pytest.mark.parametrize(
    ("analysis", "words", "file"),
    [
        (Analysis.ERASURE, "erasure", "erasure"),
        (Analysis.GRADIENT, "gradient × input", "gradient"),
        (Analysis.INTEGRATED, "integrated gradients", "integrated"),
        (Analysis.VALUE_ZEROING, "value zeroing", "value-zeroing"),
    ],
)
def test_the_analyses_of_this_program_have_words_of_their_own(analysis, words, file):
    site = analysis_site(analysis)

    assert analysis_of(site) is analysis
    assert site_words(site) == words
    assert file_words(Reading(site=site), Meaning.SIGNED) == file
    assert str(Reading(layer=1, site=site)) == "layer 1"
    assert site_words(analysis_site(analysis, "left_picture")).endswith("target over left picture")


def test_neither_a_part_of_a_model_nor_an_unknown_analysis_is_one_of_this_program():
    assert [analysis_of(site) for site in (*SITES, CONTRIBUTION)] == [None] * 4


def test_a_picture_of_erasure_says_what_its_colours_are(record):
    site = analysis_site(Analysis.ERASURE)
    signed = Matrix(np.array([[[[1.5, -3.0], [0.5, 0.25]]]]), Meaning.SIGNED)
    record = replace(record, matrices={**record.matrices, site: signed})
    view = view_of(record, Reading(site=site))

    assert caption_of(record, view).title == "Erasure: target over source"
    assert caption_of(record, view).scale_name == "log probability lost without it; 0 in the middle"
    assert view.ends == (-3.0, 3.0)


def test_the_scale_of_magnitudes_begins_at_nothing(record):
    site = analysis_site(Analysis.VALUE_ZEROING)
    far = Matrix(np.array([[[[0.5, 0.1], [0.0, 0.25]]]]), Meaning.MAGNITUDE)
    view = view_of(replace(record, matrices={site: far}), Reading(site=site))

    assert view.ends == (0.0, 0.5)
    np.testing.assert_allclose(view.tints, [[1.0, 0.2], [0.0, 0.5]])
    assert not view.links
