"""From a file to a document: what it is, by its content and then by its name."""

from __future__ import annotations

import codecs
import re
from pathlib import Path

from attnstudio.corpus.encoding import find_encoding
from attnstudio.corpus.xml_text import encoding_of_xml
from attnstudio.documents.document import Document, DocumentKind, DocumentLanguages
from attnstudio.documents.elements import MarkedText, read_marked
from attnstudio.documents.exact_text import ExactText
from attnstudio.documents.table_rows import read_table
from attnstudio.documents.text_lines import read_lines
from attnstudio.documents.tmx import read_tmx, tmx_languages, tmx_units
from attnstudio.documents.units import refuse_other_languages
from attnstudio.documents.word_file import is_word, read_word
from attnstudio.documents.xliff import read_xliff
from attnstudio.documents.xliff_two import read_xliff_two
from attnstudio.errors import DocumentError
from attnstudio.storage_errors import READ, storing

_LARGEST = 1 << 28  # bytes; it is held in memory
_START = 1 << 14
_SAMPLE = 1 << 20
_ROOT = re.compile(r"<(?:[\w.-]+:)?([A-Za-z]\w*)([^>]*)")
_BEFORE_ROOT = re.compile(r"<!--.*?(?:-->|$)|<\?.*?\?>", re.DOTALL)
_OF_TRADOS = "sdl.com/FileTypes/SdlXliff"
_ENDING_OF_TRADOS = ".sdlxliff"
_OF_TABLES = (".tsv", ".tab")
_OTHER_ENDINGS = frozenset(
    {".csv", ".html", ".htm", ".json", ".jsonl", ".po", ".pot", ".srt", ".vtt", ".md", ".rtf"}
)


def kind_of(path: Path) -> DocumentKind | None:
    """What a file is as a document; None where it is none.

    Raises:
        StorageError: it cannot be read.
    """
    with storing(path, READ), path.open("rb") as file:
        return _kind(path, file.read(_START))


def _kind(path: Path, start: bytes) -> DocumentKind | None:
    ending = path.suffix.lower()
    root = _root_of(start)
    if root is not None:
        name, attributes = root
        if name == DocumentKind.TMX:
            return DocumentKind.TMX
        if name != DocumentKind.XLIFF:
            return None
        is_of_trados = ending == _ENDING_OF_TRADOS or _OF_TRADOS in attributes
        return DocumentKind.SDLXLIFF if is_of_trados else DocumentKind.XLIFF
    if start.startswith(b"PK\x03\x04"):
        return DocumentKind.WORD if is_word(path) else None
    if ending in _OTHER_ENDINGS or start.startswith(b"%PDF"):
        return None
    if find_encoding(start) is None:
        return None
    return DocumentKind.TABLE if ending in _OF_TABLES else DocumentKind.TEXT


def _root_of(start: bytes) -> tuple[str, str] | None:
    """The name of the first element of an XML file and its attributes; None for other files."""
    plain = start.replace(b"\0", b"").decode("latin-1")
    text = plain.lstrip("\xff\xfe\xef\xbb\xbf \t\r\n")
    if not text.startswith("<"):
        return None
    root = _ROOT.search(_BEFORE_ROOT.sub("", text).replace("<!DOCTYPE", "<!"))
    is_xml = text.startswith(("<?xml", "<!DOCTYPE")) or (
        root is not None and root[1].lower() in (DocumentKind.TMX, DocumentKind.XLIFF)
    )
    return (root[1].lower() if root else "", root[2] if root else "") if is_xml else None


def read_document(path: Path, languages: tuple[str, str] | None = None) -> Document:
    """Read a document that is to be translated.

    A line, a cell and a unit of a translation file is one segment each. Paragraphs of Word are cut
    into sentences, which become paragraphs again.

    Args:
        path: the file.
        languages: the codes of what is translated from and into. Needed for a memory (TMX) that
            does not have two languages; a document that declares others is refused. None takes
            what the document declares.

    Raises:
        DocumentError: it is no document, or is of other languages.
        CorpusError: it is not well-formed XML, or has what makes XML dangerous.
        StorageError: it cannot be read.
    """
    with storing(path, READ):
        size = path.stat().st_size
        content = path.read_bytes() if size <= _LARGEST else b""
    if size > _LARGEST:
        raise DocumentError(
            "{name} is larger than {most} MB.",
            hint="Cut it into smaller documents.",
            name=path.name,
            most=_LARGEST >> 20,
        )
    kind = _kind(path, content[:_START])
    if kind is None:
        raise DocumentError(
            "{name} is no document that can be translated.",
            hint="Text, TSV, TMX, XLIFF, SDLXLIFF and Word files can be.",
            name=path.name,
        )
    if kind in (DocumentKind.TEXT, DocumentKind.TABLE):
        return _read_text(path, kind, content, languages)
    if kind is DocumentKind.WORD:
        word = read_word(content, path.name)
        return Document(path, kind, word.segments, DocumentLanguages(), word)
    return _read_xml(path, kind, content, languages)


def _read_text(
    path: Path, kind: DocumentKind, content: bytes, languages: tuple[str, str] | None
) -> Document:
    found = find_encoding(content[:_SAMPLE])
    text = ExactText.from_bytes(content, found.name if found else "utf-8", path.name)
    is_table = kind is DocumentKind.TABLE
    read = read_table(text, languages or ("", "")) if is_table else read_lines(text)
    return Document(path, kind, read.segments, DocumentLanguages(), read)


def _read_xml(
    path: Path, kind: DocumentKind, content: bytes, languages: tuple[str, str] | None
) -> Document:
    text = _xml_text(content, path.name)
    marked = read_marked(text.text, path.name)
    if kind is DocumentKind.TMX:
        elements = tmx_units(marked)
        said = tmx_languages(marked, elements)
        wanted = languages or (said.source, said.target)
        if not all(wanted):
            raise DocumentError(
                "{name} does not say which language it is to be translated into.",
                hint="Choose a model first.",
                name=path.name,
            )
        memory = read_tmx(text, marked, elements, path.name, wanted)
        return Document(path, kind, memory.segments, said, memory)
    said = _xliff_languages(marked, path.name, languages)
    target = languages[1] if languages else ""
    if marked.root_tag().attributes.get("version", "").startswith("2"):
        units = read_xliff_two(text, marked, target)
    else:
        is_of_trados = kind is DocumentKind.SDLXLIFF
        units = read_xliff(text, marked, target, is_of_trados=is_of_trados)
    return Document(path, kind, units.segments, said, units)


def _xml_text(content: bytes, name: str) -> ExactText:
    try:
        encoding = encoding_of_xml(content[:_START])
        codecs.lookup(encoding)
    except UnicodeError as error:
        raise DocumentError(
            "{name} cannot be read: {reason}.",
            hint="Save it as UTF-8 in the program that it comes from.",
            name=name,
            reason=str(error),
        ) from error
    return ExactText.from_bytes(content, encoding, name)


def _xliff_languages(
    marked: MarkedText, name: str, languages: tuple[str, str] | None
) -> DocumentLanguages:
    """What an XLIFF file declares; all files in one are of the languages that are asked for."""
    root = marked.root_tag().attributes
    declared = [DocumentLanguages(root.get("srcLang", ""), root.get("trgLang", ""))]
    for element in marked.tags("file"):
        of_file = element.attributes
        source, target = of_file.get("source-language", ""), of_file.get("target-language", "")
        declared.append(DocumentLanguages(source, target))
    for said in declared:
        refuse_other_languages(name, said, languages)
    return next((said for said in declared if said != ("", "")), DocumentLanguages())
