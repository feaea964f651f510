"""Who translates: our own engine or CTranslate2, and what is kept of its converted model."""

import json
import shutil
from importlib.util import find_spec

import pytest

from attnstudio.config import DecodingConfig
from attnstudio.errors import ExportError
from attnstudio.export import ct2_process
from attnstudio.project import conversion, converted_model, ctranslate2_engine, engines
from attnstudio.project.bulk import translate_bulk
from attnstudio.project.ctranslate2_engine import CTranslate2Engine
from attnstudio.project.engines import Engine
from attnstudio.project.project import Project
from attnstudio.project.run_loading import load_run
from attnstudio.seals import seal

LINES = ["the dog sees a bird today", "", "my man knows the cook today", "Ωmega ☃", "a " * 70]
ct2 = pytest.mark.skipif(
    find_spec("ctranslate2") is None, reason="an extra: pip install 'attnstudio[ct2]'"
)


@pytest.fixture(scope="module")
def learnt(attnstudio, imported, tiny, tmp_path_factory):
    """A project with a run that has learnt to end its sentences; not to be changed."""
    folder = tmp_path_factory.mktemp("learnt") / "project"
    shutil.copytree(imported, folder)
    reply = attnstudio("train", folder, *tiny, "--run", "first", "--max-steps", "150")
    assert reply.code == 0, reply.err
    return folder


@pytest.fixture
def own_project(learnt, tmp_path):
    return shutil.copytree(learnt, tmp_path / "own")


@pytest.fixture(scope="module")
def given(pairs):
    return ("\n".join([*(pair.source for pair in pairs[:24]), *LINES]) + "\n").encode()


def translate_by_ctranslate2(loaded, texts, config, should_stop=lambda: False):
    with CTranslate2Engine(loaded, config, lines=len(texts), should_stop=should_stop) as engine:
        return engine.translate(texts)


def loaded_from(folder):
    project = Project.open(folder)
    return load_run(project, project.run("first"), threads=1)


@ct2
@pytest.mark.parametrize("beam", [1, 5])
def test_both_translate_the_same(attnstudio, own_project, given, beam):
    replies = {
        engine: attnstudio(
            "translate", own_project, "--engine", engine, "--beam", beam, "--json", given=given
        )
        for engine in ("own", "ctranslate2")
    }

    assert {name: reply.json["engine"] for name, reply in replies.items()} == {
        "own": "own", "ctranslate2": "ctranslate2",
    }  # fmt: skip
    assert "Translated by CTranslate2." in replies["ctranslate2"].err
    assert "CTranslate2" not in replies["own"].err
    ours, theirs = (reply.json["translations"] for reply in replies.values())
    silent = 0
    for our, their in zip(ours, theirs, strict=True):
        assert their["source"] == our["source"]
        [one], [other] = our["hypotheses"], their["hypotheses"]
        assert (other["text"], other["tokens"]) == (one["text"], one["tokens"])
        assert other["score"] == pytest.approx(one["score"], abs=1e-4)
        silent += other["token_log_probs"] is None and bool(other["tokens"])
    assert silent > 20  # they came from CTranslate2, which says no more than it knows


@ct2
def test_its_choice_counts_lengths_as_ours_does(own_project, pairs):
    loaded = loaded_from(own_project)
    texts = [pair.source for pair in pairs[::8]]
    for alpha in (0.0, 0.3, 0.6):
        config = DecodingConfig(length_penalty=alpha)
        ours = loaded.translator.translate(texts, config)
        theirs = translate_by_ctranslate2(loaded, texts, config)
        known = [(our, their) for our, their in zip(ours, theirs, strict=True) if their]
        assert len(known) > 20
        for our, their in known:
            assert their.text == our.text
            assert their.hypotheses[0].ids == our.hypotheses[0].ids


@ct2
def test_auto_takes_it_where_there_is_enough_to_do(attnstudio, own_project, given, monkeypatch):
    kept = own_project / "runs" / "first" / "ctranslate2"
    few = attnstudio("translate", own_project, "--json", given=given)
    assert few.json["engine"] == "own"
    assert not kept.exists()

    monkeypatch.setattr(engines, "_FEW_LINES", 10)
    many = attnstudio("translate", own_project, "--json", given=given)
    assert many.json["engine"] == "ctranslate2"
    assert {path.name for path in kept.iterdir()} == {
        "config.json", "manifest.json", "model.bin", "proof", "shared_vocabulary.json",
    }  # fmt: skip


@ct2
def test_what_it_cannot_do_stays_ours_or_is_refused(attnstudio, own_project, given, monkeypatch):
    monkeypatch.setattr(engines, "_FEW_LINES", 10)
    several = attnstudio("translate", own_project, "--nbest", "2", "--json", given=given)
    assert several.json["engine"] == "own"

    asked = attnstudio(
        "translate", own_project, "--nbest", "2", "--engine", "ctranslate2", given=given
    )
    assert asked.code == 2
    assert (
        "CTranslate2 cannot translate this with run first: it does not find several "
        "translations as we do." in asked.err
    )

    monkeypatch.setattr(engines, "why_no_ctranslate2", lambda _: "normaliser = sparsemax")
    kind = attnstudio("translate", own_project, "--engine", "ctranslate2", given=given)
    assert kind.code == 2
    assert "it does not compute normaliser = sparsemax as we do." in kind.err
    assert "Use Attention Studio's own engine." in kind.err


