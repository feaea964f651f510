import pytest

from attnstudio import names


@pytest.mark.parametrize(
    "code", ["en", "zh_Hans_CN", "sr-Latn", "gsw", "Chinantec", "Totonaco-de-Papantla"]
)
def test_a_language_code_is_one(code):
    assert names.language(code) == code


OUT = ["", "/home/x/diary", "../x", "..", "en/..", "C:\\x", "c:", "en\\..", "en\n", "en\0", "中文"]


@pytest.mark.parametrize("code", [*OUT, "con", "NUL", "aux", "links", "Links", "e", "e" * 61])
def test_a_language_code_leads_nowhere_and_is_no_file_that_means_something_else(code):
    with pytest.raises(ValueError, match="is not a language code"):
        names.language(code)


@pytest.mark.parametrize("name", [*OUT, "0123456789abcdeF", "0123456789abcde", "a" * 16 + "\n"])
def test_what_is_named_by_its_content_is_a_hash(name):
    assert names.content_hash("0123456789abcdef") == "0123456789abcdef"
    with pytest.raises(ValueError, match="is not the name of a corpus"):
        names.content_hash(name)


@pytest.mark.parametrize("name", ["tiny-1", "mein Lauf", "语料", "a.b", "console", "com10", "CONx"])
def test_a_run_can_have_the_name_of_a_folder(name):
    assert names.run_name(name) == name


@pytest.mark.parametrize(
    "name",
    ["", ".", "..", ".x", "a/b", "a\\b", "c:", "con", "Con.txt", "nul .x", "COM1", "lpt9.log", "a.",
     "a ", "a\x1b[2J", "x" * 201, "a\ud800"],
)  # fmt: skip
def test_a_run_cannot_have_a_name_that_leads_elsewhere_on_any_system(name):
    with pytest.raises(ValueError, match="is not the name of a run"):
        names.run_name(name)


@pytest.mark.parametrize("text", ["0" * 16, "a" * 64])
def test_imports_are_known_by_a_hash_of_files_or_of_a_corpus(text):
    assert names.files_hash(text) == text
    with pytest.raises(ValueError, match="is not a hash"):
        names.files_hash(text + "a")


def test_files_of_attention_and_folders_of_checkpoints_are_numbers():
    assert names.is_watch_file("00000008-0.safetensors")
    assert not any(map(names.is_watch_file, ["8-0.safetensors", "../00000008-0.safetensors", ""]))
    assert names.is_step("0")
    assert names.is_step("1200")
    assert not any(map(names.is_step, ["", "01", "-1", "٣", "²", "9" * 19, "1\n"]))
