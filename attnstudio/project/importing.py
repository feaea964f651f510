"""From files to the project's corpus: all of an import, or nothing of it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path

from attnstudio.corpus.import_report import ImportReport, Problem, ProblemCounter
from attnstudio.corpus.line_aligned import LineAlignedFiles, read_line_aligned
from attnstudio.corpus.parallel_corpus import CorpusWriter, Split
from attnstudio.corpus.recognise import Importable, recognise
from attnstudio.corpus.samples.store import SampleCorpus
from attnstudio.corpus.tab_separated import read_tab_separated
from attnstudio.errors import CorpusError
from attnstudio.project.files import hash_files
from attnstudio.project.project import ImportedFiles, Project

_PROGRESS_EVERY = 10_000


def import_files(
    project: Project,
    paths: Sequence[Path],
    *,
    split: Split = Split.TRAIN,
    links: Path | None = None,
    progress: Callable[[int], None] = lambda _: None,
) -> ImportReport:
    """Append the pairs of text files to the project's corpus.

    Files that were imported before for the same split add nothing; that is said in a notice.

    Args:
        project: where to.
        paths: line-aligned text files or tables, packed or not.
        split: what the pairs are for.
        links: a Pharaoh file with gold links, for one pair of files.
        progress: told the number of pairs kept so far, now and then.

    Raises:
        CorpusError: nothing was imported, and why.
        AlignmentError: the links do not fit the pairs.
    """
    source_language, target_language = project.file.source_language, project.file.target_language
    items = recognise(paths, source_language, target_language, links)
    digest = hashlib.sha256()
    hash_files([*paths, *([links] if links else [])], digest.update)
    sides = _side_names(items)
    with project.changing():
        if any(
            done.sha256 == digest.hexdigest() and done.split is split
            for done in project.file.imports
        ):
            notice = "These files are in the corpus already: nothing was added."
            return ImportReport(0, {}, (), *sides, (notice,))
        problems = ProblemCounter()
        with project.corpus_writer() as writer:
            if project.file.corpus:
                writer.add_corpus(project.corpus())
            before = len(writer)
            for item in items:
                _copy(item, writer, split, problems, progress)
            kept = len(writer) - before
            if not kept:
                raise CorpusError(
                    "{files} held no usable pair ({dropped} dropped).",
                    hint="Each line needs text on both sides.",
                    files=", ".join(path.name for path in paths),
                    dropped=problems.counts.total(),
                )
            imported = ImportedFiles(
                files=tuple(path.name for path in (*paths, *([links] if links else []))),
                sha256=digest.hexdigest(),
                split=split,
                pairs=kept,
                dropped=problems.counts.total(),
            )
            project.set_corpus(writer.finish(), imported)
    return ImportReport(kept, dict(problems.counts), tuple(problems.first), *sides)


def import_sample(project: Project, sample: SampleCorpus) -> None:
    """Fill a new project with a sample corpus and its gold links."""
    with project.changing(), project.corpus_writer() as writer:
        for split in Split:
            for pair in getattr(sample, split.value):
                writer.add(pair, split)
        pairs = len(writer)
        folder = writer.finish()
        imported = ImportedFiles(
            files=(f"sample {sample.name}",),
            sha256=folder.name,
            split=Split.TRAIN,
            pairs=pairs,
            dropped=0,
        )
        project.set_corpus(folder, imported)


def _copy(
    item: Importable,
    writer: CorpusWriter,
    split: Split,
    problems: ProblemCounter,
    progress: Callable[[int], None],
) -> None:
    records = (
        read_line_aligned(item) if isinstance(item, LineAlignedFiles) else read_tab_separated(item)
    )
    for record in records:
        if isinstance(record, Problem):
            problems.add(record)
        else:
            writer.add(record, split)
            if len(writer) % _PROGRESS_EVERY == 0:
                progress(len(writer))


def _side_names(items: Sequence[Importable]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    sources, targets = [], []
    for item in items:
        if isinstance(item, LineAlignedFiles):
            sources.append(item.source.name)
            targets.append(item.target.name)
        else:
            sources.append(item.table.name)
            targets.append(item.table.name)
    return tuple(sources), tuple(targets)
