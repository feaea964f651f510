import itertools
import os
import random
import subprocess
import sys
import textwrap
import time

import psutil
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attnstudio.config import TokenizerConfig
from attnstudio.corpus.text import clean_text
from attnstudio.errors import CorpusError, TokenizerError
from attnstudio.tokenizer import (
    END_ID,
    PADDING_ID,
    SPACE,
    START_ID,
    UNKNOWN_ID,
    Token,
    Tokenizer,
    end_token,
    train_tokenizer,
)

WORDS = ["haus", "hund", "läuft", "schön", "größer", "die", "springt", "kleiner", "über", "grün"]
KINDS = ("unigram", "bpe", "char", "word")
BYTES_AND_SPECIALS = 256 + 4

SCRIPTS = ["，", "👩‍👩‍👧", "e\u0301", "ก็", "مرحبا", "我喜欢"]
CHINESE = "我喜欢猫，你好。"

stored_text = (
    st.text(st.characters(exclude_categories=("Cs",), exclude_characters=SPACE))
    | st.lists(st.sampled_from([*WORDS, *SCRIPTS])).map(" ".join)
).map(clean_text)


def sentences(count=400):
    chance = random.Random(1)
    return [" ".join(chance.choices(WORDS, k=6)) + "." for _ in range(count)] + [CHINESE] * 3


def config(kind="unigram", size=330, *, byte_fallback=True):
    changes = {"kind": kind, "vocabulary_size": size}  # whatever the kind
    return TokenizerConfig(byte_fallback=byte_fallback).model_copy(update=changes)


@pytest.fixture(scope="module")
def tokenizers():
    return {kind: Tokenizer(train_tokenizer(sentences(), config(kind)).model) for kind in KINDS}


@pytest.mark.parametrize("kind", ["unigram", "bpe"])
def test_any_stored_text_survives_encoding_and_every_character_has_its_token(tokenizers, kind):
    tokenizer = tokenizers[kind]

    @settings(max_examples=200, deadline=None)
    @given(stored_text)
    def check(text):
        tokens = tokenizer.tokens(text)
        assert tokenizer.decode(tokenizer.encode(text)) == text
        assert "".join(text[token.start : token.end] for token in tokens) == text
        assert tokenizer.tokens_of(tokenizer.encode(text)) == tokens

    check()


@pytest.mark.parametrize("kind", ["unigram", "bpe"])
def test_sampled_pieces_spell_the_same_text(tokenizers, kind):
    tokenizer = tokenizers[kind]
    texts = [*sentences()[:50], "我喜欢 Ünïcödé 😀!"]

    sampled = tokenizer.sample_all(texts, alpha=0.2, seed=1)

    assert [tokenizer.decode(ids) for ids in sampled] == texts


@pytest.mark.parametrize(("kind", "alpha"), [("unigram", 0.01), ("bpe", 0.5)])
@pytest.mark.parametrize("count", [1, 50])
def test_samples_repeat_with_their_seed_only(tokenizers, kind, alpha, count):
    texts = sentences()[:count]

    def sample(seed):
        return tokenizers[kind].sample_all(texts, alpha=alpha, seed=seed)

    assert sample(1) == sample(1)
    assert any(sample(1) != sample(seed) for seed in range(2, 10))


@pytest.mark.parametrize("kind", KINDS)
def test_text_is_not_rewritten(tokenizers, kind):
    tokens = tokenizers[kind].tokens(CHINESE)

    assert "".join(token.text for token in tokens).lstrip(SPACE) == CHINESE


@pytest.mark.parametrize("kind", KINDS)
def test_tokens_cover_the_text_in_order(tokenizers, kind):
    text = "Die  Häuser 😀 sind größer，ok"

    tokens = tokenizers[kind].tokens(text)

    assert "".join(text[token.start : token.end] for token in tokens) == text
    assert all(a.end <= b.start or a.start == b.start for a, b in itertools.pairwise(tokens))


def test_bytes_of_one_character_begin_at_it_and_the_last_contains_it(tokenizers):
    tokens = tokenizers["unigram"].tokens("a😀b")

    assert [token for token in tokens if token.start == 1 and token.text.startswith("<0x")] == [
        Token("<0xF0>", 1, 1),
        Token("<0x9F>", 1, 1),
        Token("<0x98>", 1, 1),
        Token("<0x80>", 1, 2),
    ]


def test_special_tokens_vanish_from_text_and_stand_where_it_is_empty(tokenizers):
    tokenizer = tokenizers["unigram"]
    ids = tokenizer.encode("hund")

    assert tokenizer.decode([START_ID, *ids, END_ID, PADDING_ID]) == "hund"
    assert tokenizer.tokens_of([*ids, END_ID])[-1] == end_token("hund")


