"""``attend``: the attention of one sentence as numbers or a picture."""

import csv
import json
from importlib.util import find_spec

import numpy as np
import pytest
from web_pages import ReadPage, numbers_of

from attnstudio.reading import Measure, Reading

SENTENCE = "the dog sees a bird today"
TRANSLATION = "heute sieht der Hund ein Vogel"


def test_json_holds_all_weights(attnstudio, trained, tmp_path):
    reply = attnstudio("attend", trained, SENTENCE, "-o", tmp_path / "a.json", "--json")

    assert reply.code == 0
    content = reply.json
    assert content.pop("output") == str(tmp_path / "a.json")
    assert content == json.loads((tmp_path / "a.json").read_text("utf-8"))
    source, target = len(content["source_tokens"]), len(content["target_tokens"])
    assert content["source_tokens"][-1] == content["target_tokens"][-1] == "</s>"
    assert content["source_text"] == SENTENCE
    assert content["forced"] is False
    assert content["reading"].keys() == {"site", "layer", "head", "method", "measure"}
    cross = np.array(content["cross"])
    assert cross.shape == (2, 4, target, source)
    assert np.allclose(cross.sum(axis=-1), 1, atol=1e-5)
    assert np.array(content["encoder_self"]).shape == (2, 4, source, source)
    assert np.array(content["decoder_self"]).shape == (2, 4, target, target)
    assert len(content["token_log_probs"]) == target
    assert max(content["token_log_probs"]) <= 0


def test_the_text_is_what_translate_says(attnstudio, trained, tmp_path):
    said = attnstudio("translate", trained, "--beam", "3", given=SENTENCE.encode()).lines[0]

    reply = attnstudio("attend", trained, SENTENCE, "--beam", "3", "-o", tmp_path / "a.csv")

    assert reply.lines == [f"{said} (free)", str(tmp_path / "a.csv")]


def test_of_a_long_source_only_the_beginning_is_read_with_a_word_about_it(
    attnstudio, trained, tmp_path
):
    reply = attnstudio(
        "attend", trained, "bird " * 501, "--forced", "Vogel", "-o", tmp_path / "a.csv"
    )

    assert "Line 1 is longer than 500 tokens: only its beginning was read.\n" in reply.err


def test_a_forced_translation_is_read_as_given(attnstudio, trained, tmp_path):
    reply = attnstudio(
        "attend", trained, SENTENCE, "--forced", TRANSLATION, "-o", tmp_path / "a.json", "--json"
    )

    assert reply.json["forced"] is True
    assert reply.json["text"] == TRANSLATION
    tokens = "".join(reply.json["target_tokens"])
    assert tokens.replace("▁", " ").strip() == TRANSLATION + "</s>"


def test_a_recurrent_model_has_no_self_attention(attnstudio, untrained, tmp_path):
    options = (
        "--preset", "bahdanau", "--set", "model.hidden_size=8", "--threads", "1",
        "--set", "model.embedding_size=8", "--set", "tokenizer.vocabulary_size=300",
    )  # fmt: skip
    assert attnstudio("train", untrained, *options, "--max-steps", "1").code == 0

    reply = attnstudio("attend", untrained, SENTENCE, "-o", tmp_path / "a.json", "--json")

    assert reply.code == 0
    assert np.array(reply.json["cross"]).shape[:2] == (1, 1)
    assert reply.json["encoder_self"] is None
    assert reply.json["decoder_self"] is None


def test_a_table_has_a_row_for_each_target_token(attnstudio, trained, tmp_path):
    reply = attnstudio("attend", trained, SENTENCE, "-o", tmp_path / "a.csv", "--json")

    with (tmp_path / "a.csv").open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    assert header[1:] == reply.json["source_tokens"]
    assert [row[0] for row in rows] == reply.json["target_tokens"]


