"""What cannot be written as ONNX is told at once, also where nothing that writes it is there."""

import importlib

import pytest

from attnstudio.config_attention import (
    AttentionKind,
    CoverageKind,
    HeadScoreKind,
    NormaliserKind,
    OwnReachKind,
    PositionKind,
    SourceReachKind,
)
from attnstudio.config_model import RecurrentConfig, TransformerConfig
from attnstudio.errors import ExportError
from attnstudio.export.onnx_folder import refuse_no_onnx, write_onnx
from attnstudio.export.onnx_graphs import why_no_graphs

TINY = TransformerConfig(
    encoder_layers=1, decoder_layers=1, model_size=16, heads=4, feedforward_size=24
)
GRU = RecurrentConfig(embedding_size=6, hidden_size=8)
REFUSED = {
    "positions = rotary": (TINY, {"positions": PositionKind.ROTARY}),
    "positions = alibi": (TINY, {"positions": PositionKind.ALIBI}),
    "positions = transformer_xl": (TINY, {"positions": PositionKind.TRANSFORMER_XL}),
    "score = additive": (TINY, {"score": HeadScoreKind.ADDITIVE}),
    "normaliser = linear": (TINY, {"normaliser": NormaliserKind.LINEAR}),
    "normaliser = sparsemax": (TINY, {"normaliser": NormaliserKind.SPARSEMAX}),
    "normaliser = entmax15": (GRU, {"normaliser": NormaliserKind.ENTMAX15}),
    "normaliser = learnt_entmax": (TINY, {"normaliser": NormaliserKind.LEARNT_ENTMAX}),
    "own_reach = window": (TINY, {"own_reach": OwnReachKind.WINDOW}),
    "own_reach = span": (TINY, {"own_reach": OwnReachKind.SPAN}),
    "source_reach = window": (GRU, {"source_reach": SourceReachKind.WINDOW}),
    "source_reach = predicted": (TINY, {"source_reach": SourceReachKind.PREDICTED}),
    "attention = none": (GRU, {"attention": AttentionKind.NONE}),
    "coverage = plain": (GRU, {"coverage": CoverageKind.PLAIN}),
    "coverage = fertility": (GRU, {"coverage": CoverageKind.FERTILITY}),
}


@pytest.mark.parametrize("reason", REFUSED)
def test_kinds_that_cannot_be_traced_are_refused_with_the_reason(write_model, tmp_path, reason):
    config, parts = REFUSED[reason]
    opened = write_model(config.model_copy(update=parts)).opened

    assert why_no_graphs(opened.facts.config.model) == reason
    with pytest.raises(ExportError, match=f"in a way, {reason}, that") as refusal:
        write_onnx(tmp_path / "out", opened, [((5, 2), (6,))])

    assert refusal.value.hint == "Export its open weights instead."
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("missing", ["onnx", "onnxruntime"])
def test_what_is_missing_is_named_with_the_command_that_installs_it(
    write_model, monkeypatch, missing
):
    def import_module(name):
        if name == missing:
            raise ImportError(name)

    monkeypatch.setattr(importlib, "import_module", import_module)
    with pytest.raises(ExportError, match=f"not installed: {missing} is missing") as refusal:
        refuse_no_onnx(write_model(TINY).opened.facts)

    assert "pip install 'attnstudio[onnx]'" in refusal.value.hint
