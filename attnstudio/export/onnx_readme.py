"""The README of a model in ONNX: its inputs and outputs, and lines that translate with it."""

from __future__ import annotations

from attnstudio.export.facts import ExportFacts
from attnstudio.export.onnx_graphs import READER, WRITER
from attnstudio.export.onnx_parity import ParityReport
from attnstudio.export.readme import LICENCE, heading, how_good, own_words, what_it_is

_CODE = """\
import os

os.environ["ORT_DISABLE_TELEMETRY"] = "1"  # without it onnxruntime reports to its makers
import numpy, onnxruntime, sentencepiece

reader, writer = (onnxruntime.InferenceSession(name) for name in ("READER", "WRITER"))
cutters = CUTTERS

def run(graph, known):
    given = {each.name: known[each.name] for each in graph.get_inputs()}
    return dict(zip([each.name for each in graph.get_outputs()], graph.run(None, given)))

def translate(text):
    source, ids, attention = cutters[0].encode(text) + [2], [1], []  # 2 ends a text, 1 begins one
    known = {"source_ids": numpy.array([source], dtype=numpy.int64)}
    known |= run(reader, known)
    while ids[-1] != 2 and len(ids) < 2 * len(source) + 10:
        step = run(writer, known | {"token": numpy.array(ids[-1:], dtype=numpy.int64)})
        known |= {name.removeprefix("next_"): step[name] for name in step if name[:5] == "next_"}
LOOKED        ids.append(int(step["logits"][0, 2:].argmax()) + 2)  # 0 and 1 are never written
    return cutters[1].decode(ids), attention

print(translate(input("LANGUAGE: "))[0])
"""

_LOOKED = """\
        attention.append(step["cross_attention"][0])  # (layers, heads, source)
"""
_SHARED = '[sentencepiece.SentencePieceProcessor(model_file="tokenizer.model")] * 2'
_APART = (
    '[sentencepiece.SentencePieceProcessor(model_file=f"{side}.model") '
    'for side in ("source", "target")]'
)

_PORTS = f"""\
- `{READER}` takes `source_ids`, (batch, source), padded with 0 at the end. What it gives under
  `source_…` goes into every step, what it gives under `state_…` into the first one.
  `encoder_attention`, where there is one, is (batch, layers, heads, source, source).
- `{WRITER}` takes those, `source_ids` again and `token`, (batch), first 1. It gives `logits`,
  (batch, vocabulary), of what may follow; `cross_attention` and `self_attention`, where there are
  such, (batch, layers, heads, source) and (batch, layers, heads, written); and under `next_state_…`
  what goes into the next step as `state_…`. `get_inputs()` says what a graph takes.
- The number of sentences and their lengths may vary. Padding is never looked at."""


def onnx_readme(facts: ExportFacts, report: ParityReport) -> str:
    """The text of ``README.md``."""
    parts = [
        heading(facts),
        what_it_is(facts),
        *own_words(facts),
        how_good(facts),
        "## Translate with it\n\nIt needs `pip install onnxruntime sentencepiece numpy`:\n\n"
        f"```python\n{onnx_code(facts)}```",
        f"## What goes in and comes out\n\n{_PORTS}",
        f"## Does it compute the same?\n\nMeasured after it was written, with {report.engine} "
        f"against Attention Studio: {report}. `parity.json` says more.",
        LICENCE,
    ]
    return "\n\n".join(parts) + "\n"


def onnx_code(facts: ExportFacts) -> str:
    """Python that translates a line with the graphs."""
    code = _CODE.replace("CUTTERS", _SHARED if facts.vocabulary.shared else _APART)
    code = code.replace("LOOKED", "" if facts.config.model.attends_with is None else _LOOKED)
    code = code.replace("READER", READER).replace("WRITER", WRITER)
    return code.replace("LANGUAGE", facts.source_language)
