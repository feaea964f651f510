"""Documents translated by a run: what is filled, and by which links tags are put back."""

from dataclasses import replace
from importlib.util import find_spec

import numpy as np
import pytest

from attnstudio.config import DecodingConfig
from attnstudio.documents.reading import read_document
from attnstudio.export.ct2_process import CTranslate2
from attnstudio.inference.processes import HelpingProcesses
from attnstudio.interpretation.words import word_spans
from attnstudio.project import ctranslate2_engine, document_translation, engines, own_engine
from attnstudio.project.document_translation import translate_document
from attnstudio.project.engines import Engine
from attnstudio.project.pipeline import train
from attnstudio.project.run_loading import load_run
from attnstudio.reading import Reading, ReadingMethod
from attnstudio.sites import CROSS
from attnstudio.training.stop import StopToken

GREEDY = DecodingConfig(beam_size=1)


@pytest.fixture
def loaded(project, new_run):
    run = new_run(project, limits={"max_steps": 8})
    train(project, run, emit=lambda _: None, stop=StopToken())
    return load_run(project, run)


@pytest.fixture
def memory(tmp_path):
    """A function that makes a memory of segments, which are (source, target) or source alone."""

    def memory(*segments):
        units = []
        for segment in segments:
            texts = (segment,) if isinstance(segment, str) else segment
            variants = [
                f'<tuv xml:lang="{code}"><seg>{text}</seg></tuv>'
                for code, text in zip(("en", "de"), texts, strict=False)
            ]
            units.append(f"<tu>{''.join(variants)}</tu>")
        path = tmp_path / "a.tmx"
        path.write_text(f'<tmx><header srclang="en"/><body>{"".join(units)}</body></tmx>')
        return read_document(path, ("en", "de"))

    return memory


def test_what_is_open_is_translated_as_its_lines_would_be(project, loaded, memory, pairs):
    sources = [pair.source for pair in pairs[:4]]
    first, *rest = sources[2].split()
    tagged = f"{first} <hi>{rest[0]}</hi> {' '.join(rest[1:])}"
    document = memory(sources[0], (sources[1], "da"), tagged, sources[3], sources[0])
    done = []

    found = translate_document(
        project, loaded, document, GREEDY, progress=lambda *so_far: done.append(so_far)
    )

    texts = [each.text for each in loaded.translator.translate(sources, GREEDY)]
    expected = [texts[0], None, texts[2], texts[3], texts[0]]
    assert [each and each.text for each in found.filled] == [text or None for text in expected]
    assert [each.alignment is not None for each in found.filled if each] == [
        False,
        True,
        False,
        False,
    ]
    assert done[-1] == (3, 3)  # one text stands there twice, and one is done


@pytest.mark.parametrize("method", ReadingMethod)
def test_links_are_those_of_the_greatest_weights(project, loaded, memory, pairs, method):
    reading = Reading(0, 0, method, CROSS)
    sources = [pair.source for pair in pairs[:12]]
    document = memory(*(f"{text} <hi>{text}</hi> {text}" for text in sources))

    found = translate_document(project, replace(loaded, reading=reading), document, GREEDY)

    texts = [segment.source for segment in document.segments]
    translations = loaded.translator.translate(texts, GREEDY, attention=True)
    expected = [_links_of(each.attention, reading) for each in translations if each.text]
    assert [each.alignment for each in found.filled if each] == expected
    assert found.linked == sum(1 for links in expected if links)
    assert any(expected)


def _links_of(record, reading):
    """Words joined where a piece of one looks most at a piece of the other; marks left out."""
    weights = record.matrices[CROSS].weights[reading.layer, reading.head].astype(np.float64)
    if reading.method is ReadingMethod.SHIFTED:
        weights = np.vstack([weights[1:], weights[-1:]])
    links = set()
    for row, token in zip(weights, record.target.tokens, strict=True):
        looked_at = record.source.tokens[int(np.argmax(row))]
        if token.stands_for_text and looked_at.stands_for_text:
            links |= {
                (source, target)
                for source in _words_of(looked_at, record.source.text)
                for target in _words_of(token, record.target.text)
            }
    return tuple(sorted(links))


def _words_of(token, text):
    """The words that a piece shares a character with; of a space, the word after it."""
    start, end = token.start, token.end
    if not text[start:end].strip():
        start = len(text) - len(text[start:].lstrip())
        end = start + 1
    return [
        number
        for number, word in enumerate(word_spans(text))
        if word.start < end and start < word.end
    ]


