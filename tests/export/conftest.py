"""Tiny models of many kinds with tokenizers of their own, written as folders for strangers."""

from dataclasses import dataclass
from pathlib import Path

import pytest
import torch

from attnstudio.config import RunConfig, TokenizerConfig
from attnstudio.config_model import TransformerConfig
from attnstudio.export.facts import ExportFacts, TestScore, Vocabulary
from attnstudio.export.weights import OpenModel, write_weights
from attnstudio.inference.translator import Translator
from attnstudio.model.builder import build_model
from attnstudio.model.interface import SequenceModel
from attnstudio.model.spec import translation_spec
from attnstudio.model.trained import TrainedModel
from attnstudio.model.weights import named_weights
from attnstudio.sides.text import TextSource
from attnstudio.tokenizer import Tokenizer, train_tokenizer

TINY = TransformerConfig(
    encoder_layers=2, decoder_layers=3, model_size=16, heads=4, feedforward_size=24
)
SCORES = (
    TestScore(
        sentences=31, bleu=27.5, bleu_signature="nrefs:1|v", chrf=50.25, chrf_signature="nc:6|v"
    ),
)


@dataclass(frozen=True)
class Written:
    """A model of ours and the folder that was made of it."""

    folder: Path
    model: SequenceModel
    translator: Translator
    opened: OpenModel


@pytest.fixture(scope="session")
def tokenizers(pairs):
    """SentencePiece models: ``en``, ``de`` and ``both``, of different sizes."""
    texts = {"en": [pair.source for pair in pairs], "de": [pair.target for pair in pairs]}
    texts["both"] = texts["en"] + texts["de"]
    sizes = {"en": 280, "de": 300, "both": 320}
    return {
        name: train_tokenizer(
            texts[name], TokenizerConfig(kind="bpe", vocabulary_size=sizes[name])
        ).model
        for name in texts
    }


@pytest.fixture(scope="session")
def write_model(tmp_path_factory, tokenizers):
    """Make a model of a config and write it down: ``write_model(config, shared=True)``."""

    def write_model(config=TINY, *, shared=True, **facts):
        names = ("both", "both") if shared else ("en", "de")
        source, target = (tokenizers[name] for name in names)
        sides = Tokenizer(source), Tokenizer(target)
        sizes = [side.size for side in sides]
        torch.manual_seed(5)
        model = build_model(config, translation_spec(*sizes, shared=shared)).eval()
        with torch.no_grad():
            for parameter in model.parameters():  # biases start at zero: let them count
                parameter.add_(torch.randn_like(parameter), alpha=0.2)
        weights = named_weights(model)
        usual = {
            "program": "0.1.0",
            "exported_at": "2026-11-30T12:00:00+00:00",
            "run": "tiny-1",
            "step": 400,
            "source_language": "en",
            "target_language": "de",
            "preset": "tiny",
            "vocabulary": Vocabulary(source=sizes[0], target=sizes[1], shared=shared),
            "parameters": sum(weight.numel() for weight in weights.values()),
            "training_pairs": 260,
            "validation": {"loss": 2.5},
            "tests": SCORES,
            "config": RunConfig(model=config, guidance={"weight": 0.0}),
        }
        opened = OpenModel(ExportFacts(**usual | facts), weights, source, target)
        folder = tmp_path_factory.mktemp("exported") / "model"
        write_weights(folder, opened)
        side = TextSource(sides[0], is_shared=shared)
        return Written(folder, model, Translator(TrainedModel.of(model), side, sides[1]), opened)

    return write_model
