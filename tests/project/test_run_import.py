"""There and back: a run that was exported and imported is the same to the last digit."""

import shutil
from datetime import UTC, datetime

import pytest
import torch
from safetensors.torch import load_file

from attnstudio.config import DecodingConfig
from attnstudio.config_training import LimitsConfig
from attnstudio.corpus.parallel_corpus import Split
from attnstudio.errors import AttentionStudioError, CorpusError, ProjectError, StorageError
from attnstudio.export.file_names import MODEL
from attnstudio.files import write_text
from attnstudio.model import weights as weights_file
from attnstudio.project.evaluations import evaluate, pairs_to_test
from attnstudio.project.exporting import export_run
from attnstudio.project.pipeline import train
from attnstudio.project.project import Project
from attnstudio.project.room import find_unused
from attnstudio.project.run import Run, RunState
from attnstudio.project.run_card import RunCard, read_card, write_card
from attnstudio.project.run_creation import create_run
from attnstudio.project.run_import import import_run
from attnstudio.project.run_loading import load_run
from attnstudio.reading import Reading, ReadingMethod
from attnstudio.training.stop import StopToken

TEXTS = ["the dog sees a bird today", "my man knows the cook today"]
NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)


def trained_run(project, small_config, name="r", *, preset="tiny", reverse=False, **changes):
    config = small_config(preset, **changes)
    run = create_run(project, config, preset=preset, name=name, reverse=reverse)
    train(project, run, emit=lambda _: None, stop=StopToken(), limits=LimitsConfig(max_steps=8))
    return run


def assert_same(one, other):
    """Texts, scores and every weight of the attention, to the last digit."""
    texts = TEXTS if one.definition.source.language == "en" else ["heute sieht der Hund"]
    for beam in (1, 4):
        ours, theirs = (
            loaded.translator.translate(texts, DecodingConfig(beam_size=beam), attention=True)
            for loaded in (one, other)
        )
        for mine, found in zip(ours, theirs, strict=True):
            assert mine.hypotheses == found.hypotheses
            for before, after in zip(
                mine.attention.matrices, found.attention.matrices, strict=True
            ):
                assert before == after
                weights = (m.matrices[before].weights for m in (mine.attention, found.attention))
                first, second = weights
                assert (first == second).all()


@pytest.mark.parametrize(
    ("preset", "changes"),
    [("tiny", {}), ("tiny", {"tokenizer": {"shared": False}}), ("bahdanau", {})],
    ids=["tied", "untied", "recurrent"],
)
def test_there_and_back_nothing_changes(project, small_config, tmp_path, preset, changes):
    run = trained_run(project, small_config, preset=preset, **changes)
    ours = load_run(project, run)
    folder = tmp_path / "out" / "model"

    exported = export_run(project, run, folder, now=NOW)
    beside = import_run(folder, project.folder, name="again")
    alone = import_run(folder, tmp_path / "new")

    assert exported.facts.exported_at == "2026-11-30T12:00:00+00:00"
    assert_same(ours, load_run(Project.open(project.folder), beside))
    new = Project.open(tmp_path / "new")
    assert_same(ours, load_run(new, alone))
    assert new.run().name == "r"
    assert find_unused(new) == []
    second = export_run(new, alone, tmp_path / "second", now=NOW)
    assert second.facts == exported.facts
    assert (tmp_path / "second" / MODEL).read_bytes() == (folder / MODEL).read_bytes()


@pytest.fixture
def exported(project, small_config, tmp_path):
    """A project with a run, and the run as a folder."""
    run = trained_run(project, small_config)
    write_card(run, RunCard(note="erste\n\nzweite", tags=("demo",)))
    loaded = load_run(project, run)
    evaluate(loaded, pairs_to_test(loaded), DecodingConfig(beam_size=1))
    write_text(
        run.folder / "reading.json",
        '{"layer": 1, "head": 0, "method": "shifted", "site": "cross"}',
    )
    export_run(project, run, tmp_path / "model", now=NOW)
    return tmp_path / "model"


def test_what_a_person_wants_to_know_goes_with_it(project, exported):
    run = import_run(exported, project.folder)

    assert run.name == "r 2"
    assert read_card(run).note == "erste\n\nzweite"
    assert read_card(run).tags == ("demo",)
    assert run.reading(run.checkpoint_folder("best")) == Reading(1, 0, ReadingMethod.SHIFTED)
    facts = export_run(project, run, exported.with_name("again")).facts
    [score] = facts.tests
    assert score.sentences == 32
    assert "nrefs:1" in score.bleu_signature
    assert facts.training_pairs == 256
    assert facts.validation["loss"] > 0


