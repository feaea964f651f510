"""What counts as a difference between two versions."""

import sys
from pathlib import Path

import pytest

BENCHMARKS = str(Path(__file__).parent.parent.parent / "benchmarks")
sys.path.insert(0, BENCHMARKS)
try:
    from equality import compared, differences
    from equality_cases import Extent, cases
finally:
    sys.path.remove(BENCHMARKS)

LOSS = 4.65178489685058


@pytest.mark.parametrize(
    ("after", "told"),
    [
        ({"loss": LOSS, "text": "a"}, []),
        ({"loss": LOSS, "text": "a", "site": "cross"}, []),
        ({"loss": LOSS}, ["/text is missing"]),
        ({"loss": 4.65178489685059, "text": "a"}, [f"/loss: 4.65178489685059 instead of {LOSS}"]),
        ({"loss": [LOSS], "text": "a"}, [f"/loss: [{LOSS}] instead of {LOSS}"]),
    ],
)
def test_only_what_is_new_is_no_difference(after, told):
    assert list(differences({"loss": LOSS, "text": "a"}, after)) == told


def test_lists_are_as_long_as_before():
    assert list(differences([1, 2], [1, 2, 3])) == [" has 3 values instead of 2"]


def test_a_case_without_an_answer_differs(tmp_path):
    [case] = cases(Extent.QUICK)
    for name, answered in (("before", True), ("after", False)):
        (tmp_path / name).mkdir()
        if answered:
            (tmp_path / name / f"{case.name}.json").write_text("{}")

    assert compared(case, [tmp_path / "before", tmp_path / "after"]) == {
        "training": ["after has no answer"]
    }


def test_cases_have_names_of_their_own():
    for extent in Extent:
        names = [case.name for case in cases(extent)]
        assert len(set(names)) == len(names)
