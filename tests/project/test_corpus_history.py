"""Imports, cuts and cleanings are taken back and made again, unless something was changed since."""

import pytest

from attnstudio.config import CleaningConfig
from attnstudio.errors import OutdatedError
from attnstudio.project.cleaning import clean, undo_cleaning
from attnstudio.project.corpus_history import CorpusState, go_to
from attnstudio.project.importing import import_files
from attnstudio.project.project import Project
from attnstudio.project.room import sweep


def test_an_import_with_gold_links_is_taken_back_and_made_again(empty, tmp_path):
    for name, text in (("x.en", "a dog\n"), ("x.de", "ein Hund\n"), ("links", "0-0 1-1\n")):
        (tmp_path / name).write_text(text)
    before = CorpusState.of(empty.file)
    import_files(empty, [tmp_path / "x.en", tmp_path / "x.de"], links=tmp_path / "links")
    after = CorpusState.of(empty.file)

    go_to(empty, before, instead_of=after)
    assert CorpusState.of(Project.open(empty.folder).file) == before
    go_to(empty, after, instead_of=before)

    assert Project.open(empty.folder).corpus().has_gold
    assert [imported.pairs for imported in empty.file.imports] == [1]


def test_what_was_changed_since_stays(empty, fill):
    before = CorpusState.of(empty.file)
    fill(empty, train=["one|eins"])
    after = CorpusState.of(empty.file)
    fill(Project.open(empty.folder), train=["more|mehr"])

    with pytest.raises(OutdatedError, match=r"^The corpus was changed again since"):
        go_to(empty, before, instead_of=after)
    assert len(Project.open(empty.folder).corpus()) == 2


def test_a_corpus_that_was_swept_cannot_come_back(empty, fill):
    fill(empty, train=["one|eins"])
    before = CorpusState.of(empty.file)
    fill(empty, train=["more|mehr"])
    after = CorpusState.of(empty.file)
    sweep(empty)

    with pytest.raises(OutdatedError, match=r"^The former corpus is no longer there"):
        go_to(empty, before, instead_of=after)
    assert CorpusState.of(Project.open(empty.folder).file) == after


@pytest.fixture
def cleaned(empty, fill):
    """A project from which a repeated pair was dropped."""
    fill(empty, train=["a dog|ein Hund", "a dog|ein Hund", "the man sees|der Mann sieht"])
    assert clean(empty, CleaningConfig()).dropped == 1
    return empty


def test_only_the_cleaning_that_is_meant_is_taken_back(cleaned):
    [first] = cleaned.file.cleanings
    clean(Project.open(cleaned.folder), CleaningConfig(min_length=3))

    with pytest.raises(OutdatedError, match=r"^The corpus was changed again since"):
        undo_cleaning(cleaned, first)
    assert len(Project.open(cleaned.folder).file.cleanings) == 2


def test_a_cleaning_that_another_program_took_back_is_gone(cleaned):
    [first] = cleaned.file.cleanings
    undo_cleaning(Project.open(cleaned.folder))

    with pytest.raises(OutdatedError, match=r"^The corpus was changed again since"):
        undo_cleaning(cleaned, first)
