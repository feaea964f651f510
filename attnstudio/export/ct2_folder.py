"""A model for CTranslate2: a folder that its Translator opens, and how near it is to us.

CTranslate2 (MIT licence) is an extra, `attnstudio[ct2]`. What it does not compute exactly as we do
is refused.
"""

from __future__ import annotations

import importlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path

from torch import Tensor

from attnstudio.config_model import TransformerConfig
from attnstudio.errors import ExportError
from attnstudio.export.built import built
from attnstudio.export.ct2_limits import why_no_ctranslate2
from attnstudio.export.ct2_parity import (
    SAME_SHARE,
    Bleu,
    Ours,
    TextPair,
    TranslationParity,
    measure_translations,
)
from attnstudio.export.ct2_process import PACKAGE, refuse_not_installed
from attnstudio.export.ct2_readme import ct2_readme
from attnstudio.export.ct2_spec import GivenAttention, transformer_spec
from attnstudio.export.facts import ExportFacts
from attnstudio.export.file_names import README
from attnstudio.export.weights import OpenModel, Progress, write_folder, write_sides
from attnstudio.inference.translator import Translator
from attnstudio.model.trained import TrainedModel
from attnstudio.reading import Reading
from attnstudio.sides.text import TextSource
from attnstudio.tokenizer import Tokenizer

FACTS = "attnstudio.json"  # config.json is CTranslate2's
PARITY = "parity.json"


class Quantization(StrEnum):
    """What the weights are written in."""

    FLOAT32 = "float32"
    INT8 = "int8"
    INT16 = "int16"
    BFLOAT16 = "bfloat16"
    FLOAT16 = "float16"


def refuse_no_ctranslate2(facts: ExportFacts) -> None:
    """Refuse at once what cannot be written.

    Raises:
        ExportError: CTranslate2 does not compute such a model, or is not installed.
    """
    if reason := why_no_ctranslate2(facts.config.model):
        raise ExportError(
            "Run {name} cannot be written for CTranslate2, which does not compute {reason} as we "
            "do.",
            hint="Export its open weights instead.",
            name=facts.run,
            reason=reason,
        )
    refuse_not_installed()


def write_ctranslate2(
    folder: Path,
    model: OpenModel,
    pairs: Sequence[TextPair],
    *,
    quantization: Quantization = Quantization.FLOAT32,
    reading: Reading | None = None,
    bleu: Bleu | None = None,
    progress: Progress = lambda _: None,
) -> TranslationParity:
    """Write the folder, which is there whole and measured or not at all.

    Args:
        folder: that is not there yet.
        model: what is written.
        pairs: sentences and their translations on which it is measured; see
            `measure_translations`, also for ``bleu``.
        quantization: what the weights are written in.
        reading: the attention that it gives, as far as it can; None for that of the last layer.
        bleu: of translations and references.
        progress: see `Progress`.

    Raises:
        ExportError: something lies there, its numbers are other than ours, CTranslate2 does not
            compute such a model, or is not installed.
        StorageError: the disk would not take it; nothing is left then.
    """
    refuse_no_ctranslate2(model.facts)
    ours = our_side(model)
    config = model.facts.config.model
    assert isinstance(config, TransformerConfig)
    given = GivenAttention.nearest(reading, config)
    tokenizers = ours.source.tokenizer, ours.target
    reports: list[TranslationParity] = []

    def write(temporary: Path) -> None:
        convert(
            temporary, config, model.weights, tokenizers, quantization=quantization, given=given
        )
        report = measure_translations(
            temporary,
            ours,
            pairs,
            quantization=quantization,
            given=given,
            bleu=bleu,
            progress=progress,
        )
        _refuse_far(model.facts, report, quantization)
        reports.append(report)
        content = {**asdict(report), "lost_bleu": report.lost_bleu, "wanted_same": SAME_SHARE}
        text = json.dumps(content, indent=1)
        (temporary / PARITY).write_text(text + "\n", encoding="utf-8", newline="\n")
        readme = ct2_readme(model.facts, report, given)
        (temporary / README).write_text(readme, encoding="utf-8", newline="\n")
        write_sides(temporary, model, FACTS)

    write_folder(folder, write)
    return reports[0]


def our_side(model: OpenModel) -> Ours:
    """The model as it is held against the other."""
    source = TextSource(Tokenizer(model.source_tokenizer), is_shared=model.facts.vocabulary.shared)
    target = Tokenizer(model.target_tokenizer)
    trained = TrainedModel.of(built(model.facts, model.weights))
    return Ours(Translator(trained, source, target), source, target)


def convert(
    folder: Path,
    config: TransformerConfig,
    weights: Mapping[str, Tensor],
    tokenizers: tuple[Tokenizer, Tokenizer],
    *,
    quantization: Quantization,
    given: GivenAttention,
) -> None:
    """Write CTranslate2's own files into a folder that has none of them.

    Raises:
        OSError: the disk would not take them.
    """
    library = importlib.import_module(PACKAGE)
    source, target = map(_pieces, tokenizers)
    spec = transformer_spec(library, config, weights, (source, target), given)
    spec.optimize(quantization=None if quantization is Quantization.FLOAT32 else quantization.value)
    spec.save(str(folder))


def _pieces(tokenizer: Tokenizer) -> list[str]:
    return [tokenizer.piece(id_) for id_ in range(tokenizer.size)]


def _refuse_far(facts: ExportFacts, report: TranslationParity, quantization: Quantization) -> None:
    if quantization is Quantization.FLOAT32 and not report.is_close:
        raise ExportError(
            "Run {name} was not written for CTranslate2, which computes other numbers ({report}).",
            hint="Export its open weights instead, and tell those who make Attention Studio.",
            name=facts.run,
            report=str(report),
        )
