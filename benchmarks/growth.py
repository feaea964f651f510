"""What grows how: costs against the size of the corpus, the sentences and the model.

::

    python benchmarks/growth.py                          every part, on the English-German sample
    python benchmarks/growth.py --quick                  small sizes, under a minute
    python benchmarks/growth.py --data DIR               DIR holds line-aligned files, as train.en
                                                         and train.de
    python benchmarks/growth.py --part length --lengths 10 100 1000 --pictures FOLDER

Each cost stands beside the law that is known for it: the exponent of its growth over the larger
sizes (least squares in logarithms), and the law's own factors. Importing, tokenising and planning
an epoch are linear, and their memory should stay bounded. On sentences of n tokens a training step
costs a + b·n a token, since each token looks at n places (Transformer: Vaswani et al. 2017, table
1; additive attention: Bahdanau et al. 2015, A.1.2). A model of width d costs a·d + b·d², one of L
layers a + b·L, with the vocabulary in a. Decoding is greedy, with as many sentences at once for
every length, so that its law is seen and not that of small batches.

Every measurement is a process of its own (`growth_worker.py`), so that memory is its own; sizes
take turns and medians over the repeats are given, since machines are shared. A table goes to
standard error, one line of JSON to standard output, pictures to ``--pictures``.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from growth_figures import FIGURES, STAGES, Costs, laws_of, picture_of, table
from importing import Pairs, known_pairs

from attnstudio.config_training import Device
from attnstudio.lab.plots import draw
from attnstudio.model.device import resolve_device, resolve_threads
from attnstudio.model.precision import resolve_precision
from attnstudio.presets import find_preset
from attnstudio.tokenizer import train_tokenizer

_TOKENIZER_PAIRS = 20_000
_HEADS = 4
_USUAL_LENGTH = 25
_PRESETS = {"transformer": "small", "recurrent": "bahdanau"}


def measure_corpus(wish: argparse.Namespace, folder: Path) -> Iterator[tuple[int, Costs]]:
    """Seconds and memory of each stage up to the first batch, for every size and repeat."""
    known = known_pairs(wish.data)
    tokenizer = folder / "tokenizer.model"
    config = find_preset(_PRESETS["transformer"]).config
    texts = (text for pair in known[:_TOKENIZER_PAIRS] for text in pair)
    trained = train_tokenizer(texts, config.tokenizer)
    assert trained is not None  # nobody stops it
    tokenizer.write_bytes(trained.model)
    for _ in range(wish.repeats):
        for pairs in wish.pairs:
            with tempfile.TemporaryDirectory(dir=folder) as place:
                yield pairs, _corpus_costs(known, pairs, tokenizer, Path(place))


def _corpus_costs(known: Pairs, pairs: int, tokenizer: Path, place: Path) -> Costs:
    files = _write_varied(known, pairs, place)
    project, dataset = str(place / "project"), str(place / "dataset")
    batch_tokens = find_preset(_PRESETS["transformer"]).config.training.batch_tokens
    wishes: dict[str, dict[str, Any]] = {
        "import": {"project": project, "files": files},
        "tokenise": {"project": project, "tokenizer": str(tokenizer), "dataset": dataset},
        "first batch": {"dataset": dataset, "batch_tokens": batch_tokens},
    }
    costs: Costs = {}
    for name, key in STAGES.items():
        found = _alone(name, **wishes[name])
        costs |= {f"{key}_{unit}": value for unit, value in found.items()}
    return costs


def _write_varied(known: Pairs, pairs: int, folder: Path) -> list[str]:
    """Line-aligned files of so many pairs; no two are equal, as each round has its number."""
    files = []
    for side, language in enumerate(("en", "de")):
        path = folder / f"big.{language}"
        with path.open("w", encoding="utf-8", newline="\n") as file:
            for start in range(0, pairs, len(known)):
                number = f" {start // len(known)}\n" if start else "\n"
                file.writelines(f"{pair[side]}{number}" for pair in islice(known, pairs - start))
        files.append(str(path))
    return files


def measure_length(wish: argparse.Namespace, _folder: Path) -> Iterator[tuple[int, Costs]]:
    """A training step and greedy decoding of sentences of each length, by both kinds of model."""
    decoded = max(1, wish.batch_tokens // max(wish.lengths))
    for _ in range(wish.repeats):
        for length in wish.lengths:
            for kind, preset in _PRESETS.items():
                costs = _model_costs(wish, preset, {}, length, decoded)
                yield length, {f"{kind}_{key}": value for key, value in costs.items()}


def measure_width(wish: argparse.Namespace, _folder: Path) -> Iterator[tuple[int, Costs]]:
    """A training step of a Transformer of each width."""
    for _ in range(wish.repeats):
        for width in wish.widths:
            model = {"model_size": width, "feedforward_size": 4 * width, "heads": _HEADS}
            yield width, _model_costs(wish, _PRESETS["transformer"], model, _USUAL_LENGTH)


def measure_depth(wish: argparse.Namespace, _folder: Path) -> Iterator[tuple[int, Costs]]:
    """A training step of a Transformer of each depth."""
    for _ in range(wish.repeats):
        for depth in wish.depths:
            model = {"encoder_layers": depth, "decoder_layers": depth}
            yield depth, _model_costs(wish, _PRESETS["transformer"], model, _USUAL_LENGTH)


def _model_costs(
    wish: argparse.Namespace, preset: str, model: dict[str, Any], length: int, decoded: int = 0
) -> Costs:
    training = {
        "batch_tokens": wish.batch_tokens,
        "threads": wish.threads,
        "precision": wish.precisions[preset],
    }
    return _alone(
        "train", preset=preset, model=model, training=training, length=length,
        steps=wish.steps, decoded=decoded, clock=wish.clock,
    )  # fmt: skip


def _alone(work: str, **wish: Any) -> Costs:  # noqa: ANN401 - of each work's own
    worker = str(Path(__file__).with_name("growth_worker.py"))
    arguments = [sys.executable, worker, json.dumps({"work": work, **wish})]
    done = subprocess.run(arguments, stdout=subprocess.PIPE, text=True, check=True)
    return dict(json.loads(done.stdout.splitlines()[-1]))


PARTS: Mapping[str, Callable[[argparse.Namespace, Path], Iterator[tuple[int, Costs]]]] = {
    "corpus": measure_corpus,
    "length": measure_length,
    "width": measure_width,
    "depth": measure_depth,
}


def measured(part: str, wish: argparse.Namespace, folder: Path) -> dict[int, Costs]:
    """The median of every cost at every size."""
    found: dict[int, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for size, costs in PARTS[part](wish, folder):
        told = ", ".join(f"{key} {value:.4g}" for key, value in costs.items())
        print(f"{part} {size:,}: {told}", file=sys.stderr)
        for key, value in costs.items():
            found[size][key].append(value)
    return {
        size: {key: float(f"{statistics.median(values):.5g}") for key, values in costs.items()}
        for size, costs in found.items()
    }


def _wish(arguments: Sequence[str] | None) -> argparse.Namespace:
    """What the command line asks for, the quick sizes and this machine filled in."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--part", choices=PARTS, action="append", help="default: all of them")
    parser.add_argument("--quick", action="store_true", help="small sizes where none are given")
    parser.add_argument("--data", type=Path, help="a folder with line-aligned files")
    for name, what in (
        ("pairs", "sizes of the corpus"),
        ("lengths", "of sentences, in tokens"),
        ("widths", "of the model"),
        ("depths", "of encoder and decoder"),
    ):
        parser.add_argument(f"--{name}", type=int, nargs="+", help=what)
    parser.add_argument("--batch-tokens", type=int, help="of a training step")
    parser.add_argument("--steps", type=int, help="measured in a process")
    parser.add_argument("--repeats", type=int, help="processes a size")
    parser.add_argument("--threads", type=int, default=0, help="0 for the physical cores")
    parser.add_argument(
        "--cpu-time", dest="clock", action="store_const", const="processor", default="wall",
        help="count processor seconds of steps and decoding; for a busy machine",
    )  # fmt: skip
    parser.add_argument("--folder", type=Path, help="where to write; else a temporary one")
    parser.add_argument("--pictures", type=Path, help="a folder for pictures (SVG)")
    wish = parser.parse_args(arguments)
    for name, value in (_QUICK if wish.quick else _FULL).items():
        if getattr(wish, name) is None:
            setattr(wish, name, value)
    for name in ("pairs", "lengths", "widths", "depths"):
        setattr(wish, name, sorted(set(getattr(wish, name))))
        if len(getattr(wish, name)) < 2:
            parser.error(f"--{name} needs two sizes at least.")
    wish.threads = resolve_threads(wish.threads)
    wish.precisions = {preset: _precision(preset) for preset in _PRESETS.values()}
    return wish


