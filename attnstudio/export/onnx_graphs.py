"""A model as two graphs of ONNX: what reads a source, and one step of what writes.

Both are traced through our own model, so that no formula is written down a second time. What the
reader gives under ``source_…`` stays as it is, what it gives under ``state_…`` is fed to the first
step, and each step gives the next one's under ``next_state_…``: whoever runs them needs to know no
kind of model. The weights of the attention are outputs beside them.

The exporter that traces is taken and not the one that analyses programs (``dynamo``): the graphs of
a Transformer of five layers took 3 s and not 100 s on a busy machine, and it asks for onnx alone.
torch calls it the older one, with a DeprecationWarning, but has it in all of our versions, 2.9 to
2.13; the newer one makes the same graphs of a Transformer once it is needed, in 13 s and not 0.4 s
for a tiny one, and asks for onnxscript as well.
It follows one example, so what depends on lengths or numbers is not seen, such as how many steps
the threshold of an entmax takes: parts that have any of it are replaced by `onnx_parts`, so that
every kind of model can be written; and each export is measured by `onnx_parity`.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from pathlib import Path

import torch
from torch import Tensor

from attnstudio.export.onnx_parts import traceable
from attnstudio.export.onnx_recurrent import PLACES as RECURRENT_PLACES
from attnstudio.export.onnx_recurrent import RecurrentReader, RecurrentWriter
from attnstudio.export.onnx_transformer import PLACES as TRANSFORMER_PLACES
from attnstudio.export.onnx_transformer import TransformerReader, TransformerWriter
from attnstudio.model.interface import SequenceModel
from attnstudio.model.recurrent import RecurrentModel
from attnstudio.model.transformer import TransformerModel
from attnstudio.tokenizer import END_ID, PADDING_ID, UNKNOWN_ID

READER, WRITER = "encoder.onnx", "step.onnx"
OPSET = 18  # of 2022: whatever runs ONNX today knows it

_EXAMPLE = ((UNKNOWN_ID,) * 4 + (END_ID,), (UNKNOWN_ID, UNKNOWN_ID, END_ID, PADDING_ID, PADDING_ID))
_WRITTEN = 4  # pieces before the step of the example
_PLACES = {
    "source_ids": {0: "batch", 1: "source"},
    "token": {0: "batch"},
    "logits": {0: "batch"},
    "encoder_attention": {0: "batch", 3: "source", 4: "source"},
    "cross_attention": {0: "batch", 3: "source"},
    "self_attention": {0: "batch", 3: "target"},
}


def write_graphs(model: SequenceModel, folder: Path) -> None:
    """Write ``encoder.onnx`` and ``step.onnx``.

    Args:
        model: on the processor, in evaluation mode, without gradients.
        folder: which is there.

    Raises:
        OSError: the disk would not take them.
    """
    reader: TransformerReader | RecurrentReader
    writer: TransformerWriter | RecurrentWriter
    if isinstance(model, TransformerModel):
        reader, writer = TransformerReader(model), TransformerWriter(model)
        places = _PLACES | TRANSFORMER_PLACES
    else:
        assert isinstance(model, RecurrentModel)
        reader, writer = RecurrentReader(model), RecurrentWriter(model)
        places = _PLACES | RECURRENT_PLACES
    source_ids = torch.tensor(_EXAMPLE)
    token = torch.full((len(_EXAMPLE),), UNKNOWN_ID)
    with torch.no_grad():
        found = dict(zip(reader.outputs, reader(source_ids), strict=True))
    if isinstance(model, TransformerModel):  # a step behind some others
        for name in ("state_keys", "state_values"):
            layers, batch, heads, _, size = found[name].shape
            found[name] = torch.zeros(layers, batch, heads, _WRITTEN, size)
    given = tuple(found[name] for name in writer.inputs)
    names = ("token", "source_ids", *writer.inputs)
    with traceable(model):
        _trace(reader, (source_ids,), ("source_ids",), places, folder / READER)
        _trace(writer, (token, source_ids, *given), names, places, folder / WRITER)


def _trace(
    module: TransformerReader | TransformerWriter | RecurrentReader | RecurrentWriter,
    example: tuple[Tensor, ...],
    names: tuple[str, ...],
    places: Mapping[str, Mapping[int, str]],
    path: Path,
) -> None:
    with warnings.catch_warnings(), torch.no_grad():
        # That it follows one example, and that it is the older of two exporters: see above.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            module.eval(),
            example,
            str(path),
            dynamo=False,
            opset_version=OPSET,
            input_names=list(names),
            output_names=list(module.outputs),
            dynamic_axes={
                name: dict(places[name]) for name in (*names, *module.outputs) if name in places
            },
        )
