"""Batches as bytes, between two processes of ours: plain values as JSON, arrays as safetensors.

A frame is the length of its facts and of its arrays, 8 bytes each, then both. Nothing in it can
name code that would be run, as pickle could.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate, pairwise
from typing import IO, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load, save

from attnstudio.axes import Matrix, Meaning
from attnstudio.inference.batch_search import BatchTask, FoundBatch
from attnstudio.inference.reader import Looks
from attnstudio.inference.search import FoundSequence, SearchOptions
from attnstudio.reading import Measure
from attnstudio.sites import Site, site_named

_LENGTHS = struct.Struct("<QQ")
_REACHED = "reached"  # beside the names of measures


class Frame(NamedTuple):
    """What one process tells another: plain values and arrays by their names."""

    facts: Mapping[str, Any]
    arrays: Mapping[str, NDArray[Any]]


def write_frame(file: IO[bytes], frame: Frame) -> None:
    """Write a frame at once.

    Raises:
        OSError: nobody reads there any more.
    """
    facts, arrays = json.dumps(frame.facts).encode(), save(dict(frame.arrays))
    file.write(_LENGTHS.pack(len(facts), len(arrays)) + facts + arrays)
    file.flush()


def read_frame(file: IO[bytes]) -> Frame:
    """Wait for a frame and read it.

    Raises:
        EOFError: who wrote there has ended.
    """
    facts, arrays = _LENGTHS.unpack(_exactly(file, _LENGTHS.size))
    return Frame(json.loads(_exactly(file, facts)), load(_exactly(file, arrays)))


def task_frame(task: BatchTask) -> Frame:
    """A batch to search, without intervention and prefixes."""
    options = task.options
    return Frame(
        {
            "most": task.most,
            "options": [options.beam_size, options.n_best, options.length_penalty],
            "attention": task.attention,
            "measures": sorted(task.measures),
        },
        {str(place): values for place, values in enumerate(task.sources)},
    )


def task_of(frame: Frame) -> BatchTask:
    """What `task_frame` was given."""
    facts = frame.facts
    return BatchTask(
        tuple(frame.arrays[str(place)] for place in range(len(facts["most"]))),
        tuple(facts["most"]),
        SearchOptions(*facts["options"]),
        facts["attention"],
        frozenset(map(Measure, facts["measures"])),
    )


def found_frame(found: FoundBatch) -> Frame:
    """What was found in a batch."""
    flat = [sequence for sequences in found.sequences for sequence in sequences]
    arrays: dict[str, NDArray[Any]] = {
        "ids": np.array([i for one in flat for i in one.ids], dtype=np.int64),
        "log_probs": np.array([p for one in flat for p in one.token_log_probs], dtype=np.float64),
        "scores": np.array([one.score for one in flat], dtype=np.float64),
    }
    for row, looks in enumerate(found.looks or ()):
        arrays |= {f"{row}/{name}": array for name, array in _looks_arrays(looks)}
    lengths = [[len(one.ids) for one in sequences] for sequences in found.sequences]
    measures = None if found.looks is None else _measures_of(found.looks)
    return Frame({"lengths": lengths, "measures": measures}, arrays)


def found_of(frame: Frame) -> FoundBatch:
    """What `found_frame` was given."""
    lengths: list[list[int]] = frame.facts["lengths"]
    arrays = frame.arrays
    parts = _cut(
        arrays["ids"].tolist(),
        arrays["log_probs"].tolist(),
        [length for of_one in lengths for length in of_one],
    )
    flat = [
        FoundSequence(ids, score, log_probs)
        for (ids, log_probs), score in zip(parts, arrays["scores"].tolist(), strict=True)
    ]
    ends = pairwise(accumulate(map(len, lengths), initial=0))
    sequences = tuple(tuple(flat[start:end]) for start, end in ends)
    measures: list[str] | None = frame.facts["measures"]
    looks = None if measures is None else _looks_of(arrays, len(lengths), measures)
    return FoundBatch(sequences, looks)


def _cut(
    ids: list[int], log_probs: list[float], lengths: Sequence[int]
) -> Iterable[tuple[tuple[int, ...], tuple[float, ...]]]:
    for start, end in pairwise(accumulate(lengths, initial=0)):
        yield tuple(ids[start:end]), tuple(log_probs[start:end])


def _looks_arrays(looks: Looks) -> Iterable[tuple[str, NDArray[Any]]]:
    for site, matrix in looks.matrices.items():
        yield f"{Measure.WEIGHTS}/{site.name}", matrix.weights
        if matrix.reached is not None:
            yield f"{_REACHED}/{site.name}", matrix.reached
    for measure, matrices in looks.measured.items():
        for site, matrix in matrices.items():
            yield f"{measure}/{site.name}", matrix.weights


def _measures_of(looks: Sequence[Looks]) -> list[str]:
    """What was measured, also where a model has nothing of it."""
    return sorted({measure.value for each in looks for measure in each.measured})


def _looks_of(
    arrays: Mapping[str, NDArray[Any]], rows: int, measures: Sequence[str]
) -> tuple[Looks, ...]:
    kinds = (Measure.WEIGHTS.value, _REACHED, *measures)
    by_row: list[dict[str, dict[Site, NDArray[Any]]]] = [
        {kind: {} for kind in kinds} for _ in range(rows)
    ]
    for name, array in arrays.items():
        match name.split("/"):
            case row, kind, site_name if site := site_named(site_name):
                by_row[int(row)][kind][site] = array
    return tuple(_looks(by_kind, measures) for by_kind in by_row)


def _looks(by_kind: dict[str, dict[Site, NDArray[Any]]], measures: Sequence[str]) -> Looks:
    reached = by_kind[_REACHED]
    weights = by_kind[Measure.WEIGHTS]
    return Looks(
        {site: Matrix(array, reached=reached.get(site)) for site, array in weights.items()},
        {
            Measure(kind): {
                site: Matrix(array, Meaning.MAGNITUDE) for site, array in by_kind[kind].items()
            }
            for kind in measures
        },
    )


def _exactly(file: IO[bytes], length: int) -> bytes:
    found = file.read(length)
    if len(found) < length:
        raise EOFError("the other process has ended")
    return found
