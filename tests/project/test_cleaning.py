import pytest
from made_links import made_pairs
from word_spans import space_spans

from attnstudio.config import CleaningConfig
from attnstudio.corpus.alignment import Alignment, GoldLinks
from attnstudio.corpus.cleaning import LEAKS_ONLY, NO_CLEANING, Rule
from attnstudio.corpus.parallel_corpus import Split
from attnstudio.corpus.sentence_pair import SentencePair
from attnstudio.errors import CorpusError, ProjectError
from attnstudio.project.cleaning import clean, preview_cleaning, repeat_cleanings, undo_cleaning
from attnstudio.project.corrections import Correction, PairTexts, write_correction
from attnstudio.project.link_finding import find_corpus_links
from attnstudio.project.project import Project
from attnstudio.project.project_file import AppliedCleaning

IDENTICAL = NO_CLEANING.model_copy(update={"identical": True})
REPEATED = NO_CLEANING.model_copy(update={"duplicates": True})


def pairs_of(project):
    corpus = project.corpus()
    return {
        split.value: [f"{pair.source}|{pair.target}" for pair in corpus.pairs(split)]
        for split in Split
        if len(corpus.indices(split))
    }


def test_a_preview_changes_nothing(empty, fill):
    corpus = fill(empty, train=["a|a", "b|c"])

    report = preview_cleaning(empty, corpus, IDENTICAL)

    assert (report.train, report.dropped) == (2, 1)
    assert Project.open(empty.folder).corpus().hash == corpus.hash


def test_a_cleaning_drops_and_is_remembered(empty, fill):
    before = fill(empty, train=["a|a", "b|c", "d|d"], valid=["e|e"])

    report = clean(empty, IDENTICAL)

    assert report.dropped == report.unclean.count(Rule.IDENTICAL) == 2
    project = Project.open(empty.folder)
    assert pairs_of(project) == {"train": ["b|c"], "valid": ["e|e"]}
    assert project.file.cleanings == (
        AppliedCleaning(config=IDENTICAL, before=before.hash, after=project.file.corpus, dropped=2),
    )


def test_gold_links_stay_with_their_pairs(empty, fill):
    spans = space_spans("keep"), space_spans("x")
    gold = SentencePair("keep", "x", GoldLinks(*spans, Alignment.from_pharaoh("0-0")))
    fill(
        empty,
        train=["a|x1", gold, "b|y", "c|z", "d|w"],
        valid=["a|new", "a|x1"],
        test=["other|y"],
    )

    assert clean(empty, LEAKS_ONLY).dropped == 2

    after = empty.corpus()
    assert pairs_of(empty) == {
        "train": ["keep|x", "c|z", "d|w"],
        "valid": ["a|new", "a|x1"],
        "test": ["other|y"],
    }
    assert after[0] == gold
    assert clean(empty, LEAKS_ONLY).dropped == 0


def test_what_drops_nothing_is_not_remembered(empty, fill):
    corpus = fill(empty, train=["a|b"])

    assert clean(empty, CleaningConfig()).dropped == 0
    assert empty.file.cleanings == ()
    assert empty.file.corpus == corpus.hash


def test_a_damaged_corpus_is_not_called_clean(empty, fill):
    fill(empty, train=["one|eins", "two|zwei"])
    split = empty.corpus().folder / "split"
    split.write_bytes(b"\x01" + split.read_bytes()[1:])

    with pytest.raises(CorpusError, match="split was changed since it was written"):
        clean(empty, NO_CLEANING)


def test_an_undone_cleaning_leaves_the_corpus_as_it_was(empty, fill):
    before = fill(empty, train=["a|a", "b|c"])
    clean(empty, IDENTICAL)

    assert undo_cleaning(empty).dropped == 1

    project = Project.open(empty.folder)
    assert project.file.corpus == before.hash
    assert project.file.cleanings == ()


def test_two_cleanings_are_undone_one_by_one(empty, fill):
    fill(empty, train=["a|a", "b|c", "b|c"])
    clean(empty, IDENTICAL)
    clean(empty, REPEATED)
    assert pairs_of(empty) == {"train": ["b|c"]}

    undo_cleaning(empty)
    assert pairs_of(empty) == {"train": ["b|c", "b|c"]}
    undo_cleaning(empty)
    assert pairs_of(empty) == {"train": ["a|a", "b|c", "b|c"]}
    with pytest.raises(
        ProjectError, match=r"^Nothing was cleaned .* Count what could be dropped first\.$"
    ):
        undo_cleaning(empty)


def test_pairs_imported_and_splits_cut_since_stay_when_a_cleaning_is_undone(empty, fill):
    fill(empty, train=["a|a", *(f"s{n}|t{n}" for n in range(99)), "s5|t5"])
    clean(empty, CleaningConfig())
    splits = pairs_of_splits(empty.freeze_splits())
    fill(empty, train=["new|neu"])

    undo_cleaning(empty)

    after = empty.corpus()
    assert [after.source(i) for i in (0, 1, 100, 101)] == ["a", "s0", "s5", "new"]
    assert len(after) == 102
    for split in (Split.VALID, Split.TEST):
        assert pairs_of_splits(after)[split] == splits[split]


def pairs_of_splits(corpus):
    return {split: [pair.source for pair in corpus.pairs(split)] for split in Split}


