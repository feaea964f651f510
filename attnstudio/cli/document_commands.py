"""``translate`` where the file is a document: its segments are filled, all else stays."""

from __future__ import annotations

from pathlib import Path

from attnstudio.allocator import keeping_memory
from attnstudio.cli.lines import refuse_unwritable
from attnstudio.cli.output import Output
from attnstudio.cli.trained_model import ModelChoice, UsedEngine, progress_in_lines
from attnstudio.config import DecodingConfig
from attnstudio.documents.document import Document
from attnstudio.documents.reading import read_document
from attnstudio.documents.writing import refuse_overwriting, write_document
from attnstudio.errors import UsageError
from attnstudio.project.document_translation import DocumentTranslation
from attnstudio.project.document_translation import translate_document as translated
from attnstudio.project.engines import Engine
from attnstudio.project.project import Project


def translate_document(
    output: Output,
    choice: ModelChoice,
    file: Path,
    to: Path | None,
    *,
    beam: int,
    n_best: int,
    processes: int | None,
    engine: Engine,
) -> None:
    """``attnstudio translate`` of a document.

    Raises:
        UsageError: no file is named for it, or several translations are asked for.
        DocumentError: it is of other languages, or would be written over itself.
    """
    if to is None:
        raise UsageError("A translated document needs a file of its own.", hint="Name one with -o.")
    if n_best > 1:
        raise UsageError(
            "A document takes one translation for each segment.", hint="Leave --nbest out."
        )
    refuse_unwritable(to)
    refuse_overwriting(file, to)
    run = choice.find(output)
    corpus = run.found.corpus
    document = read_document(file, (corpus.source_language, corpus.target_language))
    config = DecodingConfig(beam_size=beam)
    texts = {each.source for each in document.segments if not each.is_done}
    tell = progress_in_lines(output, len(texts), "texts")
    used = UsedEngine(output)
    with keeping_memory():
        found = translated(
            Project.open(choice.folder),
            run,
            document,
            config,
            processes=processes,
            engine=engine,
            on_engine=used.tell,
            progress=lambda done, _: tell(done),
        )
    assert found is not None  # nothing stops it
    write_document(document, found.filled, to)
    for number in found.cut:
        output.say(
            f"{document.segments[number].place.capitalize()} is longer than "
            f"{config.max_source_tokens} tokens: only its beginning was translated."
        )
    _answer(output, document, found, used.engine)


def _answer(output: Output, document: Document, found: DocumentTranslation, engine: Engine) -> None:
    total = len(document.segments)
    filled = sum(1 for each in found.filled if each is not None)
    tagged = sum(
        1
        for segment, each in zip(document.segments, found.filled, strict=True)
        if segment.needs_links and each is not None
    )
    units = {
        "total": total,
        "filled": filled,
        "left_alone": total - filled,
        "with_tags_among_words": tagged,
        "tags_by_alignment": found.linked,
        "cut": [document.segments[number].place for number in found.cut],
    }
    lines = [f"{filled:,} of {total:,} units filled, {total - filled:,} left alone."]
    if tagged:
        lines.append(
            f"Tags among words: in {tagged:,} units, put back by word links in {found.linked:,}."
        )
    facts = {"kind": document.kind.value, "engine": engine.value, "units": units}
    output.result(facts, lines)
