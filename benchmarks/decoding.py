"""How fast a trained model translates: our engine, a plain PyTorch search and CTranslate2.

::

    python benchmarks/decoding.py                             the sample, after a short training
    python benchmarks/decoding.py --data DIR                  two line-aligned files instead
    python benchmarks/decoding.py --run PROJECT RUN --data DIR    a model that is trained already
    python benchmarks/decoding.py --ctranslate2 PYTHON        an interpreter that has ctranslate2
    python benchmarks/decoding.py --times 10 --bulk           many lines, also by several processes

Sentences a second over all source lines with beam 5 and greedily, and milliseconds for one line at
a time. All engines take turns on the same lines, `--repeats` times; medians are compared, since
machines are shared. Ours is timed from text to text, by the threads of one process, once more with
the attention of every translation, by threads with batches of their own and as ``translate
--processes`` does it, which starts its processes anew each time. The plain search
(`plain_search.py`) has the same weights in float32 and the tokenizers' work too; CTranslate2
(float32, one worker a thread, each with one thread, its fastest setting here) gets pieces and gives
pieces. No length penalty anywhere, since each engine defines its own. Lines whose translations
differ from those of the first engine in the table are counted. Memory is what the processes of an
engine have in their proportional shares (PSS, Linux), at the most seen; ours includes what this
benchmark itself keeps. A table goes to standard error, one line of JSON to standard output.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from functools import partial
from pathlib import Path
from typing import Any

import attnstudio  # noqa: F401 - before torch: it chooses how OpenMP's threads wait

# isort: split
import numpy as np
import psutil
import torch
from plain_search import plain_search

from attnstudio.allocator import keeping_memory
from attnstudio.config import DecodingConfig
from attnstudio.config_model import TransformerConfig
from attnstudio.config_text import merge_config
from attnstudio.corpus.parallel_corpus import Split
from attnstudio.corpus.samples.store import read_sample
from attnstudio.corpus.side_names import languages_by_name
from attnstudio.inference.helping_threads import search_by_threads
from attnstudio.inference.translation import Translation
from attnstudio.model.device import resolve_threads
from attnstudio.model.input_positions import sinusoidal_positions
from attnstudio.model.interface import SequenceModel
from attnstudio.model.weights import named_weights
from attnstudio.presets import find_preset
from attnstudio.project.bulk import translate_bulk
from attnstudio.project.importing import import_files, import_sample
from attnstudio.project.own_engine import fast_batch_tokens
from attnstudio.project.pipeline import train
from attnstudio.project.project import Project
from attnstudio.project.run import Run
from attnstudio.project.run_creation import create_run
from attnstudio.project.run_loading import load_run
from attnstudio.resources import resource_path
from attnstudio.tokenizer import END_ID, Tokenizer
from attnstudio.training.stop import StopToken

_BEAMS = {"beam 5": 5, "greedy": 1}
_LONGEST_POSITION = 1024
_CTRANSLATE2_BATCH = 32  # 16 to 128 differ little
_LOOK_S = 2.0  # a look takes 30 ms for each process
_SPECIAL = {0: "<pad>", 1: "<s>", 2: "</s>"}

Engine = Callable[[Sequence[str], int], list[str]]


class Model:
    """A run's model and tokenizers, and every engine that can decode with them."""

    def __init__(self, project: Project, run: Run, config: dict[str, Any], processes: int) -> None:
        definition = run.definition()
        names = (definition.source.tokenizer, definition.target.tokenizer)
        self.source, self.target = (
            Tokenizer((project.tokenizers / name / "tokenizer.model").read_bytes())
            for name in names
        )
        self.config = definition.config.model
        self.loaded = load_run(project, run, threads=processes)
        self.translator = self.loaded.translator
        self.module: SequenceModel = self.translator.model
        self.decoding = config
        self.processes = processes

    def ours(self, texts: Sequence[str], beam_size: int) -> list[str]:
        """Text to text."""
        return [item.text for item in self._translations(texts, beam_size)]

    def ours_with_attention(self, texts: Sequence[str], beam_size: int) -> list[str]:
        """Text to text, and what the model looked at."""
        return [item.text for item in self._translations(texts, beam_size, attention=True)]

    def ours_shared(self, texts: Sequence[str], beam_size: int) -> list[str]:
        """Text to text by several processes, as ``translate`` does it."""
        config = DecodingConfig(beam_size=beam_size, length_penalty=0.0, **self.decoding)
        with keeping_memory():
            found = translate_bulk(self.loaded, texts, config, processes=self.processes)
        assert found is not None  # nobody stops it
        return [item.text for item in found]

    def ours_by_threads(self, texts: Sequence[str], beam_size: int) -> list[str]:
        """Text to text by several threads with batches of their own, as ``translate`` does it."""
        config = DecodingConfig(beam_size=beam_size, length_penalty=0.0, **self.decoding)
        vocabulary = self.translator.spec.target_vocabulary
        tokens = fast_batch_tokens(sum(map(len, texts)), len(texts), config, vocabulary)
        before = torch.get_num_threads()
        torch.set_num_threads(1)
        with keeping_memory():
            found = self.translator.translate(
                texts,
                config.model_copy(update={"batch_tokens": tokens}),
                search_all=lambda tasks, should_stop: search_by_threads(
                    tasks, range(len(tasks)), self.translator.search, should_stop,
                    helping=self.processes - 1,
                ),
            )  # fmt: skip
        torch.set_num_threads(before)
        assert found is not None  # nobody stops it
        return [item.text for item in found]

    def plain(self, texts: Sequence[str], beam_size: int) -> list[str]:
        """Text to text through the plain search."""
        sources = self.source_ids(texts)
        found = plain_search(
            self.module, sources, beam_size=beam_size, max_lengths=self.max_lengths(sources)
        )
        return [self.target.decode(ids[:-1]) for ids in found]

    def source_ids(self, texts: Sequence[str]) -> list[list[int]]:
        """Ids with the closing ``</s>``."""
        return [[*ids, END_ID] for ids in self.source.encode_all(texts)]

    def max_lengths(self, sources: Sequence[Sequence[int]]) -> list[int]:
        """The most target ids of each source, as the translator allows them."""
        ratio = DecodingConfig().max_length_ratio
        return [int(len(ids) * ratio) + 10 for ids in sources]

    def _translations(
        self, texts: Sequence[str], beam_size: int, *, attention: bool = False
    ) -> list[Translation]:
        config = DecodingConfig(beam_size=beam_size, length_penalty=0.0, **self.decoding)
        translations = self.translator.translate(texts, config, attention=attention)
        assert translations is not None  # nobody stops it
        return translations


