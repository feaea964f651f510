"""``evaluate``: BLEU, chrF and the alignment error rate."""

import shutil

import pytest

from attnstudio.project.project import Project

RATES = {
    "aer", "precision", "recall", "intervals", "links", "gold_links", "sure_gold_links",
}  # fmt: skip
FREQUENCIES = ("by_source_frequency", "by_target_frequency")


def test_the_test_split_is_the_default(attnstudio, trained):
    reply = attnstudio("evaluate", trained, "--beam", "1", "--json")

    assert reply.code == 0
    content = reply.json
    assert content["n"] == 30
    assert 0 <= content["bleu"] <= 100
    assert 0 <= content["chrf"] <= 100
    assert content["bleu_signature"].startswith("nrefs:1|")
    assert content["chrf_signature"].startswith("nrefs:1|")
    assert (content["run"], content["step"]) == ("first", 30)


def test_links_are_scored_where_gold_exists(attnstudio, trained):
    content = attnstudio("evaluate", trained, "--beam", "1", "--json").json

    for name in ("alignment", "alignment_naive", "alignment_shifted"):
        assert content[name].keys() == RATES | {"pairs", "parts", *FREQUENCIES, "reading"}
        assert 0 <= content[name]["aer"] <= 1
        for groups in ("parts", *FREQUENCIES):
            shares = content[name][groups].values()
            assert sum(group["links"] for group in shares) == content[name]["links"]
        low, high = content[name]["intervals"]["aer"]
        assert 0 <= low <= content[name]["aer"] <= high <= 1


def test_it_says_so_in_words(attnstudio, trained):
    lines = attnstudio("evaluate", trained, "--beam", "1").lines

    assert lines[0].startswith("BLEU ")
    assert lines[1].startswith("chrF ")
    assert sum(line.startswith("AER  ") for line in lines) in (2, 3)
    assert sum(line.endswith("(chosen on validation pairs)") for line in lines) == 1
    assert lines[-1] == "30 sentences"


def test_frequent_and_rare_words_are_told_apart(attnstudio, trained):
    lines = attnstudio("evaluate", trained, "--beam", "1", "--details").lines

    table = [line for line in lines if "[" in line and not line.startswith("AER")]
    assert table[0].startswith("all links  ")
    assert any(line.startswith("of words  ") for line in table)
    assert any(line.startswith("source word is seen ") for line in table)
    assert any(line.startswith("target word is seen ") for line in table)


def test_files_can_be_evaluated_and_translations_kept(attnstudio, trained, corpus_files, tmp_path):
    reply = attnstudio(
        "evaluate", trained, "--source-file", corpus_files / "valid.en",
        "--reference-file", corpus_files / "valid.de",
        "--save-hypotheses", tmp_path / "out.de", "--beam", "2", "--json",
    )  # fmt: skip
    translated = attnstudio("translate", trained, corpus_files / "valid.en", "--beam", "2")

    assert reply.json["n"] == 30
    assert "alignment" not in reply.json  # files come without gold links
    assert (tmp_path / "out.de").read_text("utf-8") == translated.out


def test_the_figures_are_sacrebleus(attnstudio, trained, corpus_files, tmp_path):
    sacrebleu = pytest.importorskip("sacrebleu")
    reply = attnstudio("evaluate", trained, "--save-hypotheses", tmp_path / "out.de", "--json")

    hypotheses = (tmp_path / "out.de").read_text("utf-8").splitlines()
    references = (corpus_files / "test.de").read_text("utf-8").splitlines()
    assert reply.json["bleu"] == sacrebleu.corpus_bleu(hypotheses, [references], force=True).score
    assert reply.json["chrf"] == sacrebleu.corpus_chrf(hypotheses, [references]).score


def test_one_file_alone_is_refused(attnstudio, trained, corpus_files):
    reply = attnstudio("evaluate", trained, "--source-file", corpus_files / "valid.en", "--json")

    assert reply.code == 2
    assert reply.json["error"]["message"] == "--source-file and --reference-file belong together."


def test_empty_files_are_refused(attnstudio, trained, tmp_path):
    (tmp_path / "empty").write_bytes(b"")

    reply = attnstudio(
        "evaluate", trained, "--source-file", tmp_path / "empty",
        "--reference-file", tmp_path / "empty", "--json",
    )  # fmt: skip

    assert reply.code == 2
    assert reply.json["error"]["message"] == "There is no translation to score."


def test_a_reversed_run_is_scored_in_its_direction(attnstudio, project, tiny):
    attnstudio("train", project, *tiny, "--reverse", "--max-steps", "2")

    reply = attnstudio("evaluate", project, "--beam", "1", "--json")

    assert reply.code == 0
    assert reply.json["alignment"]["reading"]


def test_other_texts_than_those_that_were_imported_are_not_scored(attnstudio, trained, tmp_path):
    copy = tmp_path / "copy"
    shutil.copytree(trained, copy)
    text = Project.open(copy).corpus().folder / "de.txt"
    content = bytearray(text.read_bytes())
    content[-2] ^= 1  # in the last pair, one of the test split
    text.write_bytes(content)

    reply = attnstudio("evaluate", copy, "--beam", "1")

    assert reply.code == 2
    assert "de.txt" in reply.err
    assert "changed since it was written" in reply.err
