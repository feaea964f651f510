"""A document translated by a run, with the word links that put its tags back."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

from attnstudio.axes import Record
from attnstudio.config import DecodingConfig
from attnstudio.corpus.text import clean_text
from attnstudio.documents.document import Document, Filled
from attnstudio.errors import AlignmentError
from attnstudio.inference.translation import Translation
from attnstudio.interpretation.links import word_links
from attnstudio.interpretation.matrices import first_reading
from attnstudio.interpretation.words import word_spans
from attnstudio.project.bulk import BulkTranslator
from attnstudio.project.engines import Engine
from attnstudio.project.project import Project
from attnstudio.project.taught import taught_reading
from attnstudio.project.usable_run import UsableRun
from attnstudio.reading import Measure, Reading

# Of texts: the next part is so many times as large as the one before, as far as the largest.
_FIRST_PART, _GROWTH, _LARGEST_PART = 32, 4, 8_192


@dataclass(frozen=True, slots=True)
class DocumentTranslation:
    """What fills the segments of a document.

    Attributes:
        filled: one a segment; None where it is left alone.
        cut: the numbers of the segments, from 0, of which only the beginning was translated.
        linked: how many segments have their tags put back by word links.
    """

    filled: tuple[Filled | None, ...]
    cut: tuple[int, ...]
    linked: int


class TranslatedSegment(NamedTuple):
    """What became of one segment.

    Attributes:
        number: of the segment in its document, from 0.
        filled: what is put in the place of its target; None for an empty translation.
        is_cut: whether only its beginning was translated.
    """

    number: int
    filled: Filled | None
    is_cut: bool


class _FoundText(NamedTuple):
    filled: Filled | None
    is_cut: bool


_Progress = Callable[[int], None]


def translate_document(
    project: Project,
    run: UsableRun,
    document: Document,
    config: DecodingConfig | None = None,
    *,
    processes: int | None = None,
    engine: Engine = Engine.AUTO,
    on_engine: Callable[[Engine], None] = lambda _: None,
    told: Callable[[Sequence[TranslatedSegment]], None] | None = None,
    progress: Callable[[int, int], None] = lambda _done, _of: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> DocumentTranslation | None:
    """Translate what a document has not translated yet.

    Attention is read only where tags stand among words. Each text is translated once, however
    often it stands in the document.

    Args:
        project: of the run.
        run: the model; loaded only if our own engine is needed.
        document: read for its languages.
        config: how to search.
        processes: how many translate side by side; None for as many as pay.
        engine: which translates texts without tags; the others need the attention of our own.
        on_engine: told which one it was, for each part.
        told: of segments as soon as they are translated, part by part in the order of the document,
            so that they are not lost where it is stopped; None translates all at once.
        progress: told how many texts of how many are done.
        should_stop: asked now and then.

    Returns:
        None when stopped.
    """
    numbers = _numbers_of_texts(document)
    tagged = {each.source for each in document.segments if each.needs_links and not each.is_done}
    reading = _reading(project, run, should_stop) if tagged else None
    found: dict[str, _FoundText] = {}
    with BulkTranslator(
        run,
        config,
        lines=len(numbers) - len(tagged.intersection(numbers)),
        processes=processes,
        engine=engine,
        on_engine=on_engine,
        should_stop=should_stop,
    ) as translator:
        parts = _PartTranslator(translator, tagged, reading)
        for part in _parts(list(numbers), at_once=told is None):
            new = parts.translate(part, partial(_add, progress, len(found), len(numbers)))
            if new is None:
                return None
            found.update(new)
            if told is not None:
                told([TranslatedSegment(n, *new[text]) for text in part for n in numbers[text]])
    return _of_segments(document, found)


def _numbers_of_texts(document: Document) -> dict[str, list[int]]:
    """The different texts that are to be translated, and in which segments each stands."""
    numbers: dict[str, list[int]] = {}
    for number, segment in enumerate(document.segments):
        if not segment.is_done:
            numbers.setdefault(segment.source, []).append(number)
    return numbers


def _parts(texts: Sequence[str], *, at_once: bool) -> Iterator[Sequence[str]]:
    """Small ones first, so that there is something to see, then larger ones, which go faster."""
    size = len(texts) if at_once else _FIRST_PART
    begin = 0
    while begin < len(texts):
        yield texts[begin : begin + size]
        begin, size = begin + size, min(_GROWTH * size, _LARGEST_PART)


def _add(progress: Callable[[int, int], None], before: int, total: int, done: int) -> None:
    progress(before + done, total)


@dataclass(frozen=True, slots=True)
class _PartTranslator:
    """Translates texts, of which those that have tags are read for their links as well.

    Attributes:
        translator: for the whole document.
        tagged: the texts that have tags.
        reading: of the attention for their links.
    """

    translator: BulkTranslator
    tagged: Collection[str]
    reading: Reading | None

    def translate(self, texts: Sequence[str], progress: _Progress) -> dict[str, _FoundText] | None:
        """What becomes of each text; None when stopped."""
        plain = [text for text in texts if text not in self.tagged]
        linked = [text for text in texts if text in self.tagged]
        found = self.translator.translate(plain, progress=progress) if plain else []
        if found is None:
            return None
        read = self._read(linked, lambda n: progress(len(plain) + n)) if linked else []
        if read is None:
            return None
        return {
            text: _FoundText(_filled(each, self.reading), each.truncated)
            for text, each in zip((*plain, *linked), (*found, *read), strict=True)
        }

    def _read(self, texts: Sequence[str], progress: _Progress) -> list[Translation] | None:
        measures = {self.reading.measure} - {Measure.WEIGHTS} if self.reading is not None else set()
        return self.translator.read(texts, measures=measures, progress=progress)


def _of_segments(document: Document, found: Mapping[str, _FoundText]) -> DocumentTranslation:
    nothing = _FoundText(None, False)
    each = [nothing if segment.is_done else found[segment.source] for segment in document.segments]
    return DocumentTranslation(
        tuple(text.filled for text in each),
        tuple(number for number, text in enumerate(each) if text.filled and text.is_cut),
        sum(
            1
            for segment, (filled, _) in zip(document.segments, each, strict=True)
            if segment.needs_links and filled and filled.alignment
        ),
    )


def _reading(project: Project, run: UsableRun, should_stop: Callable[[], bool]) -> Reading | None:
    """How attention is read for links: as stored, as taught, or as the corpus says is best.

    None where the model has no attention, or no pair says which reading is best.
    """
    known = run.found.reading or taught_reading(run.found.definition.config)
    if known is not None:
        return known
    from attnstudio.project.reading_choice import choose_own_reading  # torch

    try:
        choice = choose_own_reading(project, run.loaded(), should_stop=should_stop)
    except AlignmentError:
        return None
    return None if choice is None else choice.reading


def _filled(translation: Translation, reading: Reading | None) -> Filled | None:
    """A translation with its word links, where it was read for them; None for an empty one."""
    text = clean_text(translation.text)
    if not text:
        return None
    record = translation.attention
    return Filled(text, None if record is None else _links(record, text, reading))


def _links(record: Record, text: str, stored: Reading | None) -> tuple[tuple[int, int], ...] | None:
    """The links between the words of a source and of its translation, by their numbers."""
    target_spans = word_spans(record.target.text)
    if record.cross is None or len(target_spans) != len(word_spans(text)):
        return None
    reading = first_reading(record, stored, record.cross.name)
    links = word_links(record, reading, word_spans(record.source.text), target_spans)
    return tuple(sorted((link.source, link.target) for link in links.sure))
