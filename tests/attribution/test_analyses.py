"""What becomes of the numbers of all analyses."""

import numpy as np
import pytest
import torch
from made_models import KINDS, made_example
from tiny_models import ATTENTIVE, EVERY, build

from attnstudio.attribution.analyses import analyse
from attnstudio.attribution.erasure import erasure
from attnstudio.attribution.gradients import input_path, integrated_path, slopes_along
from attnstudio.attribution.value_zeroing import value_zeroing
from attnstudio.attribution.work import Work
from attnstudio.axes import Meaning
from attnstudio.model.trained import TrainedModel
from attnstudio.sites import SOURCE, TARGET, Analysis, SiteRole, analysis_site


@pytest.mark.parametrize("kind", KINDS)
def test_each_analysis_is_a_matrix_of_the_target_over_the_source(kind):
    model, example = build(ATTENTIVE[kind]), made_example()
    found = analyse(TrainedModel.of(model), example, Analysis)
    assert [site.name for site in found] == ["erasure", "gradient", "integrated", "value_zeroing"]
    assert {site.role for site in found} == {SiteRole.ANALYSIS}
    assert {(site.queries, site.keys) for site in found} == {(TARGET, SOURCE)}
    wanted = {
        Analysis.ERASURE: erasure(model, example),
        Analysis.GRADIENT: slopes_along(model, example, [input_path(model, example)])[0],
        Analysis.INTEGRATED: slopes_along(model, example, [integrated_path(model, example)])[0],
        Analysis.VALUE_ZEROING: value_zeroing(model, example),
    }
    for analysis, numbers in wanted.items():
        matrix = found[analysis_site(analysis)]
        numbers = numbers if numbers.ndim == 3 else numbers[None]
        np.testing.assert_allclose(matrix.weights[:, 0], numbers.detach().numpy(), atol=1e-5)
        is_far = analysis is Analysis.VALUE_ZEROING
        assert matrix.meaning is (Meaning.MAGNITUDE if is_far else Meaning.SIGNED)


def test_only_what_is_asked_for_and_there_is_worked_out():
    model = TrainedModel.of(build(EVERY["none-gru"]))
    asked = {Analysis.VALUE_ZEROING, Analysis.ERASURE}
    assert list(analyse(model, made_example(), asked)) == [analysis_site(Analysis.ERASURE)]


def test_a_stopped_analysis_gives_nothing():
    model = TrainedModel.of(build(ATTENTIVE["transformer"]))
    told = []
    assert analyse(model, made_example(), Analysis, Work(told.append, lambda: True)) is None
    assert (
        analyse(model, made_example(), Analysis, Work(told.append, lambda: len(told) > 3)) is None
    )
    assert told == sorted(told[:1]) + sorted(told[1:])
    assert torch.is_grad_enabled()


def test_the_whole_goes_on_from_a_share():
    told = []
    Work(told.append).from_share(0.5).progress(0.5)
    assert told == [0.75]


def test_the_first_part_ends_where_the_rest_begins():
    told = []
    Work(told.append).until_share(0.5).progress(1.0)
    assert told == [0.5]
