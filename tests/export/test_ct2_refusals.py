"""What CTranslate2 does not compute is told at once, also where it is not installed."""

import pytest

from attnstudio.config_attention import (
    HeadScoreKind,
    NormaliserKind,
    OwnReachKind,
    PositionKind,
    SourceReachKind,
)
from attnstudio.config_model import NormKind, RecurrentConfig, TransformerConfig
from attnstudio.errors import ExportError
from attnstudio.export import ct2_process
from attnstudio.export.ct2_folder import refuse_no_ctranslate2, write_ctranslate2
from attnstudio.export.ct2_limits import why_no_ctranslate2

TINY = TransformerConfig(
    encoder_layers=1, decoder_layers=1, model_size=16, heads=4, feedforward_size=24
)
GRU = RecurrentConfig(embedding_size=6, hidden_size=8)
REFUSED = {
    "kind = recurrent": (GRU, {}),
    "positions = alibi": (TINY, {"positions": PositionKind.ALIBI}),
    "positions = transformer_xl": (TINY, {"positions": PositionKind.TRANSFORMER_XL}),
    "norm = deep": (TINY, {"norm": NormKind.DEEP}),
    "score = additive": (TINY, {"score": HeadScoreKind.ADDITIVE}),
    "normaliser = linear": (TINY, {"normaliser": NormaliserKind.LINEAR}),
    "normaliser = sparsemax": (TINY, {"normaliser": NormaliserKind.SPARSEMAX}),
    "normaliser = entmax15": (TINY, {"normaliser": NormaliserKind.ENTMAX15}),
    "normaliser = learnt_entmax": (TINY, {"normaliser": NormaliserKind.LEARNT_ENTMAX}),
    "own_reach = window": (TINY, {"own_reach": OwnReachKind.WINDOW}),
    "own_reach = span": (TINY, {"own_reach": OwnReachKind.SPAN}),
    "source_reach = window": (TINY, {"source_reach": SourceReachKind.WINDOW}),
    "source_reach = predicted": (TINY, {"source_reach": SourceReachKind.PREDICTED}),
}


@pytest.mark.parametrize("reason", REFUSED)
def test_kinds_that_it_does_not_compute_are_refused_with_the_reason(write_model, tmp_path, reason):
    config, parts = REFUSED[reason]
    opened = write_model(config.model_copy(update=parts)).opened

    assert why_no_ctranslate2(opened.facts.config.model) == reason
    with pytest.raises(ExportError, match=f"does not compute {reason} as we do") as refusal:
        write_ctranslate2(tmp_path / "out", opened, [("dog", "Hund")])

    assert refusal.value.hint == "Export its open weights instead."
    assert list(tmp_path.iterdir()) == []


def test_that_it_is_not_installed_is_said_with_the_command_that_installs_it(
    write_model, monkeypatch
):
    monkeypatch.setattr(ct2_process, "PACKAGE", "ctranslate2_that_is_not_there")

    with pytest.raises(ExportError, match=r"CTranslate2 is not installed\.") as refusal:
        refuse_no_ctranslate2(write_model(TINY).opened.facts)

    assert refusal.value.hint == "Install it with: pip install 'attnstudio[ct2]'"
