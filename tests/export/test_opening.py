"""Folders of strangers: each thing that is wrong is a sentence with the file, and what to do."""

import json
import os
import shutil
import struct
from contextlib import suppress

import pytest
import torch
from safetensors.torch import load_file, save_file

from attnstudio.config_model import TransformerConfig
from attnstudio.errors import AttentionStudioError, ExportError, ProjectError, StorageError
from attnstudio.export import opening
from attnstudio.export.facts import SpecialIds
from attnstudio.export.file_names import is_exported
from attnstudio.export.opening import open_export, read_export_facts
from attnstudio.export.weights import write_weights
from attnstudio.model import weights as weights_file
from attnstudio.tokenizer import END_ID, PADDING_ID, START_ID, UNKNOWN_ID

CONFIG, MODEL, TOKENIZER = "config.json", "model.safetensors", "tokenizer.model"
NAME = "encoder_norm.weight"


@pytest.fixture(scope="module")
def written(write_model):
    return write_model()


@pytest.fixture
def folder(tmp_path, written):
    """A folder that a test may spoil; without its seal, which would tell at once."""
    copy = shutil.copytree(written.folder, tmp_path / "model")
    (copy / "manifest.json").unlink()
    return copy


@pytest.fixture
def refusal_of(folder):
    """What is said of the folder, after the name of the file that it is about."""

    def refusal_of(name, error=ProjectError):
        with pytest.raises(error) as refusal:
            open_export(folder)
        assert refusal.value.hint
        start = f"{folder / name} cannot be imported: "
        assert refusal.value.message.startswith(start), refusal.value.message
        return refusal.value.message.removeprefix(start)

    return refusal_of


def change(folder, path, value):
    """A value of its config, by its dotted name."""
    content = json.loads((folder / CONFIG).read_text("utf-8"))
    *groups, name = path.split(".")
    table = content
    for group in groups:
        table = table[group]
    table[name] = value
    (folder / CONFIG).write_text(json.dumps(content), encoding="utf-8")


def change_tensors(folder, change):
    tensors = load_file(folder / MODEL)
    change(tensors)
    save_file(tensors, folder / MODEL, {"format": "pt"})


def write_head(folder, head, content=b""):
    text = head if isinstance(head, bytes) else json.dumps(head).encode()
    (folder / MODEL).write_bytes(struct.pack("<Q", len(text)) + text + content)


def test_a_sound_folder_is_opened_to_the_last_number(written):
    opened = open_export(written.folder)

    assert opened.facts == written.opened.facts
    assert opened.source_tokenizer == written.opened.source_tokenizer
    assert opened.weights.keys() == written.opened.weights.keys()
    assert all(torch.equal(opened.weights[n], w) for n, w in written.opened.weights.items())
    assert is_exported(written.folder)


def test_what_is_no_exported_model_is_told(tmp_path):
    for place in (tmp_path, tmp_path / "nowhere"):
        assert not is_exported(place)
        with pytest.raises(ProjectError, match="is not an exported model") as refusal:
            read_export_facts(place)
        assert "config.json" in refusal.value.hint


SURPRISES = [
    ("extra", 1, "extra: Extra inputs are not permitted."),
    ("config.extra", 1, "config.extra: Extra inputs are not permitted."),
    ("config.model.extra", 1, "config.model.transformer.extra: Extra inputs are not permitted."),
    ("config.model.kind", "quantum", "config.model: "),
    ("config.model.heads", 5, "config.model.transformer: 5 heads do not divide"),
    ("config.model.model_size", 10**9, "config.model.transformer.model_size: "),
    ("config.model.encoder_layers", 10**6, "config.model.transformer.encoder_layers: "),
    ("config.training.device", "../../etc", "config.training.device: "),
    ("run", "../../evil", "run: '../../evil' is not the name of a run."),
    ("run", "CON", "run: 'CON' is not the name of a run."),
    ("preset", "a/b", "preset: 'a/b' is not the name of a run."),
    ("source_language", "../en", "source_language: '../en' is not a language code."),
    ("target_language", 'x")); import os; ((" ', "target_language: "),
    ("step", -1, "step: "),
    ("step", 10**30, "step: "),
    ("parameters", 3, "config.json says that there are 3 parameters"),
    ("program", "0.1\u202e.0\nx", "program: "),
    ("exported_at", "x" * 300, "exported_at: "),
    ("tags", ["\x1b[31mred"], "tags.0: "),
    ("note", "a\x00b", "note: it holds characters that are none."),
    ("validation", {"loss": "low"}, "validation.loss: "),
    ("tests", [{"bleu": 3.0}], "tests.0.sentences: Field required."),
    ("special_ids", {"padding": 3}, "special_ids.padding: "),
    ("vocabulary.source", 4, "it has 320 pieces, but config.json says 4."),
    ("vocabulary.source", 2**61, "it has 320 pieces, but config.json says 2,305,"),
    ("vocabulary.shared", False, "it is missing."),
    ("reading", {"layer": 99, "head": 0, "method": "naive"}, "reading: there is no layer 99."),
    ("reading", {"layer": 0, "head": 9, "method": "naive"}, "reading: there is no head 9."),
    ("reading", {"layer": 0, "head": 0, "method": "naive", "site": "encoder_self"}, "reading: "),
    ("reading", {"layer": 0, "method": "sideways"}, "reading: "),
]


