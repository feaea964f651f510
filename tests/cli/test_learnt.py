"""``learnt``: how the heads of a run have learnt to look."""

import json
import shutil

import numpy as np
import pytest

from attnstudio.corpus.parallel_corpus import Split
from attnstudio.project.measured_pairs import spread
from attnstudio.project.project import Project
from attnstudio.project.run_loading import load_run
from attnstudio.sites import CROSS

MORE = ("--set", "training.best_metric=bleu")  # then no validation leaves out its attention


@pytest.fixture(scope="module")
def sparse(tmp_path_factory, imported, attnstudio, tiny):
    """A project with a run of softmax and one of sparsemax; not to be changed."""
    folder = shutil.copytree(imported, tmp_path_factory.mktemp("sparse") / "project")
    for name, kind in (("dense", "softmax"), ("sparse", "sparsemax")):
        options = ("--run", name, "--max-steps", "30", "--set", f"model.normaliser={kind}")
        assert attnstudio("train", folder, *tiny, *MORE, *options).code == 0
    return folder


def validations(folder, name):
    lines = (folder / "runs" / name / "events.jsonl").read_text("utf-8").splitlines()
    return [event for event in map(json.loads, lines) if event["event"] == "validation"]


def records_of(folder, name, sentences):
    project = Project.open(folder)
    loaded = load_run(project, project.run(name), threads=1)
    pairs = [
        loaded.corpus[i] for i in spread(loaded.corpus.indices(Split.VALID).tolist(), sentences)
    ]
    read = [loaded.translator.read_forced(pair.source, pair.target) for pair in pairs]
    return loaded.translator.records(read)


def test_the_training_is_told_as_the_log_has_it(attnstudio, sparse):
    content = attnstudio("learnt", sparse, "--run", "sparse", "--json").json

    told = validations(sparse, "sparse")
    assert content["step"] == told[-1]["step"] == 30
    for name, rows in told[-1]["head_numbers"].items():
        site, _, quantity = name.partition(".")
        series = content["training"][site][quantity]
        assert series["steps"] == [event["step"] for event in told]
        table = np.array([event["head_numbers"][name] for event in told])
        np.testing.assert_array_equal(series["values"], np.moveaxis(table, 0, -1))
        assert content["sites"][site][quantity] == rows


def test_the_table_has_a_line_for_each_validation_and_each_layer(attnstudio, sparse):
    lines = attnstudio("learnt", sparse, "--run", "sparse").lines
    told = validations(sparse, "sparse")

    place = lines.index("Run sparse, target over source: means over all heads")
    titles = lines[place + 1].split()
    assert titles == ["update", "entropy", "spread", "zeros", "distance"]
    for line, event in zip(lines[place + 2 :], told, strict=False):
        means = [np.mean(event["head_numbers"][f"cross.{name}"]) for name in titles[1:]]
        expected = [f"{mean:.{1 if n == 3 else 2}f}" for n, mean in enumerate(means)]
        assert line.split() == [str(event["step"]), *expected]
    place = lines.index("Target over source: What it leaves out (zeros)")
    last = told[-1]["head_numbers"]["cross.zeros"]
    assert lines[place + 1] == f"sparse: {np.mean(last):.2f} on average"
    assert lines[place + 3].split() == ["layer", "0", *(f"{share:.2f}" for share in last[0])]
    assert lines[place + 4].split() == ["layer", "1", *(f"{share:.2f}" for share in last[1])]


def test_two_runs_stand_side_by_side(attnstudio, sparse):
    asked = ("learnt", sparse, "--run", "dense", "--against", "sparse")
    content, lines = attnstudio(*asked, "--json").json, attnstudio(*asked).lines

    assert (content["run"], content["against"]["run"]) == ("dense", "sparse")
    assert not np.any(content["sites"]["cross"]["zeros"])
    assert np.any(content["against"]["sites"]["cross"]["zeros"])
    place = lines.index("Target over source: What it leaves out (zeros)")
    assert lines[place + 1].split()[:2] == ["dense:", "0.00"]
    assert "sparse: " in lines[place + 1]
    numbers = content["against"]["sites"]["cross"]["zeros"][0]
    assert lines[place + 3].split()[-4:] == [f"{share:.2f}" for share in numbers]