def test_it_is_told_apart_and_cannot_be_trained(project, exported):
    run = import_run(exported, project.folder, name="given")

    assert run.state(run.outline()) is RunState.IMPORTED
    before = sorted(run.folder.rglob("*"))
    with pytest.raises(ProjectError, match="Run given was imported with its weights alone"):
        train(project, run, emit=lambda _: None, stop=StopToken())
    assert sorted(run.folder.rglob("*")) == before


def test_it_can_be_tried_on_the_sentences_of_the_project(project, exported):
    loaded = load_run(project, import_run(exported, project.folder, name="given"))

    assert len(pairs_to_test(loaded)) == 32


def test_a_new_project_has_no_sentences_yet(exported, tmp_path):
    run = import_run(exported, tmp_path / "new")
    loaded = load_run(Project.open(tmp_path / "new"), run)

    assert len(loaded.corpus) == 0
    assert loaded.corpus.indices(Split.TRAIN).tolist() == []
    with pytest.raises(CorpusError, match="no test pairs"):
        pairs_to_test(loaded)


def test_it_goes_by_the_sentences_that_come_after_it(exported, tmp_path, fill):
    run = import_run(exported, tmp_path / "new")
    project = Project.open(tmp_path / "new")
    fill(project, test=["the dog|der Hund"])

    loaded = load_run(project, run)

    assert [pair.target for pair in pairs_to_test(loaded)] == ["der Hund"]


def test_it_may_translate_against_the_direction_of_the_project(project, small_config, tmp_path):
    run = trained_run(project, small_config, reverse=True)
    folder = tmp_path / "model"
    export_run(project, run, folder)

    back = import_run(folder, project.folder, name="back")

    assert_same(load_run(project, run), load_run(project, back))
    other = Project.create(tmp_path / "other", "fi", "en")
    with pytest.raises(ProjectError, match="from de to en, but the project is of fi and en"):
        import_run(folder, other.folder)
    assert other.runs() == []


@pytest.mark.parametrize("name", ["../x", "a/b", "CON", "", ".hidden"])
def test_a_name_that_is_none_is_refused(project, exported, name):
    before = sorted(project.folder.rglob("*"))

    with pytest.raises(ProjectError, match="cannot be the name of a run"):
        import_run(exported, project.folder, name=name)

    assert sorted(project.folder.rglob("*")) == before


def test_a_name_that_is_taken_is_refused(project, exported):
    with pytest.raises(ProjectError, match="There is a run r already"):
        import_run(exported, project.folder, name="r")


def test_a_spoilt_folder_leaves_no_project(exported, tmp_path):
    content = load_file(exported / MODEL)
    name = next(iter(content))
    (exported / "manifest.json").unlink()
    weights_file.save_tensors(content | {name: torch.full_like(content[name], torch.nan)},
                              exported / MODEL)  # fmt: skip

    with pytest.raises(ProjectError, match="not finite"):
        import_run(exported, tmp_path / "new")

    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("into", ["project", "new"])
def test_a_full_disk_leaves_no_run(project, exported, tmp_path, monkeypatch, into):
    def refuse(_tensors, path, _metadata):
        path.write_bytes(b"half")
        raise OSError(28, "No space left on device", str(path))

    monkeypatch.setattr(weights_file, "save_file", refuse)
    with pytest.raises(StorageError, match="No space left"):
        import_run(exported, tmp_path / into, name="given")

    assert not (tmp_path / "new").exists()
    assert [run.name for run in project.runs()] == ["r"]
    assert list(project.runs_folder.glob(".*")) == []


def test_another_tokenizer_of_the_project_keeps_its_name(project, exported):
    before = {path.name: path.read_bytes() for path in project.tokenizers.glob("*/*.model")}
    run = import_run(exported, project.folder, name="given")

    definition = run.definition()
    assert not set(definition.tokenizer_names) & set(
        Run(project.runs_folder / "r").definition().tokenizer_names
    )
    after = {path.name: path.read_bytes() for path in project.tokenizers.glob("*/*.model")}
    assert before.items() <= after.items()


def test_a_damaged_project_says_so_first(project, exported):
    shutil.copy(project.folder / "project.toml", exported)
    (project.folder / "project.toml").write_bytes(b"\0")

    with pytest.raises(AttentionStudioError, match="damaged"):
        import_run(exported, project.folder)
