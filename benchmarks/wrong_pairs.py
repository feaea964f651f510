"""How well pairs that are no translations of each other are found by their word links.

::

    python benchmarks/wrong_pairs.py NAME_SRC-TGT.tsv.gz NAME_SRC-TGT.SRC,NAME_SRC-TGT.TGT en-de

Each argument is a corpus: a table of two columns, two files with a comma between them (plain or
packed), or the name of a sample. Of each, 2,000 pairs are taken; the targets of every twentieth are
dealt among these, so that 5 % are wrong; links are found in the text so spoilt. For each threshold
the table says which share of what is dropped was wrong, which share of the wrong was dropped, and
how many good pairs went with them.
"""

from __future__ import annotations

import argparse
import gzip
import tempfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from attnstudio.corpus.parallel_corpus import Split
from attnstudio.corpus.samples.store import SAMPLE_NAMES, read_sample
from attnstudio.corpus.sentence_pair import SentencePair
from attnstudio.corpus.text import clean_text
from attnstudio.project.link_finding import find_corpus_links
from attnstudio.project.project import Project
from attnstudio.project.translation_scores import translation_scores
from attnstudio.resources import resource_path

_PAIRS = 2_000
_WRONG_SHARE = 0.05
_THRESHOLDS = (0.4, 0.5, 0.6, 0.7)
_SEED = 1

Texts = list[tuple[str, str]]


def main() -> None:
    """Measure each corpus and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("corpora", nargs="+", help="table, SOURCE,TARGET or name of a sample")
    print("| corpus | threshold | precision | recall | good pairs lost |\n|---|---|---|---|---|")
    for name in parser.parse_args().corpora:
        pairs, is_wrong = _spoilt(_read(name))
        scores = _scores_of(pairs)
        for threshold in _THRESHOLDS:
            dropped = scores < threshold
            right = np.count_nonzero(dropped & is_wrong)
            precision, recall = right / max(1, dropped.sum()), right / is_wrong.sum()
            lost = np.count_nonzero(dropped & ~is_wrong)
            print(
                f"| {Path(name).name} | {threshold} | {precision:.2f} | {recall:.2f} "
                f"| {lost} of {np.count_nonzero(~is_wrong):,} |"
            )


def _read(name: str) -> Texts:
    """Some pairs of a corpus, taken evenly."""
    if name in SAMPLE_NAMES:
        sample = read_sample(name, resource_path("samples"))
        texts = [(pair.source, pair.target) for pair in sample.train]
    elif "," in name:
        source, target = map(_lines, name.split(","))
        texts = list(zip(source, target, strict=True))
    else:
        rows = [line.split("\t") for line in _lines(name)]
        texts = [(row[0], row[1]) for row in rows if len(row) > 1]
    texts = [(source, target) for source, target in texts if source.strip() and target.strip()]
    return texts[:: max(1, len(texts) // _PAIRS)][:_PAIRS]


def _lines(name: str) -> list[str]:
    path = Path(name)
    raw = path.read_bytes()
    return (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode().split("\n")


def _spoilt(texts: Texts) -> tuple[Texts, NDArray[np.bool_]]:
    """The pairs with some targets moved round, and which pairs have another's target."""
    wrong = np.random.default_rng(_SEED).choice(
        len(texts), round(_WRONG_SHARE * len(texts)), replace=False
    )
    given = dict(zip(wrong.tolist(), np.roll(wrong, 1).tolist(), strict=True))
    spoilt = [(source, texts[given.get(i, i)][1]) for i, (source, _) in enumerate(texts)]
    pairs = zip(spoilt, texts, strict=True)
    return spoilt, np.array([pair[1] != before[1] for pair, before in pairs])


def _scores_of(texts: Texts) -> NDArray[np.float32]:
    with tempfile.TemporaryDirectory() as folder:
        project = Project.create(Path(folder) / "project", "en", "de")
        with project.changing(), project.corpus_writer() as writer:
            for source, target in texts:
                writer.add(SentencePair(clean_text(source), clean_text(target)), Split.TRAIN)
            project.set_corpus(writer.finish())
        corpus = project.corpus()
        links = find_corpus_links(project, corpus)
        assert links is not None  # nothing stops it
        scores = translation_scores(corpus, links)
        assert scores is not None  # nor this
        return scores


if __name__ == "__main__":
    main()
