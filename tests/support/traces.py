"""``attend --trace`` of models that learned a little, and its numbers beside those of a witness."""

import json
import shutil

import numpy as np
import pytest
from safetensors.numpy import load_file

from attnstudio.tokenizer import END_ID, START_ID, Tokenizer

SENTENCE, TRANSLATION = "the dog sees a bird today", "heute sieht der Hund ein Vogel"
TOLERANCE = 1e-4
LEARNED = (  # a few steps that go far, so that no bias is 0 and no attention even
    "--threads", "1", "--precision", "fp32", "--max-steps", "6", "--set", "guidance.weight=0",
    "--set", "training.learning_rate=0.05", "--set", "training.warmup_steps=1",
    "--set", "tokenizer.vocabulary_size=300", "--set", "training.decoded_pairs=2",
    "--set", "training.watch_sentences=0", "--set", "training.average_decay=0",
)  # fmt: skip


def learned(tmp_path_factory, imported, attnstudio, *options):
    """A project with a run that learned a little, of a model of these options."""
    project = shutil.copytree(imported, tmp_path_factory.mktemp("learned") / "project")
    reply = attnstudio("train", project, *options, *LEARNED)
    assert reply.code == 0, reply.err
    return project


def ids_of(project):
    """What is read and fed, by the project's only tokenizer."""
    [model] = {path.read_bytes() for path in project.glob("tokenizers/*/*.model")}
    tokenizer = Tokenizer(model)
    source = [*tokenizer.encode(SENTENCE), END_ID]
    return source, [START_ID, *tokenizer.encode(TRANSLATION), END_ID], tokenizer


def weights_of(project):
    [run] = project.glob("runs/*")
    checkpoints = json.loads((run / "checkpoints.json").read_text("utf-8"))
    step = checkpoints["best"]
    return load_file(run / "checkpoints" / str(step) / "model.safetensors")


def traced(attnstudio, project, place, tmp_path, *options):
    to = tmp_path / "trace.json"
    reply = attnstudio(
        "attend", project, SENTENCE, "--forced", TRANSLATION, "--trace", place, "-o", to, *options
    )
    assert reply.code == 0, reply.err
    return json.loads(to.read_text("utf-8"))


def outcome_cards(content, logits, tokenizer, piece):
    """What the cards of logits and probabilities should hold, for the pieces that they name."""
    [named] = [card["columns"] for card in content["cards"] if card["kind"] == "logits"]
    assert named[0] == tokenizer.piece(piece) == content["piece"]
    ids = [next(i for i in range(len(logits)) if tokenizer.piece(i) == name) for name in named]
    likeliest = [i for i in np.argsort(-logits) if i != piece][: len(ids) - 1]
    assert ids[1:] == likeliest
    shares = np.exp(logits - logits.max())
    return {"logits": logits[ids], "probabilities": (shares / shares.sum())[ids]}


def assert_same(content, expected):
    cards = content["cards"]
    keys = [
        card["kind"] if card["cell_layer"] is None else (card["kind"], card["cell_layer"])
        for card in cards
    ]
    assert sorted(map(str, keys)) == sorted(map(str, expected))
    for key, card in zip(keys, cards, strict=True):
        values = np.array(
            [[-np.inf if v is None else v for v in row] for row in card["values"]], dtype=float
        )
        wanted = np.atleast_2d(expected[key])
        np.testing.assert_allclose(values, wanted, atol=TOLERANCE, rtol=0, err_msg=str(key))
        if card["difference"] is not None:
            assert card["difference"] < TOLERANCE, key
        if (sum_ := card["arithmetic"]) is not None:
            column = sum_["column"]
            parts = [each["value"] for each in sum_["summands"]]
            assert sum_["result"] == pytest.approx(wanted[0, column], abs=TOLERANCE)
            if parts:
                assert sum(parts) + sum_["rest"] == pytest.approx(sum_["sum"], abs=1e-9)
                assert [abs(v) for v in parts] == sorted((abs(v) for v in parts), reverse=True)
