"""CTranslate2 in a process of its own (two OpenMP libraries do not share one): see `decoding.py`.

::

    python benchmarks/ctranslate2_worker.py FOLDER THREADS

``FOLDER`` holds ``weights.npz`` and ``shape.json`` of a Transformer. Each line of standard input
is a JSON request, each line of standard output its answer.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

import ctranslate2
import numpy as np
from ctranslate2.specs import TransformerSpec
from ctranslate2.specs.model_spec import LayerSpec


def convert(folder: Path) -> Path:
    """Write the model in CTranslate2's format, in float32."""
    shape = json.loads((folder / "shape.json").read_text(encoding="utf-8"))
    with np.load(folder / "weights.npz") as file:
        weights = {name: file[name] for name in file.files}
    spec = TransformerSpec.from_config(
        (shape["encoder_layers"], shape["decoder_layers"]), shape["heads"], pre_norm=True
    )
    target = weights["target_embedding.weight"]
    for side, embedding in (("encoder", weights.get("source_embedding.weight", target)),
                            ("decoder", target)):  # fmt: skip
        part = getattr(spec, side)
        embeddings = part.embeddings
        (embeddings[0] if isinstance(embeddings, list) else embeddings).weight = embedding
        part.scale_embeddings = True
        part.position_encodings.encodings = weights["positions"]
        _norm(part.layer_norm, weights, f"{side}_norm")
        for number, layer in enumerate(part.layer):
            name = f"{side}_layers.{number}"
            own = f"{name}.attention"
            _linear(layer.self_attention.linear[0], weights,
                    f"{own}.query", f"{own}.key", f"{own}.value")  # fmt: skip
            _linear(layer.self_attention.linear[1], weights, f"{own}.output")
            _norm(layer.self_attention.layer_norm, weights, f"{name}.attention_norm")
            if side == "decoder":
                cross = f"{name}.cross"
                _linear(layer.attention.linear[0], weights, f"{cross}.query")
                _linear(layer.attention.linear[1], weights, f"{cross}.key", f"{cross}.value")
                _linear(layer.attention.linear[2], weights, f"{cross}.output")
                _norm(layer.attention.layer_norm, weights, f"{name}.cross_norm")
            _linear(layer.ffn.linear_0, weights, f"{name}.feedforward.0")
            _linear(layer.ffn.linear_1, weights, f"{name}.feedforward.2")
            _norm(layer.ffn.layer_norm, weights, f"{name}.feedforward_norm")
    spec.decoder.projection.weight = target
    special = ["<pad>", "<s>", "</s>"]
    names = [*special, *(str(i) for i in range(len(special), len(target)))]
    sources = len(weights.get("source_embedding.weight", target))
    spec.register_source_vocabulary([*special, *(str(i) for i in range(len(special), sources))])
    spec.register_target_vocabulary(names)
    spec.config.unk_token = names[3]
    spec.validate()
    spec.optimize(quantization=None)
    converted = folder / "converted"
    converted.mkdir()
    spec.save(str(converted))
    return converted


def _linear(spec: LayerSpec, weights: dict[str, np.ndarray], *names: str) -> None:
    spec.weight = np.concatenate([weights[f"{name}.weight"] for name in names])
    spec.bias = np.concatenate([weights[f"{name}.bias"] for name in names])


def _norm(spec: LayerSpec, weights: dict[str, np.ndarray], name: str) -> None:
    spec.gamma, spec.beta = weights[f"{name}.weight"], weights[f"{name}.bias"]


def answer(
    translators: dict[str, ctranslate2.Translator], request: dict[str, Any]
) -> dict[str, Any]:
    """Translate ``sources`` and say how long it took."""
    clock = time.process_time if request["cpu_time"] else time.perf_counter
    started_at = clock()
    results = translators[request["manner"]].translate_batch(
        request["sources"],
        beam_size=request["beam_size"],
        max_batch_size=request["batch_size"],
        max_decoding_length=request["max_length"],
        max_input_length=0,
        length_penalty=0,
        return_end_token=False,
    )
    seconds = clock() - started_at
    return {"seconds": seconds, "targets": [result.hypotheses[0] for result in results]}


def main() -> None:
    """Answer until standard input ends."""
    folder, threads = Path(sys.argv[1]), int(sys.argv[2])
    model = str(convert(folder))
    wishes = {"compute_type": "float32", "intra_threads": 1}
    translators = {
        "batch": ctranslate2.Translator(model, inter_threads=threads, **wishes),
        "single": ctranslate2.Translator(model, inter_threads=1, **wishes),
    }
    print(json.dumps({"version": ctranslate2.__version__}), flush=True)
    for line in sys.stdin:
        print(json.dumps(answer(translators, json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