@pytest.mark.parametrize(
    ("site", "name"),
    [
        ("cross", "target over source"),
        ("encoder_self", "source over itself"),
        ("decoder_self", "target over itself"),
    ],
)
def test_every_file_names_the_site_that_it_shows(attnstudio, project, tmp_path, site, name):
    run = project / "runs" / "first"
    for kept in run.glob("checkpoints/*/reading.json"):
        kept.unlink()
    reading = {"site": site, "layer": 1, "head": 2, "method": "naive", "measure": "weights"}
    (run / "reading.json").write_text(json.dumps(reading), "utf-8")

    reply = attnstudio("attend", project, SENTENCE, "-o", tmp_path / "a.csv", "--json")
    assert attnstudio("attend", project, SENTENCE, "-o", tmp_path / "a.svg").code == 0

    assert reply.json["site"] == site
    assert reply.json["reading"] == reading
    with (tmp_path / "a.csv").open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    assert header[0] == name
    shown = np.array([[float(weight) for weight in row[1:]] for row in rows])
    np.testing.assert_array_equal(shown, np.array(reply.json[site])[1, 2])
    picture = (tmp_path / "a.svg").read_text("utf-8")
    assert f"<title>Attention: {name}</title>" in picture
    assert f"attention, {name}, layer 1, head 2" in picture


@pytest.mark.parametrize(
    ("site", "name", "row", "column"),
    [
        ("cross", "target over source", "target", "source"),
        ("encoder_self", "source over itself", "source", "source"),
        ("decoder_self", "target over itself", "target", "inputs"),
    ],
)
def test_the_site_that_is_asked_for_is_written(
    attnstudio, trained, tmp_path, site, name, row, column
):
    asked = ("attend", trained, SENTENCE, "--site", site)
    reply = attnstudio(*asked, "-o", tmp_path / "a.json", "--json")
    for ending in ("csv", "svg"):
        assert attnstudio(*asked, "-o", tmp_path / f"a.{ending}").code == 0

    written = json.loads((tmp_path / "a.json").read_text("utf-8"))
    assert written["site"] == reply.json["site"] == reply.json["reading"]["site"] == site
    assert f"Attention, {name}: " in reply.err
    tokens = {kind: reply.json[f"{kind}_tokens"] for kind in ("source", "target")}
    tokens["inputs"] = ["<s>", *tokens["target"][:-1]]
    with (tmp_path / "a.csv").open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    assert header == [name, *tokens[column]]
    assert [line[0] for line in rows] == tokens[row]
    picture = (tmp_path / "a.svg").read_text("utf-8")
    assert f"<title>Attention: {name}</title>" in picture


def test_a_self_attention_that_is_asked_for_is_the_average_of_its_heads(
    attnstudio, trained, tmp_path
):
    reply = attnstudio(
        "attend", trained, SENTENCE, "--site", "encoder_self", "-o", tmp_path / "a.csv", "--json"
    )

    assert reply.json["reading"] == {
        "site": "encoder_self", "layer": None, "head": None, "method": "naive",
        "measure": "weights",
    }  # fmt: skip
    with (tmp_path / "a.csv").open(encoding="utf-8", newline="") as file:
        _, *rows = csv.reader(file)
    shown = np.array([[float(weight) for weight in row[1:]] for row in rows])
    whole = np.array(reply.json["encoder_self"])
    np.testing.assert_allclose(shown, whole.mean(axis=(0, 1)), atol=1e-12)


def test_attention_is_rolled_out_through_all_layers_where_that_is_asked_for(
    attnstudio, trained, tmp_path
):
    asked = ("--site", "rollout_encoder_self", "-o", tmp_path / "a.csv", "--json")
    reply = attnstudio("attend", trained, SENTENCE, *asked)

    with (tmp_path / "a.csv").open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    assert header[0] == "rollout: source over itself"
    shown = np.array([[float(weight) for weight in row[1:]] for row in rows])
    first, second = (
        (np.mean(layer, axis=0) + np.eye(len(rows))) / 2 for layer in reply.json["encoder_self"]
    )
    np.testing.assert_allclose(shown, second @ first, atol=1e-6)