def test_without_a_stored_reading_the_corpus_says_which_is_best(project, loaded, memory, pairs):
    first, *rest = pairs[0].source.split()
    document = memory(f"{first} <hi>{rest[0]}</hi> {' '.join(rest[1:])}")

    found = translate_document(project, replace(loaded, reading=None), document, GREEDY)

    [filled] = found.filled
    assert filled is None or filled.alignment is not None


def test_what_is_cut_is_said(project, loaded, memory, pairs):
    document = memory(pairs[0].source, " ".join([pairs[1].source] * 12))
    short = DecodingConfig(beam_size=1, max_source_tokens=30)

    assert translate_document(project, loaded, document, short).cut == (1,)


def test_a_stop_gives_nothing(project, loaded, memory, pairs):
    document = memory(pairs[0].source)

    stopped = translate_document(project, loaded, document, should_stop=lambda: True)

    assert stopped is None


def test_told_part_by_part_it_is_the_same_as_at_once(monkeypatch, project, loaded, memory, pairs):
    monkeypatch.setattr(document_translation, "_FIRST_PART", 2)
    monkeypatch.setattr(document_translation, "_LARGEST_PART", 3)
    sources = [pair.source for pair in pairs[:7]]
    document = memory(
        *sources[:3],
        (sources[3], "da"),
        f"<hi>{sources[4]}</hi>",
        *sources[:2],
        *sources[5:],
        f"{sources[6]} <hi>{sources[5]}</hi> {sources[6]}",
    )
    parts, done = [], []

    in_parts = translate_document(
        project,
        loaded,
        document,
        GREEDY,
        told=parts.append,
        progress=lambda *so_far: done.append(so_far),
    )

    at_once = translate_document(project, loaded, document, GREEDY)
    assert in_parts == at_once
    told = {each.number: each for part in parts for each in part}
    assert len(told) == sum(map(len, parts)) == sum(not each.is_done for each in document.segments)
    assert [told[n].filled if n in told else None for n in range(len(document.segments))] == list(
        at_once.filled
    )
    assert len(parts) == 3  # of 2, 3 and 2 texts
    assert done == sorted(done)
    assert done[-1] == (7, 7)


def test_what_was_told_before_a_stop_is_told(monkeypatch, project, loaded, memory, pairs):
    monkeypatch.setattr(document_translation, "_FIRST_PART", 1)
    document = memory(*(pair.source for pair in pairs[:9]))
    parts = []

    stopped = translate_document(
        project, loaded, document, GREEDY, told=parts.append, should_stop=lambda: len(parts) == 2
    )

    assert stopped is None
    assert [len(part) for part in parts] == [1, 4]


@pytest.mark.skipif(
    find_spec("ctranslate2") is None, reason="an extra: pip install 'attnstudio[ct2]'"
)
def test_the_engine_is_chosen_once_and_stays_for_all_parts(
    monkeypatch, project, loaded, memory, pairs
):
    monkeypatch.setattr(document_translation, "_FIRST_PART", 2)
    monkeypatch.setattr(document_translation, "_LARGEST_PART", 2)
    monkeypatch.setattr(engines, "_FEW_LINES", 6)  # more than a part has
    started, used = [], []

    def start(*arguments, **named):
        started.append(CTranslate2(*arguments, **named))
        return started[-1]

    monkeypatch.setattr(ctranslate2_engine, "CTranslate2", start)
    sources = list(dict.fromkeys(pair.source for pair in pairs))[:6]
    document = memory(*sources, f"<hi>{sources[0]}</hi> {sources[1]}")

    found = translate_document(
        project, loaded, document, GREEDY, told=lambda _: None, on_engine=used.append
    )

    assert used == [Engine.CTRANSLATE2] * 3
    assert len(started) == 1
    own = translate_document(project, loaded, document, GREEDY, engine=Engine.OWN)
    assert found == own

    translate_document(project, loaded, memory(*sources[:5]), GREEDY, on_engine=used.append)
    assert used[3:] == [Engine.OWN]


def test_our_own_processes_stay_for_all_parts(monkeypatch, project, loaded, memory, pairs):
    monkeypatch.setattr(document_translation, "_FIRST_PART", 3)
    monkeypatch.setattr(document_translation, "_LARGEST_PART", 3)
    counts = []

    def start(shared, count):
        counts.append(count)
        return HelpingProcesses(shared, count)

    monkeypatch.setattr(own_engine, "HelpingProcesses", start)
    sources = list(dict.fromkeys(pair.source for pair in pairs))[:7]
    document = memory(*sources, *(f"<hi>{text}</hi> {text}" for text in sources[:4]))
    batches = GREEDY.model_copy(update={"batch_tokens": 16})

    found = translate_document(project, loaded, document, batches, processes=2, told=lambda _: None)

    assert counts == [1]
    assert found == translate_document(project, loaded, document, batches, processes=1)
