"""Documents, what becomes of them and where that goes, in words."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QCoreApplication

from attnstudio.documents.document import DocumentKind
from attnstudio.gui.look.wording import count, language_name
from attnstudio.gui.translating.document_state import DocumentState, SegmentState
from attnstudio.interpretation.lettering import isolate


def kind_words(kind: DocumentKind) -> str:
    """A kind of documents in words."""
    return {
        DocumentKind.TEXT: _tr("Plain text"),
        DocumentKind.TABLE: _tr("Table"),
        DocumentKind.TMX: _tr("Translation memory (TMX)"),
        DocumentKind.XLIFF: _tr("XLIFF"),
        DocumentKind.SDLXLIFF: _tr("SDLXLIFF"),
        DocumentKind.WORD: _tr("Word document"),
    }[kind]


def name_of(state: DocumentState) -> str:
    """What a document is called."""
    return _tr("Pasted text") if state.is_pasted else state.document.path.name


def document_facts(state: DocumentState) -> str:
    """What a document is: ``XLIFF · 120 segments · 30 are translated already …``."""
    facts = [kind_words(state.document.kind), segment_words(len(state.segments))]
    if left := state.left_alone:
        facts.append(
            _tr("1 is done already and is left alone")
            if left == 1
            else _tr("{n} are done already and are left alone").format(n=count(left))
        )
    languages = state.document.languages
    if languages.source and languages.target:
        facts.append(language_pair(*languages))
    elif languages.source or languages.target:
        facts.append(language_name(languages.source or languages.target))
    return " · ".join(facts)


def segment_words(number: int) -> str:
    """So many segments."""
    return _tr("1 segment") if number == 1 else _tr("{n} segments").format(n=count(number))


def language_pair(source: str, target: str) -> str:
    """From which language into which: ``English → German``."""
    return f"{language_name(source)} → {language_name(target)}"


def state_words(state: SegmentState) -> str:
    """What became of a segment, in a word or two."""
    return {
        SegmentState.WAITING: "",
        SegmentState.LEFT_ALONE: _tr("left alone"),
        SegmentState.TRANSLATED: _tr("translated"),
        SegmentState.CUT: _tr("cut: too long"),
        SegmentState.EMPTY: _tr("empty"),
    }[state]


def state_tip(state: SegmentState) -> str:
    """The same in a sentence; empty where the word says it all."""
    return {
        SegmentState.WAITING: _tr("Not translated yet"),
        SegmentState.LEFT_ALONE: _tr(
            "The document has a translation for it already, or says that it needs none."
        ),
        SegmentState.TRANSLATED: "",
        SegmentState.CUT: _tr(
            "It is longer than the model may read: only its beginning was translated."
        ),
        SegmentState.EMPTY: _tr("The model has written nothing for it: it stays as it was."),
    }[state]


def widest_states() -> list[str]:
    """All that may stand in the column of states."""
    return [state_words(state) for state in SegmentState]


def promise_words(path: Path, languages: tuple[str, str]) -> str:
    """What happens with a document that is let go.

    Args:
        path: of the document.
        languages: the codes of the model's.
    """
    return _tr("Translate {name}, {languages}").format(
        name=isolate(path.name), languages=language_pair(*languages)
    )


def wanted_path(source: Path, language: str) -> Path:
    """Where the translation of a document goes, beside it, where nothing is yet: ``notes.de.xlf``.

    Args:
        source: of the document.
        language: the code of the translation's.
    """
    return source.with_name(f"{source.stem}.{language}{source.suffix}")


def free_path(path: Path) -> Path:
    """The path, or the first with a number that nothing has: ``notes.de-2.xlf``."""
    free, number = path, 2
    while free.exists():
        free = path.with_name(f"{path.stem}-{number}{path.suffix}")
        number += 1
    return free


def done_words(state: DocumentState) -> str:
    """What came of a translation, before where it was saved."""
    words = _tr("{segments} translated by {run}").format(
        segments=segment_words(state.translated), run=isolate(state.by.run if state.by else "")
    )
    if "ctranslate2" in state.engines:
        words += _tr(" with CTranslate2")
    if cut := len(state.cut):
        words += _tr(", {n} of them cut").format(n=count(cut))
    if empty := len(state.empty):
        words += _tr(", {n} left empty").format(n=count(empty))
    return words


def nothing_to_do_words(state: DocumentState) -> str:
    """Why a document of which nothing is translated has nothing that could be."""
    if not state.segments:
        return _tr("There is no text in it that could be translated.")
    return _tr("All of it is translated already: there is nothing to do.")


def part_words(state: DocumentState) -> str:
    """How much of a document is translated."""
    total = len(state.segments) - state.left_alone
    return _tr("{n} of {total} segments are translated.").format(
        n=count(state.translated), total=count(total)
    )


def _tr(text: str) -> str:
    return QCoreApplication.translate("documents", text)
