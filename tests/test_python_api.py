"""The Python API in ten lines, as the README shows it."""

import pytest

SNIPPET = """\
from pathlib import Path

from attnstudio.config_text import merge_config
from attnstudio.presets import find_preset
from attnstudio.project.importing import import_files
from attnstudio.project.pipeline import create_run, load_run, train
from attnstudio.project.project import Project
from attnstudio.training.stop import StopToken

project = Project.create(Path("my-project"), "en", "de")
import_files(project, [Path("letters.en"), Path("letters.de")])
config = merge_config(find_preset("tiny").config, {"limits": {"max_minutes": 2}})
run = create_run(project, config, preset="tiny")
train(project, run, emit=print, stop=StopToken())
translator = load_run(project, run).translator
[translation] = translator.translate(["the dog sees a bird today"])
pair = translator.read_hypothesis(translation.source, translation.hypotheses[0])
[record] = translator.records([pair])
print(translation.text, record.cross.shape)  # (layers, heads, target tokens, source tokens)
"""


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
    assert record.cross.shape == (2, 4, len(record.target_tokens), len(record.source_tokens))
    assert record.source_text == "the dog sees a bird today"
    assert "Finished(step=2" in capsys.readouterr().out
