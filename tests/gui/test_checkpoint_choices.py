"""The checkpoints of a run as a person reads them."""

import pytest

from attnstudio.evaluation.reading import ChosenBy
from attnstudio.gui.inspector.checkpoint_choices import checkpoint_choices
from attnstudio.project.checkpoint_index import CheckpointIndex


def test_before_the_first_validation_the_last_is_not_called_the_best():
    choices = checkpoint_choices(CheckpointIndex((135, 153), 153, 153), is_best_measured=False)

    assert [choice.text for choice in choices] == ["Last (step 153)", "Step 153", "Step 135"]
    assert choices[0].value == "best"  # and it is the best once there is one


@pytest.mark.parametrize(
    ("by", "words"),
    [
        (ChosenBy.GOLD, "Aligns best by gold links (step 20)"),
        (ChosenBy.TEXT, "Aligns best by links of the text (step 20)"),
    ],
)
def test_the_one_that_aligns_best_says_whose_links_say_so(by, words):
    choices = checkpoint_choices(CheckpointIndex((10, 20, 30), 30, 10, 20, by))

    assert [choice.text for choice in choices[:3]] == ["Best (step 10)", "Last (step 30)", words]
    assert choices[2].value == "aligned"
