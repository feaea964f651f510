"""A moment of the timeline comes back as it was kept, whatever was looked at."""

from dataclasses import replace

import numpy as np
import pytest
from records import make_record
from safetensors import safe_open
from safetensors.numpy import load_file, save_file

from attnstudio.axes import Matrix, Meaning, Record, TextUnits, axes_of
from attnstudio.errors import AlignmentError, ProjectError
from attnstudio.project.watch import load_watch_record, save_watch_record
from attnstudio.reading import Reading, ReadingMethod
from attnstudio.sites import DECODER_SELF, SITES, SOURCE, TARGET, Site, cross_site
from attnstudio.tokenizer import Token, end_token

CONTRIBUTION = Site("contribution", TARGET, SOURCE)
OCCLUSION = Site("occlusion", TARGET, SOURCE)
TEXT = ("Hund", (Token("▁Hund", 0, 4), end_token("Hund")))
OTHER = ("a dog", (Token("▁a", 0, 1), Token("▁dog", 1, 5), end_token("a dog")))


def alike(layers, heads, rows, columns):
    return np.full((layers, heads, rows, columns), 1 / columns, np.float32)


def translated(**others):
    """A translation with the attention of a model, and what analyses found beside it."""
    record = make_record(
        TEXT, OTHER, cross=alike(2, 2, 3, 2), encoder_self=alike(1, 2, 2, 2),
        decoder_self=alike(2, 2, 3, 3),
    )  # fmt: skip
    return Record(
        axes=record.axes,
        matrices={**record.matrices, **{site: each for site, each in others.values()}},
        token_log_probs=record.token_log_probs,
        forced=record.forced,
    )


@pytest.fixture
def path(tmp_path):
    return tmp_path / "watch" / "00000001-0.safetensors"


def test_what_a_model_looked_at_comes_back(path):
    save_watch_record(path, translated())

    again = load_watch_record(path)
    assert again.sites == SITES
    assert (again.source, again.target) == (translated().source, translated().target)


@pytest.mark.parametrize("taught", [None, Reading(1, 0, ReadingMethod.SHIFTED)])
def test_the_head_that_was_taught_comes_back(path, taught):
    save_watch_record(path, replace(translated(), taught=taught))

    assert load_watch_record(path).taught == taught


def test_what_an_analysis_found_comes_back_beside_it(path):
    found = {
        "share": (CONTRIBUTION, Matrix(alike(1, 1, 3, 2))),
        "signed": (OCCLUSION, Matrix(np.full((1, 1, 3, 2), -0.5), Meaning.SIGNED)),
    }
    save_watch_record(path, translated(**found))

    again = load_watch_record(path)
    assert again.sites == (*SITES, CONTRIBUTION, OCCLUSION)
    assert again.matrices[OCCLUSION].meaning is Meaning.SIGNED
    np.testing.assert_array_equal(again.matrices[OCCLUSION].weights, np.full((1, 1, 3, 2), -0.5))


def test_a_model_without_attention_has_nothing_to_come_back(path):
    save_watch_record(path, make_record(TEXT, OTHER))

    assert load_watch_record(path).matrices == {}


def test_a_model_that_only_writes_has_no_source_to_come_back(path):
    own = DECODER_SELF, Matrix(alike(1, 1, 3, 3))
    kept = Record(
        axes=axes_of({}, TextUnits(*OTHER)),
        matrices=dict([own]),
        token_log_probs=(-0.5,) * 3,
        forced=False,
    )
    save_watch_record(path, kept)

    again = load_watch_record(path)
    assert (again.axes, again.sites) == (kept.axes, (DECODER_SELF,))


def test_a_source_of_another_name_comes_back_under_it(path):
    over_letter = cross_site("letter")
    kept = Record(
        axes=axes_of({"letter": TextUnits(*TEXT)}, TextUnits(*OTHER)),
        matrices={over_letter: Matrix(alike(1, 1, 3, 2))},
        token_log_probs=(-0.5,) * 3,
        forced=False,
    )
    save_watch_record(path, kept)

    again = load_watch_record(path)
    assert (again.axes, again.sites) == (kept.axes, (over_letter,))


def test_what_is_no_text_is_not_kept_as_an_empty_one(path):
    kept = Record(
        axes=axes_of({"picture": range(2)}, TextUnits(*OTHER)),
        matrices={},
        token_log_probs=(-0.5,) * 3,
        forced=False,
    )
    with pytest.raises(AlignmentError, match="no text as its picture"):
        save_watch_record(path, kept)

    assert not path.exists()


def test_a_site_that_nobody_knows_is_not_left_out_without_a_word(path):
    save_watch_record(path, translated())
    arrays = load_file(path) | {"riddle": alike(1, 1, 3, 2)}
    facts = {"record": _facts_of(path)}
    save_file(arrays, path, metadata=facts)

    with pytest.raises(ProjectError, match="nobody knows between which axes riddle lies"):
        load_watch_record(path)


def _facts_of(path):
    with safe_open(path, framework="np") as file:
        return file.metadata()["record"]
