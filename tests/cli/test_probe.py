"""``probe``: what each head of a model is worth."""

from collections import Counter

import numpy as np
import pytest

from attnstudio.corpus.parallel_corpus import Split
from attnstudio.interpretation.trust import Verdict
from attnstudio.interpretation.trust_words import counted_words
from attnstudio.project.measured_pairs import spread
from attnstudio.project.project import Project


def test_each_head_of_each_layer_is_switched_off(attnstudio, trained):
    reply = attnstudio("probe", trained, "--sentences", "4", "--json")
    assert reply.code == 0
    content = reply.json
    assert content["sentences"] == 4
    assert content["split"] == "valid"
    assert set(content["sites"]) == {"cross", "encoder_self", "decoder_self"}
    for site in content["sites"].values():
        assert np.array(site["loss_added"]).shape == (2, 4)
        assert np.array(site["loss_error"]).shape == (2, 4)
        assert site["bleu_added"] is None
    assert content["bleu"] is None


def test_the_table_has_a_line_for_each_layer_and_marks_what_is_sure(attnstudio, trained):
    asked = ("probe", trained, "--sentences", "4", "--split", "test")
    content = attnstudio(*asked, "--json").json
    lines = attnstudio(*asked).lines
    assert lines[0].startswith(f"Loss {content['loss']:.4f} nats a token, 4 sentences, ")
    place = lines.index("Target over source: loss")
    assert lines[place + 1].split() == [word for head in range(4) for word in ("head", str(head))]
    cross = content["sites"]["cross"]
    for layer in (0, 1):
        added, error = cross["loss_added"][layer], cross["loss_error"][layer]
        expected = [
            f"{number:+.4f}{'*' if abs(number) > 2 * doubt else ''}"
            for number, doubt in zip(added, error, strict=True)
        ]
        assert lines[place + 2 + layer].split() == ["layer", str(layer), *expected]


def test_translations_are_scored_where_that_is_asked_for(attnstudio, trained):
    content = attnstudio("probe", trained, "--sentences", "2", "--bleu", "--json").json
    assert content["bleu"] is not None
    assert np.array(content["sites"]["cross"]["bleu_added"]).shape == (2, 4)


def test_a_part_that_no_corpus_has_is_refused(attnstudio, trained):
    reply = attnstudio("probe", trained, "--split", "half", "--json")
    assert reply.code == 2
    assert reply.json["error"] == {
        "message": "'half' is no part of a corpus.",
        "hint": "--split takes one of train, valid, test.",
    }


def test_trust_is_the_mean_of_what_is_said_of_each_sentence(attnstudio, trained, project):
    asked = ("probe", trained, "--sentences", "3", "--trust")
    content = attnstudio(*asked, "--json").json["trust"]
    corpus = Project.open(trained).corpus
    pairs = [corpus()[index] for index in spread(corpus().indices(Split.VALID).tolist(), 3)]
    taus, shuffled, verdicts, left = [], [], [], {"comprehensiveness": [], "sufficiency": []}
    for pair in pairs:
        options = ("--forced", pair.target, "--method", "attention", "-o", project / "a.json")
        told = attnstudio("attend", trained, pair.source, *options, "--json").json["trust"]
        assert told["attention"] == content["attention"]
        taus += [word["tau"]["attention"] for word in told["targets"][:-1]]
        shuffled += [told["tau_shuffled"]["attention"]] * len(told["targets"][:-1])
        for name, each in left.items():
            each += told[name][:-1]
        verdicts += [word["verdict"] for word in told["targets"][:-1]]

    assert (content["sentences"], content["words"]) == (3, len(verdicts))
    known = [tau for tau in taus if tau is not None]
    assert content["tau"]["attention"] == pytest.approx(np.mean(known), abs=1e-6)
    assert {name: n for name, n in content["verdicts"].items() if n} == Counter(verdicts)
    lines = attnstudio(*asked).lines
    for name, each in left.items():
        assert content[name]["attention"] == pytest.approx(np.mean(each), abs=1e-6)
        assert set(content[name]) == set(content["tau"])
    assert content["tau_shuffled"]["attention"] == pytest.approx(np.mean(shuffled), abs=1e-6)
    assert content["tau_shuffled"]["gradient"] is None, "which follow any function there is"
    assert lines[-5] == counted_words(Counter(map(Verdict, verdicts)), len(verdicts))
    assert lines[-4].startswith(f"Kendall's tau with erasure: attention {np.mean(known):.2f}, ")