def test_attention_flows_through_all_layers_where_that_is_asked_for(attnstudio, trained, tmp_path):
    asked = ("--site", "flow_encoder_self", "-o", tmp_path / "a.csv", "--json")
    reply = attnstudio("attend", trained, SENTENCE, *asked)

    with (tmp_path / "a.csv").open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    assert header[0] == "flow: source over itself"
    shown = np.array([[float(weight) for weight in row[1:]] for row in rows])
    first, second = (
        (np.mean(layer, axis=0) + np.eye(len(rows))) / 2 for layer in reply.json["encoder_self"]
    )
    through = np.minimum(second[:, :, None], first[None]).sum(axis=1)  # of two layers
    np.testing.assert_allclose(shown, through, atol=1e-6)
    assert "flow_cross" not in reply.json  # which nobody asked for


def test_a_site_that_a_model_does_not_have_is_refused_with_those_that_it_has(
    attnstudio, trained, tmp_path
):
    reply = attnstudio(
        "attend", trained, SENTENCE, "--site", "encoder", "-o", tmp_path / "a.json", "--json"
    )

    assert reply.code == 2
    error = reply.json["error"]
    assert error["message"] == "This model has no attention of the name 'encoder'."
    names = "cross, encoder_self, decoder_self"
    rolled_out = "rollout_cross, rollout_encoder_self, rollout_decoder_self"
    assert error["hint"] == f"What it has: {names}, {rolled_out}."
    assert not (tmp_path / "a.json").exists()


def test_a_picture_is_svg(attnstudio, trained, tmp_path):
    assert attnstudio("attend", trained, SENTENCE, "-o", tmp_path / "a.SVG").code == 0

    assert (tmp_path / "a.SVG").read_text("utf-8").startswith("<svg ")


def test_a_page_for_a_browser_holds_the_numbers_of_every_site_and_measure(
    attnstudio, trained, tmp_path
):
    reply = attnstudio("attend", trained, SENTENCE, "-o", tmp_path / "a.html", "--json")

    assert reply.code == 0, reply.err
    page = ReadPage((tmp_path / "a.html").read_text("utf-8"))
    assert "run first, step" in page.shown
    for site in page.record["sites"]:
        found = {block["name"]: numbers_of(block) for block in site["measures"]}
        expected = {"weights": reply.json[site["name"]]}
        if site["name"] == "cross":
            expected |= {name: reply.json[name]["cross"] for name in ("norms", "alti")}
        assert found.keys() == expected.keys()
        for name, numbers in found.items():
            np.testing.assert_allclose(numbers, expected[name], atol=1e-4)


@pytest.mark.skipif(find_spec("PySide6") is None, reason="Qt is not installed")
def test_a_picture_can_be_png(attnstudio, trained, tmp_path):
    reply = attnstudio("attend", trained, SENTENCE, "-o", tmp_path / "a.png")

    assert reply.code == 0, reply.err
    assert (tmp_path / "a.png").read_bytes().startswith(b"\x89PNG")
    assert (tmp_path / "a.png").stat().st_size > 5_000  # something is drawn


@pytest.mark.skipif(find_spec("PySide6") is not None, reason="Qt is installed")
def test_a_png_without_qt_is_refused_with_a_way_out(attnstudio, trained, tmp_path):
    reply = attnstudio("attend", trained, SENTENCE, "-o", tmp_path / "a.png", "--json")

    assert reply.code == 1
    assert reply.json["error"]["hint"].startswith("Write an .svg instead")


def test_every_checkpoint_looks_elsewhere(attnstudio, trained, tmp_path):
    first, last = (
        attnstudio(
            "attend", trained, SENTENCE, "--forced", TRANSLATION, "--checkpoint", step,
            "-o", tmp_path / "a.csv", "--json",
        ).json["cross"]
        for step in ("10", "last")
    )  # fmt: skip

    assert first != last


