import numpy as np

from attnstudio.evaluation import bootstrap
from attnstudio.evaluation.bootstrap import Interval, interval_of, resampled_totals


def test_every_draw_has_as_many_pairs_and_each_pair_its_turn():
    counts = np.stack([np.ones(50, np.int64), np.arange(50)], axis=1)

    totals = resampled_totals(counts)

    assert totals.shape == (1_000, 2)
    assert (totals[:, 0] == 50).all()
    assert abs(totals[:, 1].mean() / (50 * 24.5) - 1) < 0.02
    assert len(set(totals[:, 1].tolist())) > 300


def test_the_same_seed_draws_the_same_whatever_fits_into_memory(monkeypatch):
    counts = np.arange(60).reshape(20, 3)
    whole = resampled_totals(counts, draws=70)
    monkeypatch.setattr(bootstrap, "_CELLS_AT_ONCE", 200)

    assert (resampled_totals(counts, draws=70) == whole).all()
    assert (resampled_totals(counts, draws=70, seed=2) != whole).any()


def test_without_pairs_there_is_nothing():
    assert not resampled_totals(np.empty((0, 3), np.int64)).any()


def test_the_middle_95_percent():
    assert interval_of(np.arange(1_001.0)) == Interval(25, 975)
