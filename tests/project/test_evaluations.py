"""Evaluations are computed once for a checkpoint and pairs, and read back only if they fit."""

import hashlib
import json
from dataclasses import replace

import pytest

from attnstudio.config import DecodingConfig
from attnstudio.corpus.alignment import Alignment, GoldLinks, Span
from attnstudio.corpus.parallel_corpus import Split
from attnstudio.errors import CorpusError, ProjectError
from attnstudio.evaluation.evaluation import AVERAGE
from attnstudio.project.evaluations import evaluate, pairs_to_test
from attnstudio.project.pipeline import train
from attnstudio.project.project import Project
from attnstudio.project.run_loading import load_run
from attnstudio.training.stop import StopToken

GREEDY = DecodingConfig(beam_size=1)


@pytest.fixture
def run(project, new_run):
    run = new_run(project, limits={"max_steps": 8})
    train(project, run, emit=lambda _: None, stop=StopToken())
    return run


@pytest.fixture
def loaded(project, run):
    return load_run(project, run)


@pytest.fixture
def few_pairs(loaded):
    return list(loaded.corpus.pairs(Split.TEST))[:6]


def linked(pair):
    """The pair with a gold link of the first words."""
    spans = tuple(Span(0, len(side.split()[0])) for side in (pair.source, pair.target))
    gold = GoldLinks((spans[0],), (spans[1],), Alignment.from_pharaoh("0-0"))
    return replace(pair, gold=gold)


class Counted:
    """A progress callback that knows how many were translated."""

    def __init__(self):
        self.done = 0

    def __call__(self, done):
        self.done = done


def evaluated(loaded, pairs, decoding=GREEDY):
    """An evaluation, and how many sentences were translated for it."""
    counted = Counted()
    return evaluate(loaded, pairs, decoding, progress=counted), counted.done


def kept_files(run):
    return sorted((run.folder / "evaluations").glob("*"))


def test_the_second_time_it_is_read(loaded, run, few_pairs):
    pairs = [linked(pair) for pair in few_pairs]
    first, translated = evaluated(loaded, pairs)
    assert translated == len(pairs)

    second, translated = evaluated(loaded, pairs)

    assert (second, translated) == (first, 0)
    assert [aligned.reading for aligned in first.alignments][1] == AVERAGE
    assert len(kept_files(run)) == 1


def test_without_gold_links_there_are_scores_alone(loaded, few_pairs):
    evaluation, _ = evaluated(loaded, few_pairs)

    assert evaluation.alignments == ()
    assert len(evaluation.hypotheses) == evaluation.scores.n == len(few_pairs)


@pytest.mark.parametrize("batches", [0, 1])
def test_it_can_be_stopped_while_it_translates_and_while_it_links(loaded, run, few_pairs, batches):
    asked = []

    def stops_after_so_many():
        asked.append(None)
        return len(asked) > batches

    pairs = [linked(pair) for pair in few_pairs]
    assert evaluate(loaded, pairs, GREEDY, should_stop=stops_after_so_many) is None

    assert len(asked) == batches + 1
    assert kept_files(run) == []


def test_the_pairs_to_test_are_those_of_the_run_and_refused_where_there_are_none(loaded):
    assert pairs_to_test(loaded) == list(loaded.corpus.pairs(Split.TEST))

    class Untested:
        def check(self):
            pass

        def pairs(self, _split):
            return iter(())

    with pytest.raises(CorpusError, match="has no test pairs") as caught:
        pairs_to_test(replace(loaded, corpus=Untested()))
    assert "--as test" in caught.value.command_hint


@pytest.mark.parametrize(
    "change",
    [
        lambda pairs, decoding: (pairs[:-1], decoding),
        lambda pairs, decoding: ([*pairs[:-1], replace(pairs[-1], target="heute")], decoding),
        lambda pairs, decoding: ([linked(pairs[0]), *pairs[1:]], decoding),
        lambda pairs, _: (pairs, DecodingConfig(beam_size=2)),
    ],
    ids=["fewer pairs", "another translation", "gold links", "another search"],
)
def test_another_question_is_answered_anew(loaded, few_pairs, change):
    evaluated(loaded, few_pairs)
    pairs, decoding = change(few_pairs, GREEDY)

    _, translated = evaluated(loaded, pairs, decoding)

    assert translated == len(pairs)


