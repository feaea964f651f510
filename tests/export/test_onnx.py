"""Models as graphs of ONNX: the same numbers in onnxruntime, for every length and batch."""

import json
import os
import re
from pathlib import Path

import numpy as np
import pytest
import torch
from strangers import answers_of_stranger

onnx = pytest.importorskip("onnx", reason="onnx is an extra: pip install 'attnstudio[onnx]'")
onnxruntime = pytest.importorskip(
    "onnxruntime", reason="onnxruntime is an extra: pip install 'attnstudio[onnx]'"
)

from attnstudio.config import DecodingConfig  # noqa: E402
from attnstudio.config_attention import (  # noqa: E402
    AttentionKind,
    CoverageKind,
    HeadScoreKind,
    NormaliserKind,
    OwnReachKind,
    PositionKind,
    SourceReachKind,
)
from attnstudio.config_model import (  # noqa: E402
    Cell,
    NormKind,
    RecurrentConfig,
    TransformerConfig,
)
from attnstudio.errors import ExportError, StorageError  # noqa: E402
from attnstudio.export import onnx_folder  # noqa: E402
from attnstudio.export.built import built  # noqa: E402
from attnstudio.export.onnx_folder import write_onnx  # noqa: E402
from attnstudio.model.padding import pad_ids, source_batch  # noqa: E402
from attnstudio.sites import CROSS, SOURCE  # noqa: E402

SENTENCES = ("the dog sees a bird today", "today", "my man knows the cook today and the boy")
IDS = [1, 7, 40, 9, 200, 33, 8]
TINY = TransformerConfig(
    encoder_layers=2, decoder_layers=3, model_size=16, heads=4, feedforward_size=24
)
SHALLOW = TINY.model_copy(update={"encoder_layers": 1, "decoder_layers": 2})
GRU = RecurrentConfig(embedding_size=6, hidden_size=8)
PARTS = {
    "post": {"norm": NormKind.POST},
    "deep": {"norm": NormKind.DEEP},
    "learnt": {"positions": PositionKind.LEARNT},
    "nowhere": {"positions": PositionKind.NONE},
    "relative": {"positions": PositionKind.RELATIVE},
    "dot": {"score": HeadScoreKind.DOT},
    "rotary-sparsemax": {
        "positions": PositionKind.ROTARY, "normaliser": NormaliserKind.SPARSEMAX,
    },
    "alibi-window": {"positions": PositionKind.ALIBI, "own_reach": OwnReachKind.WINDOW},
    "xl-entmax15": {
        "positions": PositionKind.TRANSFORMER_XL, "normaliser": NormaliserKind.ENTMAX15,
    },
    "additive-learnt-entmax": {
        "score": HeadScoreKind.ADDITIVE, "normaliser": NormaliserKind.LEARNT_ENTMAX,
    },
    "linear": {"normaliser": NormaliserKind.LINEAR},
    "span-window": {
        "own_reach": OwnReachKind.SPAN, "source_reach": SourceReachKind.WINDOW, "window": 3,
    },
    "predicted": {"source_reach": SourceReachKind.PREDICTED},
}  # fmt: skip
RECURRENT = {
    "additive-gru": {},
    "additive-lstm": {"cell": Cell.LSTM, "layers": 2},
    "additive-heads": {"heads": 4},
    "dot-fed": {"attention": AttentionKind.DOT},
    "general-free": {"attention": AttentionKind.GENERAL, "input_feeding": False},
    "concat-lstm": {"attention": AttentionKind.CONCAT, "cell": Cell.LSTM, "heads": 2},
    "scaled-dot": {"attention": AttentionKind.SCALED_DOT, "layers": 2},
    "sparsemax-window": {
        "normaliser": NormaliserKind.SPARSEMAX, "source_reach": SourceReachKind.WINDOW, "window": 2,
    },
    "window-free": {
        "attention": AttentionKind.GENERAL, "source_reach": SourceReachKind.WINDOW,
        "input_feeding": False,
    },
    "predicted-entmax15": {
        "normaliser": NormaliserKind.ENTMAX15, "source_reach": SourceReachKind.PREDICTED,
    },
    "learnt-entmax": {"normaliser": NormaliserKind.LEARNT_ENTMAX, "heads": 2},
    "linear-fed": {
        "attention": AttentionKind.SCALED_DOT, "normaliser": NormaliserKind.LINEAR, "heads": 2,
    },
    "coverage": {"coverage": CoverageKind.PLAIN},
    "fertility-lstm": {"coverage": CoverageKind.FERTILITY, "heads": 2, "cell": Cell.LSTM},
    "never": {"attention": AttentionKind.NONE},
    "never-lstm": {"attention": AttentionKind.NONE, "cell": Cell.LSTM, "layers": 2},
}  # fmt: skip
KINDS = {
    "tied": (TINY, True),
    "untied": (TINY, False),
    **{name: (SHALLOW.model_copy(update=parts), True) for name, parts in PARTS.items()},
    **{name: (GRU.model_copy(update=parts), False) for name, parts in RECURRENT.items()},
}
STRANGER = """
import builtins, json, os, re, sys
sys.modules["attnstudio"] = sys.modules["torch"] = None
job = json.loads(sys.stdin.read())
sys.path.append(job["path"])
for folder in job["folders"]:
    os.chdir(folder)
    [code] = re.findall("```python\\n(.*?)```", open("README.md", encoding="utf-8").read(), re.S)
    said, builtins.input = [], lambda _: job["sentences"][0]
    page = {"print": said.append}
    exec(code, page)
    found = [page["translate"](text) for text in job["sentences"]]
    print(json.dumps({
        "said": said,
        "texts": [text for text, _ in found],
        "attention": [[step.tolist() for step in steps] for _, steps in found],
    }))
"""


