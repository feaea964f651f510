"""Every file of a project, damaged: refused with a sentence that names it, mended, or harmless."""

import errno
import json
import random
import shutil

import pytest

from attnstudio.config import DecodingConfig
from attnstudio.config_training import LimitsConfig
from attnstudio.corpus.parallel_corpus import Split
from attnstudio.errors import (
    AttentionStudioError,
    CorpusError,
    ProjectError,
    StorageError,
    TokenizerError,
)
from attnstudio.project.pipeline import train
from attnstudio.project.project import Project
from attnstudio.project.run_loading import load_run
from attnstudio.project.watch import load_watch_record
from attnstudio.reading import Reading
from attnstudio.seals import seal
from attnstudio.training.events import Notice, WatchTranslated
from attnstudio.training.stop import StopToken

DECODING = DecodingConfig(beam_size=1)


def go_on(project, run, steps):
    events = []
    train(project, run, emit=events.append, stop=StopToken(), limits=LimitsConfig(max_steps=steps))
    return events


@pytest.fixture
def trained(project, new_run):
    run = new_run(project, training={"validate_every": 2, "keep_checkpoints": 5})
    go_on(project, run, 4)
    return project


def spoil(path, place=None):
    content = bytearray(path.read_bytes())
    content[len(content) // 2 if place is None else place] ^= 1
    path.write_bytes(content)


def use(folder):
    """What a person does with a project: look, translate, go on training; gives what came of it."""
    project = Project.open(folder)
    run = project.run()
    if problem := run.problem():
        raise ProjectError(problem, hint="It is listed with that sentence.")
    loaded = load_run(project, run)
    texts = [t.text for t in loaded.translator.translate(["the dog sees a bird today"], DECODING)]
    events = go_on(project, run, 5)
    watched = [e for e in run.history().watched if isinstance(e, WatchTranslated)]
    for event in watched:
        load_watch_record(run.watch_folder / event.attention)
    losses = [step.loss for step in run.history().steps]
    said = [e.message for e in events if isinstance(e, Notice)]
    return texts, losses, said


def test_a_flipped_bit_anywhere_is_refused_in_words_or_changes_nothing(trained, tmp_path):
    """Some bits of every file; what is computed after is what was computed before, or nothing."""
    whole = trained.folder
    files = [path for path in sorted(whole.rglob("*")) if path.is_file() and path.stat().st_size]
    used = tmp_path / "used"
    shutil.copytree(whole, used)
    texts, losses, _ = use(used)
    choose = random.Random(1)
    refused = harmless = 0
    for path in files:
        place = path.relative_to(whole)
        shutil.rmtree(used)
        shutil.copytree(whole, used)
        spoil(used / place, choose.randrange(path.stat().st_size))
        try:
            now, then, said = use(used)
        except AttentionStudioError:
            refused += 1
        else:
            changed = any("cannot be used" in text for text in said)  # another checkpoint
            told = place.suffix == ".jsonl" or place.name == "config.toml" or changed
            assert (now, then) == (texts, losses) or told, place
            harmless += 1
    assert refused > 5
    assert harmless > 5


def add_to(project):
    with project.corpus_writer() as writer:
        writer.add_corpus(project.corpus())


@pytest.mark.parametrize("name", ["en.txt", "de.txt", "en.offsets", "de.offsets", "split"])
def test_a_changed_corpus_is_not_trained_on_added_to_or_cleaned(trained, name):
    corpus = trained.corpus()
    corpus.check()
    spoil(corpus.folder / name, 20)

    for attempt in (
        lambda: trained.corpus().check(),
        lambda: go_on(trained, trained.run(), 5),
        lambda: add_to(trained),
    ):
        with pytest.raises(CorpusError, match=r"is missing or damaged: .*" + name.split(".")[0]):
            attempt()


def test_lines_that_are_not_text_are_an_error_in_words(trained):
    folder = trained.corpus().folder
    path = folder / "en.txt"
    path.write_bytes(b"\xff" + path.read_bytes()[1:])
    corpus = trained.corpus()

    for read in (
        lambda: corpus[0],
        lambda: corpus.sources(0, 3),
        lambda: list(corpus.pairs(Split.VALID)),
    ):
        with pytest.raises(CorpusError, match=r"en\.txt is not text at byte 0"):
            read()


@pytest.mark.parametrize("name", ["source.ids", "target.offsets", "pairs", "manifest.json"])
@pytest.mark.parametrize("how", ["flipped", "cut", "missing"])
def test_damaged_encoded_pairs_are_made_again_and_it_is_said(trained, name, how):
    [folder] = trained.datasets.iterdir()
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    path = folder / name
    if how == "missing":
        path.unlink()
    elif how == "cut":
        path.write_bytes(path.read_bytes()[:-3])
    else:
        spoil(path)

    events = go_on(trained, trained.run(), 5)

    said = [e.message for e in events if isinstance(e, Notice)]
    assert any("encoded pairs were damaged and are made again" in text for text in said)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_encoded_pairs_of_an_older_version_have_no_checksums(trained):
    [folder] = trained.datasets.iterdir()
    path = folder / "manifest.json"
    facts = json.loads(path.read_text())
    path.write_text(json.dumps({name: facts[name] for name in ("format", "pairs", "left_out")}))

    assert not [e for e in go_on(trained, trained.run(), 5) if isinstance(e, Notice)]


def test_a_damaged_tokenizer_that_a_model_knows_is_not_made_again(trained):
    path = next(trained.tokenizers.glob("*/tokenizer.model"))
    spoil(path)

    for attempt in (
        lambda: load_run(trained, trained.run()),
        lambda: go_on(trained, trained.run(), 5),
    ):
        with pytest.raises(TokenizerError, match=f"{path.parent.name} is damaged"):
            attempt()


def test_a_tokenizer_that_cannot_be_read_now_is_not_called_damaged(trained, monkeypatch):
    def refuse(_):
        raise OSError(errno.EMFILE, "Too many open files")

    monkeypatch.setattr("attnstudio.project.tokenizers.check_seal", refuse)

    with pytest.raises(StorageError, match="could not be read: Too many open files"):
        load_run(trained, trained.run())


def test_a_damaged_tokenizer_that_no_model_knows_yet_is_trained_again(trained):
    run = trained.run()
    whole = {path: path.read_bytes() for path in trained.tokenizers.glob("*/tokenizer.model")}
    for path in whole:
        spoil(path)
    shutil.rmtree(run.folder / "checkpoints")

    go_on(trained, run, 2)

    assert {path: path.read_bytes() for path in whole} == whole


def test_a_moment_of_the_timeline_that_is_damaged_is_said(trained):
    path = next(trained.run().watch_folder.iterdir())
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])

    with pytest.raises(ProjectError, match=r"safetensors is damaged: .*Delete it"):
        load_watch_record(path)


