"""From files to the project's corpus: all of an import, or nothing of it."""

from __future__ import annotations

import codecs
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from attnstudio.corpus.gold_reader import PLAIN, GoldNotation
from attnstudio.corpus.import_plan import plain_texts, split_of
from attnstudio.corpus.import_report import ImportReport, ProblemCounter, Reason
from attnstudio.corpus.parallel_corpus import Split
from attnstudio.corpus.recognise import Importable, recognise
from attnstudio.corpus.refused_kinds import refusal_by_name
from attnstudio.corpus.samples.store import SampleCorpus
from attnstudio.corpus.spreadsheet import Spreadsheet
from attnstudio.corpus.table import TableFile
from attnstudio.corpus.text_source import TextSource, encoding_of
from attnstudio.errors import CorpusError, UsageError
from attnstudio.project.import_meter import ImportMeter, Progress, StoppedError, hashes_of
from attnstudio.project.project import Project
from attnstudio.project.project_file import ImportedFiles
from attnstudio.project.reports import kept_report
from attnstudio.storage_errors import storing

_LISTED_FILES = 20
_MOST_EMPTY = 1_000_000  # lines before the first pair


@dataclass(frozen=True, slots=True)
class PlannedItem:
    """Files to read together, and what their pairs are for."""

    item: Importable
    split: Split


def import_files(
    project: Project,
    paths: Sequence[Path],
    *,
    split: Split | None = None,
    links: Path | None = None,
    gold: GoldNotation = PLAIN,
    columns: tuple[str, str] | None = None,
    encoding: str = "",
    source_file: Path | None = None,
    progress: Progress = lambda _done, _total: None,
) -> ImportReport:
    """Append the pairs of files to the project's corpus.

    Files that were imported before for the same split add nothing; that is said in a notice.

    Args:
        project: where to.
        paths: line-aligned text files, tables or translation files, packed or not.
        split: what the pairs are for; None for what the names of files and folders say, else
            training.
        links: a file with gold links, for one pair of files.
        gold: how the links are written.
        columns: source and target column of tables: names, or numbers from 1; None to find out.
        encoding: the name of the texts' encoding; empty to find out.
        source_file: which one of two texts is the source; None for what their names or their order
            say.
        progress: told how far it is, a few times a second.

    Raises:
        CorpusError: nothing was imported, and why.
        AlignmentError: the links do not fit the pairs.
        ProjectError: another program is changing the project.
        StorageError: the disk would not take the corpus.
    """
    if refusal := next(filter(None, map(refusal_by_name, paths)), None):
        raise refusal
    languages = (project.file.source_language, project.file.target_language)
    if encoding:
        _check_encoding(encoding)
    found = recognise(
        paths,
        *languages,
        links,
        columns,
        encoding,
        gold=gold,
        source_file=source_file,
    )
    left_out = [text.name for text in found.left_out]
    items = [PlannedItem(item, split or split_of(item, paths)) for item in found.items]
    report = import_items(
        project, items, left_out=left_out, notices=found.notices, progress=progress
    )
    assert report is not None  # nobody asks it to stop
    return report


