"""How near exported models are to ours: in CTranslate2 and in ONNX, kind by kind.

::

    python benchmarks/exports.py [--out FOLDER] [--updates 300]         small models of the sample
    python benchmarks/exports.py --project FOLDER --runs NAME [NAME …]  models that are there

Models of the kinds below are trained for some updates on a sample corpus, so that what they say is
no noise; each is exported by ``attnstudio export`` in every format and precision that it has, and
what the program measures as it writes is gathered in two tables. Nothing is measured here a second
time: `export.ct2_parity` and `export.onnx_parity` say how, and their tests that it is right. With
``--out`` the project is kept, and runs that are there are not trained again. Tables go to standard
error, one line of JSON to standard output.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from machine import machine_facts

Row = Mapping[str, Any]

_TRANSFORMER = ("--preset", "tiny", "--set", "training.warmup_steps=100")
_RECURRENT = (
    "--preset", "bahdanau", "--set", "model.embedding_size=96", "--set", "model.hidden_size=128",
    "--set", "tokenizer.vocabulary_size=2000",
)  # fmt: skip
_DEPTHS = (1, 2, 4, 6)
_PARTS = (  # of attention, which ONNX can have
    (("positions", "rotary"), ("normaliser", "sparsemax")),
    (("positions", "alibi"), ("own_reach", "window")),
    (("positions", "transformer_xl"), ("normaliser", "entmax15")),
    (("score", "additive"), ("normaliser", "learnt_entmax")),
    (("own_reach", "span"), ("source_reach", "predicted")),
    (("source_reach", "window"), ("normaliser", "linear")),
)
_CT2_HEAD = (
    "| model | weights | same, greedy | same, beam 5 | log probability | attention | BLEU |",
    "|---|---|---|---|---|---|---|",
)
_ONNX_HEAD = (
    "| model | logits | over the source | source over itself | target over itself |",
    "|---|---|---|---|---|",
)
_COMPUTED = 'import ctranslate2; print(*ctranslate2.get_supported_compute_types("cpu"))'


@dataclass(frozen=True, slots=True)
class Kind:
    """A model that is trained and exported.

    Attributes:
        name: of its run.
        options: of ``attnstudio train``.
    """

    name: str
    options: tuple[str, ...]


def _settings(parts: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    return tuple(word for name, value in parts for word in ("--set", f"model.{name}={value}"))


def _layers(reading: int, writing: int) -> tuple[str, ...]:
    return _settings((("encoder_layers", str(reading)), ("decoder_layers", str(writing))))


def kinds() -> Iterator[Kind]:
    """Transformers with one vocabulary or two, of many depths and parts; recurrent models."""
    apart = ("--set", "tokenizer.shared=false")
    for depth in _DEPTHS:
        yield Kind(f"tied-{depth}", (*_TRANSFORMER, *_layers(depth, depth)))
        yield Kind(f"untied-{depth}", (*_TRANSFORMER, *_layers(depth, depth), *apart))
    yield Kind("reads-4-writes-1", (*_TRANSFORMER, *_layers(4, 1)))
    yield Kind("reads-1-writes-4", (*_TRANSFORMER, *_layers(1, 4), *apart))
    for parts in _PARTS:
        yield Kind("-".join(value for _, value in parts), (*_TRANSFORMER, *_settings(parts)))
    yield Kind("additive-gru", _RECURRENT)
    yield Kind("additive-lstm", (*_RECURRENT, "--set", "model.cell=lstm"))
    yield Kind("covering-gru", (*_RECURRENT, "--set", "model.coverage=fertility"))


def attnstudio(*words: object) -> Row | None:
    """What a command answers; None where it refuses."""
    command = [sys.executable, "-m", "attnstudio", *map(str, words), "--json"]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    if not done.stdout:
        raise SystemExit(done.stderr)
    answer: Row = json.loads(done.stdout.splitlines()[-1])
    if error := answer.get("error"):
        print(f"{' '.join(map(str, words[:2]))}: {error['message']}", file=sys.stderr)
        return None
    return answer


def weight_types() -> list[str]:
    """What weights can be written in that this processor computes with, float32 first."""
    done = subprocess.run([sys.executable, "-c", _COMPUTED], capture_output=True, encoding="utf-8")
    computed = done.stdout.split()
    return ["float32", *(each for each in ("int8", "int16", "bfloat16") if each in computed)]


def exported(project: Path, name: str, *options: str) -> Row | None:
    """What the program measured of a run as it wrote it; None where it has no such form."""
    with tempfile.TemporaryDirectory() as temporary:
        answer = attnstudio(
            "export", project, "--run", name, "-o", Path(temporary) / "model", *options
        )
    return None if answer is None else answer["parity"]


def train(project: Path, kind: Kind, updates: int) -> None:
    """Train a kind of model, unless its run is there."""
    if not (project / "runs" / kind.name).is_dir():
        options = ("--max-steps", updates, "--threads", 1, "--run", kind.name)
        attnstudio("train", project, *kind.options, *options)


def ct2_lines(found: Mapping[str, Mapping[str, Row]]) -> Iterator[str]:
    """The table of CTranslate2."""
    yield from _CT2_HEAD
    for name, by_weights in found.items():
        for weights, row in by_weights.items():
            bleu = "-" if row["bleu"] is None else f"{row['its_bleu']:.2f}, {row['bleu']:.2f} ours"
            looks = "-" if row["attention"] is None else f"{row['attention']:.0e}"
            yield (
                f"| {name} | {weights} | {row['same_greedy']:.1%} | {row['same_beam']:.1%} "
                f"| {row['log_prob']:.0e} | {looks} | {bleu} |"
            )


def onnx_lines(found: Mapping[str, Row]) -> Iterator[str]:
    """The table of ONNX."""
    yield from _ONNX_HEAD
    for name, row in found.items():
        sites = (row[f"{site}_attention"] for site in ("cross", "encoder", "self"))
        looks = ("-" if site is None else f"{site:.0e}" for site in sites)
        yield f"| {name} | {row['logits']:.0e} | {' | '.join(looks)} |"


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, help="where the project of the small models is kept")
    parser.add_argument("--sample", default="en-de", help="on which they learn")
    parser.add_argument("--updates", type=int, default=300, help="of each")
    parser.add_argument("--kinds", nargs="+", metavar="NAME", help="some of the small models only")
    parser.add_argument("--project", type=Path, help="with models that are there already")
    parser.add_argument("--runs", nargs="+", metavar="NAME", help="of that project")
    parser.add_argument("--weights", nargs="+", metavar="TYPE", help="for CTranslate2")
    wish = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as temporary:
        project = wish.project or wish.out or Path(temporary) / "project"
        if wish.project:
            names = wish.runs
        else:
            if not project.exists():
                attnstudio("new", project, "--sample", wish.sample)
            chosen = [each for each in kinds() if each.name in (wish.kinds or [each.name])]
            names = [kind.name for kind in chosen]
            for kind in chosen:
                train(project, kind, wish.updates)
                print(f"{kind.name} is trained", file=sys.stderr)
        _measure(project, names, wish.weights or weight_types())


def _measure(project: Path, names: Sequence[str], weights: Sequence[str]) -> None:
    ct2: dict[str, dict[str, Row]] = {}
    onnx: dict[str, Row] = {}
    for name in names:
        if row := exported(project, name, "--format", "onnx"):
            onnx[name] = row
        for each in weights:
            rounded = () if each == "float32" else ("--quantization", each)
            row = exported(project, name, "--format", "ctranslate2", *rounded)
            if row is None:
                break
            ct2.setdefault(name, {})[each] = row
    print(*ct2_lines(ct2), "", *onnx_lines(onnx), sep="\n", file=sys.stderr)
    print(json.dumps({"ctranslate2": ct2, "onnx": onnx, "machine": machine_facts()}))


if __name__ == "__main__":
    main()
