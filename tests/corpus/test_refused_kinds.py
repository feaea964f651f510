"""What is no corpus is known by its name, but for names that end in a language."""

from pathlib import PurePath

import pytest

from attnstudio.corpus.recognise import recognise
from attnstudio.corpus.refused_kinds import refusal_by_name
from attnstudio.errors import CorpusError


@pytest.mark.parametrize("name", ["a.pdf", "a.PNG", "model.safetensors", "a.tar", "b.doc"])
def test_other_kinds_are_refused_by_name(name):
    refusal = refusal_by_name(PurePath(name))

    assert refusal is not None
    assert refusal.message.startswith(f"{name} is a")


@pytest.mark.parametrize("name", ["train.pt", "train.so", "train.PT", "train.de", "train.txt"])
def test_a_name_that_ends_in_a_language_may_be_a_text(name):
    assert refusal_by_name(PurePath(name)) is None


def test_a_model_of_that_name_is_refused_when_it_is_read(tmp_path):
    files = [tmp_path / "train.en", tmp_path / "train.pt"]
    files[0].write_text("one\ntwo\n", encoding="utf-8")
    files[1].write_bytes(b"\x80\x02" + bytes(range(256)) * 20)

    with pytest.raises(CorpusError, match=r"train\.pt is no"):
        recognise(files, "en", "pt")
