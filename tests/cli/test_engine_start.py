"""What CTranslate2 translates needs neither torch nor the weights, once the model is converted."""

import shutil
from importlib.util import find_spec

import pytest

from attnstudio.project import converted_model, ctranslate2_engine

pytestmark = pytest.mark.skipif(
    find_spec("ctranslate2") is None, reason="an extra: pip install 'attnstudio[ct2]'"
)


@pytest.fixture(scope="module")
def converted_project(attnstudio, imported, tiny, pairs, tmp_path_factory):
    """A project whose run was converted; not to be changed."""
    folder = tmp_path_factory.mktemp("converted") / "project"
    shutil.copytree(imported, folder)
    assert attnstudio("train", folder, *tiny, "--run", "first", "--max-steps", "150").code == 0
    given = f"{pairs[0].source}\n".encode()
    reply = attnstudio("translate", folder, "--engine", "ctranslate2", given=given)
    assert reply.code == 0, reply.err
    assert (folder / "runs" / "first" / "ctranslate2").is_dir()
    return folder


@pytest.fixture
def own_copy(converted_project, tmp_path):
    return shutil.copytree(converted_project, tmp_path / "copy")


@pytest.fixture
def translate_afresh(run_python, tmp_path):
    """Translates in a fresh process; what it wrote, and which of some modules it has loaded."""

    def translate(project, lines, **environment):
        source, target = tmp_path / "source.txt", tmp_path / "target.txt"
        source.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        said = run_python(
            f"""
            import os, sys
            os.environ.update({environment!r})
            from attnstudio.cli.app import run
            code = run([
                "translate", {str(project)!r}, {str(source)!r}, "-o", {str(target)!r},
                "--engine", "ctranslate2",
            ])
            print(code, sorted({{"torch", "pyqtgraph", "PySide6"}} & set(sys.modules)))
            """
        )
        written = target.read_text(encoding="utf-8") if target.exists() else None
        return said.splitlines()[-1], written

    return translate


def test_a_converted_model_translates_without_torch(
    attnstudio, converted_project, translate_afresh, pairs
):
    lines = [pairs[0].source, "", pairs[3].source]

    ended, written = translate_afresh(converted_project, lines)

    assert ended == "0 []"
    given = "".join(f"{line}\n" for line in lines).encode()
    own = attnstudio("translate", converted_project, "--engine", "own", given=given)
    assert written == own.out
    assert written.split("\n")[1] == ""


def test_a_model_that_somebody_else_converted_is_made_anew(
    own_copy, translate_afresh, tmp_path, pairs
):
    other = {converted_model.KEY_VARIABLE: str(tmp_path / "another")}

    first, _ = translate_afresh(own_copy, [pairs[0].source], **other)
    second, _ = translate_afresh(own_copy, [pairs[0].source], **other)

    assert (first, second) == ("0 ['torch']", "0 []")


def test_what_it_leaves_our_own_engine_translates(
    attnstudio, converted_project, monkeypatch, pairs
):
    lines = sorted({pair.source for pair in pairs[:60]}, key=len)
    long = " ".join(lines[-8:])
    given = "".join(f"{line}\n" for line in (long, "", lines[0])).encode()
    own, whole = (
        attnstudio("translate", converted_project, "--engine", engine, "--json", given=given)
        for engine in ("own", "ctranslate2")
    )
    monkeypatch.setattr(ctranslate2_engine, "MOST_PLACES", 80)

    partly = attnstudio(
        "translate", converted_project, "--engine", "ctranslate2", "--json", given=given
    )

    texts = [
        [item["hypotheses"][0]["text"] for item in reply.json["translations"]]
        for reply in (own, whole, partly)
    ]
    assert texts[0] == texts[1] == texts[2]
    is_told = [
        item["hypotheses"][0]["token_log_probs"] is not None for item in partly.json["translations"]
    ]
    assert is_told == [True, True, False]  # our own says how likely each piece was


def test_a_damaged_checkpoint_is_refused_as_ever(attnstudio, own_copy, pairs):
    for weights in own_copy.glob("runs/first/checkpoints/*/model.safetensors"):
        content = bytearray(weights.read_bytes())
        content[-1] ^= 1
        weights.write_bytes(content)

    given = f"{pairs[0].source}\n".encode()
    reply = attnstudio("translate", own_copy, "--engine", "ctranslate2", given=given)

    assert reply.code == 2
    assert "is damaged: model.safetensors has another content" in reply.err
