"""Two files that hold texts by keys, as programs keep them: JSON (i18next, ARB) and Android's XML.

Texts are partners where their keys are the same.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from enum import StrEnum
from typing import Any, NamedTuple
from xml.etree.ElementTree import Element

from attnstudio.corpus.batches import PairBatch, RawPairs
from attnstudio.corpus.column_names import columns_by_name, languages_named
from attnstudio.corpus.import_report import Counted, Problem, Reason
from attnstudio.corpus.language_codes import is_language_code, primary_language
from attnstudio.corpus.text_source import TextSource, ignore_bytes, open_bytes, open_text
from attnstudio.corpus.xml_records import flat_text, local_name, read_records
from attnstudio.errors import CorpusError

_LARGEST = 1 << 25  # characters
_START_BYTES = 1 << 12
_DEEPEST = 20
_MOST_SIDES = 50  # keys of a record
_ROOT = re.compile(rb"<resources[\s>]")
_ANDROID_RECORDS = frozenset({"string", "plurals", "string-array"})
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|(.))", re.DOTALL)
_ESCAPED = {"n": " ", "t": " "}


class KeyedKind(StrEnum):
    """How texts and keys are written."""

    JSON = "json"
    ANDROID = "android"


class KeyedFiles(NamedTuple):
    """Which file is which side."""

    source: TextSource
    target: TextSource
    kind: KeyedKind

    @property
    def texts(self) -> tuple[TextSource, ...]:
        """All that is read."""
        return self.sides

    @property
    def sides(self) -> tuple[TextSource, TextSource]:
        """Where source and target are read."""
        return self.source, self.target

    def swapped(self) -> KeyedFiles:
        """The same files with their sides exchanged."""
        return self._replace(source=self.target, target=self.source)

    def batches(
        self, languages: tuple[str, str], count_bytes: Callable[[int], None] = ignore_bytes
    ) -> Iterator[PairBatch]:
        """See `read_keyed`; the keys know no languages."""
        del languages
        return read_keyed(self, count_bytes)


def keyed_kind(text: TextSource) -> KeyedKind | None:
    """How a file holds texts by keys; None for other files, also for those with two languages.

    Raises:
        CorpusError: the file cannot be read.
    """
    with open_bytes(text) as file:
        start = file.read(_START_BYTES)
    if _ROOT.search(start):
        return KeyedKind.ANDROID
    if start.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] != b"{":
        return None
    content = _json_object(text, ignore_bytes)
    return KeyedKind.JSON if content is not None and _are_texts(content) else None


def read_keyed(
    files: KeyedFiles, count_bytes: Callable[[int], None] = ignore_bytes
) -> Iterator[PairBatch]:
    """The pairs of texts with the same key; a problem for a key that one file lacks.

    Raises:
        CorpusError: a file cannot be read or is not written as its kind says.
    """
    sources, targets = (_texts_by_key(text, files.kind, count_bytes) for text in files.sides)
    raw = RawPairs(files.source.name, files.target.name, Counted.ENTRY)
    for number, (key, source) in enumerate(sources.items(), start=1):
        if key in targets:
            raw.add(number, source, targets[key])
        else:
            raw.drop(Problem(files.source.name, number, Reason.UNPAIRED, f"{key}: {source}"))
        if raw.is_full:
            yield raw.take()
    for number, (key, target) in enumerate(targets.items(), start=1):
        if key not in sources:
            raw.drop(Problem(files.target.name, number, Reason.UNPAIRED, f"{key}: {target}"))
    yield raw.take()


def _texts_by_key(
    text: TextSource, kind: KeyedKind, count_bytes: Callable[[int], None]
) -> dict[str, str]:
    if kind == KeyedKind.ANDROID:
        records = read_records(text, _ANDROID_RECORDS, count_bytes)
        return {key: said for record in records for key, said in _of_android(record.element)}
    content = _json_object(text, count_bytes)
    if content is None:
        raise CorpusError(
            "{name} is no JSON with a text for each key.",
            hint="It may be cut off or damaged: export it again.",
            name=text.name,
        )
    only = next(iter(content.values())) if len(content) == 1 else None
    if isinstance(only, dict) and is_language_code(primary_language(next(iter(content)))):
        content = only  # Rails and others have the language around all keys
    return dict(_flat(content))


def _json_object(text: TextSource, count_bytes: Callable[[int], None]) -> dict[str, Any] | None:
    with open_text(text, count_bytes) as file:
        content = file.read(_LARGEST + 1)
    if len(content) > _LARGEST:
        return None
    try:
        found = json.loads(content.lstrip("\ufeff"), strict=False)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _are_texts(content: dict[str, Any]) -> bool:
    """Whether there are texts below keys, and no records that could be pairs."""
    objects = [content]
    texts = 0
    while objects:
        inside = objects.pop()
        if _has_two_sides(tuple(inside)):
            return False
        for value in inside.values():
            if isinstance(value, dict):
                objects.append(value)
            elif isinstance(value, list) and any(isinstance(v, dict | list) for v in value):
                return False
            texts += isinstance(value, str)
    return texts > 0


def _has_two_sides(keys: tuple[str, ...]) -> bool:
    if len(keys) > _MOST_SIDES:
        return False
    return len(languages_named(keys)) > 1 or columns_by_name(keys, ("x", "y")) is not None


def _flat(value: object, above: str = "", depth: int = 0) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield above, value
    elif depth < _DEEPEST and isinstance(value, dict):
        for key, inner in value.items():
            if not key.startswith("@"):  # what ARB says of a text
                yield from _flat(inner, f"{above}.{key}" if above else key, depth + 1)
    elif depth < _DEEPEST and isinstance(value, list):
        for place, inner in enumerate(value):
            yield from _flat(inner, f"{above}[{place}]", depth + 1)


def _of_android(element: Element) -> Iterator[tuple[str, str]]:
    name = element.get("name", "")
    if element.get("translatable") == "false":
        return
    if local_name(element) == "string":
        yield name, _android_text(element)
        return
    for place, item in enumerate(element):
        yield f"{name}[{item.get('quantity', place)}]", _android_text(item)


def _android_text(element: Element) -> str:
    text = flat_text(element, frozenset()).strip()
    if len(text) > 1 and text[0] == text[-1] == '"':
        text = text[1:-1]
    return _ESCAPE.sub(_character, text)


def _character(escape: re.Match[str]) -> str:
    return chr(int(escape[1], 16)) if escape[1] else _ESCAPED.get(escape[2], escape[2])
