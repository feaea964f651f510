"""``attend --method``: what each word of the source does, and how far attention can be trusted."""

import csv
import json
import math

import numpy as np
import pytest

from attnstudio.interpretation.methods import Method
from attnstudio.interpretation.trust import trust_of
from attnstudio.interpretation.words import word_groups
from attnstudio.project.project import Project
from attnstudio.project.run_loading import load_run
from attnstudio.reading import Reading
from attnstudio.sites import Analysis

SENTENCE = "the dog sees a bird today"
TRANSLATION = "heute sieht der Hund ein Vogel"


def asked(attnstudio, folder, tmp_path, *options):
    return attnstudio("attend", folder, SENTENCE, *options, "-o", tmp_path / "a.json", "--json")


@pytest.mark.parametrize("method", ["erasure", "gradient", "integrated", "value_zeroing"])
def test_an_analysis_is_written_like_any_attention(attnstudio, trained, tmp_path, method):
    reply = asked(attnstudio, trained, tmp_path, "--method", method)
    table = attnstudio("attend", trained, SENTENCE, "--method", method, "-o", tmp_path / "a.csv")
    picture = attnstudio("attend", trained, SENTENCE, "--method", method, "-o", tmp_path / "a.svg")

    assert (reply.code, table.code, picture.code) == (0, 0, 0)
    assert reply.json["site"] == reply.json["reading"]["site"] == method
    assert json.loads((tmp_path / "a.json").read_text("utf-8"))["trust"] == reply.json["trust"]
    with (tmp_path / "a.csv").open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    assert header[0].split()[0] == method.split("_")[0]
    shown = np.array([[float(weight) for weight in row[1:]] for row in rows])
    layers = np.array(reply.json[method])[:, 0]
    layer = reply.json["reading"]["layer"]
    wanted = layers.mean(axis=0) if layer is None else layers[layer]
    np.testing.assert_allclose(shown, wanted, atol=1e-6)
    assert "target over source</title>" in (tmp_path / "a.svg").read_text("utf-8")


def test_the_figures_are_those_of_the_numbers_beside_them(attnstudio, trained, tmp_path):
    content = asked(attnstudio, trained, tmp_path, "--method", "attention").json
    trust = content["trust"]

    assert content["reading"]["measure"] == "weights"
    assert trust["source_words"] == SENTENCE.split()
    assert [row["word"] for row in trust["targets"]][-1] == "</s>"
    assert trust["targets"][-1]["sentence"] is None
    probabilities = [row["probability"] for row in trust["targets"]]
    together = math.fsum(map(math.log, probabilities))
    assert together == pytest.approx(sum(content["token_log_probs"]), abs=1e-4)
    erasure = np.array(content["erasure"])[0, 0]
    lost = [math.log(row["probability"]) - math.log(row["without"][-1]) for row in trust["targets"]]
    places = [i for i, token in enumerate(content["source_tokens"][:-1])]
    last = max(i for i in places if content["source_tokens"][i].startswith("▁"))
    assert sum(lost) == pytest.approx(erasure[:, last:].sum(), abs=1e-4)
    assert set(trust["tau"]) == set(trust["tau_shuffled"]) | {"erasure", "gradient", "integrated"}
    assert trust["tau"]["erasure"] == pytest.approx(1.0)
    for name in ("comprehensiveness", "sufficiency"):
        assert len(trust[name]) == len(content["target_tokens"])


def test_people_are_told_in_sentences(attnstudio, trained, tmp_path):
    options = ("--forced", TRANSLATION, "--method", "erasure", "-o", tmp_path / "a.csv")
    reply = attnstudio("attend", trained, SENTENCE, *options)
    content = asked(
        attnstudio, trained, tmp_path, "--forced", TRANSLATION, "--method", "erasure"
    ).json

    assert reply.lines[0] == f"{TRANSLATION} (forced)"
    told = [row["sentence"] for row in content["trust"]["targets"][:-1]]
    assert reply.lines[1 : 1 + len(told)] == told
    assert "“heute”" in told[0]
    summary, agreement, sanity, path = reply.lines[1 + len(told) :]
    assert summary == content["trust"]["summary"]
    tau = content["trust"]["tau"]["attention"]
    assert agreement.startswith(f"Kendall's tau with erasure: attention {tau:.2f}, norm ")
    assert sanity.startswith(
        "The same model with shuffled weights, which has learnt nothing: attention "
    )
    assert path == str(tmp_path / "a.csv")


def test_a_model_that_never_looks_can_be_asked_what_its_words_do(attnstudio, untrained, tmp_path):
    options = (
        "--preset", "bahdanau", "--set", "model.hidden_size=8", "--threads", "1",
        "--set", "model.embedding_size=8", "--set", "tokenizer.vocabulary_size=300",
        "--set", "model.attention=none",
    )  # fmt: skip
    assert attnstudio("train", untrained, *options, "--max-steps", "1").code == 0

    reply = asked(attnstudio, untrained, tmp_path, "--method", "erasure")
    assert reply.code == 0
    assert np.array(reply.json["erasure"]).any()
    assert "trust" not in reply.json
    for method, lacking in (("attention", "attention"), ("value_zeroing", "value zeroing")):
        refused = asked(attnstudio, untrained, tmp_path, "--method", method)
        assert refused.code == 2
        assert lacking in refused.json["error"]["message"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            ("--method", "erasure", "--site", "decoder_self"),
            "Erasure is of the target over the source, not of a text over itself.",
        ),
        (
            ("--method", "value_zeroing", "--temperature", "2"),
            "Value zeroing is worked out of the model as it is, not with a change.",
        ),
    ],
)
def test_what_there_is_no_analysis_of_is_refused(attnstudio, trained, tmp_path, options, message):
    reply = asked(attnstudio, trained, tmp_path, *options)

    assert reply.code == 2
    assert reply.json["error"]["message"] == message
    assert not (tmp_path / "a.json").exists()


def test_of_a_changed_attention_its_own_numbers_are_read(attnstudio, trained, tmp_path):
    reply = asked(attnstudio, trained, tmp_path, "--method", "norm", "--temperature", "2")

    assert (reply.code, reply.json["reading"]["measure"]) == (0, "norms")
    assert "change" in reply.json
    assert "trust" not in reply.json


def test_what_stands_beside_it_is_worked_out_anew(attnstudio, trained, tmp_path):
    """The same with shuffled weights, and what is left without the words that a method ranks."""
    options = ("--forced", TRANSLATION, "--method", "erasure")
    content = asked(attnstudio, trained, tmp_path, *options).json
    shown = content["trust"]["attention"]
    project = Project.open(trained)
    translator = load_run(project, project.run(), threads=1).translator
    pair = translator.read_forced(SENTENCE, TRANSLATION)
    twin = translator.shuffled(1).analyse(pair, [Analysis.ERASURE], word_groups)
    trust = trust_of(twin, Reading.from_mapping(shown))
    wanted = trust.row_of(Method.ATTENTION).mean
    assert content["trust"]["tau_shuffled"]["attention"] == pytest.approx(wanted, abs=1e-6)

    erasure = np.array(content["erasure"])[0, 0]
    [record] = translator.records([pair])
    words = [word for word in word_groups(record.source) if word[0] < len(record.source) - 1]
    ranked = [[row[word].sum() for word in words] for row in erasure]
    left = translator.faithfulness(pair, record, word_groups, ranked)
    np.testing.assert_allclose(
        content["trust"]["comprehensiveness"], left.comprehensiveness, atol=1e-6
    )
    np.testing.assert_allclose(content["trust"]["sufficiency"], left.sufficiency, atol=1e-6)
