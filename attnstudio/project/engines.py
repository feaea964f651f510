"""Which engine translates: our own, or CTranslate2 where it is there and pays."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from enum import StrEnum

from attnstudio.axes import Measure
from attnstudio.config import DecodingConfig
from attnstudio.errors import ExportError, StorageError, UsageError
from attnstudio.export.ct2_choice import length_penalty
from attnstudio.export.ct2_process import CTranslate2, FoundPieces, Search, is_installed
from attnstudio.export.ct2_spec import MOST_PLACES, why_no_ctranslate2
from attnstudio.files import storing
from attnstudio.inference.translator import Hypothesis, Translation
from attnstudio.model.device import resolve_threads
from attnstudio.project.converted_model import converted
from attnstudio.project.run_loading import LoadedRun
from attnstudio.sides.text import TextSource
from attnstudio.tokenizer import END_ID

_MOST_PENALTY = 1.0  # of a larger one our choice is often none of the likeliest few
_FEW_LINES = 200  # its process and the conversion take about as long as we take for these

_logger = logging.getLogger(__name__)


class Engine(StrEnum):
    """What translates."""

    AUTO = "auto"  # CTranslate2 where it is there, finds the same and pays
    OWN = "own"
    CTRANSLATE2 = "ctranslate2"


def why_own(
    loaded: LoadedRun,
    config: DecodingConfig,
    *,
    attention: bool = False,
    measures: Collection[Measure] = (),
) -> str:
    """Why CTranslate2 cannot do what is asked, as the end of a sentence; empty where it can."""
    if not is_installed():
        return "it is not installed"
    if reason := why_no_ctranslate2(loaded.definition.config.model):
        return f"it does not compute {reason} as we do"
    if attention or measures:
        return "it does not give all the attention"
    if config.length_penalty > _MOST_PENALTY:
        return "it keeps too few translations where lengths count as much"
    if config.n_best > 1:
        return "it does not find several translations as we do"
    return ""


def chosen_engine(
    wished: Engine,
    loaded: LoadedRun,
    lines: int,
    config: DecodingConfig,
    *,
    attention: bool = False,
    measures: Collection[Measure] = (),
) -> Engine:
    """Which engine it will be.

    Raises:
        UsageError: CTranslate2 was asked for and cannot do it.
    """
    if wished is Engine.OWN:
        return wished
    reason = why_own(loaded, config, attention=attention, measures=measures)
    if wished is Engine.CTRANSLATE2:
        if reason:
            raise UsageError(
                "CTranslate2 cannot translate this with run {name}: {reason}.",
                hint="Use Attention Studio's own engine."
                if is_installed()
                else "Install it with: pip install 'attnstudio[ct2]'",
                name=loaded.run.name,
                reason=reason,
            )
        return wished
    is_worth_it = lines >= _FEW_LINES and loaded.translator.device.type == "cpu"
    return Engine.OWN if reason or not is_worth_it else Engine.CTRANSLATE2


def translate_by_ctranslate2(
    loaded: LoadedRun,
    texts: Sequence[str],
    config: DecodingConfig,
    *,
    progress: Callable[[int], None] = lambda _: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> list[Translation | None] | None:
    """Translate lines: as our search would, but for what floats differ in.

    Returns:
        The translations, in the order of the lines; None for a line that our own engine has to
        translate, since it is empty or too long, or its translation ran to the longest length.
        None for all when stopped.

    Raises:
        ExportError: CTranslate2 failed.
        OSError: the converted model can be written nowhere.
    """
    translator = loaded.translator
    source, target = translator.source, translator.target_tokenizer
    cleaned = [source.clean(text) for text in texts]
    encoded = source.encode(cleaned, config.max_source_tokens)
    longest = [source.most_target_tokens(len(each), config) for each in encoded]
    todo = [
        number
        for number, text in enumerate(cleaned)
        if text and max(len(encoded[number]), longest[number] + 1) <= MOST_PLACES
    ]
    pieces = _source_pieces(loaded)
    workers = max(1, min(resolve_threads(0), len(todo)))
    with (
        converted(loaded) as folder,
        CTranslate2(
            folder, compute_type="float32", workers=workers, should_stop=should_stop
        ) as engine,
    ):
        found = engine.translate(
            [[pieces[id_] for id_ in encoded[number].values] for number in todo],
            [longest[number] for number in todo],
            Search(config.beam_size, config.length_penalty),
            progress,
        )
    if found is None:
        return None
    ids = {target.piece(id_): id_ for id_ in range(target.size)}
    translations: list[Translation | None] = [None] * len(texts)
    for number, each in zip(todo, found, strict=True):
        if each is not None:
            hypothesis = _hypothesis(loaded, each, ids, config)
            is_cut = encoded[number].is_cut
            translations[number] = Translation(cleaned[number], (hypothesis,), is_cut)
    return translations


def translate_by_both(
    loaded: LoadedRun,
    texts: Sequence[str],
    config: DecodingConfig,
    own: Callable[[Sequence[str], Callable[[int], None]], list[Translation] | None],
    *,
    wished: Engine,
    on_engine: Callable[[Engine], None],
    progress: Callable[[int], None],
    should_stop: Callable[[], bool],
) -> list[Translation] | None:
    """Translate by CTranslate2, and what it leaves by our own engine.

    Args:
        loaded: the model.
        texts: lines of source text.
        config: how to search.
        own: our own engine: lines, and what is told how many are done.
        wished: who was asked for; where nobody was, all is ours if CTranslate2 fails.
        on_engine: told who translated.
        progress: told how many lines are done.
        should_stop: asked now and then.

    Raises:
        ExportError: CTranslate2 was asked for and failed.
        StorageError: the converted model can be written nowhere.
    """
    try:
        with storing(loaded.run.folder):
            found = translate_by_ctranslate2(
                loaded, texts, config, progress=progress, should_stop=should_stop
            )
    except (ExportError, StorageError) as error:
        if wished is Engine.CTRANSLATE2:
            raise
        _logger.warning("CTranslate2 is left out: %s", error)
        on_engine(Engine.OWN)
        return own(texts, progress)
    if found is None:
        return None
    on_engine(Engine.CTRANSLATE2)
    left = [number for number, each in enumerate(found) if each is None]
    done = len(texts) - len(left)
    rest = own([texts[number] for number in left], lambda more: progress(done + more))
    if rest is None:
        return None
    ours = dict(zip(left, rest, strict=True))
    return [each or ours[number] for number, each in enumerate(found)]


def _source_pieces(loaded: LoadedRun) -> list[str]:
    source = loaded.translator.source
    assert isinstance(source, TextSource)
    return [source.tokenizer.piece(id_) for id_ in range(source.tokenizer.size)]


def _hypothesis(
    loaded: LoadedRun, found: FoundPieces, ids: Mapping[str, int], config: DecodingConfig
) -> Hypothesis:
    """As our own, but that nobody said how likely each of its pieces was."""
    target = loaded.translator.target_tokenizer
    chosen = [ids[piece] for piece in found.pieces]
    score = found.total / length_penalty(len(chosen) + 1, config.length_penalty)
    return Hypothesis(
        tuple(target.tokens_of(chosen)), (*chosen, END_ID), target.decode(chosen), score, ()
    )
