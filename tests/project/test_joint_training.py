"""Processes that do not fit together are refused, each with a sentence."""

import shutil
from functools import partial

import joint_checks
import pytest
from rank_processes import in_processes

from attnstudio.config import RunConfig
from attnstudio.corpus.parallel_corpus import Split
from attnstudio.project.project import Project
from attnstudio.project.run_creation import create_run


@pytest.fixture(scope="module")
def told(tmp_path_factory, pairs):
    folder = tmp_path_factory.mktemp("together")
    project = Project.create(folder / "project", "en", "de")
    with project.corpus_writer() as writer:
        for number, pair in enumerate(pairs[:40]):
            writer.add(pair, Split.TRAIN if number < 30 else Split.VALID)
        project.set_corpus(writer.finish())
    create_run(project, RunConfig(), preset="tiny", name="r")
    other = shutil.copytree(project.folder, folder / "copy")
    checks = partial(joint_checks.all_checks, (str(project.folder), str(other)))
    found = [given[0] for given in in_processes(2, checks, folder=folder / "found")]
    assert not list(project.folder.glob(".together-*"))
    return found


@pytest.mark.parametrize("fitting", ["fits", "device", "run"])
def test_what_fits_is_let_through(told, fitting):
    assert [found[fitting] for found in told] == [None, None]


@pytest.mark.parametrize(
    ("odd", "words"),
    [
        ("folder", "has another project folder of that name."),
        ("version", "runs Attention Studio 0.0.9 with torch"),
        ("other run", "has other settings of the run."),
    ],
)
def test_what_differs_is_refused_in_every_process_with_the_same_sentence(told, odd, words):
    kinds, sentences, codes = zip(*(found[odd] for found in told), strict=True)
    assert set(kinds) == {"DisagreementError"}
    assert len(set(sentences)) == 1
    assert sentences[0].startswith("Process 2 of 2, on ")
    assert words in sentences[0]
    assert set(codes) == {2}


@pytest.mark.parametrize(
    ("failing", "kind"), [("missing", "ProjectError"), ("no card", "ConfigError")]
)
def test_who_cannot_says_why_and_the_others_repeat_it(told, failing, kind):
    first, odd = (found[failing] for found in told)
    assert odd[0] == kind
    assert first[0] == "DisagreementError"
    assert odd[1] in first[1]
    assert (first[2], odd[2]) == (2, 2)


def test_what_nobody_can_is_said_by_the_first(told):
    assert [found["nobody"][0] for found in told] == ["ProjectError", "DisagreementError"]
