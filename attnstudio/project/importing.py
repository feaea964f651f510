"""From files to the project's corpus: all of an import, or nothing of it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from attnstudio.corpus.import_report import ImportReport, Problem, ProblemCounter
from attnstudio.corpus.line_aligned import LineAlignedFiles, read_line_aligned
from attnstudio.corpus.parallel_corpus import CorpusWriter, Split
from attnstudio.corpus.recognise import Importable, recognise
from attnstudio.corpus.samples.store import SampleCorpus
from attnstudio.corpus.sentence_pair import SentencePair
from attnstudio.corpus.tab_separated import read_tab_separated
from attnstudio.corpus.text_source import TextSource
from attnstudio.errors import CorpusError
from attnstudio.project.files import hash_file
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
        ProjectError: the project cannot be changed now.
    """
    languages = (project.file.source_language, project.file.target_language)
    found = recognise(paths, *languages, links)
    hashes = _hashes(found.items)
    notices = []
    if found.left_out:
        notices.append(f"Left out, as no side and no table: {_names(found.left_out)}.")
    with project.changing():
        before = {(done.sha256, done.split) for done in project.file.imports}
        items = [item for item in found.items if (hashes[item], split) not in before]
        if repeated := [item for item in found.items if item not in items]:
            names = _names(text for item in repeated for text in _texts(item))
            notices.append(f"In the corpus already, so nothing was added: {names}.")
        if not items:
            return ImportReport(0, {}, (), *_side_names(repeated), tuple(notices))
        problems = ProblemCounter()
        imports = []
        with project.corpus_writer() as writer:
            if project.file.corpus:
                writer.add_corpus(project.corpus())
            first = len(writer)
            for item in items:
                pairs, dropped = len(writer), problems.counts.total()
                _copy(
                    _records(item, languages),
                    writer,
                    split,
                    problems,
                    lambda: progress(len(writer) - first),
                )
                imports.append(
                    ImportedFiles(
                        files=tuple(_storable(text.name) for text in _texts(item)),
                        sha256=hashes[item],
                        split=split,
                        pairs=len(writer) - pairs,
                        dropped=problems.counts.total() - dropped,
                    )
                )
            kept = len(writer) - first
            if not kept:
                raise CorpusError(
                    "There is no usable pair in {files}; {dropped} records were dropped.",
                    hint="Each line needs text on both sides.",
                    files=_names(text for item in items for text in _texts(item)),
                    dropped=problems.counts.total(),
                )
            project.set_corpus(writer.finish(), *imports)
    counts, listed = dict(problems.counts), tuple(problems.first)
    return ImportReport(kept, counts, listed, *_side_names(items), tuple(notices))


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


def _records(item: Importable, languages: tuple[str, str]) -> Iterable[SentencePair | Problem]:
    if isinstance(item, LineAlignedFiles):
        return read_line_aligned(item, languages)
    return read_tab_separated(item)


def _copy(
    records: Iterable[SentencePair | Problem],
    writer: CorpusWriter,
    split: Split,
    problems: ProblemCounter,
    progress: Callable[[], None],
) -> None:
    for record in records:
        if isinstance(record, Problem):
            problems.add(record)
        else:
            writer.add(record, split)
            if len(writer) % _PROGRESS_EVERY == 0:
                progress()


def _hashes(items: Iterable[Importable]) -> dict[Importable, str]:
    """One hash an item: of the files' bytes and of the place of its texts in them.

    Raises:
        CorpusError: a file cannot be read.
    """
    of_file: dict[Path, str] = {}
    hashes = {}
    for item in items:
        digest = hashlib.sha256()
        for text in _texts(item):
            if text.path not in of_file:
                of_file[text.path] = _hash(text)
            digest.update(f"{of_file[text.path]} {text.member or ''}\n".encode())
        hashes[item] = digest.hexdigest()
    return hashes


def _hash(text: TextSource) -> str:
    try:
        return hash_file(text.path)
    except OSError as error:
        raise CorpusError(
            "{name} could not be read: {reason}.",
            hint="Check that you may read it.",
            name=text.path.name,
            reason=error.strerror or error,
        ) from error


def _texts(item: Importable) -> list[TextSource]:
    """The texts of an item: source, target and links, or its table."""
    return [part for part in item if isinstance(part, TextSource)]


def _side_names(items: Sequence[Importable]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names of the texts that hold the source side, and those of the target side."""
    sides = [
        (item.source, item.target) if isinstance(item, LineAlignedFiles) else (item.table,) * 2
        for item in items
    ]
    return tuple(source.name for source, _ in sides), tuple(target.name for _, target in sides)


def _names(texts: Iterable[TextSource]) -> str:
    return ", ".join(dict.fromkeys(_storable(text.name) for text in texts))


def _storable(name: str) -> str:
    """A name as text: a file's name may hold bytes that are none."""
    return name.encode("utf-8", "replace").decode("utf-8")
