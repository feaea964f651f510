import json
import re
from importlib.util import find_spec

import pytest


@pytest.fixture(scope="module")
def folder(attnstudio, trained, tmp_path_factory):
    folder = tmp_path_factory.mktemp("exports") / "first"
    reply = attnstudio("export", trained, "--run", "first", "-o", folder, "--json")
    assert reply.code == 0, reply.err
    assert reply.json["format"] == "weights"
    assert reply.json["folder"] == str(folder)
    assert reply.json["bytes"] > 10_000
    return folder


def test_a_model_goes_out_and_comes_back(attnstudio, trained, folder, tmp_path):
    into = tmp_path / "neu 新"
    reply = attnstudio("import-run", folder, "--into", into)
    assert reply.code == 0, reply.err
    assert reply.lines[0] == (
        f"Run first of {into} translates from en to de. It cannot be trained further."
    )

    given = b"the dog sees a bird today\n"
    ours = attnstudio("translate", trained, "--run", "first", "--json", given=given)
    theirs = attnstudio("translate", into, "--json", given=given)
    assert theirs.json == ours.json
    [run] = attnstudio("info", into, "--json").json["runs"]
    assert (run["state"], run["step"]) == ("imported", json.loads(
        (folder / "config.json").read_text("utf-8"))["step"])  # fmt: skip


def test_an_imported_run_is_not_trained(attnstudio, folder, tmp_path):
    assert attnstudio("import-run", folder, "--into", tmp_path / "p", "--name", "x").code == 0

    reply = attnstudio("train", tmp_path / "p", "--resume", "x")

    assert reply.code == 2
    assert (
        "Run x was imported with its weights alone, so it cannot be trained further." in reply.err
    )
    assert "train a new run" in reply.err


def test_nothing_is_overwritten(attnstudio, trained, folder):
    reply = attnstudio("export", trained, "-o", folder)

    assert reply.code == 1
    assert f"There is something at {folder} already." in reply.err


def test_a_checkpoint_may_be_chosen(attnstudio, trained, tmp_path):
    reply = attnstudio("export", trained, "--checkpoint", "7", "-o", tmp_path / "x")

    assert reply.code == 2
    assert "Run first has no checkpoint 7." in reply.err
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_no_model_is_told(attnstudio, tmp_path):
    reply = attnstudio("import-run", tmp_path, "--into", tmp_path / "p", "--json")

    assert reply.code == 2
    assert reply.json["error"]["message"] == f"{tmp_path} is not an exported model."
    assert not (tmp_path / "p").exists()


def test_onnx_is_measured_as_it_is_written(attnstudio, trained, tmp_path):
    reply = attnstudio("export", trained, "--format", "onnx", "-o", tmp_path / "onnx")

    if find_spec("onnx") is None or find_spec("onnxruntime") is None:
        assert reply.code == 1
        assert "pip install 'attnstudio[onnx]'" in reply.err
        assert list(tmp_path.iterdir()) == []
        return
    assert reply.code == 0, reply.err
    assert re.fullmatch(
        r"64 sentences: largest difference of logits \de-0\d, of attention weights \de-0\d\.",
        reply.lines[1],
    )
    names = {path.name for path in (tmp_path / "onnx").iterdir()}
    assert names == {
        "config.json", "encoder.onnx", "step.onnx", "tokenizer.model", "parity.json", "README.md",
        "manifest.json",
    }  # fmt: skip


def test_a_model_for_ctranslate2_is_measured_as_it_is_written(attnstudio, trained, tmp_path):
    reply = attnstudio(
        "export", trained, "--format", "ctranslate2", "--quantization", "int8",
        "-o", tmp_path / "fast", "--json",
    )  # fmt: skip

    if find_spec("ctranslate2") is None:
        assert reply.code == 1
        assert "pip install 'attnstudio[ct2]'" in reply.json["error"]["hint"]
        assert list(tmp_path.iterdir()) == []
        return
    assert reply.code == 0, reply.err
    parity = reply.json["parity"]
    assert parity["quantization"] == "int8"
    assert 0.0 < parity["log_prob"] < 1.0
    assert isinstance(parity["bleu"], float)
    assert (tmp_path / "fast" / "model.bin").is_file()


def test_only_weights_for_ctranslate2_are_rounded(attnstudio, trained, tmp_path):
    reply = attnstudio("export", trained, "--quantization", "int8", "-o", tmp_path / "out")

    assert reply.code == 2
    assert "--quantization is only for --format ctranslate2." in reply.err
    assert list(tmp_path.iterdir()) == []
