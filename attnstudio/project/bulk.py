"""Many lines translated by a run, as fast as this machine can."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from attnstudio.axes import Measure
from attnstudio.config import DecodingConfig
from attnstudio.inference.translator import Translation
from attnstudio.project.run_loading import LoadedRun


def translate_bulk(
    loaded: LoadedRun,
    texts: Sequence[str],
    config: DecodingConfig | None = None,
    *,
    attention: bool = False,
    measures: Collection[Measure] = (),
    progress: Callable[[int], None] = lambda _: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> list[Translation] | None:
    """Translate lines: as many translations come back, in the same order.

    Args:
        loaded: the model.
        texts: lines of source text.
        config: how to search.
        attention: whether to read the attention of each best hypothesis.
        measures: what is wanted of that attention beside its weights.
        progress: told how many lines are done, now and then.
        should_stop: asked now and then.

    Returns:
        The translations, which are those of `Translator.translate`, or None when stopped.
    """
    return loaded.translator.translate(
        texts,
        config,
        attention=attention,
        measures=measures,
        progress=progress,
        should_stop=should_stop,
    )