def import_items(
    project: Project,
    items: Sequence[PlannedItem],
    *,
    left_out: Sequence[str] = (),
    notices: Sequence[str] = (),
    progress: Progress = lambda _done, _total: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> ImportReport | None:
    """Append the pairs of recognised files: all of them, or nothing.

    Items that were imported before for the same split add nothing; that is said in a notice.

    Args:
        project: where to.
        items: what to read, and what its pairs are for.
        left_out: names of files that are not read, for the notice.
        notices: sentences for the report about what was found.
        progress: told how far it is, a few times a second.
        should_stop: asked now and then; True leaves the project as it was.

    Returns:
        What was kept and dropped; None when stopped.

    Raises:
        CorpusError: nothing was imported, and why.
        AlignmentError: the links do not fit the pairs.
        ProjectError: another program is changing the project.
        StorageError: the disk would not take the corpus.
    """
    languages = (project.file.source_language, project.file.target_language)
    meter = ImportMeter([planned.item for planned in items], progress, should_stop)
    try:
        with storing(project.folder, "The import into {path} was given up: {reason}."):
            return _import(project, languages, items, (*notices, *_left_out(left_out)), meter)
    except StoppedError:
        return None


def _import(
    project: Project,
    languages: tuple[str, str],
    items: Sequence[PlannedItem],
    found: Sequence[str],
    meter: ImportMeter,
) -> ImportReport:
    hashes = hashes_of([planned.item for planned in items], meter)
    notices = list(found)
    with project.changing():
        before = {(done.sha256, done.split) for done in project.file.imports}
        new = [plan for plan in items if (hashes[plan.item], plan.split) not in before]
        if repeated := [p.item for p in items if (hashes[p.item], p.split) in before]:
            names = _names(text for item in repeated for text in item.texts)
            notices.append(f"In the corpus already, so nothing was added: {names}.")
        notices += _encoding_notices(plan.item for plan in new)
        if not new:
            return ImportReport(0, {}, (), *_side_names(repeated), tuple(notices))
        problems = ProblemCounter()
        imports = []
        with project.corpus_writer() as writer:
            if project.file.corpus:
                writer.add_corpus(project.corpus(), on_piece=meter.check)
            first = len(writer)
            for plan in new:
                pairs, dropped = len(writer), sum(problems.dropped.values())
                for batch in plan.item.batches(languages, meter.read):
                    writer.add_batch(batch, plan.split)
                    problems.add(batch.problems)
                    problems.add_unlisted(Reason.NO_BREAK, batch.unlisted)
                    if len(writer) == first and problems.dropped.get(Reason.EMPTY, 0) > _MOST_EMPTY:
                        raise _no_usable_pair(new, problems)
                    meter.pairs = len(writer) - first
                    meter.check()
                meter.refuse_changed(plan.item)
                imports.append(
                    ImportedFiles(
                        files=tuple(_storable(text.name) for text in plan.item.texts),
                        sha256=hashes[plan.item],
                        split=plan.split,
                        pairs=len(writer) - pairs,
                        dropped=sum(problems.dropped.values()) - dropped,
                    )
                )
            kept = len(writer) - first
            if not kept:
                raise _no_usable_pair(new, problems)
            report = ImportReport(
                kept,
                problems.dropped,
                tuple(problems.first),
                *_side_names([plan.item for plan in new]),
                tuple(notices),
                problems.mended,
                _pairs_by_split(imports),
            )
            folder = writer.finish()
            with kept_report(project, imports, report):
                project.set_corpus(folder, *imports)
    return report


def _pairs_by_split(imports: Sequence[ImportedFiles]) -> dict[str, int]:
    pairs: Counter[str] = Counter()
    for done in imports:
        pairs[done.split.value] += done.pairs
    return dict(pairs)


def _left_out(names: Sequence[str]) -> list[str]:
    """What to say of the files that are not read."""
    found = list(dict.fromkeys(map(_storable, names)))
    listed = ", ".join(found[:_LISTED_FILES]) + (", …" if len(found) > _LISTED_FILES else "")
    return [f"Left out, as no side and no table: {listed}."] if found else []


def _no_usable_pair(plans: Sequence[PlannedItem], problems: ProblemCounter) -> CorpusError:
    files = _names(text for plan in plans for text in plan.item.texts)
    if not problems.dropped:
        return CorpusError(
            "There is no text in {files}.",
            hint="A corpus needs at least one sentence and its translation.",
            files=files,
        )
    return CorpusError(
        "There is no usable pair in {files}; {dropped} records were dropped.",
        hint="A pair needs text on both sides.",
        files=files,
        dropped=sum(problems.dropped.values()),
    )


def import_sample(project: Project, sample: SampleCorpus) -> None:
    """Fill a new project with a sample corpus and its gold links."""
    with project.changing(), project.corpus_writer() as writer:
        for split in Split:
            for pair in getattr(sample, split.value):
                writer.add(pair, split)
        folder = writer.finish()
        imports = [
            ImportedFiles(
                files=(f"sample {sample.name}",),
                sha256=folder.name,
                split=split,
                pairs=len(getattr(sample, split.value)),
                dropped=0,
            )
            for split in Split
        ]
        project.set_corpus(folder, *imports)


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
    texts = dict.fromkeys(text for item in items for text in plain_texts(item))
    guessed = {text: encoding_of(text) for text in texts}
    return [
        f"{_storable(text.name)} was read as {encoding.name}, as its bytes suggest."
        for text, encoding in guessed.items()
        if encoding.guessed
    ]


def _side_names(items: Sequence[Importable]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names of what holds the source side, and of what holds the target side."""
    sources, targets = [], []
    for item in items:
        source, target = (text.name for text in item.sides)
        if isinstance(item, TableFile):
            sheet = item.table.sheet if isinstance(item.table, Spreadsheet) else ""
            within = f", sheet {sheet}" if sheet else ""
            source += f"{within}, column {item.source_column + 1}"
            target += f"{within}, column {item.target_column + 1}"
        sources.append(source)
        targets.append(target)
    return tuple(sources), tuple(targets)


def _names(texts: Iterable[TextSource]) -> str:
    return ", ".join(dict.fromkeys(_storable(text.name) for text in texts))


def _storable(name: str) -> str:
    """A name as text: a file's name may hold bytes that are none."""
    return name.encode("utf-8", "replace").decode("utf-8")