@pytest.mark.parametrize("text", ["<s>", "</s> x", "<unk>", "<pad>", "<0x41>"])
def test_text_that_looks_like_a_special_token_is_text(tokenizers, text):
    tokenizer = tokenizers["bpe"]
    ids = tokenizer.encode(text)

    assert tokenizer.decode(ids) == text
    assert not {PADDING_ID, START_ID, END_ID, UNKNOWN_ID} & set(ids)


def test_bytes_that_make_no_character_can_be_shown(tokenizers):
    tokenizer = tokenizers["unigram"]
    ids = [tokenizer.encode("😀")[-2], *tokenizer.encode("hund")]

    assert "\ufffd" in tokenizer.decode(ids)
    assert tokenizer.tokens_of(ids)[0].end == 1


def test_nothing_is_no_tokens(tokenizers):
    tokenizer = tokenizers["unigram"]

    assert (tokenizer.encode(""), tokenizer.tokens(""), tokenizer.tokens_of([])) == ([], [], [])
    assert (tokenizer.decode([]), tokenizer.encode_all([])) == ("", [])


@pytest.mark.parametrize("kind", KINDS)
def test_many_texts_are_encoded_as_one_by_one(tokenizers, kind):
    texts = [*sentences()[:10], "", "Neues 😀"]

    assert tokenizers[kind].encode_all(texts) == [tokenizers[kind].encode(text) for text in texts]


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_texts_give_the_same_model(tokenizers, kind):
    assert train_tokenizer(sentences(), config(kind)).model == tokenizers[kind].model


@pytest.mark.parametrize("kind", KINDS)
def test_too_large_a_vocabulary_is_made_smaller(kind):
    trained = train_tokenizer(sentences(), config(kind, 50_000))

    assert 10 < trained.vocabulary_size < 1_000
    assert trained.vocabulary_size == Tokenizer(trained.model).size


@pytest.mark.parametrize("kind", ["unigram", "bpe"])
def test_a_vocabulary_smaller_than_the_characters_is_made_larger(kind):
    trained = train_tokenizer(sentences(), config(kind, 16))

    assert BYTES_AND_SPECIALS < trained.vocabulary_size < BYTES_AND_SPECIALS + 60


@pytest.mark.parametrize("kind", ["unigram", "bpe"])
def test_without_byte_fallback_there_are_no_bytes(kind):
    tokenizer = Tokenizer(train_tokenizer(sentences(), config(kind, 60, byte_fallback=False)).model)

    assert tokenizer.size <= 60
    assert UNKNOWN_ID in tokenizer.encode("😀")


@pytest.mark.parametrize("kind", KINDS)
def test_one_short_sentence_is_enough(kind):
    tokenizer = Tokenizer(train_tokenizer(["a"], config(kind)).model)

    assert tokenizer.decode(tokenizer.encode("a")) == "a"


def test_rare_characters_are_spelt_in_bytes_where_there_are_thousands():
    chance = random.Random(1)
    common = [chr(0x4E00 + i) for i in range(1_200)]
    texts = ["".join(chance.choices(common, k=40)) for _ in range(2_000)] + ["\u9f98"]

    tokenizer = Tokenizer(train_tokenizer(texts, config("bpe", 2_000)).model)

    assert len(tokenizer.tokens(common[0])) <= 2
    assert tokenizer.tokens("\u9f98")[-1].text.startswith("<0x")


def test_characters_without_a_piece_are_unknown_whether_spelled_in_bytes_or_not():
    texts = sentences(200)
    for byte_fallback in (True, False):
        wanted = config("bpe", 400, byte_fallback=byte_fallback)
        tokenizer = Tokenizer(train_tokenizer(texts, wanted).model)
        assert tokenizer.unknown(texts[0]) == []
        assert tokenizer.unknown(f"{texts[0]} Ω 🐕 Ω") == ["Ω", "🐕"]


def test_a_huge_line_is_used_in_parts():
    huge = " ".join(sentences(1) * 5_000)

    trained = train_tokenizer([huge], config("bpe", 300))

    assert trained.vocabulary_size == 300
    assert "hund" in huge
    assert Tokenizer(trained.model).decode(Tokenizer(trained.model).encode(huge)) == huge


@pytest.mark.parametrize("texts", [[], [""], ["", "  "]])
def test_no_text_is_refused_with_the_way_to_some(texts):
    with pytest.raises(
        CorpusError, match=r"^There is no text to train a tokenizer on\. Import training pairs"
    ):
        train_tokenizer(texts, config())


