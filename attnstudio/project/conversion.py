"""A run's model written for CTranslate2, as this program uses it itself."""

from __future__ import annotations

from pathlib import Path

from attnstudio.config_model import TransformerConfig
from attnstudio.export.ct2_folder import Quantization, convert
from attnstudio.export.ct2_spec import GivenAttention
from attnstudio.model.weights import named_weights
from attnstudio.project.run_loading import LoadedRun
from attnstudio.sides.text import TextSource


def convert_run(loaded: LoadedRun, folder: Path) -> None:
    """Write CTranslate2's files into a folder that has none of them.

    Args:
        loaded: a run whose model CTranslate2 computes.
        folder: for the files.

    Raises:
        OSError: the disk would not take them.
    """
    config, translator = loaded.definition.config.model, loaded.translator
    source = translator.source
    assert isinstance(config, TransformerConfig)
    assert isinstance(source, TextSource)
    convert(
        folder,
        config,
        named_weights(translator.model),
        (source.tokenizer, translator.target_tokenizer),
        quantization=Quantization.FLOAT32,
        given=GivenAttention.nearest(loaded.reading, config),
    )