@pytest.mark.parametrize(("name", "value", "said"), SURPRISES, ids=str)
def test_a_surprise_in_the_config_is_refused(folder, name, value, said):
    change(folder, name, value)

    with pytest.raises(ProjectError) as refusal:
        open_export(folder)

    assert said in refusal.value.message
    assert refusal.value.hint


@pytest.mark.parametrize("text", ["", "[]", "7", "{", "[" * 100_000, '{"format": 1}', "\0" * 9])
def test_a_config_that_is_none_is_refused(folder, text):
    (folder / CONFIG).write_text(text, encoding="utf-8")

    with pytest.raises(ProjectError, match=CONFIG):
        open_export(folder)


def test_a_number_that_is_none_is_refused(folder, refusal_of):
    change(folder, "validation", {"loss": float("nan")})

    assert refusal_of(CONFIG).startswith("validation.loss: ")


def test_a_newer_format_asks_for_a_newer_program(folder):
    change(folder, "format", 2)

    with pytest.raises(ProjectError, match=r"newer Attention Studio \(format 2\)") as refusal:
        open_export(folder)

    assert refusal.value.hint == "Update Attention Studio to import this model."


def test_a_config_of_gigabytes_is_not_read(folder, refusal_of):
    with (folder / CONFIG).open("r+b") as file:
        file.truncate(2**33)

    assert "8,589,934,592 bytes, more than" in refusal_of(CONFIG)


@pytest.mark.parametrize("name", [CONFIG, MODEL, TOKENIZER])
def test_what_leads_elsewhere_is_refused(folder, refusal_of, tmp_path, name):
    (folder / name).rename(tmp_path / "elsewhere")
    try:
        (folder / name).symlink_to(tmp_path / "elsewhere")
    except OSError:
        pytest.skip("nobody may make links here")

    assert refusal_of(name).startswith(f"it is a link to {tmp_path / 'elsewhere'}")


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such pipes")
@pytest.mark.parametrize("name", [CONFIG, MODEL, TOKENIZER])
def test_a_pipe_holds_nobody(folder, refusal_of, name):
    (folder / name).unlink()
    os.mkfifo(folder / name)

    assert refusal_of(name) == "it is no plain file."


@pytest.mark.parametrize("name", [MODEL, TOKENIZER])
def test_a_file_that_is_missing_is_named(folder, refusal_of, name):
    (folder / name).unlink()

    assert refusal_of(name) == "it is missing."


def test_a_file_that_was_changed_on_its_way_is_told(folder, written, refusal_of):
    shutil.copy(written.folder / "manifest.json", folder)
    change_tensors(folder, lambda tensors: tensors[NAME].add_(1e-6))

    assert (
        refusal_of(MODEL)
        == "model.safetensors has another content than it had when it was written."
    )


def test_a_tokenizer_that_is_none_is_refused(folder, refusal_of):
    (folder / TOKENIZER).write_bytes(b"\x0a\x03abc" * 50)

    assert refusal_of(TOKENIZER) == "SentencePiece cannot read it."


def test_a_tokenizer_of_gigabytes_is_not_read(folder, refusal_of):
    with (folder / TOKENIZER).open("r+b") as file:
        file.truncate(2**34)

    assert "bytes, more than" in refusal_of(TOKENIZER)


def test_a_tokenizer_of_other_marks_is_refused(folder, refusal_of, tokenizers):
    content = tokenizers["both"].replace(b"</s>", b"<|s>")
    (folder / TOKENIZER).write_bytes(content)

    assert refusal_of(TOKENIZER) == "its first pieces are not <pad> <s> </s> <unk>."


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda t: t.pop(NAME), f"{NAME!r} is missing."),
        (lambda t: t.update(os_system=torch.zeros(3)), "'os_system' is no tensor of this model."),
        (lambda t: t.update({NAME: t[NAME][:8].clone()}), "has the shape [8], and not [16]."),
        (lambda t: t.update({NAME: t[NAME].half()}), f"{NAME!r} is of F16, and not of F32."),
        (lambda t: t[NAME].fill_(torch.nan), "it holds weights that are not finite."),
        (lambda t: t[NAME].fill_(torch.inf), "it holds weights that are not finite."),
        (
            lambda t: t.update({"encoder_layers.0.feedforward.0.weight": torch.zeros(16, 24)}),
            "has the shape [16, 24], and not [24, 16].",
        ),
    ],
    ids=["missing", "extra", "shorter", "half", "nan", "inf", "transposed"],
)
def test_other_tensors_are_refused(folder, refusal_of, spoil, said):
    change_tensors(folder, spoil)

    assert refusal_of(MODEL).endswith(said)


