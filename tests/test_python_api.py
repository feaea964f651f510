"""The Python API in ten lines, as the README shows it."""

import re
from pathlib import Path

import pytest

from attnstudio.sites import CROSS

README = Path(__file__).parent.parent / "README.md"
SNIPPET = re.search(r"```python\n(.*?)```", README.read_text("utf-8"), re.DOTALL)[1]


@pytest.fixture
def letters(tmp_path, monkeypatch, pairs):
    """Two files of sentence pairs in the current folder."""
    monkeypatch.chdir(tmp_path)
    for name in ("en", "de"):
        lines = [pair.source if name == "en" else pair.target for pair in pairs]
        (tmp_path / f"letters.{name}").write_text("\n".join(lines) + "\n", "utf-8")


@pytest.mark.usefixtures("letters")
def test_ten_lines_lead_from_a_corpus_to_attention(capsys):
    *_, lines = SNIPPET.split("\n\n")
    assert len(lines.splitlines()) == 10

    names = {}
    exec(SNIPPET.replace('"max_minutes": 2', '"max_steps": 2'), names)

    record = names["record"]
    assert record.matrices[CROSS].weights.shape == (2, 4, len(record.target), len(record.source))
    assert record.source.text == "the dog sees a bird today"
    assert "Finished(step=2" in capsys.readouterr().out