def test_a_corpus_that_is_another_by_now_is_left_alone(empty, fill):
    fill(empty, train=["a|a", "b|c"])
    clean(empty, IDENTICAL)
    with empty.changing(), empty.corpus_writer() as writer:
        writer.add(SentencePair("other", "anders"), Split.TRAIN)
        empty.set_corpus(writer.finish())

    with pytest.raises(ProjectError, match=r"no longer what came of the last cleaning"):
        undo_cleaning(empty)
    assert pairs_of(empty) == {"train": ["other|anders"]}


def test_cleanings_are_repeated_for_pairs_imported_since(empty, fill):
    fill(empty, train=["a|a", "b|c", "b|c"])
    clean(empty, IDENTICAL)
    clean(empty, REPEATED)
    clean(empty, IDENTICAL)
    fill(empty, train=["d|d", "b|c", "e|f"])

    looked = repeat_cleanings(empty, dry_run=True)
    assert [report.dropped for report in looked] == [1, 1]
    assert len(empty.corpus()) == 4

    done = repeat_cleanings(empty)
    assert [report.config for report in done] == [IDENTICAL, REPEATED]
    assert pairs_of(empty) == {"train": ["b|c", "e|f"]}


def test_repeating_nothing_is_refused(empty, fill):
    fill(empty, train=["a|b"])

    with pytest.raises(ProjectError, match=r"^Nothing was cleaned"):
        repeat_cleanings(empty)


def test_dropping_everything_is_refused(empty, fill):
    corpus = fill(empty, train=["a|a", "b|b"], valid=["c|d"])

    with pytest.raises(
        ProjectError, match=r"^Every one of the 2 training pairs .* Ask for less: counting shows"
    ):
        clean(empty, IDENTICAL)
    assert Project.open(empty.folder).file.corpus == corpus.hash


@pytest.mark.parametrize("asked", [0, 1, 2])
def test_a_stopped_cleaning_leaves_nothing_behind(empty, fill, asked):
    corpus = fill(empty, train=["a|a", *(f"s{n}|t{n}" for n in range(9_000))])
    answers = iter([False] * asked)

    assert clean(empty, IDENTICAL, should_stop=lambda: next(answers, True)) is None

    assert Project.open(empty.folder).file.corpus == corpus.hash
    assert [path.name for path in empty.corpora.iterdir()] == [corpus.hash]


def test_progress_ends_at_its_total(empty, fill):
    fill(empty, train=["a|a", *(f"s{n}|t{n}" for n in range(9_000))], valid=["s1|x"])
    told = []

    clean(empty, CleaningConfig(), progress=lambda done, total: told.append((done, total)))

    assert told == sorted(told)
    done, total = told[-1]
    assert 0.99 * total < done <= total


STRANGERS = NO_CLEANING.model_copy(update={"min_translation": 0.5})


@pytest.fixture
def with_a_stranger(empty, fill):
    """Pairs made by rule; the sixth is no translation, and neither is a pair for validation."""
    train = [f"{source}|{target}" for source, target, _ in made_pairs()]
    train[5] = f"{train[5].split('|')[0]}|Gans gewinnt Gans gewinnt"
    fill(empty, train=train, valid=["the dog barks|Ente Ente trinkt singt"])
    return empty


def test_pairs_that_are_no_translations_are_dropped_by_their_links_and_come_back(with_a_stranger):
    project = with_a_stranger
    before = pairs_of(project)
    find_corpus_links(project, project.corpus())

    report = preview_cleaning(project, project.corpus(), STRANGERS)
    assert report.unclean.pairs(Rule.MIN_TRANSLATION).tolist() == [5]
    assert clean(project, STRANGERS).dropped == 1

    assert pairs_of(project)["train"] == before["train"][:5] + before["train"][6:]
    assert pairs_of(project)["valid"] == before["valid"]
    undo_cleaning(project)
    assert pairs_of(project) == before


def test_a_pair_whose_words_a_person_linked_is_not_dropped(with_a_stranger):
    project = with_a_stranger
    corpus = project.corpus()
    found = find_corpus_links(project, corpus)[5]
    texts = PairTexts(corpus.source(5), corpus.target(5))
    links = GoldLinks(found.source_spans, found.target_spans, Alignment.from_pharaoh("1-1"))
    write_correction(project, Correction(texts, links, found.alignment()))

    report = preview_cleaning(project, corpus, STRANGERS)

    assert report.unclean.pairs(Rule.MIN_TRANSLATION).tolist() == []


def test_without_links_nobody_knows_which_pairs_are_no_translations(with_a_stranger):
    project = with_a_stranger
    for ask in (clean, lambda p, config: preview_cleaning(p, p.corpus(), config)):
        with pytest.raises(ProjectError, match="has no word links") as caught:
            ask(project, STRANGERS)
    assert "--best" in caught.value.command_hint
    assert "--" not in caught.value.hint


def test_counting_by_links_tells_how_far_it_is_and_can_be_stopped(with_a_stranger):
    project = with_a_stranger
    find_corpus_links(project, project.corpus())
    told = []
    preview_cleaning(project, project.corpus(), STRANGERS, progress=lambda *done: told.append(done))

    assert told == sorted(told)
    assert told[-1][0] <= told[-1][1] == 3 * len(project.corpus())
    stopped = preview_cleaning(project, project.corpus(), STRANGERS, should_stop=lambda: True)
    assert stopped is None