@pytest.mark.parametrize("text", ["{", "[]", '{"layer": 99}', "[" * 100_000])
def test_a_reading_that_is_none_is_said(trained, text):
    run = trained.run()
    (run.folder / "reading.json").write_text(text)

    with pytest.raises(ProjectError, match=r"reading\.json is damaged: .*Delete it"):
        run.reading(run.checkpoint_folder("last"))


def test_another_reading_than_was_kept_with_a_checkpoint_is_said(trained, tmp_path):
    folder = tmp_path / "checkpoint"
    folder.mkdir()
    path = folder / "reading.json"
    path.write_text(json.dumps(Reading(layer=0, head=1).to_mapping()))
    seal(folder)
    assert trained.run().reading(folder) == Reading(layer=0, head=1)

    path.write_text(path.read_text().replace('"head": 1', '"head": 0'))

    with pytest.raises(ProjectError, match=r"reading\.json is damaged: .*another content"):
        trained.run().reading(folder)


def test_a_log_of_odd_lines_still_tells_what_it_can(trained):
    run = trained.run()
    steps = [step.step for step in run.history().steps]
    with run.events_path.open("a", encoding="utf-8") as log:
        log.write("[" * 200_000 + "\n" + '{"event": ["step"]}\n{"event": "step", "step": "x"}\n')
        log.write('{"event": "checkpoint", "step": 1e400, "elapsed_s": 0}\n\x00\n')

    assert [step.step for step in run.history().steps] == steps
    assert run.outline().step == steps[-1]
    assert run.problem() == ""


@pytest.mark.parametrize("harm", ["config.toml", "log is a folder", "name"])
def test_one_bad_run_hides_no_other(trained, new_run, harm):
    bad = new_run(trained, name="bad")
    if harm == "config.toml":
        (bad.folder / "config.toml").write_text("[" * 100_000)
    elif harm == "name":
        bad.folder.rename(bad.folder.with_name("con"))
    else:
        bad.events_path.mkdir()

    problems = {run.name: run.problem() for run in Project.open(trained.folder).runs()}

    assert problems.pop("r") == ""
    [said] = problems.values()
    assert said.endswith(".")
