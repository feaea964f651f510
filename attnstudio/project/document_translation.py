"""A document translated by a run, with the word links that put its tags back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from attnstudio.axes import Measure, Reading, Record
from attnstudio.config import DecodingConfig
from attnstudio.corpus.text import clean_text
from attnstudio.documents.document import Document, Filled
from attnstudio.errors import AlignmentError
from attnstudio.inference.translator import Translation
from attnstudio.interpretation.links import word_links
from attnstudio.interpretation.matrices import first_reading
from attnstudio.interpretation.words import word_spans
from attnstudio.project.bulk import translate_bulk
from attnstudio.project.project import Project
from attnstudio.project.reading_choice import choose_own_reading
from attnstudio.project.run_loading import LoadedRun
from attnstudio.project.taught import taught_reading


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


def translate_document(
    project: Project,
    loaded: LoadedRun,
    document: Document,
    config: DecodingConfig | None = None,
    *,
    progress: Callable[[int, int], None] = lambda _done, _of: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> DocumentTranslation | None:
    """Translate what a document has not translated yet.

    Attention is read only where tags stand among words. Each text is translated once, however
    often it stands in the document.

    Args:
        project: of the run.
        loaded: the model.
        document: read for its languages.
        config: how to search.
        progress: told how many texts of how many are done.
        should_stop: asked now and then.

    Returns:
        None when stopped.
    """
    todo = [each for each in document.segments if not each.is_done]
    tagged = list(dict.fromkeys(each.source for each in todo if each.needs_links))
    known = set(tagged)
    others = list(dict.fromkeys(each.source for each in todo if each.source not in known))
    total = len(tagged) + len(others)
    reading = _reading(project, loaded, should_stop) if tagged else None
    measures = {reading.measure} - {Measure.WEIGHTS} if reading is not None else set()
    plain = translate_bulk(
        loaded, others, config, progress=lambda n: progress(n, total), should_stop=should_stop
    )
    if plain is None:
        return None
    linked = translate_bulk(
        loaded,
        tagged,
        config,
        attention=True,
        measures=measures,
        progress=lambda n: progress(len(others) + n, total),
        should_stop=should_stop,
    )
    if linked is None:
        return None
    texts = [*others, *tagged]
    found = dict(zip(texts, (_filled(each, reading) for each in (*plain, *linked)), strict=True))
    cut = {text for text, each in zip(texts, (*plain, *linked), strict=True) if each.truncated}
    return _of_segments(document, found, cut)


def _of_segments(
    document: Document, found: dict[str, Filled | None], cut: set[str]
) -> DocumentTranslation:
    filled = tuple(
        None if segment.is_done else found[segment.source] for segment in document.segments
    )
    pairs = list(zip(document.segments, filled, strict=True))
    return DocumentTranslation(
        filled,
        tuple(i for i, (segment, each) in enumerate(pairs) if each and segment.source in cut),
        sum(1 for segment, each in pairs if segment.needs_links and each and each.alignment),
    )


def _reading(
    project: Project, loaded: LoadedRun, should_stop: Callable[[], bool]
) -> Reading | None:
    """How attention is read for links: as stored, as taught, or as the corpus says is best.

    None where the model has no attention, or no pair says which reading is best.
    """
    known = loaded.reading or taught_reading(loaded.definition.config)
    if known is not None:
        return known
    try:
        choice = choose_own_reading(project, loaded, should_stop=should_stop)
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
