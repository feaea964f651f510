"""A whole measurement, in this process and in one of its own."""

import os
import time

import pytest

from attnstudio.config_text import merge_config
from attnstudio.errors import TrainingError
from attnstudio.lab.keeping import keep_report, kept_report, lab_folder
from attnstudio.lab.kinds import offered_kinds
from attnstudio.lab.measuring import LabRequest, measure_kinds
from attnstudio.lab.report import LabReport, LineEnd, Work
from attnstudio.lab.worker import measure_here
from attnstudio.model.device import threads_beside

KINDS = tuple(
    kind for kind in offered_kinds("tiny") if kind.name in ("transformer", "transformer.score=dot")
)


@pytest.fixture
def request_():
    from dataclasses import replace

    small = {
        "tokenizer": {"vocabulary_size": 64},
        "model": {"model_size": 16, "feedforward_size": 32},
        "training": {"threads": 1, "precision": "fp32"},
    }
    kinds = tuple(replace(kind, config=merge_config(kind.config, small)) for kind in KINDS)
    return LabRequest("tiny", kinds, lengths=(8, 16))


def test_the_process_says_machine_turns_and_lines(request_, tmp_path, monkeypatch):
    import json

    said = []
    asked = json.loads(request_.to_json(tmp_path / "findings"))
    monkeypatch.setattr("torch.set_num_threads", lambda _: None)
    measure_here(asked, lambda **finding: said.append(finding))

    assert said[0]["machine"]["device"] == "cpu"
    turns = [finding["turn"] for finding in said if "turn" in finding]
    assert {(turn["kind"], turn["length"]) for turn in turns} == {
        (kind, length) for kind in (0, 1) for length in (8, 16)
    }
    ends = {(f["kind"], f["work"]): f for f in said if f.get("end")}
    assert len(ends) == 4
    assert all(f["end"] is LineEnd.LONGEST and len(f["points"]) == 2 for f in ends.values())


@pytest.mark.slow
def test_a_measurement_in_a_process_of_its_own_is_told_and_kept(request_, tmp_path):
    told = []
    report = measure_kinds(request_, told.append)

    assert report.is_whole
    assert len(report.curves) == 4
    assert all(curve.lengths == (8, 16) for curve in report.curves)
    assert [curve.work for curve in report.curves[:2]] == [Work.TRAINING] * 2
    assert report.machine.threads == 1
    assert told
    assert all(0.0 <= progress.share <= 1.0 for progress in told)
    assert abs(report.measured_at - time.time()) < 60
    keep_report(report, tmp_path)
    assert kept_report("tiny", tmp_path) == report


@pytest.mark.slow
def test_a_stopped_one_gives_what_was_measured(request_):
    seen = []

    def stop():
        return any(curve.points for progress in seen for curve in progress.report.curves)

    report = measure_kinds(request_, seen.append, stop)

    assert not report.is_whole
    assert any(curve.points for curve in report.curves)


@pytest.mark.slow
def test_a_fault_of_the_process_is_told_in_its_words(request_):
    from dataclasses import replace

    broken = replace(request_, most_s=None)
    with pytest.raises(TrainingError, match="The costs could not be measured: "):
        measure_kinds(broken)


def test_a_damaged_or_older_file_is_as_none(tmp_path):
    assert kept_report("small", tmp_path) is None
    path = tmp_path / "small.json"
    for content in ("{", "[]", '{"format": 0}', '{"format": 1, "preset": "small"}'):
        path.write_text(content, encoding="utf-8")
        assert kept_report("small", tmp_path) is None


def test_a_report_comes_back_from_its_file_as_it_was(tmp_path):
    from lab_reports import made_curve, made_report

    report = made_report(made_curve(lambda n: n), made_curve(lambda n: 2 * n, work=Work.DECODING))
    keep_report(report, tmp_path)

    assert kept_report("small", tmp_path) == report
    assert isinstance(kept_report("small", tmp_path), LabReport)


def test_no_test_writes_where_a_person_keeps_measurements():
    assert str(lab_folder()) == os.environ["ATTNSTUDIO_LAB_FOLDER"]


@pytest.mark.parametrize(("busy", "threads"), [(0.0, 8), (0.4, 8), (2.9, 5), (7.8, 1), (11.0, 1)])
def test_beside_other_programs_it_has_the_threads_that_find_a_core(busy, threads):
    assert threads_beside(busy, cores=8, most=8) == threads


def test_it_has_never_more_threads_than_a_training():
    assert threads_beside(0.0, cores=8, most=4) == 4
