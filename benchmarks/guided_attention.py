"""What teaching one head the links of words brings, and what it costs in BLEU and time.

::

    python benchmarks/guided_attention.py --out FOLDER
    python benchmarks/guided_attention.py --out FOLDER --texts SRC TGT --pairs 1000
    python benchmarks/guided_attention.py --out FOLDER --texts SRC TGT --gold LINKS

Without ``--texts`` it is the English-German sample. ``SRC`` and ``TGT`` are files with a sentence a
line, named ``something.en``; ``LINKS`` holds gold links in Pharaoh format, with words apart by
spaces in the texts. Each seed trains a plain and a guided run for equally many updates, of which
the guided one is taught the links that the program finds in the text. BLEU is of the test pairs.
Links are held against the gold links of 400 training pairs that no run was taught, or against those
found in the text where there are none. Of a plain run the best of all readings counts, chosen on
these very pairs; of a guided run that of its taught head. Seconds are of the processor.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from machine import machine_facts

from attnstudio.config import DecodingConfig, RunConfig
from attnstudio.config_text import merge_config
from attnstudio.corpus.alignment import GoldLinks
from attnstudio.corpus.parallel_corpus import ParallelCorpus, Split
from attnstudio.corpus.samples.store import read_sample
from attnstudio.evaluation.reading import choose_reading
from attnstudio.presets import find_preset
from attnstudio.project.corpus_links import CorpusLinks
from attnstudio.project.evaluations import evaluate, pairs_to_test
from attnstudio.project.importing import import_files, import_sample
from attnstudio.project.link_finding import find_corpus_links
from attnstudio.project.pipeline import train
from attnstudio.project.project import Project
from attnstudio.project.run_creation import create_run
from attnstudio.project.run_loading import load_run
from attnstudio.resources import resource_path
from attnstudio.training.stop import StopToken

_MEASURED = 400
_HEAD = "| run | BLEU | AER | seconds |\n|---|---|---|---|\n"


@dataclass(frozen=True, slots=True)
class Row:
    """How a run came out."""

    kind: str
    seed: int
    bleu: float
    aer: float
    reading: str
    processor_s: float


def main() -> None:
    """Measure and write ``guided_attention.json`` and ``guided_attention.md``."""
    arguments = _parse_arguments()
    with tempfile.TemporaryDirectory() as folder:
        project = _project(Path(folder), arguments)
        links = find_corpus_links(project, project.corpus())
        assert links is not None  # nothing stops it
        rows = list(_rows(project, links, arguments))
    arguments.out.mkdir(parents=True, exist_ok=True)
    result = {"machine": machine_facts(), "rows": [asdict(row) for row in rows]}
    text = json.dumps(result, indent=2, ensure_ascii=False)
    (arguments.out / "guided_attention.json").write_text(text, encoding="utf-8")
    table = _HEAD + "".join(
        _line(kind, [row for row in rows if row.kind == kind]) for kind in ("plain", "guided")
    )
    (arguments.out / "guided_attention.md").write_text(table, encoding="utf-8")
    print(table)


def _project(folder: Path, arguments: argparse.Namespace) -> Project:
    if not arguments.texts:
        project = Project.create(folder / "project", "en", "de")
        import_sample(project, read_sample("en-de", resource_path("samples")))
        return project
    source, target = arguments.texts
    files = []
    for path in map(Path, (source, target, arguments.gold) if arguments.gold else (source, target)):
        lines = path.read_text(encoding="utf-8").splitlines()[: arguments.pairs or None]
        files.append(folder / path.name)
        files[-1].write_text("\n".join(lines) + "\n", encoding="utf-8")
    languages = (path.suffix[1:] for path in files[:2])
    project = Project.create(folder / "project", *languages)
    import_files(project, files[:2], links=files[2] if arguments.gold else None)
    return project


def _rows(project: Project, links: CorpusLinks, arguments: argparse.Namespace) -> Iterator[Row]:
    for seed in range(1, arguments.seeds + 1):
        for kind, weight in (("plain", 0.0), ("guided", arguments.weight)):
            config = merge_config(
                find_preset(arguments.preset).config,
                {
                    "guidance": {"weight": weight, "links": "found"},
                    "training": {"seed": seed, "decoded_pairs": 0, "patience": 0},
                    "limits": {"max_steps": arguments.steps},
                },
            )
            row = _measure(project, links, config, kind, seed, arguments.preset)
            print(asdict(row), file=sys.stderr, flush=True)
            yield row


def _measure(
    project: Project, links: CorpusLinks, config: RunConfig, kind: str, seed: int, preset: str
) -> Row:
    run = create_run(project, config, preset=preset, name=f"{kind}-{seed}")
    started = time.process_time()
    train(project, run, emit=lambda _: None, stop=StopToken())
    seconds = time.process_time() - started
    loaded = load_run(project, run)
    found = evaluate(loaded, pairs_to_test(loaded), DecodingConfig())
    assert found is not None
    corpus, translator = loaded.corpus, loaded.translator
    pairs = corpus.indices(Split.TRAIN)
    pairs = pairs[:: max(1, len(pairs) // _MEASURED)][:_MEASURED].tolist()
    golds = [_gold(corpus, links, pair) for pair in pairs]
    records = translator.records(
        [translator.read_forced(corpus.source(pair), corpus.target(pair)) for pair in pairs]
    )
    choice = choose_reading(records, golds, only=records[0].taught)
    aer, reading = choice.score.aer, str(choice.reading)
    return Row(kind, seed, found.scores.bleu, aer, reading, seconds)


def _gold(corpus: ParallelCorpus, links: CorpusLinks, pair: int) -> GoldLinks:
    found = links[pair]
    return corpus.gold(pair) or GoldLinks(found.source_spans, found.target_spans, found.alignment())


def _line(kind: str, rows: Sequence[Row]) -> str:
    def spread(values: Sequence[float], digits: int) -> str:
        middle = statistics.mean(values)
        return f"{middle:.{digits}f} ({min(values):.{digits}f} to {max(values):.{digits}f})"

    numbers = (
        spread([row.bleu for row in rows], 1),
        spread([row.aer for row in rows], 3),
        spread([row.processor_s for row in rows], 0),
    )
    return f"| {kind} | {' | '.join(numbers)} |\n"


def _parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--texts", nargs=2, metavar=("SRC", "TGT"))
    parser.add_argument("--gold")
    parser.add_argument("--pairs", type=int, default=0)
    parser.add_argument("--preset", default="tiny")
    parser.add_argument("--steps", type=int, default=1000)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--weight", type=float, default=1.0)
    return parser.parse_args()


if __name__ == "__main__":
    main()