@pytest.mark.parametrize(
    ("text", "output", "message"),
    [
        (" \n", "a.json", "There is no text to translate."),
        (SENTENCE, "a.txt", "a.txt is none of .json, .csv, .svg, .png and .html."),
        (SENTENCE, "json", "json is none of .json, .csv, .svg, .png and .html."),
    ],
)
def test_wrong_use_is_refused_at_once(attnstudio, tmp_path, text, output, message):
    """Before anything is loaded: here is not even a project."""
    reply = attnstudio("attend", tmp_path, text, "-o", tmp_path / output, "--json")

    assert reply.code == 2
    assert reply.json["error"]["message"] == message


def test_output_has_to_be_named(attnstudio, trained):
    reply = attnstudio("attend", trained, SENTENCE, "--json")

    assert reply.code == 2
    assert "'--output'" in reply.json["error"]["message"]


def test_a_run_that_is_read_best_by_norms_shows_them(attnstudio, project, tmp_path):
    run = project / "runs" / "first"
    for kept in run.glob("checkpoints/*/reading.json"):
        kept.unlink()
    reading = Reading(1, 2, measure=Measure.NORMS)
    (run / "reading.json").write_text(json.dumps(reading.to_mapping()), "utf-8")

    for options in ((), ("--forced", TRANSLATION)):
        reply = attnstudio(
            "attend", project, SENTENCE, *options, "-o", tmp_path / "a.csv", "--json"
        )

        assert reply.json["reading"] == reading.to_mapping()
        norms = np.array(reply.json["norms"]["cross"])[1, 2]
        with (tmp_path / "a.csv").open(encoding="utf-8", newline="") as file:
            _, *rows = csv.reader(file)
        shown = np.array([[float(weight) for weight in row[1:]] for row in rows])
        np.testing.assert_allclose(shown, norms / norms.sum(axis=1, keepdims=True), rtol=1e-5)


@pytest.mark.parametrize("options", [(), ("--forced", TRANSLATION)])
def test_contributions_are_written_with_the_share_of_what_was_written(
    attnstudio, trained, tmp_path, options
):
    asked = ("attend", trained, SENTENCE, *options, "--method", "alti")
    reply = attnstudio(*asked, "-o", tmp_path / "a.csv", "--json")

    assert (reply.json["reading"]["measure"], reply.json["reading"]["head"]) == ("alti", None)
    layers, prefix = (np.array(reply.json[name]["cross"]) for name in ("alti", "prefix_shares"))
    np.testing.assert_allclose(layers.sum(axis=(1, 3)) + prefix, 1.0, atol=1e-6)
    layer = reply.json["reading"]["layer"]
    rows = layers[:, 0].mean(axis=0) if layer is None else layers[layer, 0]
    if reply.json["reading"]["method"] == "shifted":
        rows = np.concatenate((rows[1:], rows[-1:]))
    with (tmp_path / "a.csv").open(encoding="utf-8", newline="") as file:
        header, *lines = csv.reader(file)
    assert header[0] == "target over source, alti"
    shown = np.array([[float(weight) for weight in line[1:]] for line in lines])
    np.testing.assert_allclose(shown, rows / rows.sum(axis=1, keepdims=True), rtol=1e-5)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--method", "lengths"), "'lengths' is not a method."),
        (
            ("--method", "alti", "--site", "decoder_self"),
            "There are no contributions (ALTI) of this attention.",
        ),
    ],
)
def test_a_method_that_is_not_there_is_refused_and_nothing_written(
    attnstudio, trained, tmp_path, options, message
):
    reply = attnstudio("attend", trained, SENTENCE, *options, "-o", tmp_path / "a.json", "--json")

    assert reply.code == 2
    assert reply.json["error"]["message"] == message
    assert not (tmp_path / "a.json").exists()


