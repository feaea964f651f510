import numpy as np
import pytest

from attnstudio.interpretation.link_doubts import doubt_of, expected_errors


def test_errors_are_expected_of_links_that_may_be_wrong_and_of_others_that_may_be_missing():
    assert expected_errors(np.array([0.9, 0.5, 0.3], np.float32)) == pytest.approx(0.9)


def test_sure_links_leave_no_doubt():
    assert doubt_of(np.ones(5, np.float32), 10) == 0
    assert doubt_of(np.array([], np.float32), 0) == 0


def test_the_same_errors_in_fewer_words_come_first():
    some = np.array([0.5, 0.5], np.float32)

    assert doubt_of(some, 9) > doubt_of(some, 25)
    assert doubt_of(some, 16) == pytest.approx(1.0 / 4)
