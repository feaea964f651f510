import json
import subprocess
import sys

import pytest
import sacrebleu

from attnstudio.errors import CorpusError, InputError
from attnstudio.evaluation import metrics
from attnstudio.evaluation.metrics import bleu_tokenizer, score_translations

GERMAN = (
    ["Die kleine Katze sitzt auf der Matte .", "Er las gestern ein Buch.", "Ja"],
    ["Die kleine Katze saß auf der Matte.", "Gestern las er ein gutes Buch.", "Ja"],
)
CHINESE = (
    ["我们昨天去了学校。", "小猫坐在垫子上。"],
    ["我们昨天去学校了。", "小猫正坐在垫子上。"],
)


@pytest.mark.parametrize(
    ("tag", "tokenizer"),
    [
        ("zh", "zh"),
        ("zh_CN", "zh"),
        ("zh-Hans", "zh"),
        ("ZH", "zh"),
        ("yue", "zh"),
        ("cmn-Hant", "zh"),
        ("zho", "zh"),
        ("th", "char"),
        ("lo", "char"),
        ("km_KH", "char"),
        ("my", "char"),
        ("bo", "char"),
        ("de", "13a"),
        ("en_GB", "13a"),
        ("zu", "13a"),
        ("", "13a"),
    ],
)
def test_the_language_chooses_the_tokenizer(tag, tokenizer):
    assert bleu_tokenizer(tag) == tokenizer


@pytest.mark.parametrize(
    ("tag", "package", "tokenizer"),
    [("ja", "MeCab", "ja-mecab"), ("ko_KR", "mecab_ko", "ko-mecab")],
)
def test_mecab_is_used_where_it_is_installed(monkeypatch, tag, package, tokenizer):
    monkeypatch.setattr(metrics, "find_spec", lambda _: None)
    assert bleu_tokenizer(tag) == "char"
    monkeypatch.setattr(metrics, "find_spec", lambda module: module)
    assert bleu_tokenizer(tag) == tokenizer
    monkeypatch.setattr(metrics, "find_spec", lambda module: module if module == package else None)
    assert bleu_tokenizer(tag) == "char"  # the dictionary is missing


@pytest.mark.parametrize(
    ("texts", "language", "tokenizer"),
    [(GERMAN, "de", "13a"), (CHINESE, "zh_CN", "zh"), (CHINESE, "th", "char")],
)
def test_scores_are_sacrebleus_own(texts, language, tokenizer):
    hypotheses, references = texts
    scores = score_translations(hypotheses, references, language)
    assert scores.n == len(hypotheses)
    bleu = sacrebleu.corpus_bleu(hypotheses, [references], tokenize=tokenizer, force=True)
    assert scores.bleu == bleu.score
    assert scores.chrf == sacrebleu.corpus_chrf(hypotheses, [references]).score
    assert scores.sentence_bleu == tuple(
        sacrebleu.sentence_bleu(hypothesis, [reference], tokenize=tokenizer).score
        for hypothesis, reference in zip(hypotheses, references, strict=True)
    )
    assert scores.sentence_chrf == tuple(
        sacrebleu.sentence_chrf(hypothesis, [reference]).score
        for hypothesis, reference in zip(hypotheses, references, strict=True)
    )


@pytest.mark.parametrize(
    ("texts", "language", "tokenizer"), [(GERMAN, "de", "13a"), (CHINESE, "zh-Hans", "zh")]
)
def test_scores_and_signatures_are_those_of_the_command_line(tmp_path, texts, language, tokenizer):
    for name, lines in zip(("hypotheses", "references"), texts, strict=True):
        (tmp_path / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    command = [sys.executable, "-m", "sacrebleu", tmp_path / "references"]
    command += ["-i", tmp_path / "hypotheses", "-m", "bleu", "chrf", "-tok", tokenizer]
    command += ["-f", "json", "-w", "10", "--force"]
    output = subprocess.run(command, capture_output=True, check=True, encoding="utf-8").stdout
    bleu, chrf = json.loads(output)
    scores = score_translations(*texts, language)
    assert scores.bleu == pytest.approx(bleu["score"], abs=1e-9)
    assert scores.chrf == pytest.approx(chrf["score"], abs=1e-9)
    assert scores.bleu_signature == bleu["signature"]
    assert scores.chrf_signature == chrf["signature"]


def test_chinese_is_not_scored_as_if_it_had_spaces():
    assert score_translations(*CHINESE, "zh").bleu > 30
    assert score_translations(*CHINESE, "de").bleu < 10


def test_the_signature_names_the_tokenizer_and_the_version():
    scores = score_translations(*CHINESE, "zh")
    assert "tok:zh" in scores.bleu_signature
    assert f"version:{sacrebleu.__version__}" in scores.bleu_signature


def test_a_perfect_translation_scores_a_hundred():
    references = GERMAN[1][:2]
    scores = score_translations(references, references, "de")
    assert scores.bleu == pytest.approx(100)
    assert scores.chrf == pytest.approx(100)


def test_an_empty_translation_scores_zero():
    scores = score_translations([""], ["Ein Satz."], "de")
    assert (scores.bleu, scores.chrf, scores.sentence_bleu) == (0.0, 0.0, (0.0,))


def test_text_that_looks_tokenised_leaves_no_warning(caplog):
    score_translations(["Ein Satz ."] * 200, ["Ein Satz ."] * 200, "de")
    assert caplog.records == []


def test_unequal_numbers_are_an_error_that_names_both():
    with pytest.raises(CorpusError, match="2 translations, but 1 references") as error:
        score_translations(["a", "b"], ["a"], "en")
    assert isinstance(error.value, InputError)


def test_no_sentences_are_an_error():
    with pytest.raises(CorpusError, match="no translation to score"):
        score_translations([], [], "en")
