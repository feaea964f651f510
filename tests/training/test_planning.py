"""A schedule that fits into a time budget."""

import pytest

from attnstudio.config_training import Schedule, TrainingConfig
from attnstudio.training.planning import MeasuredPace, plan_schedule


@pytest.mark.parametrize(
    ("minutes", "update_s", "spent_s", "steps"),
    [
        (10, 0.5, 0.0, 1047),  # 600 s * 0.97 * 0.9 / 0.5 s
        (10, 0.5, 60.0, 939),
        (0.01, 1.0, 5.0, 2),
    ],
)
def test_the_budget_less_what_is_spent_is_filled_with_updates(minutes, update_s, spent_s, steps):
    config = TrainingConfig(budget_minutes=minutes, warmup_steps=100)

    planned = plan_schedule(config, MeasuredPace(update_s, spent_s), spent_s)

    assert planned.schedule is Schedule.LINEAR
    assert planned.horizon_steps == steps
    assert planned.warmup_steps == min(100, int(steps * 0.15))
    assert planned.patience == 0
    TrainingConfig.model_validate(planned.model_dump())
