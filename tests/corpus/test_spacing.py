import pytest

from attnstudio.corpus.spacing import Spacing
from attnstudio.corpus.tokenised_text import join_tokens

ENGLISH = ['"Yes," she said, "it\'s well-known (more or less)."', "It costs 3.50, or 10%!", "a b."]
FRENCH = ["« Oui », dit-elle ; c'est 10 % !", "Un mot : « deux »."]
TOKENISED = ["the dog , the cat .", "a man ( old ) ."]


@pytest.mark.parametrize(
    ("texts", "language", "tokens", "text"),
    [
        (ENGLISH, "en", "No , we can't ( now ) .", "No, we can't (now)."),
        (ENGLISH, "en", '" No , " he said .', '"No," he said.'),
        (ENGLISH, "en", "a half - hearted man", "a half-hearted man"),
        (ENGLISH, "en", "20 % of 4 . 20", "20% of 4.20"),
        (FRENCH, "fr", "« Non » ; c ' est 3 % !", "« Non » ; c'est 3 % !"),
        (TOKENISED, "en", "a cat , a dog .", "a cat , a dog ."),
        (ENGLISH, "en", "tea ~ milk", "tea ~ milk"),
        (["a; b"], "en", "4 ; 5", "4; 5"),
        ([], "en", "the dog .", "the dog ."),
        (["猫 。"], "zh", "我 喜欢 猫 。", "我喜欢猫。"),
    ],
)
def test_signs_are_written_as_the_texts_write_them(texts, language, tokens, text):
    joined = join_tokens(tokens.split(), language, Spacing(texts))

    assert joined.text == text
    assert [joined.text[start:end] for start, end in joined.spans] == tokens.split()


def test_what_would_melt_into_one_character_stays_apart():
    glued = Spacing(["a=\u0338b", "x=\u0338y"])

    assert join_tokens(["=", "\u0338", "b"], "en", glued).text == "= \u0338 b"


def test_most_of_the_texts_decide():
    spacing = Spacing(["one !", "two!", "three!"])

    assert not spacing.separates("four", "!")
    assert Spacing(["one !", "two !", "three!"]).separates("four", "!")