def test_zeros_of_a_run_that_makes_none_are_a_line(attnstudio, sparse):
    lines = attnstudio("learnt", sparse, "--run", "dense").lines

    assert "Target over source: What it leaves out (zeros): nothing, whatever the head." in lines


def test_a_run_whose_log_tells_nothing_is_read_at_its_best_checkpoint(attnstudio, project):
    log = project / "runs" / "first" / "events.jsonl"
    events = [json.loads(line) for line in log.read_text("utf-8").splitlines()]
    old = [{key: value for key, value in each.items() if key != "head_numbers"} for each in events]
    log.write_text("".join(json.dumps(each) + "\n" for each in old), "utf-8")

    content = attnstudio("learnt", project, "--sentences", "6", "--json").json
    lines = attnstudio("learnt", project, "--sentences", "6").lines

    assert (content["training"], content["sentences"]) == ({}, 6)
    records = records_of(project, "first", 6)
    rows = [row for record in records for row in record.matrices[CROSS].weights[1, 2]]
    entropies = [-sum(w * np.log(w) for w in row if w > 0) for row in rows]
    assert content["sites"]["cross"]["entropy"][1][2] == pytest.approx(np.mean(entropies), rel=1e-4)
    assert lines[0] == (
        "The log of run first tells nothing of its heads, as that of an older version or of a run "
        "without attention."
    )
    assert f"Run first at update {content['step']}, 6 held-out sentences:" in lines


def test_words_that_get_nothing_are_counted_at_a_checkpoint(attnstudio, sparse):
    asked = ("learnt", sparse, "--run", "sparse", "--words", "--least", "3", "--sentences", "10")
    content, lines = attnstudio(*asked, "--json").json, attnstudio(*asked).lines

    records = records_of(sparse, "sparse", 10)
    zeros = sum((record.matrices[CROSS].weights[..., :-1] == 0).sum() for record in records)
    assert 0 < content["zeros"] <= zeros  # words of several pieces get nothing where all of them do
    first = content["words"][0]
    assert first["occurrences"] >= 3
    shares = [word["of_heads"] for word in content["words"]]
    assert shares == sorted(shares, reverse=True)
    expected = [f"{first[name]:.1%}" for name in ("of_heads", "by_all", "never")]
    place = next(n for n, line in enumerate(lines) if line.endswith("there  word"))
    assert lines[place + 1].split() == [*expected, str(first["occurrences"]), first["word"]]
    assert lines[place - 1].startswith(f"Run sparse: of {content['looks']:,} looks at a word of")


def test_of_a_run_that_makes_no_zeros_a_sentence_says_so(attnstudio, sparse):
    asked = ("learnt", sparse, "--run", "dense", "--words", "--sentences", "4")
    content, lines = attnstudio(*asked, "--json").json, attnstudio(*asked).lines

    assert content["zeros"] == 0
    assert lines[-1] == (
        "Run dense: no word of the source ever gets exactly nothing, in "
        f"{content['looks']:,} looks of 4 sentences: this attention makes no zeros."
    )


def test_a_run_without_attention_says_so(attnstudio, untrained, tiny):
    options = ("--preset", "bahdanau", "--set", "model.attention=none", *tiny[2:6])
    small = ("--set", "model.embedding_size=8", "--set", "model.hidden_size=8", "--run", "blind")
    vocabulary = ("--set", "tokenizer.vocabulary_size=300", "--set", "guidance.weight=0")
    reply = attnstudio("train", untrained, *options, *small, *vocabulary, "--max-steps", "2")
    assert reply.code == 0, reply.err

    content = attnstudio("learnt", untrained, "--words", "--json").json
    lines = attnstudio("learnt", untrained, "--words").lines

    assert (content["sites"], content["words"], content["looks"]) == ({}, [], 0)
    assert lines[-1] == "Run blind: the target looks at no words of a source."


def test_a_run_that_is_not_there_is_refused(attnstudio, sparse):
    assert attnstudio("learnt", sparse, "--against", "nobody", "--json").code == 2
