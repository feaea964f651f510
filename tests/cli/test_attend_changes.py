"""``attend`` with a changed attention: what is written is the change, and what it did is said."""

import numpy as np
import pytest

SENTENCE = "the dog sees a bird today"
TRANSLATION = "heute sieht der Hund ein Vogel"
FORCED = ("--forced", TRANSLATION)


@pytest.fixture
def attend(attnstudio, trained, tmp_path):
    """The answer to ``attend`` with more options, as JSON."""

    def answer(*options):
        reply = attnstudio(
            "attend", trained, SENTENCE, *options, "-o", tmp_path / "a.json", "--json"
        )
        assert reply.code == 0, reply.out
        return reply.json

    return answer


def pieces_of(tokens, word):
    """The places of the pieces of a word: each word begins with the mark of a space."""
    begins = [place for place, token in enumerate(tokens) if token.startswith("▁")]
    begins.append(len(tokens) - 1)  # </s>
    return list(range(begins[word], begins[word + 1]))


def test_without_an_option_nothing_is_said_of_a_change(attend):
    assert "change" not in attend()


def test_a_row_stands_in_the_record_that_is_written(attend):
    content = attend(*FORCED, "--set-row", "1.2.3=uniform")
    cross = np.array(content["cross"])
    before = np.array(attend(*FORCED)["cross"])
    places = cross.shape[-1]
    assert cross[1, 2, 3] == pytest.approx([1 / places] * places)
    change = content["change"]
    assert change["applied"]["total"] == pytest.approx(
        np.abs(before[1, 2, 3] - 1 / places).sum(), abs=1e-4
    )
    assert (change["applied"]["places"], change["applied"]["moved"]) == (1, 1)
    # of the last layer, so that no other word can see it
    assert [place for place, there in enumerate(change["reachable"]) if there] == [3]
    assert [place for place, value in enumerate(change["differences"]) if value] == [3]
    assert change["unexpected"] == 0.0
    assert content["token_log_probs"] == pytest.approx(change["log_probs_after"])


def test_a_row_looks_at_a_word_or_at_weights(attend):
    tokens = attend(*FORCED)["source_tokens"]
    word = pieces_of(tokens, 1)
    to_word = np.array(attend(*FORCED, "--set-row", "0.0.1=word:1")["cross"])[0, 0, 1]
    assert to_word[word] == pytest.approx(1 / len(word))
    assert to_word.sum() == pytest.approx(1.0)
    weights = ",".join(["0.5", "0.5", *["0"] * (len(tokens) - 2)])
    given = np.array(attend(*FORCED, "--set-row", f"0.0.1={weights}")["cross"])[0, 0, 1]
    assert given[:2].tolist() == [0.5, 0.5]


def test_a_head_or_a_layer_of_any_attention_is_off(attend):
    one = attend(*FORCED, "--ablate", "1.0")["change"]
    target = len(one["target_tokens"])
    assert one["applied"]["places"] == target
    layer = attend(*FORCED, "--ablate", "encoder_self:0")
    sources = len(layer["source_tokens"])
    assert layer["change"]["applied"]["places"] == 4 * sources
    assert layer["change"]["applied"]["total"] == pytest.approx(4 * sources, abs=1e-3)
    both = attend(*FORCED, "--ablate", "1.0", "--ablate", "encoder_self:0")["change"]
    assert both["applied"]["places"] == target + 4 * sources


def test_a_hidden_word_is_looked_at_by_nobody(attend):
    content = attend(*FORCED, "--mask-source", "1")
    places = pieces_of(content["source_tokens"], 1)
    assert not np.array(content["cross"])[..., places].any()
    assert not np.array(content["encoder_self"])[..., places].any()
    others = [place for place in range(len(content["source_tokens"])) if place not in places]
    assert np.array(content["cross"])[..., others].all()


def test_temperature_sharpens_one_attention(attend):
    plain = np.array(attend(*FORCED)["cross"])
    content = attend(*FORCED, "--temperature", "0.05")
    assert np.array(content["cross"])[0].max(-1).mean() > plain[0].max(-1).mean()
    own = attend(*FORCED, "--temperature", "0.05", "--site", "decoder_self")
    assert own["change"]["applied"]["places"] == 8 * len(own["target_tokens"])


def test_a_free_translation_is_written_as_the_change_makes_it(attnstudio, trained, tmp_path):
    options = ("--ablate", "0", "--ablate", "1", "-o", tmp_path / "a.csv")
    reply = attnstudio("attend", trained, SENTENCE, *options)
    before = attnstudio("translate", trained, given=SENTENCE.encode()).lines[0]
    content = attnstudio("attend", trained, SENTENCE, *options, "--json").json
    change = content["change"]
    assert content["text"] == change["text_after"]
    assert change["text_before"] == before
    assert content["forced"] is False
    places = change["applied"]["places"]
    assert f"Σ|Δα| = {change['applied']['total']:.3f}, applied to {places} places" in reply.lines
    if before != change["text_after"]:
        assert f"Before: {before}" in reply.lines
        assert change["changed_before"] or change["changed_after"]


def test_of_one_row_it_is_said_that_it_is_one_and_what_cannot_change(attnstudio, trained, tmp_path):
    options = (*FORCED, "--set-row", "1.2.3=uniform", "-o", tmp_path / "a.csv")
    lines = attnstudio("attend", trained, SENTENCE, *options).lines
    assert any(line.endswith("applied to 1 place") for line in lines)
    pieces = [line for line in lines if line.startswith(" ")]
    assert [line.endswith("cannot change") for line in pieces] == [
        place != 3 for place in range(len(pieces))
    ]


def test_a_change_that_did_nothing_says_so(attnstudio, trained, tmp_path):
    reply = attnstudio(
        "attend", trained, SENTENCE, "--temperature", "1.0", "-o", tmp_path / "a.csv"
    )
    assert "The change changed nothing: the attention is what it was." in reply.lines


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--ablate", "one"), "'one' is neither a head nor a layer."),
        (("--ablate", "2.0"), "There is no layer 2 in the attention cross."),
        (("--ablate", "0.4"), "There is no head 4 in the attention cross."),
        (("--ablate", "up:0"), "This model has no attention of the name 'up'."),
        (("--mask-source", "60"), "The text has no word 60."),
        (("--set-row", "1.0=uniform"), "'1.0=uniform' is no row."),
        (("--set-row", "0.0.99=uniform"), "There is no token 99 in the attention cross."),
        (("--set-row", "0.0.1=all"), "'all' is no row of weights."),
        (("--set-row", "0.0.1=1,0"), "2 weights were given where there are"),
        (("--set-row", "0.0.1=word:99"), "The text has no word 99."),
        (("--set-row", "decoder_self:0.0.0=word:3"), "There is no such word to look at"),
        (("--temperature", "0"), "0.0 is no temperature."),
        (("--temperature", "nan"), "nan is no temperature."),
    ],
)
def test_what_cannot_be_is_refused_in_words(attnstudio, trained, tmp_path, options, message):
    reply = attnstudio(
        "attend", trained, SENTENCE, *FORCED, *options, "-o", tmp_path / "a.json", "--json"
    )
    assert reply.code == 2
    assert reply.json["error"]["message"].startswith(message)
    assert reply.json["error"]["hint"]
    assert not (tmp_path / "a.json").exists()
