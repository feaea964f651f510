from attnstudio.project.word_frequencies import count_words, training_frequencies


def test_words_are_counted_whole_and_without_regard_to_capitals():
    texts = ["The dog's dog, the DOG.", "hotdog the-dog"]

    assert count_words([["the", "Dog", "cat", ",", "dog's"]], texts) == {
        "the": 2, "dog": 2, ",": 1, "dog's": 1,
    }  # fmt: skip


def test_a_word_of_several_characters_is_found_where_they_follow_each_other():
    assert count_words([["喜欢", "欢", "喝茶"]], ["我喜欢茶。", "喜 欢欢"]) == {"喜欢": 1, "欢": 3}


def test_the_training_pairs_are_read_and_the_sentences_too_where_they_are_learnt_from(
    project, pairs
):
    corpus = project.corpus()
    sources, targets = [pairs[0].source.split()], [["xyzzy"]]

    read = training_frequencies(corpus, sources, targets)
    learnt = training_frequencies(corpus, sources, targets, are_learnt_from=True)
    alone = training_frequencies(None, sources, targets, are_learnt_from=True)

    word = sources[0][0]
    assert read.source[word] > 1
    assert read.target == {}
    assert learnt.source[word] == read.source[word] + sources[0].count(word)
    assert learnt.target == alone.target == {"xyzzy": 1}