def test_a_checkpoint_is_shown_against_another(attnstudio, trained, tmp_path):
    steps = sorted(int(folder.name) for folder in trained.glob("runs/first/checkpoints/[0-9]*"))
    assert len(steps) > 1
    asked = ("attend", trained, SENTENCE, "--forced", TRANSLATION, "--json")
    first, last = (
        attnstudio(*asked, "--checkpoint", str(step), "-o", tmp_path / "a.json").json
        for step in (steps[0], steps[-1])
    )
    between = (*asked, "--checkpoint", str(steps[-1]), "--against", str(steps[0]))
    reply = attnstudio(*between, "-o", tmp_path / "a.svg")

    assert reply.code == 0, reply.err
    for site in ("cross", "encoder_self", "decoder_self"):
        expected = np.array(last[site]) - np.array(first[site])
        np.testing.assert_allclose(reply.json[f"difference_{site}"], expected, atol=1e-6)
        np.testing.assert_array_equal(reply.json[site], last[site])
    assert abs(np.array(reply.json["difference_cross"])).max() > 0
    assert reply.json["site"] == "difference_cross"
    picture = (tmp_path / "a.svg").read_text("utf-8")
    assert "Difference: target over source" in picture
    assert f"run first, step {steps[-1]}, less step {steps[0]} · Attention Studio" in picture


def test_a_change_is_not_compared_with_a_checkpoint(attnstudio, trained, tmp_path):
    options = ("--against", "last", "--ablate", "0.0", "-o", tmp_path / "a.csv")
    reply = attnstudio("attend", trained, SENTENCE, *options)

    assert reply.code == 2
    assert "Checkpoints are compared as they are." in reply.err


@pytest.fixture
def sparse(attnstudio, untrained):
    """A tiny Transformer whose weights can be exactly 0."""
    options = (
        "--preset", "tiny", "--set", "model.normaliser=sparsemax", "--threads", "1",
        "--set", "model.model_size=16", "--set", "model.feedforward_size=16",
        "--set", "tokenizer.vocabulary_size=300", "--set", "guidance.weight=0",
    )  # fmt: skip
    assert attnstudio("train", untrained, *options, "--max-steps", "2").code == 0
    return untrained


def test_what_is_left_out_for_good_is_said_and_kept_exactly(attnstudio, sparse, tmp_path):
    reply = attnstudio(
        "attend", sparse, SENTENCE, "--forced", TRANSLATION, "-o", tmp_path / "a.csv"
    )
    kept = attnstudio(
        "attend", sparse, SENTENCE, "--forced", TRANSLATION, "-o", tmp_path / "a.json", "--json"
    ).json

    rows = list(csv.reader((tmp_path / "a.csv").read_text("utf-8").splitlines()))[1:]
    weights = np.array([[float(number) for number in row[1:]] for row in rows])
    cross = np.array(kept["cross"])
    reading = kept["reading"]
    layer, head = (
        slice(None) if reading[part] is None else [reading[part]] for part in ("layer", "head")
    )
    read = cross[layer][:, head].mean(axis=(0, 1))
    if reading["method"] == "shifted":
        read = np.concatenate((read[1:], read[-1:]))
    np.testing.assert_allclose(weights, read, atol=1e-6)
    assert (weights == 0).any()
    at = (weights > 0).sum(axis=1).mean()
    assert reply.lines[1] == (
        f"looks at {at:.1f} of {weights.shape[1]} tokens on average: "
        f"{(weights == 0).mean():.0%} of the weights are exactly 0"
    )
    np.testing.assert_allclose(
        kept["head_figures"]["cross"]["zeros"], (cross == 0).mean(axis=(2, 3)), atol=1e-9
    )


def test_a_page_of_such_a_model_has_its_formulas(attnstudio, sparse, tmp_path):
    reply = attnstudio("attend", sparse, SENTENCE, "-o", tmp_path / "a.html")

    assert reply.code == 0
    assert "formulas" not in reply.err
    page = ReadPage((tmp_path / "a.html").read_text("utf-8"))
    assert page.record["formulas"]["steps"]