def test_that_it_is_missing_is_said_where_it_was_asked_for(attnstudio, learnt, given, monkeypatch):
    monkeypatch.setattr(ct2_process, "PACKAGE", "ctranslate2_that_is_not_there")
    monkeypatch.setattr(engines, "_FEW_LINES", 10)

    assert attnstudio("translate", learnt, "--json", given=given).json["engine"] == "own"
    asked = attnstudio("translate", learnt, "--engine", "ctranslate2", given=given)
    assert asked.code == 2
    assert "it is not installed." in asked.err
    assert "pip install 'attnstudio[ct2]'" in asked.err


@ct2
def test_a_failure_is_told_only_where_it_was_asked_for(own_project, monkeypatch):
    def fail(*_, **__):
        raise ExportError("CTranslate2 failed: {reason}.", reason="it is tired")

    monkeypatch.setattr(ctranslate2_engine, "CTranslate2", fail)
    monkeypatch.setattr(engines, "_FEW_LINES", 1)
    loaded, used = loaded_from(own_project), []

    found = translate_bulk(loaded, LINES, on_engine=used.append)
    assert [each.text for each in found] == [
        each.text for each in loaded.translator.translate(LINES)
    ]
    assert used == [Engine.OWN]
    with pytest.raises(ExportError, match="it is tired"):
        translate_bulk(loaded, LINES, engine=Engine.CTRANSLATE2)


@ct2
def test_a_process_that_dies_is_an_error_in_words(tmp_path):
    with (
        ct2_process.CTranslate2(tmp_path) as engine,
        pytest.raises(ExportError, match=r"CTranslate2 failed: Unable to open file 'model\.bin'"),
    ):
        assert engine.version


@ct2
def test_it_can_be_stopped(own_project, pairs):
    found = translate_by_ctranslate2(
        loaded_from(own_project),
        [pair.source for pair in pairs] * 30,
        DecodingConfig(),
        should_stop=lambda: True,
    )
    assert found is None


def convert_once(loaded):
    with converted_model.converted(loaded) as folder:
        return folder, {path.name: path.read_bytes() for path in folder.iterdir()}


@ct2
def test_a_model_is_converted_once(own_project, monkeypatch):
    loaded = loaded_from(own_project)
    folder, first = convert_once(loaded)
    assert folder == own_project / "runs" / "first" / "ctranslate2"

    monkeypatch.setattr(conversion, "convert", None)  # to call it would fail
    assert convert_once(loaded) == (folder, first)


@ct2
def test_another_checkpoint_makes_it_anew(attnstudio, own_project):
    _, first = convert_once(loaded_from(own_project))
    assert attnstudio("train", own_project, "--resume", "first", "--max-steps", "160").code == 0

    project = Project.open(own_project)
    last = load_run(project, project.run("first"), checkpoint="last", threads=1)
    folder, second = convert_once(last)
    assert second["model.bin"] != first["model.bin"]
    assert [path.name for path in folder.parent.glob("*ctranslate2*")] == ["ctranslate2"]


@ct2
@pytest.mark.parametrize("kind", ["changed", "sealed anew", "one more file", "another's key"])
def test_what_a_stranger_left_there_is_not_used(own_project, tmp_path, monkeypatch, kind):
    loaded = loaded_from(own_project)
    folder, first = convert_once(loaded)
    if kind == "another's key":
        monkeypatch.setenv(converted_model.KEY_VARIABLE, str(tmp_path / "other"))
    elif kind == "one more file":
        (folder / "vmap.txt").write_text("evil")
    else:
        model = bytearray(first["model.bin"])
        model[-2000] ^= 1
        (folder / "model.bin").write_bytes(model)
    if kind == "sealed anew":
        facts = json.loads(first["manifest.json"])
        (folder / "manifest.json").unlink()
        (folder / "proof").unlink()
        seal(folder, {"of": facts["of"]})
        (folder / "proof").write_bytes(first["proof"])

    assert not converted_model.is_ours(folder, converted_model.fingerprint(loaded.found))
    again, second = convert_once(loaded)
    assert again == folder
    assert second["model.bin"] == first["model.bin"]
    assert second.keys() == first.keys()


@ct2
def test_a_project_that_cannot_be_written_translates_too(own_project, write_protect):
    loaded = loaded_from(own_project)
    write_protect(own_project)

    found = translate_by_ctranslate2(loaded, LINES, DecodingConfig())

    assert found[0].text == loaded.translator.translate(LINES[:1])[0].text
    assert not (own_project / "runs" / "first" / "ctranslate2").exists()
