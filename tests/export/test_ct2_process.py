"""A process of CTranslate2 that hangs is not waited for without end, nor in the way of a stop."""

import pytest

from attnstudio import children
from attnstudio.errors import ExportError
from attnstudio.export import ct2_process
from attnstudio.export.ct2_process import CTranslate2, Search

HANGING = "import time; time.sleep(1_000)"
GREETING = """print('{"version": "1", "compute_type": "float32"}', flush=True); """
MANY = [["▁a"] * 100] * 5_000  # more than a pipe takes of what nobody reads


def test_one_that_hangs_as_it_starts_is_an_error(monkeypatch, tmp_path):
    monkeypatch.setattr(ct2_process, "_CODE", HANGING)
    monkeypatch.setattr(children, "_HANGS_S", 1.0)

    with (
        CTranslate2(tmp_path) as engine,
        pytest.raises(ExportError, match="CTranslate2 failed: its process hangs"),
    ):
        engine.score([["▁a", "</s>"]], [["▁b"]])


def test_one_that_takes_nothing_in_is_an_error(monkeypatch, tmp_path):
    monkeypatch.setattr(ct2_process, "_CODE", GREETING + HANGING)
    monkeypatch.setattr(children, "_HANGS_S", 1.0)

    with (
        CTranslate2(tmp_path) as engine,
        pytest.raises(ExportError, match="its process hangs"),
    ):
        engine.translate(MANY, [100] * len(MANY), Search(5))


def test_one_that_takes_nothing_in_can_be_stopped(monkeypatch, tmp_path):
    monkeypatch.setattr(ct2_process, "_CODE", GREETING + HANGING)
    stopped = []

    with CTranslate2(tmp_path, should_stop=lambda: bool(stopped)) as engine:
        stopped.append(True)
        assert engine.translate(MANY, [100] * len(MANY), Search(5)) is None