def pairs_of(_):
    """Ids of sentences of different lengths."""
    draw = np.random.default_rng(3)
    sizes = [(int(a), int(b)) for a, b in draw.integers(1, 40, (11, 2))]
    return [
        ((*draw.integers(3, 250, a).tolist(), 2), tuple(draw.integers(3, 250, b).tolist()))
        for a, b in sizes
    ]


@pytest.fixture(scope="module")
def written(write_model, tokenizers, tmp_path_factory):
    """Each kind as a folder of ONNX, and the model that it was made of."""
    found = {}
    for name, (config, shared) in KINDS.items():
        model = write_model(config, shared=shared)
        folder = tmp_path_factory.mktemp("onnx") / name
        found[name] = model, folder, write_onnx(folder, model.opened, pairs_of(tokenizers))
    return found


@pytest.mark.parametrize("name", KINDS)
def test_every_number_is_ours(written, name):
    _, folder, report = written[name]

    assert report.sentences == 11
    assert report.logits < 1e-4
    assert (report.attention is None) == (KINDS[name][0].attends_with is None)
    assert (report.attention or 0.0) < 1e-4
    assert (report.encoder_attention is None) == isinstance(KINDS[name][0], RecurrentConfig)
    content = json.loads((folder / "parity.json").read_text("utf-8"))
    assert content["logits"] == report.logits
    assert content["attention"] == report.attention
    assert content["tolerance"] == 1e-4
    assert str(report) in (folder / "README.md").read_text("utf-8")


@pytest.mark.parametrize("name", KINDS)
def test_sessions_of_our_own_agree_too(written, name):
    """Written down a second time: batch, padding and states by their names."""
    model, folder, _ = written[name]
    reader, writer = (
        onnxruntime.InferenceSession(folder / f"{graph}.onnx") for graph in ("encoder", "step")
    )
    sources = [np.array(ids) for ids in ([9, 8, 7, 6, 5, 44, 71, 2], [12, 2], [90, 91, 2])]
    device = torch.device("cpu")
    batch = source_batch(sources, device)
    inputs = pad_ids([IDS] * 3, device)
    with torch.no_grad():
        ours = model.model.decode(model.model.read({SOURCE: batch}), inputs, trace=True)
        logits = ours.logits.numpy()
        looks = ours.traces[CROSS].weights.numpy() if CROSS in ours.traces else None

    values = batch.values.numpy()
    read = reader.run(None, {"source_ids": values})
    held = dict(zip([o.name for o in reader.get_outputs()], read, strict=True))
    for place in range(len(IDS)):
        given = {**held, "source_ids": values, "token": inputs[:, place].numpy()}
        names = [each.name for each in writer.get_outputs()]
        taken = {each.name: given[each.name] for each in writer.get_inputs()}
        step = dict(zip(names, writer.run(None, taken), strict=True))
        np.testing.assert_allclose(step["logits"], logits[:, place], atol=1e-4)
        assert ("cross_attention" in step) == (looks is not None)
        if looks is not None:
            np.testing.assert_allclose(step["cross_attention"], looks[:, :, :, place], atol=1e-4)
        held |= {key[5:]: value for key, value in step.items() if key.startswith("next_")}


