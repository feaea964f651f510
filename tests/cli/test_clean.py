"""``clean``: looked at, done, done again, taken back."""

import pytest


@pytest.fixture
def dirty(attnstudio, untrained, tmp_path, pairs):
    """260 clean training pairs and four that are not; one test pair is trained on too."""
    held_out = f"{pairs[2].source}\t{pairs[2].target}\n"
    bad = [
        "same\tsame",
        "same  again\tsame again",
        "...\t!",
        f"{pairs[3].source}\t{pairs[3].target}",
    ]
    (tmp_path / "test.tsv").write_text(held_out, "utf-8")
    (tmp_path / "bad.tsv").write_text("\n".join(bad) + "\n", "utf-8")
    attnstudio("import", untrained, tmp_path / "test.tsv", "--as", "test")
    attnstudio("import", untrained, tmp_path / "bad.tsv")
    return untrained


def test_a_dry_run_counts_and_shows_without_changing_anything(attnstudio, dirty):
    before = attnstudio("info", dirty, "--json").json["pairs"]

    reply = attnstudio("clean", dirty, "--dry-run", "--examples", "1", "--json")

    assert reply.code == 0
    [cleaning] = reply.json["cleanings"]
    counts = {rule: found["count"] for rule, found in cleaning["rules"].items()}
    assert counts == {
        "min_length": 0,
        "max_length": 0,
        "max_ratio": 0,
        "empty": 1,
        "identical": 2,
        "duplicates": 1,
        "min_script": 0,
        "leaks": 1,
    }
    [example] = cleaning["rules"]["empty"]["examples"]
    assert (example["source"], example["target"]) == ("...", "!")
    assert (cleaning["train"], cleaning["dropped"]) == (264, 5)
    assert reply.json["removed"] == 0
    assert reply.json["splits"] == before
    assert reply.json["overlap"] == {"valid": 0, "test": 1, "valid_with_test": 0, "train": 1}
    assert reply.json["overlap_loose"] == reply.json["overlap"]
    assert attnstudio("info", dirty, "--json").json["pairs"] == before


def test_cleaning_drops_and_undo_brings_back(attnstudio, dirty):
    cleaned = attnstudio("clean", dirty, "--json")
    assert cleaned.json["removed"] == 5
    assert cleaned.json["splits"]["train"] == 259
    assert cleaned.json["overlap"]["train"] == 0

    undone = attnstudio("clean", dirty, "--undo", "--json")
    assert undone.json["splits"]["train"] == 264
    assert undone.json["undone"]["dropped"] == 5

    nothing = attnstudio("clean", dirty, "--undo", "--json")
    assert nothing.code == 2
    assert "Nothing was cleaned" in nothing.json["error"]["message"]


def test_rules_are_set_by_name(attnstudio, dirty):
    off = ["empty=false", "identical=false", "duplicates=false", "leaks=none", "min_script=0"]
    settings = [word for setting in (*off, "max_length=6") for word in ("--set", setting)]

    reply = attnstudio("clean", dirty, *settings, "--dry-run", "--json")

    [cleaning] = reply.json["cleanings"]
    assert cleaning["config"]["max_length"] == 6
    assert list(cleaning["rules"]) == ["min_length", "max_length", "max_ratio"]


def test_only_held_out_sentences_are_removed_when_told(attnstudio, dirty):
    cleaned = attnstudio("clean", dirty, "--remove-overlap", "--json")

    assert cleaned.json["removed"] == 1
    assert list(cleaned.json["cleanings"][0]["rules"]) == ["leaks"]


def test_what_was_done_is_done_again_for_new_pairs(attnstudio, dirty, tmp_path):
    attnstudio("clean", dirty)
    (tmp_path / "more.tsv").write_text("more\tmore\nnew\tneu\n", "utf-8")
    attnstudio("import", dirty, tmp_path / "more.tsv")

    looked = attnstudio("clean", dirty, "--again", "--dry-run", "--json")
    assert (looked.json["removed"], looked.json["cleanings"][0]["dropped"]) == (0, 1)

    assert attnstudio("clean", dirty, "--again", "--json").json["removed"] == 1