@pytest.mark.parametrize(
    "head",
    [b"", b"{", b"[]", b"[" * 100_000, b'{"a": 1}', b'{"__metadata__": 3}', b'"text"'],
    ids=["empty", "torn", "list", "deep", "number", "metadata", "text"],
)
def test_a_head_that_is_none_is_refused(folder, refusal_of, head):
    write_head(folder, head)

    assert refusal_of(MODEL)


def test_a_head_of_gigabytes_is_not_read(folder, refusal_of):
    (folder / MODEL).write_bytes(struct.pack("<Q", 2**40) + b"{}")

    assert refusal_of(MODEL) == "it is no file of safetensors."


def test_tensors_that_lie_on_top_of_each_other_are_refused(folder, refusal_of):
    with (folder / MODEL).open("rb") as file:
        [length] = struct.unpack("<Q", file.read(8))
        head, content = json.loads(file.read(length)), file.read()
    other = next(n for n, e in head.items() if n != NAME and e.get("shape") == head[NAME]["shape"])
    head[NAME]["data_offsets"] = head[other]["data_offsets"]
    write_head(folder, head, content)

    assert refusal_of(MODEL)


def test_a_file_with_more_behind_its_tensors_is_refused(folder, refusal_of):
    with (folder / MODEL).open("ab") as file:
        file.write(b"more")

    assert refusal_of(MODEL) == "it has another size than its tensors."


def test_weights_that_no_memory_holds_are_not_read(refusal_of, monkeypatch):
    monkeypatch.setattr(opening, "_memory_bytes", lambda: 1_000)

    assert "this machine has 0 GB of memory" in refusal_of(MODEL)


def test_whatever_is_spoilt_is_a_sentence(folder, written):
    """Every byte of the head in turn, and some of each other file."""
    for name, step in ((MODEL, 97), (CONFIG, 41), (TOKENIZER, 211)):
        whole = (written.folder / name).read_bytes()
        for place in range(0, min(len(whole), 4_000), step):
            (folder / name).write_bytes(whole[:place] + b"\xff" + whole[place + 1 :])
            with suppress(AttentionStudioError):
                open_export(folder)
        (folder / name).write_bytes(whole)


def test_what_else_lies_there_is_left_alone(folder):
    (folder / "LICENSE").write_text("mine", encoding="utf-8")
    with (folder / "film.mkv").open("wb") as file:
        file.truncate(2**36)

    assert open_export(folder).facts.run == "tiny-1"


def test_the_special_ids_are_those_of_the_tokenizers():
    ids = SpecialIds()

    assert (ids.padding, ids.start, ids.end, ids.unknown) == (
        PADDING_ID, START_ID, END_ID, UNKNOWN_ID,
    )  # fmt: skip


def test_nothing_is_overwritten(tmp_path, written):
    taken = tmp_path / "taken"
    for make in (lambda: taken.mkdir(), lambda: taken.write_text("mine")):
        make()
        with pytest.raises(ExportError, match="There is something at"):
            write_weights(taken, written.opened)
        taken.rmdir() if taken.is_dir() else taken.unlink()

    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_leaves_nothing_behind(tmp_path, written, monkeypatch):
    def refuse(_tensors, path, _metadata):
        path.write_bytes(b"half")
        raise OSError(28, os.strerror(28), str(path))

    monkeypatch.setattr(weights_file, "save_file", refuse)
    with pytest.raises(StorageError, match=r"could not be written to .* No space left") as failure:
        write_weights(tmp_path / "out", written.opened)

    assert "make room" in failure.value.hint
    assert list(tmp_path.iterdir()) == []


def test_the_weights_are_all_there_is_of_a_model(written):
    names = {path.name for path in written.folder.iterdir()}

    assert names == {CONFIG, MODEL, TOKENIZER, "README.md", "manifest.json"}
    numbers = sum(weight.numel() for weight in written.opened.weights.values())
    assert (written.folder / MODEL).stat().st_size < 4 * numbers + 20_000
    if os.name == "posix":
        assert {path.stat().st_mode for path in written.folder.iterdir()} == {
            (written.folder / CONFIG).stat().st_mode
        }


def test_both_sides_have_their_own_tokenizer_where_they_do(write_model):
    written = write_model(TransformerConfig(model_size=8, heads=2), shared=False)

    opened = open_export(written.folder)
    assert (opened.source_tokenizer, opened.target_tokenizer) == (
        written.opened.source_tokenizer,
        written.opened.target_tokenizer,
    )
