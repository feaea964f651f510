"""From files to the project's corpus: all of an import, or nothing of it."""

from __future__ import annotations

import codecs
import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from attnstudio.corpus.import_report import ImportReport, Problem, ProblemCounter
from attnstudio.corpus.markup import MarkupFile
from attnstudio.corpus.parallel_corpus import CorpusWriter, Split
from attnstudio.corpus.recognise import Importable, recognise
from attnstudio.corpus.samples.store import SampleCorpus
from attnstudio.corpus.sentence_pair import SentencePair
from attnstudio.corpus.text_source import TextSource, encoding_of
from attnstudio.errors import CorpusError, UsageError
from attnstudio.project.files import hash_file
from attnstudio.project.project import ImportedFiles, Project
from attnstudio.project.reports import keep_report

_PROGRESS_EVERY = 10_000
_ASKED_EVERY = 1_000


@dataclass(frozen=True, slots=True)
class PlannedItem:
    """Files to read together, and what their pairs are for."""

    item: Importable
    split: Split


def import_files(
    project: Project,
    paths: Sequence[Path],
    *,
    split: Split = Split.TRAIN,
    links: Path | None = None,
    columns: tuple[str, str] | None = None,
    encoding: str = "",
    progress: Callable[[int], None] = lambda _: None,
) -> ImportReport:
    """Append the pairs of files to the project's corpus.

    Files that were imported before for the same split add nothing; that is said in a notice.

    Args:
        project: where to.
        paths: line-aligned text files, tables or translation files, packed or not.
        split: what the pairs are for.
        links: a Pharaoh file with gold links, for one pair of files.
        columns: source and target column of tables: names, or numbers from 1; None to find out.
        encoding: the name of the texts' encoding; empty to find out.
        progress: told the number of pairs kept so far, now and then.

    Raises:
        CorpusError: nothing was imported, and why.
        AlignmentError: the links do not fit the pairs.
        ProjectError: the project cannot be changed now.
    """
    languages = (project.file.source_language, project.file.target_language)
    if encoding:
        _check_encoding(encoding)
    found = recognise(paths, *languages, links, columns, encoding)
    left_out = [text.name for text in found.left_out]
    items = [PlannedItem(item, split) for item in found.items]
    report = import_items(project, items, left_out=left_out, progress=progress)
    assert report is not None  # nobody asks it to stop
    return report


def import_items(
    project: Project,
    items: Sequence[PlannedItem],
    *,
    left_out: Sequence[str] = (),
    progress: Callable[[int], None] = lambda _: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> ImportReport | None:
    """Append the pairs of recognised files: all of them, or nothing.

    Items that were imported before for the same split add nothing; that is said in a notice.

    Args:
        project: where to.
        items: what to read, and what its pairs are for.
        left_out: names of files that are not read, for the notice.
        progress: told the number of pairs kept so far, now and then.
        should_stop: asked now and then; True leaves the project as it was.

    Returns:
        What was kept and dropped; None when stopped.

    Raises:
        CorpusError: nothing was imported, and why.
        AlignmentError: the links do not fit the pairs.
        ProjectError: the project cannot be changed now.
    """
    languages = (project.file.source_language, project.file.target_language)
    hashes = _hashes(planned.item for planned in items)
    notices = []
    if left_out:
        names = ", ".join(dict.fromkeys(map(_storable, left_out)))
        notices.append(f"Left out, as no side and no table: {names}.")
    with project.changing():
        before = {(done.sha256, done.split) for done in project.file.imports}
        new = [plan for plan in items if (hashes[plan.item], plan.split) not in before]
        if repeated := [plan.item for plan in items if plan not in new]:
            names = _names(text for item in repeated for text in item.texts)
            notices.append(f"In the corpus already, so nothing was added: {names}.")
        notices += _encoding_notices(plan.item for plan in new)
        if not new:
            return ImportReport(0, {}, (), *_side_names(repeated), tuple(notices))
        problems = ProblemCounter()
        imports = []
        with project.corpus_writer() as writer:
            if project.file.corpus:
                writer.add_corpus(project.corpus())
            first = len(writer)

            for plan in new:
                pairs, dropped = len(writer), problems.counts.total()
                finished = _copy(
                    plan.item.records(languages),
                    writer,
                    plan.split,
                    problems,
                    lambda: progress(len(writer) - first),
                    should_stop,
                )
                if not finished:
                    return None
                imports.append(
                    ImportedFiles(
                        files=tuple(_storable(text.name) for text in plan.item.texts),
                        sha256=hashes[plan.item],
                        split=plan.split,
                        pairs=len(writer) - pairs,
                        dropped=problems.counts.total() - dropped,
                    )
                )
            kept = len(writer) - first
            if not kept:
                raise CorpusError(
                    "There is no usable pair in {files}; {dropped} records were dropped.",
                    hint="Each line needs text on both sides.",
                    files=_names(text for plan in new for text in plan.item.texts),
                    dropped=problems.counts.total(),
                )
            project.set_corpus(writer.finish(), *imports)
        counts, listed = dict(problems.counts), tuple(problems.first)
        sides = _side_names([plan.item for plan in new])
        report = ImportReport(kept, counts, listed, *sides, tuple(notices))
        keep_report(project, imports, report)
    return report


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


def _check_encoding(name: str) -> None:
    try:
        known = codecs.lookup(name)._is_text_encoding
    except LookupError:
        known = False
    if not known:
        raise UsageError(
            "{name} is no encoding.",
            hint="Use a name such as utf-8, cp1252, gb18030, shift_jis or utf-16.",
            name=repr(name),
        )


def _encoding_notices(items: Iterable[Importable]) -> list[str]:
    """What is to be said of the texts whose encoding only the statistics of their bytes tell."""
    texts = dict.fromkeys(
        text for item in items if not isinstance(item, MarkupFile) for text in item.texts
    )
    guessed = {text: encoding_of(text) for text in texts}
    return [
        f"{_storable(text.name)} was read as {encoding.name}, as its bytes suggest."
        for text, encoding in guessed.items()
        if encoding.guessed
    ]


def _copy(
    records: Iterable[SentencePair | Problem],
    writer: CorpusWriter,
    split: Split,
    problems: ProblemCounter,
    progress: Callable[[], None],
    should_stop: Callable[[], bool],
) -> bool:
    """Write all pairs; False when stopped."""
    for number, record in enumerate(records, start=1):
        if isinstance(record, Problem):
            problems.add(record)
        else:
            writer.add(record, split)
            if len(writer) % _PROGRESS_EVERY == 0:
                progress()
        if number % _ASKED_EVERY == 0 and should_stop():
            return False
    return not should_stop()


def _hashes(items: Iterable[Importable]) -> dict[Importable, str]:
    """One hash an item: of the files' bytes and of the place of its texts in them.

    Raises:
        CorpusError: a file cannot be read.
    """
    of_file: dict[Path, str] = {}
    hashes = {}
    for item in items:
        digest = hashlib.sha256()
        for text in item.texts:
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


def _side_names(items: Sequence[Importable]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names of the texts that hold the source side, and those of the target side."""
    sides = [item.sides for item in items]
    return tuple(source.name for source, _ in sides), tuple(target.name for _, target in sides)


def _names(texts: Iterable[TextSource]) -> str:
    return ", ".join(dict.fromkeys(_storable(text.name) for text in texts))


def _storable(name: str) -> str:
    """A name as text: a file's name may hold bytes that are none."""
    return name.encode("utf-8", "replace").decode("utf-8")