def test_a_look_at_doing_it_again_names_the_command_that_does_it(attnstudio, dirty, tmp_path):
    attnstudio("clean", dirty, "--set", "max_length=6")
    (tmp_path / "more.tsv").write_text("more\tmore\nnew\tneu\n", "utf-8")
    attnstudio("import", dirty, tmp_path / "more.tsv")

    looked = attnstudio("clean", dirty, "--again", "--dry-run").lines

    assert f"To drop them: attnstudio clean {dirty} --again" in looked


def test_a_long_example_is_cut_between_letters_and_not_within_one(attnstudio, dirty, tmp_path):
    word = "q\u0308"  # a letter and its mark, which no one character is
    (tmp_path / "long.tsv").write_text(f"{word * 80}\t{word * 80}\n", "utf-8")
    attnstudio("import", dirty, tmp_path / "long.tsv")

    looked = attnstudio("clean", dirty, "--dry-run").lines

    assert any(line.endswith(f"{word}…") for line in looked)


def test_people_read_counts_examples_and_the_next_step(attnstudio, dirty):
    looked = attnstudio("clean", dirty, "--dry-run", "--set", "leaks=loose").lines

    assert looked[0] == "5 of 264 training pairs (1.9%) would be dropped."
    assert "          2  Identical sides (identical=true)" in looked
    place = looked.index("          1  Without words (empty=true)")
    assert looked[place + 1].endswith(": ... | !")
    assert f"To drop them: attnstudio clean {dirty} --set leaks=loose" in looked
    assert any(line.startswith("1 training pairs share a sentence") for line in looked)

    done = attnstudio("clean", dirty).lines
    assert done[0] == "5 of 264 training pairs (1.9%) were dropped."
    assert done[-1] == f"To bring them back: attnstudio clean {dirty} --undo"


@pytest.mark.parametrize(
    ("options", "message", "hint"),
    [
        (("--set", "max_lenght=3"), "max_lenght is not a setting", "Did you mean max_length?"),
        (("--set", "nonsense=3"), "nonsense is not a setting", "There are: min_length, "),
        (("--set", "max_ratio=x"), "max_ratio must be a number, not 'x'", "Drop pairs"),
        (("--set", "min_script=2"), "min_script must be at most 1, not 2", "Drop pairs"),
        (("--set", "leaks=some"), "leaks must be", "Drop pairs"),
        (("--set", "max_length"), "'max_length' is not a setting", "name=value"),
        (("--undo", "--again"), "--undo cannot be combined with --again", "one after the other"),
        (("--undo", "--dry-run"), "--undo cannot be combined with --dry-run", "one after"),
    ],
)
def test_what_cannot_be_is_refused(attnstudio, untrained, options, message, hint):
    reply = attnstudio("clean", untrained, *options, "--json")

    assert reply.code == 2
    assert message in reply.json["error"]["message"]
    assert hint in reply.json["error"]["hint"]


def test_pairs_that_are_no_translations_need_links(attnstudio, dirty, pairs, tmp_path):
    strange = tmp_path / "strange.tsv"
    strange.write_text(f"{pairs[4].source}\tvier ganz fremde Wörter\n", "utf-8")
    attnstudio("import", dirty, strange)
    options = ("clean", dirty, "--dry-run", "--set", "min_translation=0.5")
    refused = attnstudio(*options, "--json")
    attnstudio("align", dirty, "--best")

    [cleaning] = attnstudio(*options, "--json").json["cleanings"]

    assert refused.code == 2
    assert "--best" in refused.json["error"]["hint"]
    shown = cleaning["rules"]["min_translation"]["examples"]
    assert "vier ganz fremde Wörter" in [example["target"] for example in shown]
