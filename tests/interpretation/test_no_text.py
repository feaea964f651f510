"""What was looked at may be no text: what needs one says so, and all else goes without."""

import numpy as np
import pytest
from patches import Patches

from attnstudio.axes import Matrix, Record, TextUnits, axes_of
from attnstudio.errors import AlignmentError
from attnstudio.interpretation.caption import caption_of
from attnstudio.interpretation.doubts import repeated_in, spelled_words
from attnstudio.interpretation.export import record_to_json, view_to_svg, view_to_table
from attnstudio.interpretation.links import linked_words, word_links
from attnstudio.interpretation.view import view_of
from attnstudio.reading import Reading
from attnstudio.sites import SOURCE, TARGET, cross_site
from attnstudio.tokenizer import Token, end_token

OVER_PICTURE = cross_site("picture")
READING = Reading(site=OVER_PICTURE)


@pytest.fixture
def record():
    """Four patches and what was written of them."""
    told = TextUnits("a dog", (Token("▁a", 0, 1), Token("▁dog", 1, 5), end_token("a dog")))
    weights = np.array([[[[0.7, 0.1, 0.1, 0.1], [0.1, 0.1, 0.1, 0.7], [0.25] * 4]]])
    return Record(
        axes=axes_of({"picture": Patches(4)}, told),
        matrices={OVER_PICTURE: Matrix(weights)},
        token_log_probs=(-0.1,) * 3,
        forced=False,
    )


def test_a_text_that_is_not_there_is_refused_and_not_taken_for_an_empty_one(record):
    assert (record.has_text(TARGET), record.has_text(SOURCE), record.has_text("picture")) == (
        True,
        False,
        False,
    )
    with pytest.raises(AlignmentError, match="has no text as its source"):
        _ = record.source
    with pytest.raises(AlignmentError, match="has no text as its picture"):
        record.text_of("picture")
    assert record.target.text == "a dog"


def test_words_are_linked_between_texts_only(record):
    with pytest.raises(AlignmentError, match="has no text as its source"):
        word_links(record, READING, [(0, 1)], [(0, 1)])
    with pytest.raises(AlignmentError, match="has no text as its source"):
        linked_words(record, [READING], [(0, 1)], [(0, 1)])


def test_nothing_is_spelled_in_what_has_no_letters(record):
    assert spelled_words(record) == ()
    assert repeated_in(record) == ""


def test_pictures_and_tables_are_made_of_it_without_a_text(record):
    view = view_of(record, READING)
    caption = caption_of(record, view)

    assert view.links
    assert [note.split(":")[0] for note in caption.notes] == ["Translation"]
    assert caption.title == "Attention: target over picture"
    assert "patch 3" in view_to_svg(record, view)
    assert view_to_table(view).splitlines()[0] == (
        "target over picture,patch 0,patch 1,patch 2,patch 3"
    )


def test_a_file_says_that_there_is_no_text(record):
    told = record_to_json(record, READING)

    assert (told["source_tokens"], told["source_text"]) == (None, None)
    assert told["target_tokens"] == ["▁a", "▁dog", "</s>"]
    assert told["site"] == "cross_picture"
    assert told["cross_picture"] == record.matrices[OVER_PICTURE].weights.tolist()
