"""What `equality.py` lets two versions compute: options of ``attnstudio train`` under a name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import product

_SAMPLES = ("en-de", "en-zh")
_PRECISIONS = ("fp32", "bf16")
_KINDS = ("additive", "dot", "general", "concat", "scaled_dot", "none")


@dataclass(frozen=True, slots=True)
class Case:
    """One model that both versions train and use.

    Attributes:
        name: of its results.
        sample: the corpus.
        preset: where its settings start.
        precision: of matrix products.
        updates: how long it is trained.
        sentences: how many it translates.
        settings: on top of the preset.
        is_reversed: from the corpus's target to its source.
    """

    name: str
    sample: str
    preset: str
    precision: str
    updates: int
    sentences: int
    settings: tuple[str, ...] = ()
    is_reversed: bool = False


class Extent(StrEnum):
    """How much is computed."""

    QUICK = "quick"
    USUAL = "usual"
    FULL = "full"


def cases(extent: Extent) -> list[Case]:
    """Every case, or the first with a few updates."""
    presets = list(_presets(is_full=extent is Extent.FULL))
    if extent is Extent.QUICK:
        return [replace(presets[0], updates=6, sentences=4)]
    return [*presets, *_kinds()]


_NARROW = ("model.model_size=128", "model.feedforward_size=512")


def _presets(*, is_full: bool) -> Iterator[Case]:
    """Presets on each sample, in each precision.

    Processors without bfloat16 take a hundred seconds for one update of the base Transformer in it.
    """
    for preset, exact_updates, rounded_updates, sentences, narrowed in (
        ("tiny", 60, 60, 12, ()),
        ("small", 60, 10, 6, ()),
        ("bahdanau", 60, 10, 6, ()),
        ("base", 20, 6, 2, _NARROW),
    ):
        for sample, precision in product(_SAMPLES, _PRECISIONS):
            is_exact = precision == "fp32"
            settings = (f"training.batch_tokens={256 if is_exact else 128}", *narrowed)
            yield Case(
                f"{preset}.{sample}.{precision}",
                sample,
                preset,
                precision,
                60 if is_full else exact_updates if is_exact else rounded_updates,
                sentences,
                ("training.batch_tokens=512",) if is_full else settings,
            )


def _kinds() -> Iterator[Case]:
    """Small recurrent models with each kind of attention, some in ways that presets do not go."""
    for number, kind in enumerate(_KINDS):
        settings = (
            f"model.attention={kind}",
            "model.embedding_size=32",
            "model.hidden_size=48",
            "model.layers=2",
            f"model.cell={('gru', 'lstm')[number % 2]}",
            f"model.input_feeding={('true', 'false')[number % 3 == 1]}",
            "training.batch_tokens=256",
            "tokenizer.vocabulary_size=1000",
        )
        yield Case(
            f"kind.{kind}", "en-de", "bahdanau", "fp32", 30, 10, settings, is_reversed=number > 2
        )