_FULL = {
    "pairs": [1_000, 10_000, 100_000, 1_000_000],
    "lengths": [10, 20, 50, 100, 200, 500],
    "widths": [64, 128, 256, 512],
    "depths": [1, 2, 3, 6],
    "batch_tokens": 2_000,  # additive attention on 500 tokens takes some GB
    "steps": 5,
    "repeats": 3,
}
_QUICK = {
    "pairs": [2_000, 20_000],
    "lengths": [10, 50],
    "widths": [128, 256],
    "depths": [1, 3],
    "batch_tokens": 600,
    "steps": 2,
    "repeats": 1,
}


def _precision(preset: str) -> str:
    """One for all sizes, so that they lie on one curve."""
    config = find_preset(preset).config
    device = resolve_device(Device.CPU)
    return resolve_precision(config.training.precision, device, config.model).value


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure what the command line asks for."""
    wish = _wish(arguments)
    facts = {
        "threads": wish.threads,
        "precision": wish.precisions,
        "batch_tokens": wish.batch_tokens,
        "steps": wish.steps,
        "repeats": wish.repeats,
        "clock": wish.clock,
    }
    results: dict[str, Any] = {}
    tables = []
    with tempfile.TemporaryDirectory() as temporary:
        folder = wish.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        for part in wish.part or PARTS:
            costs_of = measured(part, wish, folder)
            results[part] = {"sizes": costs_of, "laws": {}}
            for figure in (figure for figure in FIGURES if figure.part == part):
                laws = laws_of(figure, costs_of)
                results[part]["laws"] |= laws
                tables.append(table(figure, costs_of, laws))
                if wish.pictures:
                    wish.pictures.mkdir(parents=True, exist_ok=True)
                    path = wish.pictures / f"{figure.name}.svg"
                    path.write_text(draw(picture_of(figure, costs_of, laws)), encoding="utf-8")
    print("\n".join(tables), file=sys.stderr)
    print(json.dumps(facts | results))


if __name__ == "__main__":
    main()
