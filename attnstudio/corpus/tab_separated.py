"""One table with the source in one column and the target in another, separated by tabs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from attnstudio.corpus.import_report import Problem, Reason
from attnstudio.corpus.sentence_pair import SentencePair
from attnstudio.corpus.text import clean_text
from attnstudio.corpus.text_source import TextSource, is_text, open_lines, readable


class TabSeparatedFile(NamedTuple):
    """A table and which of its columns are which side, counted from 0."""

    table: TextSource
    source_column: int = 0
    target_column: int = 1
    has_header: bool = False


def read_tab_separated(file: TabSeparatedFile) -> Iterator[SentencePair | Problem]:
    """The pairs of a table; a problem where a record was dropped.

    Quotes are ordinary characters, as in the tables of OPUS and WMT.

    Raises:
        CorpusError: the file cannot be read.
    """
    columns_needed = max(file.source_column, file.target_column) + 1
    with open_lines(file.table) as lines:
        for number, line in enumerate(lines, start=1):
            if number == 1 and file.has_header:
                continue
            if not is_text(line):
                yield Problem(file.table.name, number, Reason.UNDECODABLE, readable(line))
                continue
            cells = line.split("\t")
            if len(cells) < columns_needed:
                reason = Reason.COLUMNS if line.strip() else Reason.EMPTY
                yield Problem(file.table.name, number, reason, line)
                continue
            source = clean_text(cells[file.source_column])
            target = clean_text(cells[file.target_column])
            if source and target:
                yield SentencePair(source, target)
            else:
                yield Problem(file.table.name, number, Reason.EMPTY, source or target)
