"""What kind of file a file is, by its content, where it holds both sides of a corpus."""

from __future__ import annotations

import re
from collections.abc import Callable

from attnstudio.corpus.anki_notes import recognise_anki
from attnstudio.corpus.delimited import find_dialect, looks_like_table
from attnstudio.corpus.gettext_po import is_po
from attnstudio.corpus.json_records import recognise_json
from attnstudio.corpus.language_rows import language_columns
from attnstudio.corpus.markup import MarkupFile, MarkupKind
from attnstudio.corpus.parquet import MAGIC as PARQUET_MAGIC
from attnstudio.corpus.parquet import read_parquet
from attnstudio.corpus.sgm_segments import is_sgm
from attnstudio.corpus.spreadsheet import Spreadsheet, is_spreadsheet
from attnstudio.corpus.table import Table
from attnstudio.corpus.text_source import TextSource, ignore_bytes, open_bytes, open_seekable
from attnstudio.corpus.wordfast import is_wordfast
from attnstudio.errors import CorpusError

TABLE_ENDINGS = (".tsv", ".tab", ".csv")
_START_BYTES = 1 << 14
_ROOT = re.compile(r"<(?:[\w.-]+:)?([A-Za-z]\w*)[\s/>]")
_WMT_ROOTS = ("dataset", "collection")
_ANDROID_ROOT = "resources"  # of texts in one language
_OTHER_KINDS = (
    (b"%PDF", "a PDF document", "Save its text as a text file, one sentence a line."),
    (b"\xd0\xcf\x11\xe0", "an old Word or Excel file", "Save the table as .xlsx or CSV."),
    (
        b"PK\x03\x04",
        "an archive inside an archive",
        "Unpack it and choose the files that you need.",
    ),
)
_TAR_MAGIC = slice(257, 262)


def recognise_whole(
    source: TextSource,
    *,
    by_content: bool,
    count_bytes: Callable[[int], None] = ignore_bytes,
) -> MarkupFile | Table | None:
    """A file that holds both sides; None for a text.

    Args:
        source: what to look into.
        by_content: whether a file counts as a table that only looks like one.
        count_bytes: told how many more bytes were read to find out; may raise to end it.

    Raises:
        CorpusError: it cannot be read, or is of a kind that no text has.
    """
    with open_bytes(source) as file:
        start = file.read(_START_BYTES)
    if start.startswith(PARQUET_MAGIC):
        return read_parquet(source)
    if start.startswith(b"PK\x03\x04"):
        with open_seekable(source) as archive:
            if is_spreadsheet(archive):
                return Spreadsheet(source)
    if start[_TAR_MAGIC] == b"ustar":
        raise CorpusError(
            "{name} is a tar archive.",
            hint="Unpack it and choose the files that you need.",
            name=source.name,
        )
    for magic, kind, hint in _OTHER_KINDS:
        if start.startswith(magic):
            raise CorpusError("{name} is {kind}.", hint=hint, name=source.name, kind=kind)
    markup = _recognise_markup(source, start)
    if markup is not None:
        return markup
    found = _recognise_text(source, count_bytes, by_content=by_content)
    return _by_rows(found) if found is not None and not isinstance(found, MarkupFile) else found


def _by_rows(table: Table) -> MarkupFile | Table:
    """A table as it is, or as units that say their languages row by row."""
    if language_columns(table) is None:
        return table
    return MarkupFile(table.text, MarkupKind.ROWS, table)


def _recognise_text(
    source: TextSource, count_bytes: Callable[[int], None], *, by_content: bool
) -> MarkupFile | Table | None:
    name = source.inner_name.lower()
    if by_content or name.endswith(TABLE_ENDINGS):  # before a delimiter is looked for
        if is_wordfast(source):
            return MarkupFile(source, MarkupKind.WORDFAST)
        if notes := recognise_anki(source):
            return notes
    if name.endswith((".po", ".pot")):
        return MarkupFile(source, MarkupKind.PO)
    if name.endswith(TABLE_ENDINGS):
        return find_dialect(source)
    if name.endswith((".json", ".jsonl", ".ndjson")) or by_content:
        json = recognise_json(source, count_bytes)
        if json is not None:
            return json
    if by_content and is_po(source):
        return MarkupFile(source, MarkupKind.PO)
    return find_dialect(source) if by_content and looks_like_table(source) else None


def _recognise_markup(source: TextSource, start: bytes) -> MarkupFile | None:
    """An XML file of a kind that is known, as its first element tells; None for other files."""
    wide = start[:2] in (b"\xff\xfe", b"\xfe\xff") or start[:2] in (b"<\0", b"\0<", b"\0\0")
    text = start.replace(b"\0", b"").decode("latin-1") if wide else start.decode("latin-1")
    text = text.removeprefix("\xff\xfe").removeprefix("\xfe\xff").removeprefix("ï»¿").lstrip()
    if not text.startswith("<"):
        return None
    without_comments = re.sub(r"<!--.*?(-->|$)|<\?.*?\?>", "", text, flags=re.DOTALL)
    root = _ROOT.search(without_comments)
    name = root[1].lower() if root else ""
    if name in _WMT_ROOTS:
        return MarkupFile(source, MarkupKind.WMT)
    if name in (MarkupKind.TMX, MarkupKind.XLIFF):
        return MarkupFile(source, MarkupKind(name))
    if is_sgm(source) or name == _ANDROID_ROOT or not text.startswith(("<?xml", "<!DOCTYPE")):
        return None  # a text may begin with a tag
    raise CorpusError(
        "{name} is XML with the root element {root}, which is not known.",
        hint="TMX, XLIFF, SDLXLIFF and WMT files can be imported.",
        name=source.name,
        root=f"<{name}>" if name else "missing",
    )
