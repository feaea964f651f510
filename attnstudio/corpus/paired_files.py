"""Two files that are the sides of a corpus, read by lines, by the times of subtitles or by keys."""

from __future__ import annotations

from attnstudio.corpus.keyed_texts import KeyedFiles, KeyedKind, keyed_kind
from attnstudio.corpus.line_aligned import LineAlignedFiles
from attnstudio.corpus.subtitles import SubtitleFiles, is_subtitles
from attnstudio.corpus.text_source import TextSource
from attnstudio.errors import CorpusError

PairedFiles = LineAlignedFiles | SubtitleFiles | KeyedFiles

KEYED_ENDINGS = (".json", ".arb", ".xml")


def pair_up(source: TextSource, target: TextSource) -> PairedFiles:
    """The pair in the way that its files are to be read.

    Raises:
        CorpusError: a file cannot be read, or the two are of different kinds.
    """
    kinds = (_kind_of(source), _kind_of(target))
    if kinds[0] != kinds[1]:
        raise CorpusError(
            "{source} and {target} are files of different kinds, and no partners.",
            hint="Give both sides as the same kind of file.",
            source=source.name,
            target=target.name,
        )
    if kinds[0] is None:
        return LineAlignedFiles(source, target)
    if isinstance(kinds[0], KeyedKind):
        return KeyedFiles(source, target, kinds[0])
    return SubtitleFiles(source, target)


def is_keyed(text: TextSource) -> bool:
    """Whether a file of one side holds texts by keys, by its name and its content."""
    name = text.inner_name.lower()
    return name.endswith(KEYED_ENDINGS) and keyed_kind(text) is not None


def _kind_of(text: TextSource) -> KeyedKind | str | None:
    name = text.inner_name.lower()
    if name.endswith(KEYED_ENDINGS):
        return keyed_kind(text)
    return "subtitles" if is_subtitles(text) else None
