"""A run is known before its weights are read, and read only where somebody needs them."""

import json

import pytest

from attnstudio.config import DecodingConfig
from attnstudio.errors import ProjectError
from attnstudio.project import usable_run
from attnstudio.project.bulk import translate_bulk
from attnstudio.project.engines import Engine
from attnstudio.project.pipeline import train
from attnstudio.project.run_loading import load_run
from attnstudio.project.usable_run import RunToLoad, find_run
from attnstudio.training.stop import StopToken


@pytest.fixture
def run(project, new_run):
    run = new_run(project, limits={"max_steps": 8})
    train(project, run, emit=lambda _: None, stop=StopToken())
    return run


@pytest.fixture
def loads(project, run):
    """A run to be loaded, and what was loaded of it."""
    loads = []

    def load():
        loads.append(load_run(project, run, threads=1))
        return loads[-1]

    return RunToLoad(find_run(project, run), load), loads


def test_what_is_known_without_weights_is_what_loading_finds(project, run):
    found, loaded = find_run(project, run), load_run(project, run, threads=1)

    assert (found.run, found.definition, found.step) == (run, loaded.definition, loaded.step)
    assert found.reading == loaded.reading
    assert found.source.spec == loaded.translator.source.spec
    assert found.target.model == loaded.translator.target_tokenizer.model
    assert found.corpus.source_language == loaded.corpus.source_language


def test_our_own_engine_loads_it_once(loads, pairs):
    run, loaded = loads
    texts = [pair.source for pair in pairs[:3]]

    first = translate_bulk(run, texts, engine=Engine.OWN)
    assert translate_bulk(run, texts, engine=Engine.OWN) == first
    assert len(loaded) == 1
    assert first == loaded[0].translator.translate(texts, DecodingConfig())


def test_torch_is_asked_for_the_device_only_where_it_may_know_better(loads, monkeypatch):
    run, loaded = loads
    monkeypatch.setattr(usable_run, "may_have_accelerator", lambda: False)
    assert run.is_on_processor
    assert loaded == []

    monkeypatch.setattr(usable_run, "may_have_accelerator", lambda: True)
    assert run.is_on_processor  # here is none
    assert len(loaded) == 1


@pytest.mark.parametrize("damage", ["a byte", "its size", "its file", "its folder"])
def test_what_is_not_whole_is_left_to_loading(project, run, damage):
    folder = run.checkpoint_folder("last")
    weights = folder / "model.safetensors"
    content = bytearray(weights.read_bytes())
    match damage:
        case "a byte":
            content[-1] ^= 1
            weights.write_bytes(content)
        case "its size":
            weights.write_bytes(content[:-1])
        case "its file":
            weights.unlink()
            (folder / "manifest.json").unlink()
        case "its folder":
            index = json.loads((run.folder / "checkpoints.json").read_text())
            folder.rename(folder.with_name("2"))
            assert index["last"] != 2

    assert find_run(project, run, "last") is None


def test_a_checkpoint_that_nobody_has_is_refused(project, run):
    with pytest.raises(ProjectError, match="has no checkpoint 77"):
        find_run(project, run, "77")
