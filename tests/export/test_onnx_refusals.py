"""Where nothing that writes ONNX is there, it is told at once."""

import importlib

import pytest

from attnstudio.errors import ExportError
from attnstudio.export.onnx_folder import refuse_no_onnx


@pytest.mark.parametrize("missing", ["onnx", "onnxruntime"])
def test_what_is_missing_is_named_with_the_command_that_installs_it(monkeypatch, missing):
    def import_module(name):
        if name == missing:
            raise ImportError(name)

    monkeypatch.setattr(importlib, "import_module", import_module)
    with pytest.raises(ExportError, match=f"not installed: {missing} is missing") as refusal:
        refuse_no_onnx()

    assert "pip install 'attnstudio[onnx]'" in refusal.value.hint