@pytest.fixture(scope="module")
def strangers(written):
    job = {
        "path": str(Path(onnxruntime.__file__).parents[1]),
        "folders": [str(folder) for _, folder, _ in written.values()],
        "sentences": SENTENCES,
    }
    return dict(zip(written, answers_of_stranger(STRANGER, job), strict=True))


@pytest.mark.parametrize("name", KINDS)
def test_the_lines_of_the_readme_translate_without_torch(written, strangers, name):
    translator = written[name][0].translator
    ours = translator.translate(SENTENCES, DecodingConfig(beam_size=1), attention=True)

    assert strangers[name]["texts"] == [translation.text for translation in ours]
    assert strangers[name]["said"] == [ours[0].text]
    for steps, translation in zip(strangers[name]["attention"], ours, strict=True):
        if CROSS not in translation.attention.matrices:
            assert steps == []
            continue
        theirs = np.array(steps).transpose(1, 2, 0, 3)  # (layers, heads, target, source)
        weights = translation.attention.matrices[CROSS].weights
        rows = theirs.shape[2]  # where a translation gets too long, ours has the </s> as well
        assert weights.shape[2] - rows in (0, 1)
        np.testing.assert_allclose(theirs, weights[:, :, :rows], atol=1e-4)


def test_they_are_about_twenty(written):
    for _, folder, _ in written.values():
        readme = (folder / "README.md").read_text("utf-8")
        [code] = re.findall("```python\n(.*?)```", readme, re.DOTALL)
        assert len([line for line in code.splitlines() if line.strip()]) <= 20


def test_the_graphs_are_sound(written):
    for _, folder, _ in written.values():
        for name in ("encoder.onnx", "step.onnx"):
            onnx.checker.check_model(str(folder / name), full_check=True)


def test_graphs_of_another_model_are_not_kept(write_model, tokenizers, tmp_path, monkeypatch):
    model = write_model()
    name = "decoder_layers.1.cross.query.weight"
    other = dict(model.opened.weights)
    other[name] = other[name].T.contiguous()
    wrong = built(model.opened.facts, other)
    write = onnx_folder.write_graphs
    monkeypatch.setattr(onnx_folder, "write_graphs", lambda _, folder: write(wrong, folder))

    with pytest.raises(ExportError, match="onnxruntime computes other numbers"):
        write_onnx(tmp_path / "out", model.opened, pairs_of(tokenizers))

    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_leaves_nothing(write_model, tokenizers, tmp_path, monkeypatch):
    def refuse(_, folder):
        (folder / "encoder.onnx").write_bytes(b"half")
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(onnx_folder, "write_graphs", refuse)
    with pytest.raises(StorageError, match="No space left"):
        write_onnx(tmp_path / "out", write_model().opened, pairs_of(tokenizers))

    assert list(tmp_path.iterdir()) == []


def test_what_ends_it_on_the_way_leaves_nothing(write_model, tokenizers, tmp_path):
    told = []

    def end(share):
        told.append(share)
        if share > 0.5:
            raise RuntimeError("enough")

    with pytest.raises(RuntimeError, match="enough"):
        write_onnx(tmp_path / "out", write_model().opened, pairs_of(tokenizers), progress=end)

    assert told[0] < 0.5 < told[-1] < 1.0
    assert list(tmp_path.iterdir()) == []
