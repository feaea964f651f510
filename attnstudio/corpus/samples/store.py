"""The sample corpora as files."""

from __future__ import annotations

import gc
import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from attnstudio.corpus.alignment import GoldLinks
from attnstudio.corpus.sentence_pair import SentencePair
from attnstudio.errors import CorpusError

SAMPLE_NAMES = ("en-de", "en-zh")


@dataclass(frozen=True, slots=True)
class SampleCorpus:
    """A corpus made by rules, in three splits; every pair has its gold links."""

    name: str
    source_language: str
    target_language: str
    train: tuple[SentencePair, ...]
    valid: tuple[SentencePair, ...]
    test: tuple[SentencePair, ...]


def check_name(name: str) -> None:
    """Refuse a sample that does not exist.

    Raises:
        CorpusError: no sample has this name.
    """
    if name not in SAMPLE_NAMES:
        raise CorpusError(
            "There is no sample corpus {name}.",
            hint="The samples are {names}.",
            name=repr(name),
            names=" and ".join(SAMPLE_NAMES),
        )


def read_sample(name: str, folder: Path) -> SampleCorpus:
    """Read ``folder/<name>/{train,valid,test}.tsv.gz``.

    Raises:
        CorpusError: no sample has this name, or its files are not there.
    """
    check_name(name)
    source_language, target_language = name.split("-")
    return SampleCorpus(
        name,
        source_language,
        target_language,
        train=_read_pairs(folder / name / "train.tsv.gz"),
        valid=_read_pairs(folder / name / "valid.tsv.gz"),
        test=_read_pairs(folder / name / "test.tsv.gz"),
    )


def write_sample(sample: SampleCorpus, folder: Path) -> None:
    """Write the three splits; the same sample always gives the same bytes."""
    target = folder / sample.name
    target.mkdir(parents=True, exist_ok=True)
    splits = {"train": sample.train, "valid": sample.valid, "test": sample.test}
    for split, pairs in splits.items():
        text = "".join(map(_to_line, pairs))
        packed = gzip.compress(text.encode(), mtime=0)
        (target / f"{split}.tsv.gz").write_bytes(packed)


@contextmanager
def collector_paused() -> Iterator[None]:
    """Keep the cyclic collector from searching, again and again, what is all still in use.

    With half a million new tuples that took two thirds of the time.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _to_line(pair: SentencePair) -> str:
    assert pair.gold is not None, pair.source
    return f"{pair.source}\t{pair.target}\t{pair.gold.to_line()}\n"


def _read_pairs(path: Path) -> tuple[SentencePair, ...]:
    if not path.is_file():
        raise CorpusError(
            "The sample file {path} is missing.",
            hint="Install Attention Studio again, or write it with "
            "python -m attnstudio.corpus.samples.generate {folder}.",
            path=path,
            folder=path.parents[1],
        )
    text = gzip.decompress(path.read_bytes()).decode()
    with collector_paused():
        return tuple(_from_line(line) for line in text.splitlines())


def _from_line(line: str) -> SentencePair:
    source, target, gold = line.split("\t")
    return SentencePair(source, target, GoldLinks.from_line(gold))
