"""Whether there may be a faster device than the processor, asked without torch."""

import sys

import pytest

from attnstudio.config_training import Device
from attnstudio.model import accelerator
from attnstudio.model.accelerator import may_have_accelerator
from attnstudio.model.device import resolve_device


def test_where_none_may_be_torch_finds_none():
    if not may_have_accelerator():
        assert resolve_device(Device.AUTO).type == "cpu"


@pytest.mark.skipif(sys.platform != "linux", reason="of Linux")
@pytest.mark.parametrize("name", ["nvidiactl", "nvidia0", "nvmap", "kfd", "dxg"])
def test_a_device_of_a_card_leaves_the_question_to_torch(tmp_path, monkeypatch, name):
    monkeypatch.setattr(accelerator, "Path", lambda _: tmp_path)
    monkeypatch.setattr(accelerator, "version", lambda _: "2.13.0+cu130")
    (tmp_path / "null").touch()
    assert not may_have_accelerator()

    (tmp_path / name).touch()
    assert may_have_accelerator()
    monkeypatch.setattr(accelerator, "version", lambda _: "2.13.0+cpu")
    assert not may_have_accelerator()
