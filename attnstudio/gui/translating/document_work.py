"""What is done with documents behind the window: read, translated, written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from attnstudio.documents.document import Document, DocumentKind, DocumentLanguages
from attnstudio.documents.exact_text import ExactText
from attnstudio.documents.reading import read_document
from attnstudio.documents.text_lines import read_lines
from attnstudio.documents.writing import write_document
from attnstudio.gui.studio.engine import Engine
from attnstudio.gui.studio.studio import Studio
from attnstudio.gui.studio.tasks import Task, TaskControl
from attnstudio.gui.translating.document_state import DocumentState, TranslatedBy, stamp_of
from attnstudio.gui.translating.document_words import name_of
from attnstudio.project.project import Project
from attnstudio.project.run import Run


@dataclass(frozen=True, slots=True)
class TranslationOrder:
    """Who is to translate.

    Attributes:
        project: the run's project.
        run: whose best checkpoint.
        engine: the name of the engine that is wished for, as `attnstudio.project.engines` has it.
    """

    project: Project
    run: Run
    engine: str = "auto"


class DocumentWork(QObject):
    """Reads, translates and writes one document at a time.

    Args:
        studio: where tasks run.
        parent: owns it.

    Signals:
        opened: the `DocumentState` of a document that was read.
        not_opened: an error.
        progressed: a `TaskProgress` of the translation, in segments.
        translated: the document, all of it.
        stopped: the translation was cancelled; what is translated stays.
        failed: an error of the translation; what is translated stays.
        saved: the path that was written.
        not_saved: an error.
    """

    opened = Signal(object)
    not_opened = Signal(object)
    progressed = Signal(object)
    translated = Signal()
    stopped = Signal()
    failed = Signal(object)
    saved = Signal(object)
    not_saved = Signal(object)

    def __init__(self, studio: Studio, parent: QObject) -> None:
        super().__init__(parent)
        self._studio = studio
        self._reading: Task | None = None
        self._translating: Task | None = None
        self._saving: Task | None = None

    @property
    def is_busy(self) -> bool:
        """Whether a translation is under way, or is being written."""
        return self._translating is not None or self._saving is not None

    @property
    def is_saving(self) -> bool:
        """Whether a translation is being written."""
        return self._saving is not None

    def open(self, path: Path, languages: tuple[str, str]) -> None:
        """Read a document; one that is being read is not waited for any more.

        Args:
            path: of the document.
            languages: the codes of those that it is translated from and into.
        """
        self._drop_reading()
        self._reading = self._studio.tasks.run(
            self.tr("Reading {name}").format(name=path.name),
            lambda _: _read(path, languages),
            on_done=self.opened.emit,
            on_failed=self.not_opened.emit,
        )

    def open_text(self, text: str, languages: tuple[str, str]) -> None:
        """Take a text for a document, each line of it for a segment.

        Args:
            text: of any number of lines.
            languages: the codes of those that it is translated from and into.
        """
        self._drop_reading()
        self._reading = self._studio.tasks.run(
            self.tr("Reading the text"),
            lambda _: DocumentState(_pasted(text), languages, is_pasted=True),
            on_done=self.opened.emit,
            on_failed=self.not_opened.emit,
            quiet=True,
        )

    def translate(self, state: DocumentState, order: TranslationOrder) -> None:
        """Translate what is still to be translated of a document."""
        if self.is_busy:
            return
        self._translating = self._studio.tasks.run(
            self.tr("Translating {name}").format(name=name_of(state)),
            partial(translate_open_segments, self._studio.engine, state, order),
            on_done=lambda _: self._end(self.translated.emit),
            on_failed=lambda error: self._end(partial(self.failed.emit, error)),
            on_cancelled=lambda: self._end(self.stopped.emit),
        )
        self._translating.progressed.connect(self.progressed)

    def cancel(self) -> None:
        """End the translation with what there is."""
        if self._translating is not None:
            self._translating.cancel()

    def save(self, state: DocumentState, path: Path) -> None:
        """Write a document with what is translated of it; its source stays as it is."""
        filled = list(state.filled)

        def write(_: TaskControl) -> Path:
            write_document(state.document, filled, path)
            return path

        self._saving = self._studio.tasks.run(
            self.tr("Saving {name}").format(name=path.name),
            write,
            on_done=lambda path: self._end(partial(self.saved.emit, path)),
            on_failed=lambda error: self._end(partial(self.not_saved.emit, error)),
            quiet=True,
        )

    def _drop_reading(self) -> None:
        if self._reading is not None and self._reading.is_running:
            self._reading.cancel()

    def _end(self, tell: Callable[[], None]) -> None:
        self._translating = self._saving = None
        tell()


def _read(path: Path, languages: tuple[str, str]) -> DocumentState:
    stamp = stamp_of(path)  # before: what is written while it is read is seen later
    return DocumentState(read_document(path, languages), languages, stamp=stamp)


def _pasted(text: str) -> Document:
    lines = read_lines(ExactText(text, "utf-8"))
    return Document(Path(), DocumentKind.TEXT, lines.segments, DocumentLanguages(), lines)


def translate_open_segments(
    engine: Engine, state: DocumentState, order: TranslationOrder, control: TaskControl
) -> DocumentState | None:
    """Translate what is still to be translated; what is done stays when it is stopped."""
    # imported here because it brings torch
    from attnstudio.project.document_translation import TranslatedSegment, translate_document
    from attnstudio.project.engines import Engine

    loaded = engine.load_run(order.project, order.run)
    state.begin(TranslatedBy(order.project.folder, order.run.name, loaded.step))
    places = state.waiting
    waiting = replace(
        state.document, segments=tuple(state.document.segments[place] for place in places)
    )

    def take(segments: Sequence[TranslatedSegment]) -> None:
        for number, filled, is_cut in segments:
            state.take(places[number], filled, is_cut=is_cut)

    def tell(done: int, texts: int) -> None:
        control.report(len(places) * done / texts, len(places))

    found = translate_document(
        order.project,
        loaded,
        waiting,
        engine=Engine(order.engine),
        on_engine=lambda engine: state.engines.add(engine.value),
        told=take,
        progress=tell,
        should_stop=control.should_stop,
    )
    return state if found is not None else None