def test_what_sentencepiece_refuses_is_said_in_its_words():
    with pytest.raises(
        TokenizerError, match=r"^SentencePiece could not be trained: .*nonsense.*\. Try another"
    ):
        train_tokenizer(["a"], config("nonsense"))


@pytest.mark.parametrize("model", [b"", b"no model", b"\x00" * 100])
def test_a_damaged_model_is_refused(model):
    with pytest.raises(TokenizerError, match=r"^A tokenizer of the project is damaged\. Delete"):
        Tokenizer(model)


def random_texts(count):
    chance = random.Random(1)
    return (" ".join(f"{chance.randrange(10**9)}" for _ in range(20)) for _ in range(count))


def test_training_can_be_stopped_at_any_time():
    calls = itertools.count()  # the first one is asked before the 900 texts are written
    started_at = time.monotonic()

    assert (
        train_tokenizer(random_texts(900), config(size=8_000), should_stop=lambda: next(calls) > 0)
        is None
    )
    assert time.monotonic() - started_at < 5.0


def test_texts_without_end_are_not_waited_for_when_stopped():
    texts = itertools.cycle(sentences())
    stops_at = time.monotonic() + 0.2

    assert train_tokenizer(texts, config(), should_stop=lambda: time.monotonic() > stops_at) is None
    assert time.monotonic() - stops_at < 1.0


def is_at_work(process):
    """Whether it runs; one that has ended may wait for ever to be looked at in a container."""
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_the_child_that_trains_does_not_outlive_a_killed_parent(tmp_path):
    program = (
        f"import sys; sys.path[:] = {sys.path!r}\n"
        "from attnstudio.config import TokenizerConfig\n"
        "from attnstudio.tokenizer import train_tokenizer\n"
        "texts = (f'{n * 7919 % 100_003} {n}' for n in range(400_000))\n"
        "train_tokenizer(texts, TokenizerConfig(vocabulary_size=30_000))"
    )
    with subprocess.Popen([sys.executable, "-c", program], cwd=tmp_path) as parent:
        process = psutil.Process(parent.pid)
        while not (children := process.children()):
            assert parent.poll() is None
            time.sleep(0.05)
        [child] = children
        while child.cpu_times().user < 1.0:  # it has read the texts and trains
            time.sleep(0.05)

        parent.kill()
        parent.wait()
        ends_at = time.monotonic() + 1.0
        while is_at_work(child) and time.monotonic() < ends_at:
            time.sleep(0.05)
        outlived = is_at_work(child)
        if outlived:
            child.kill()

    assert not outlived


def test_training_does_not_care_what_lies_in_the_current_folder(tmp_path, monkeypatch):
    folder = tmp_path / "mein Ordner: 语料"
    folder.mkdir()
    for name in ("json", "random", "sentencepiece", "io", "attnstudio"):
        (folder / f"{name}.py").write_text("raise SystemExit('not me')")
    monkeypatch.chdir(folder)

    assert train_tokenizer(sentences(), config("char")).vocabulary_size > 10


def test_a_program_from_a_checkout_trains_from_any_folder(tmp_path):
    program = (
        f"import sys; sys.path[:] = {sys.path!r}\n"
        "from attnstudio.config import TokenizerConfig\n"
        "from attnstudio.tokenizer import train_tokenizer\n"
        "config = TokenizerConfig(kind='char', vocabulary_size=99)\n"
        "print(train_tokenizer(['abc'], config).vocabulary_size)"
    )

    done = subprocess.run(
        [sys.executable, "-S", "-c", program], cwd=tmp_path, capture_output=True, check=True
    )

    assert done.stdout.split() == [b"8"]


@pytest.mark.skipif(sys.platform == "win32", reason="files are limited otherwise there")
def test_texts_that_find_no_room_are_told_with_the_folder(tmp_path):
    code = """
        import resource, sys, tempfile
        from attnstudio.errors import StorageError
        from attnstudio.config import TokenizerConfig
        from attnstudio.tokenizer import train_tokenizer
        resource.setrlimit(resource.RLIMIT_FSIZE, (1_000, 1_000))
        try:
            config = TokenizerConfig(kind="word", vocabulary_size=40)
            train_tokenizer(["many words"] * 1_000, config)
        except StorageError as error:
            print(error.message)
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)],
        env={**os.environ, "TMPDIR": str(tmp_path)}, capture_output=True, text=True, check=True,
    )  # fmt: skip

    told = f"The tokenizer could not be trained with files in {tmp_path}: File too large.\n"
    assert done.stdout == told