class CTranslate2:
    """The same weights in a process of another interpreter; seconds are taken over there."""

    def __init__(
        self, python: str, model: Model, folder: Path, threads: int, *, cpu_time: bool
    ) -> None:
        weights = {name: w.float().numpy() for name, w in named_weights(model.module).items()}
        shape = model.config
        assert isinstance(shape, TransformerConfig)
        positions = sinusoidal_positions(
            0, _LONGEST_POSITION, shape.model_size, torch.device("cpu")
        )
        np.savez(folder / "weights.npz", positions=positions.numpy(), **weights)
        (folder / "shape.json").write_text(shape.model_dump_json(), encoding="utf-8")
        self._model = model
        self._cpu_time = cpu_time
        self._process = subprocess.Popen(
            [python, str(Path(__file__).with_name("ctranslate2_worker.py")), str(folder),
             str(threads)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        self.process = psutil.Process(self._process.pid)
        self.version = self._read()["version"]
        self.seconds = 0.0

    def __enter__(self) -> CTranslate2:
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()

    def __call__(self, texts: Sequence[str], beam_size: int) -> list[str]:
        """Text to text; `seconds` says how long the pieces took."""
        sources = self._model.source_ids(texts)
        request = {
            "manner": "batch" if len(texts) > 1 else "single",
            "sources": [[_SPECIAL.get(i, str(i)) for i in ids] for ids in sources],
            "beam_size": beam_size,
            "batch_size": _CTRANSLATE2_BATCH,
            "cpu_time": self._cpu_time,
            "max_length": max(self._model.max_lengths(sources)),
        }
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        reply = self._read()
        self.seconds = float(reply["seconds"])
        return [
            self._model.target.decode([int(piece) for piece in pieces if piece.isdecimal()])
            for pieces in reply["targets"]
        ]

    def _read(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        return answer


class Memory:
    """Follows what some processes take while it is entered.

    Args:
        processes: gives them, with those that they start.

    Attributes:
        most_bytes: the sum of their proportional shares, at the most seen.
    """

    def __init__(self, processes: Callable[[], Sequence[psutil.Process]]) -> None:
        self.most_bytes = 0
        self._processes = processes
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._follow)

    def __enter__(self) -> Memory:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()

    def _follow(self) -> None:
        while not self._done.wait(_LOOK_S):
            taken = 0
            for process in self._processes():
                with suppress(psutil.Error):  # it has just ended
                    taken += getattr(process.memory_full_info(), "pss", 0)
            self.most_bytes = max(self.most_bytes, taken)


def _processes_of(engine: Engine, foreign: Sequence[CTranslate2]) -> Sequence[psutil.Process]:
    """What works while an engine has its turn."""
    if isinstance(engine, CTranslate2):
        return [engine.process]
    mine = psutil.Process()
    others = {each.process.pid for each in foreign}
    return [mine, *(child for child in mine.children() if child.pid not in others)]


def measure(
    engines: dict[str, Engine],
    texts: Sequence[str],
    singles: Sequence[str],
    repeats: int,
    clock: Callable[[], float],
) -> dict[str, Any]:
    """Every engine in turn, as often as asked."""
    measured: dict[str, Any] = {}
    foreign = [each for each in engines.values() if isinstance(each, CTranslate2)]
    for name, beam_size in _BEAMS.items():
        seconds: dict[str, list[float]] = {engine: [] for engine in engines}
        memory: dict[str, int] = dict.fromkeys(engines, 0)
        outputs: dict[str, list[str]] = {}
        for engine in engines.values():
            engine(texts[:8], beam_size)
        for _ in range(repeats):
            for engine, run in engines.items():
                with Memory(partial(_processes_of, run, foreign)) as watch:
                    seconds[engine].append(_timed(run, texts, beam_size, outputs, engine, clock))
                memory[engine] = max(memory[engine], watch.most_bytes)
                print(f"{name}, {engine}: {seconds[engine][-1]:.1f} s", file=sys.stderr)
        measured[name] = {
            engine: round(len(texts) / statistics.median(values), 1)
            for engine, values in seconds.items()
        }
        measured[f"{name}, memory (MB)"] = {
            engine: round(taken / 1e6) for engine, taken in memory.items()
        }
        yardstick = outputs[next(iter(outputs))]
        measured[f"{name}, lines that differ"] = {
            engine: sum(a != b for a, b in zip(lines, yardstick, strict=True))
            for engine, lines in outputs.items()
        }
        if not singles:
            continue
        alone: dict[str, list[float]] = {engine: [] for engine in engines}
        for text in singles:
            for engine, run in engines.items():
                alone[engine].append(_timed(run, [text], beam_size, {}, engine, clock))
        measured[f"{name}, one (ms)"] = {
            engine: round(1000 * statistics.median(values), 1) for engine, values in alone.items()
        }
    return measured


def _timed(
    engine: Engine,
    texts: Sequence[str],
    beam_size: int,
    outputs: dict[str, list[str]],
    name: str,
    clock: Callable[[], float],
) -> float:
    started_at = clock()
    outputs[name] = engine(texts, beam_size)
    seconds = clock() - started_at
    return engine.seconds if isinstance(engine, CTranslate2) else seconds


def table(measured: dict[str, Any]) -> str:
    """Engines as rows."""
    engines = list(next(iter(measured.values())))
    width = max(map(len, engines))
    heads = list(measured)
    rows = [
        " ".join([engine.ljust(width), *(f"{measured[h][engine]:>{len(h)}}" for h in heads)])
        for engine in engines
    ]
    return "\n".join([" ".join(["".ljust(width), *heads]), *rows])


def _trained(data: Path | None, preset: str, minutes: float, folder: Path) -> tuple[Project, Run]:
    """A project of the data with one run, trained for so long."""
    if data is None:
        project = Project.create(folder / "project", "en", "de")
        import_sample(project, read_sample("en-de", resource_path("samples")))
    else:
        languages = languages_by_name(_files(data))
        assert languages is not None, "name the two files by their languages"
        project = Project.create(folder / "project", *languages)
        import_files(project, _files(data))
    limits = {"max_minutes": minutes}
    run = create_run(
        project, merge_config(find_preset(preset).config, {"limits": limits}), preset=preset
    )
    train(project, run, emit=lambda _: None, stop=StopToken())
    return project, run


def _files(data: Path) -> list[Path]:
    files = sorted(path for path in data.iterdir() if path.is_file())
    assert len(files) == 2, f"{data} should hold two line-aligned files"
    return files


def _texts(data: Path | None, project: Project, run: Run) -> list[str]:
    """The source lines of the data, or of the project's test split."""
    if data is None:
        return [pair.source for pair in project.corpus().pairs(Split.TEST)]
    language = run.definition().source.language
    file = next(path for path in _files(data) if path.suffix == f".{language}")
    return [line for line in file.read_text(encoding="utf-8").split("\n") if line.strip()]


def _spread(texts: Sequence[str], most: int) -> list[str]:
    """At most so many lines, evenly from the whole."""
    return [texts[i] for i in np.linspace(0, len(texts) - 1, min(most, len(texts))).astype(int)]


def _processor_s() -> float:
    """Of this process and of those that it has started and that have ended since."""
    return sum(os.times()[:4])


def _ctranslate2_python(wish: str | None) -> str | None:
    """An interpreter that has ctranslate2, or None."""
    python = wish or sys.executable
    found = subprocess.run(
        [python, "-c", "import ctranslate2"], capture_output=True, check=False
    ).returncode
    return python if found == 0 else None


def main() -> None:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, help="a folder with two line-aligned files")
    parser.add_argument("--run", nargs=2, metavar=("PROJECT", "RUN"), help="a trained run")
    parser.add_argument("--preset", default="tiny", help="trained first where no run is given")
    parser.add_argument("--minutes", type=float, default=2.0, help="of that training")
    parser.add_argument("--sentences", type=int, default=1000, help="decoded, at most")
    parser.add_argument("--times", type=int, default=1, help="how often all of them are decoded")
    parser.add_argument(
        "--bulk",
        action="store_true",
        help="also by threads and processes with batches of their own; no plain search",
    )
    parser.add_argument("--singles", type=int, default=20, help="decoded one by one")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--threads", type=int, default=0, help="0 for the physical cores")
    parser.add_argument(
        "--cpu-time", action="store_true", help="count processor seconds; for a busy machine"
    )
    parser.add_argument("--batch-tokens", type=int, help="of our engine")
    parser.add_argument("--ctranslate2", metavar="PYTHON", help="an interpreter that has it")
    wish = parser.parse_args()
    threads = resolve_threads(wish.threads)
    with tempfile.TemporaryDirectory() as temporary, ExitStack() as stack:
        if wish.run is None:
            project, run = _trained(wish.data, wish.preset, wish.minutes, Path(temporary))
        else:
            project = Project.open(Path(wish.run[0]))
            run = project.run(wish.run[1])
        torch.set_num_threads(threads)
        decoding = {"batch_tokens": wish.batch_tokens} if wish.batch_tokens else {}
        model = Model(project, run, decoding, threads)
        engines: dict[str, Engine] = {}
        python = _ctranslate2_python(wish.ctranslate2)
        if isinstance(model.config, TransformerConfig):
            if not wish.bulk:
                engines["plain"] = model.plain
            if python is None:
                print("ctranslate2 is not installed and not compared.", file=sys.stderr)
            else:
                engines["ctranslate2"] = stack.enter_context(
                    CTranslate2(python, model, Path(temporary), threads, cpu_time=wish.cpu_time)
                )
        else:
            print("Only a Transformer has others to be compared with.", file=sys.stderr)
        engines["ours"] = model.ours
        if wish.bulk:
            engines[f"ours, {threads} threads"] = model.ours_by_threads
            engines[f"ours, {threads} processes"] = model.ours_shared
            engines = {"ours": model.ours} | engines  # the first is what others differ from
        else:
            engines["ours, attention read"] = model.ours_with_attention
        texts = _spread(_texts(wish.data, project, run), wish.sentences)
        clock = _processor_s if wish.cpu_time else time.perf_counter
        singles = _spread(texts, wish.singles)
        texts = texts * wish.times
        measured = measure(engines, texts, singles, wish.repeats, clock)
    facts = {
        "sentences": len(texts),
        "repeats": wish.repeats,
        "threads": threads,
        "clock": "processor" if wish.cpu_time else "wall",
    }
    print(table(measured), file=sys.stderr)
    print(json.dumps(facts | measured))


if __name__ == "__main__":
    main()
