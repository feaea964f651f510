"""Where the words of texts lie that have spaces between all of them."""

from attnstudio.corpus.tokenised_text import join_tokens


def space_spans(text):
    """The spans of its words, as they are told of text that somebody else cut."""
    words = join_tokens(text.split(), "en")
    assert words.text == text
    return words.spans
