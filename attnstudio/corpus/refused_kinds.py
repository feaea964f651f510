"""Kinds of files that are no corpus, known by their names before anybody opens them."""

from __future__ import annotations

from pathlib import PurePath

from attnstudio.corpus.language_codes import is_language_code
from attnstudio.errors import CorpusError

_AS_TEXT = "Save its text as a text file, one sentence a line."
_AS_TABLE = "Save the table as .xlsx or CSV."
_UNPACKED = "Unpack it and choose the files that you need."
_EXPORTED = "Export it from its program as TMX, XLIFF or a table."
_KINDS = (
    ("a PDF document", _AS_TEXT, ".pdf"),
    ("a document of a word processor", _AS_TEXT, ".doc .docx .odt .rtf .pages .epub"),
    ("an old Excel file", _AS_TABLE, ".xls .xlsb .xlt"),
    ("a sheet of another program", _AS_TABLE, ".ods .numbers"),
    ("a presentation", _AS_TEXT, ".ppt .pptx .odp .key"),
    ("a picture", "", ".png .jpg .jpeg .gif .bmp .tif .tiff .webp .svg .ico .heic"),
    ("a sound", "", ".mp3 .wav .ogg .flac .m4a .aac .wma"),
    ("a film", "", ".mp4 .mkv .avi .mov .webm .wmv .mpg .mpeg"),
    ("an archive that cannot be read", _UNPACKED, ".rar .7z .tar .tgz .tbz2 .txz .zst .cab .iso"),
    ("a memory in its program's own format", _EXPORTED, ".sdltm .sdltb .tmw .mtf .wlf"),
    ("a database", "Export its table as CSV.", ".db .sqlite .sqlite3 .mdb .accdb"),
    ("a set of arrays or a model", "", ".npy .npz .pt .pth .onnx .safetensors .pkl .gguf .h5"),
    ("a program", "", ".exe .dll .so .dylib .msi .dmg .deb .rpm .apk .jar .class .pyc"),
    ("a font", "", ".ttf .otf .woff .woff2"),
)
_KIND_OF = {ending: (kind, hint) for kind, hint, endings in _KINDS for ending in endings.split()}


def refusal_by_name(path: PurePath) -> CorpusError | None:
    """Why a file cannot be imported, where its name alone says so.

    It does not where the ending is a language too: ``news.pt`` may be Portuguese and ``news.so``
    Somali, and one that is no text says so when it is read.
    """
    ending = path.suffix.lower()
    found = _KIND_OF.get(ending)
    if found is None or is_language_code(ending.removeprefix(".")):
        return None
    kind, hint = found
    return CorpusError(
        "{name} is {kind}.",
        hint=hint or "Choose text files, a table or a translation file.",
        name=path.name,
        kind=kind,
    )