def test_other_weights_under_the_same_step_are_evaluated_anew(run, loaded, few_pairs):
    evaluated(loaded, few_pairs)
    path = run.checkpoint_folder(8) / "model.safetensors"
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)

    _, translated = evaluated(loaded, few_pairs)

    assert translated == len(few_pairs)


def damaged(content):
    return content[:-1] + b"]"


def of_other_pairs(content):
    """Whole, but of one sentence more than there are."""
    seal, text = content.split(b"\n")
    found = json.loads(text)
    found["hypotheses"].append("heute")
    return resealed(json.loads(seal), json.dumps(found).encode())


def of_other_types(content):
    seal, text = content.split(b"\n")
    return resealed(json.loads(seal), json.dumps(json.loads(text) | {"truncated": "0"}).encode())


def resealed(seal, text):
    seal["sha256"] = hashlib.sha256(text).hexdigest()
    return json.dumps(seal).encode() + b"\n" + text


@pytest.mark.parametrize(
    "spoil",
    [damaged, of_other_pairs, of_other_types, lambda _: b"", lambda _: b"[" * 100_000],
)
def test_what_does_not_fit_is_computed_anew(loaded, run, few_pairs, spoil):
    first, _ = evaluated(loaded, few_pairs)
    [path] = kept_files(run)
    path.write_bytes(spoil(path.read_bytes()))

    again, translated = evaluated(loaded, few_pairs)

    assert (again, translated) == (first, len(few_pairs))
    assert evaluated(loaded, few_pairs)[1] == 0


def test_another_evaluation_under_this_name_is_not_taken(loaded, run, few_pairs):
    evaluated(loaded, few_pairs)
    [other] = kept_files(run)
    evaluated(loaded, few_pairs[:-1] + few_pairs[:1])
    [path] = [path for path in kept_files(run) if path != other]
    path.write_bytes(other.read_bytes())

    _, translated = evaluated(loaded, few_pairs[:-1] + few_pairs[:1])

    assert translated == len(few_pairs)


def test_it_is_not_written_through_a_link(loaded, run, few_pairs, tmp_path):
    evaluated(loaded, few_pairs)
    [path] = kept_files(run)
    precious = tmp_path / "precious"
    precious.write_text("mine")
    path.unlink()
    try:
        path.symlink_to(precious)
    except OSError:
        pytest.skip("links cannot be made here")

    _, translated = evaluated(loaded, few_pairs)

    assert translated == len(few_pairs)
    assert precious.read_text() == "mine"
    assert not path.is_symlink()


def test_a_project_whose_evaluations_lie_elsewhere_is_not_opened(project, run, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    try:
        (run.folder / "evaluations").symlink_to(elsewhere)
    except OSError:
        pytest.skip("links cannot be made here")

    with pytest.raises(ProjectError, match="is a link to"):
        Project.open(project.folder)


def test_those_of_checkpoints_that_are_gone_go_too(run, loaded, few_pairs):
    evaluated(loaded, few_pairs)
    [path] = kept_files(run)
    gone = path.with_name(path.name.replace("8-", "4-", 1))
    path.rename(gone)
    path.with_name(f".{gone.name}.new").write_text("half")  # of a program that was killed

    evaluated(loaded, few_pairs)

    assert kept_files(run) == [path]


def test_nothing_is_kept_where_nothing_can_be_written(loaded, run, few_pairs, write_protect):
    write_protect(run.folder)

    _, translated = evaluated(loaded, few_pairs)

    assert translated == len(few_pairs)
    assert not (run.folder / "evaluations").exists()


def test_no_pairs_are_refused(loaded):
    with pytest.raises(CorpusError, match="no translation to score"):
        evaluated(loaded, [])
