"""Which of the files that a person names belong together, and which side each is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from attnstudio.corpus.archives import text_sources
from attnstudio.corpus.gathering import Gathering, members_of, refuse_repeated
from attnstudio.corpus.gold_reader import PLAIN, GoldNotation
from attnstudio.corpus.line_aligned import LineAlignedFiles
from attnstudio.corpus.markup import MarkupFile
from attnstudio.corpus.paired_files import PairedFiles, pair_up
from attnstudio.corpus.pairing import Partners, find_partners
from attnstudio.corpus.swapped_sides import refuse_if_swapped, swapped_notice
from attnstudio.corpus.table import TableFile
from attnstudio.corpus.text_source import TextSource, ignore_bytes
from attnstudio.corpus.unpacking import is_folder
from attnstudio.errors import CorpusError

# What can be imported. All kinds answer to `texts`, `sides`, `swapped` and `batches`.
Importable = PairedFiles | TableFile | MarkupFile


class Recognised(NamedTuple):
    """What can be imported, and the files found in folders and archives that cannot.

    Attributes:
        items: what is read together.
        left_out: texts that are neither a side nor a table.
        notices: sentences about what else was found.
    """

    items: list[Importable]
    left_out: list[TextSource]
    notices: tuple[str, ...] = ()


def recognise(
    paths: Sequence[Path],
    source_language: str,
    target_language: str,
    links: Path | None = None,
    columns: tuple[str, str] | None = None,
    encoding: str = "",
    *,
    gold: GoldNotation = PLAIN,
    source_file: Path | None = None,
    guess: bool = False,
    count_bytes: Callable[[int], None] = ignore_bytes,
) -> Recognised:
    """Group files into translation files, tables and pairs of texts.

    A side is recognised by the last language in the file's name (``train.de.gz``, ``Deutsch.txt``),
    or by ``source`` and ``target`` in it, and in a folder by the names of the folders in it; files
    without one are taken in the order they are given: source first. A file that a person names
    must be of use; of a folder or an archive, what is of no use is left out.

    Args:
        paths: files and folders.
        source_language: code of the source.
        target_language: code of the target.
        links: a file with gold links for one pair of text files.
        columns: source and target column of tables, where a person named them.
        encoding: the encoding of the texts, where a person named it.
        gold: how the links are written.
        source_file: which one of two files is the source, where a person said it.
        guess: somebody will look at it, so take what is likely where it is not clear.
        count_bytes: told how many more bytes were read to find out; may raise to end it.

    Raises:
        CorpusError: a file has no partner, is given twice, or both partners are of one language;
            without ``guess`` also where columns or sides are not clear.
    """
    refuse_repeated(paths)
    languages = (source_language, target_language)
    gathered = Gathering(languages, columns, count_bytes, guess=guess)
    for path in paths:
        members = [replace(text, encoding=encoding) for text in members_of(path)]
        if is_folder(path) or len(members) > 1:
            gathered.add_members(path, members)
        else:
            gathered.add_file(members[0], alone=len(paths) == 1)
    whole, texts = gathered.whole, gathered.texts
    partners = list(find_partners(texts, languages)) if texts else []
    if source_file is not None:
        partners = [_with_source(partners, source_file)]
    pairs = [pair_up(found.source, found.target) for found in partners]
    if links is not None:
        pairs = [_with_links(pairs, len(whole), links)._replace(gold=gold)]
    notices = gathered.notices
    if not guess:
        for found, pair in zip(partners, pairs, strict=True):
            if found.named:
                notices += swapped_notice(pair, languages)
            elif source_file is None:
                refuse_if_swapped(pair, languages)
        for item in whole if columns is None else ():
            notices += refuse_if_swapped(item, languages)
    return Recognised([*whole, *pairs], gathered.left_out, tuple(notices))


def _with_source(partners: Sequence[Partners], source_file: Path) -> Partners:
    """The only pair, with its source as a person said it."""
    chosen = source_file.resolve()
    sides = [
        text
        for found in partners
        for text in (found.source, found.target)
        if text.path.resolve() == chosen
    ]
    if len(partners) != 1 or len(sides) != 1:
        raise CorpusError(
            "{name} is not one of two text files that were given.",
            hint="Name the source side of one pair of files.",
            name=source_file.name,
        )
    [found] = partners
    is_second = found.target == sides[0]
    return Partners(*(found[1::-1] if is_second else found[:2]), named=False)


def _with_links(pairs: Sequence[PairedFiles], tables: int, links: Path) -> LineAlignedFiles:
    if tables or len(pairs) != 1 or not isinstance(pairs[0], LineAlignedFiles):
        raise CorpusError(
            "{links} belongs to one pair of text files, but {n} pairs and {m} tables were given.",
            hint="Import each pair of files with its links by itself.",
            links=links.name,
            n=len(pairs),
            m=tables,
        )
    return pairs[0]._replace(links=text_sources(links)[0])
