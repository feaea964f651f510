"""What is offered when a training has failed or waits: only what fits the kind of trouble."""

import pytest

from attnstudio.gui.training.trouble_box import TroubleBox, WayOn, ways_on
from attnstudio.training.events import Failed, FailureCause, Held


def failed(cause, go_on_from=None):
    return Failed(
        step=50,
        elapsed_s=9.0,
        template="It went wrong.",
        hint_template="Do this.",
        cause=cause,
        go_on_from=go_on_from,
    )


@pytest.mark.parametrize(
    ("trouble", "expected"),
    [
        (
            failed(FailureCause.DIVERGED, 40),
            (WayOn.HALF_THE_RATE, WayOn.NEW_WITH_HALF_THE_RATE),
        ),
        (failed(FailureCause.NOT_FINITE), (WayOn.NEW_WITH_HALF_THE_RATE,)),
        (failed(FailureCause.MEMORY, 40), (WayOn.TRAIN_AGAIN, WayOn.NEW_WITH_HALF_THE_BATCH)),
        (failed(FailureCause.STORAGE, 40), (WayOn.TRAIN_AGAIN,)),
        (failed(FailureCause.INPUT, 40), ()),
        (failed(FailureCause.BUG, 40), ()),
        (failed(""), ()),
        (
            Held(
                step=50,
                elapsed_s=9.0,
                template="It is full.",
                hint_template="Make room.",
                saved_step=40,
            ),
            (WayOn.TRY_AGAIN, WayOn.SAVE_ELSEWHERE, WayOn.GIVE_UP),
        ),
    ],
)
def test_only_what_fits_the_trouble_is_offered(qtbot, trouble, expected):
    box = TroubleBox()
    qtbot.addWidget(box)
    chosen = []
    box.chosen.connect(chosen.append)

    box.show_trouble(trouble)

    assert ways_on(trouble) == expected
    shown = [way for way, button in box.buttons.items() if button.isVisibleTo(box)]
    assert shown == list(expected)
    for way in expected:
        box.buttons[way].click()
    assert chosen == list(expected)
    assert trouble.message in box.text.text()


def test_what_giving_up_loses_is_said(qtbot):
    box = TroubleBox()
    qtbot.addWidget(box)

    box.show_trouble(
        Held(
            step=650,
            elapsed_s=9.0,
            template="It is full.",
            hint_template="Make room.",
            saved_step=400,
        )
    )

    assert "Giving up loses 250 steps, those since step 400." in box.text.text()


def test_without_trouble_nothing_is_seen(qtbot):
    box = TroubleBox()
    qtbot.addWidget(box)

    box.show_trouble(failed(FailureCause.MEMORY))
    box.show_trouble(None)

    assert not box.isVisible()
