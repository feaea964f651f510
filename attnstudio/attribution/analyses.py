"""All that is worked out of one pair, as matrices beside those of its attention."""

from __future__ import annotations

from collections.abc import Collection

from torch import Tensor

from attnstudio.attribution.erasure import erasure
from attnstudio.attribution.example import Example
from attnstudio.attribution.gradients import input_path, integrated_path, slopes_along
from attnstudio.attribution.value_zeroing import value_zeroing
from attnstudio.attribution.work import Work
from attnstudio.axes import Matrix, Meaning
from attnstudio.model.trained import TrainedModel
from attnstudio.sites import Analysis, Site, analysis_site

_PATHS = {Analysis.GRADIENT: input_path, Analysis.INTEGRATED: integrated_path}
_BEFORE_GRADIENTS = 0.15  # of the time that all of it takes


def analyse(
    model: TrainedModel, example: Example, analyses: Collection[Analysis], work: Work | None = None
) -> dict[Site, Matrix] | None:
    """The matrices of some analyses, each of the target over the source.

    Must not be called in torch's inference mode, where there are no gradients.

    Args:
        model: in both of its forms.
        example: what is asked about.
        analyses: what is wanted; value zeroing is left out where a model does not look.
        work: who follows it.

    Returns:
        (layers, 1, tgt_len, src_len) of each site; None when stopped.
    """
    work = work or Work()
    found = _by_reading(model, example, analyses, work.until_share(_BEFORE_GRADIENTS))
    work.progress(_BEFORE_GRADIENTS)
    ways = [way for way in _PATHS if way in analyses]
    if ways and not work.should_stop():
        paths = [_PATHS[way](model.plain, example) for way in ways]
        rest = work.from_share(_BEFORE_GRADIENTS)
        slopes = slopes_along(model.plain, example, paths, rest)
        found |= dict(zip(ways, (each.unsqueeze(0) for each in slopes or ()), strict=False))
    if work.should_stop():
        return None
    return {
        analysis_site(analysis, example.axis): _matrix(analysis, found[analysis])
        for analysis in Analysis
        if analysis in found
    }


def _by_reading(
    model: TrainedModel, example: Example, analyses: Collection[Analysis], work: Work
) -> dict[Analysis, Tensor]:
    """What needs no gradients: (layers, tgt_len, src_len) each; less of it when stopped."""
    reader = model.for_reading(example.intervention)
    found: dict[Analysis, Tensor] = {}
    if Analysis.ERASURE in analyses:
        erased = erasure(reader, example, work)
        found |= {} if erased is None else {Analysis.ERASURE: erased.unsqueeze(0)}
    if Analysis.VALUE_ZEROING in analyses:
        turned = value_zeroing(reader, example)
        found |= {} if turned is None else {Analysis.VALUE_ZEROING: turned}
    return found


def _matrix(analysis: Analysis, layers: Tensor) -> Matrix:
    """Of all heads together."""
    numbers = layers.unsqueeze(1).float().cpu().numpy().copy()
    is_far = analysis is Analysis.VALUE_ZEROING
    return Matrix(numbers, Meaning.MAGNITUDE if is_far else Meaning.SIGNED)
