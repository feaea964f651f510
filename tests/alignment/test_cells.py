import numpy as np
import pytest

from attnstudio.alignment import cells as cells_module
from attnstudio.alignment.cells import Cells, sums


def cells_of(*lengths):
    sources, targets = np.array(lengths, np.int64).reshape(-1, 2).T
    return Cells.of_lengths(sources, targets)


def test_cells_go_pair_by_pair_and_row_by_row():
    cells = cells_of((2, 3), (1, 2))

    assert cells.source_words.tolist() == [0, 0, 0, 1, 1, 1, 2, 2]
    assert cells.target_words.tolist() == [0, 1, 2, 0, 1, 2, 3, 4]
    assert cells.starts.tolist() == [0, 6, 8]


def test_a_pair_with_an_empty_side_has_no_cell():
    cells = cells_of((0, 4), (2, 1), (3, 0))

    assert len(cells) == 2
    assert cells.source_words.tolist() == [0, 1]
    assert cells.target_words.tolist() == [4, 4]


@pytest.mark.parametrize("together", [4, 1_000])
@pytest.mark.parametrize("side", ["over_targets", "over_sources"])
def test_chains_hold_every_cell_once_and_in_order(side, together, monkeypatch):
    monkeypatch.setattr(cells_module, "_CELLS_TOGETHER", together)
    lengths = [(2, 3), (1, 4), (2, 1), (0, 2), (2, 3), (3, 3)]
    cells = cells_of(*lengths)
    groups = list(getattr(cells, side)())
    words, states = cells.target_words, cells.source_words
    if side == "over_sources":
        words, states = states, words

    assert sorted(np.concatenate([group.cells.ravel() for group in groups])) == list(range(27))
    for group in groups:
        assert (words[group.cells] == group.words[:, None]).all()
        assert (np.diff(states[group.cells], axis=1) == 1).all()
        for now, following in zip(group.steps(), group.steps()[1:], strict=False):
            size = following.stop - following.start
            assert (group.words[following] == group.words[now][:size] + 1).all()
            assert (states[group.cells[following]] == states[group.cells[now][:size]]).all()


def test_cells_are_found_by_their_words():
    cells = cells_of((2, 3), (0, 2), (3, 1), (1, 4))

    found = cells.find(cells.source_words, cells.target_words)

    assert found.tolist() == list(range(len(cells)))


def test_long_chains_of_a_size_are_parted(monkeypatch):
    monkeypatch.setattr(cells_module, "_CELLS_TOGETHER", 10)

    assert len(list(cells_of(*[(2, 3)] * 10).over_targets())) > 3


def test_sums_add_up_each_place():
    assert sums(np.array([2, 0, 2], np.int32), np.array([1.0, 2.0, 0.5]), 4).tolist() == [
        2,
        0,
        1.5,
        0,
    ]
