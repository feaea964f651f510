import json
import os

import pytest

from attnstudio.seals import check_seal, has_its_files, read_facts, seal


@pytest.fixture
def sealed(tmp_path):
    (tmp_path / "a").write_bytes(b"one")
    (tmp_path / "b").write_bytes(b"two" * 1_000)
    seal(tmp_path, {"pairs": 7})
    return tmp_path


def test_a_seal_tells_facts_and_holds_while_nothing_changes(sealed):
    check_seal(sealed)

    assert read_facts(sealed)["pairs"] == 7
    assert has_its_files(sealed, [])


@pytest.mark.parametrize("harm", [b"owe", b"on", b"", None])
def test_a_file_that_was_changed_cut_or_lost_is_named(sealed, harm):
    path = sealed / "a"
    path.unlink() if harm is None else path.write_bytes(harm)

    with pytest.raises(ValueError, match=r"^a has another"):
        check_seal(sealed)
    check_seal(sealed, ["b"])
    assert has_its_files(sealed, []) == (harm == b"owe")


def test_a_file_is_read_again_only_when_it_was_changed(sealed):
    check_seal(sealed)
    path = sealed / "a"
    before = path.stat()
    path.write_bytes(b"owe")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    check_seal(sealed)  # nothing tells that it was changed

    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns + 1))
    with pytest.raises(ValueError, match="a has another content"):
        check_seal(sealed)


@pytest.mark.parametrize("text", ["", "[]", "[" * 100_000, '{"files": []}', '{"files": {"a": 1}}',
    '{"files": {"../a": {"bytes": 3, "sha256": ""}}}',
    '{"files": {"a": {"bytes": "3", "sha256": ""}}}'])  # fmt: skip
def test_a_seal_that_is_damaged_is_refused(sealed, text):
    (sealed / "manifest.json").write_text(text)

    with pytest.raises(ValueError):  # noqa: PT011 - some words are those of json
        check_seal(sealed)
    assert not has_its_files(sealed, ["a"])


def test_folders_of_older_versions_have_no_seal(sealed):
    (sealed / "manifest.json").write_text(json.dumps({"pairs": 7}))
    check_seal(sealed)
    (sealed / "manifest.json").unlink()
    check_seal(sealed)

    assert has_its_files(sealed, ["a", "b"])
    assert not has_its_files(sealed, ["a", "c"])
