"""The sample corpora: their size, their splits, their gold links and their grammar."""

import random
from collections import Counter
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest

from attnstudio.config import CleaningConfig
from attnstudio.corpus.alignment import Alignment, Link
from attnstudio.corpus.cleaning import find_unclean
from attnstudio.corpus.normal_forms import loose_form
from attnstudio.corpus.samples.generate import Drawn, draw_sample, realise, words_of
from attnstudio.corpus.samples.holdout import combinations_of
from attnstudio.corpus.samples.meaning import (
    Clause,
    Conjunction,
    Determiner,
    Gap,
    NounPhrase,
    Person,
    Place,
    Polarity,
    Pronoun,
    QuestionKind,
    Relation,
    Sentence,
    Tense,
)
from attnstudio.corpus.samples.modifiers import (
    ADJECTIVES,
    ALREADY,
    BEFORE,
    NUMBERS,
    TIMES_PAST,
)
from attnstudio.corpus.samples.nouns import CONTAINERS, NOUNS
from attnstudio.corpus.samples.profiles import CHINESE, GERMAN, PROFILES
from attnstudio.corpus.samples.sampling import Sampler
from attnstudio.corpus.samples.store import (
    SAMPLE_NAMES,
    SampleCorpus,
    collector_paused,
    read_sample,
    write_sample,
)
from attnstudio.corpus.samples.verbs import BE, VERBS
from attnstudio.corpus.splitting import find_leaks
from attnstudio.corpus.statistics import compute_statistics
from attnstudio.errors import CorpusError
from attnstudio.project.importing import import_sample
from attnstudio.project.project import Project

RESOURCES = Path(__file__).parents[2] / "resources" / "samples"


@cache
def stored(name):
    return read_sample(name, RESOURCES)


@pytest.fixture(scope="module", autouse=True)
def _fast():
    with collector_paused():  # it would search through 40,000 living pairs all the time
        yield


@pytest.fixture(scope="module", params=SAMPLE_NAMES)
def sample(request):
    return stored(request.param)


def test_there_are_twenty_thousand_distinct_pairs_to_train_on(sample):
    pairs = all_pairs(sample)

    assert (len(sample.train), len(sample.valid), len(sample.test)) == (20_000, 500, 1_000)
    assert len({pair.source for pair in pairs}) == len(pairs)


def test_no_sentence_of_one_split_is_said_in_another_on_either_side(sample):
    for side in ("source", "target"):
        train, valid, test = (
            loose_form([getattr(pair, side) for pair in pairs])
            for pairs in (sample.train, sample.valid, sample.test)
        )
        held_out = [*valid, *test]
        assert len(set(held_out)) == len(held_out)
        assert set(held_out).isdisjoint(train)


def test_the_corpus_page_has_nothing_to_warn_of(tmp_path, sample):
    project = Project.create(tmp_path / "p", sample.source_language, sample.target_language)
    import_sample(project, sample)
    corpus = project.corpus()

    leaks = find_leaks(corpus).to_json()

    assert not any(number for found in leaks.values() for number in found.values())
    assert not find_unclean(corpus, CleaningConfig()).marks.any()
    assert compute_statistics(corpus).outliers == 0


def test_each_side_has_three_hundred_word_types(sample):
    types = {word for pair in sample.train for word in words_of(pair) if word[1].isalnum()}
    sides = Counter(side for side, _ in types)

    assert sides["source"] >= 300
    assert sides["target"] >= 300


def test_sentences_have_three_to_twenty_five_words(sample):
    for pair in all_pairs(sample):
        for words in (source_words(pair), target_words(pair)):
            assert 3 <= sum(word.isalnum() for word in words) <= 25


def test_gold_tokens_cover_the_text_in_order(sample):
    for pair in all_pairs(sample):
        for text, spans in sides(pair):
            words = [text[span.start : span.end] for span in spans]
            assert all(words)
            assert all(one.end <= next_one.start for one, next_one in pairwise(spans))
            assert "".join(words) == text.replace(" ", "")


def test_chinese_is_written_without_spaces():
    sample = stored("en-zh")

    assert not any(" " in pair.target for pair in all_pairs(sample))


def test_links_are_within_the_sentences_and_reach_every_word(sample):
    for pair in all_pairs(sample):
        links = pair.gold.alignment.possible
        assert {link.source for link in links} == set(range(len(pair.gold.source_spans)))
        assert {link.target for link in links} == set(range(len(pair.gold.target_spans)))


def test_the_diagonal_is_a_bad_alignment(sample):
    assert diagonal_error(sample.train) > 0.4
    assert diagonal_error(sample.test) > 0.4


@pytest.fixture(scope="module", params=PROFILES, ids=lambda profile: profile.name)
def drawn(request):
    return request.param, draw_sample(request.param, seed=1)


def test_held_out_pairs_recombine_what_train_never_combines(drawn):
    _, splits = drawn
    trained = set().union(*(item.combinations for item in splits.train))

    for item in (*splits.valid, *splits.test):
        assert item.combinations - trained


def test_both_kinds_of_combinations_are_tested(drawn):
    _, splits = drawn
    trained = set().union(*(item.combinations for item in splits.train))
    kinds = Counter(unseen.kind for item in splits.test for unseen in item.combinations - trained)

    assert min(kinds["verb"], kinds["structure"]) > 200


def test_every_held_out_word_occurs_in_train(drawn):
    _, splits = drawn
    known = set().union(*(words_of(item.pair) for item in splits.train))

    assert all(known >= words_of(item.pair) for item in (*splits.valid, *splits.test))


def test_the_rules_write_the_very_files_we_ship(drawn):
    profile, splits = drawn
    shipped = stored(profile.name)

    assert pairs_of(splits.train) == shipped.train
    assert pairs_of(splits.valid) == shipped.valid
    assert pairs_of(splits.test) == shipped.test


@pytest.mark.parametrize("profile", PROFILES, ids=lambda profile: profile.name)
def test_an_english_sentence_has_one_translation(profile):
    sampler = Sampler(profile, random.Random(5))
    translations = {}
    for _ in range(4_000):
        pair = realise(profile, sampler.sentence())
        assert translations.setdefault(pair.source, pair.target) == pair.target


def test_written_samples_are_read_back(tmp_path):
    pairs = stored("en-zh").valid[:5]
    small = SampleCorpus("en-zh", "en", "zh", train=pairs, valid=pairs[:2], test=pairs[2:])

    write_sample(small, tmp_path)

    assert read_sample("en-zh", tmp_path) == small


def test_the_same_sample_gives_the_same_bytes(tmp_path):
    pairs = stored("en-de").valid[:5]
    small = SampleCorpus("en-de", "en", "de", train=pairs, valid=pairs, test=pairs)

    write_sample(small, tmp_path / "one")
    write_sample(small, tmp_path / "two")

    one, two = (tmp_path / name / "en-de" / "train.tsv.gz" for name in ("one", "two"))
    assert one.read_bytes() == two.read_bytes()


def test_an_unknown_sample_names_the_ones_there_are(tmp_path):
    with pytest.raises(CorpusError, match=r"'en-fr'.*en-de and en-zh"):
        read_sample("en-fr", tmp_path)


def test_a_missing_file_is_named_with_the_way_to_write_it(tmp_path):
    with pytest.raises(CorpusError, match=r"train\.tsv\.gz is missing.*samples\.generate"):
        read_sample("en-de", tmp_path)


def test_a_verb_and_its_clause_are_one_combination():
    main = Clause(Pronoun(Person.I), verb("work"), Tense.PRESENT)
    second = Clause(Pronoun(Person.SHE), verb("call"), Tense.PAST, Polarity.NOT, the("doctor"))
    sentence = Sentence(main, conjunction=Conjunction.BECAUSE, second=second)

    assert {item.text for item in combinations_of(sentence)} == {
        "call + because + not",
        "statement / present + positive / because / past + not",
    }


# The grammar, phenomenon by phenomenon. Links read English=translation.


def test_german_separable_verbs_part_in_main_clauses():
    clause = Clause(the("teacher"), verb("call"), Tense.PAST, object=the("doctor"))

    assert_says(
        GERMAN,
        Sentence(clause),
        "The teacher called the doctor.",
        "Der Lehrer rief den Arzt an.",
        sure="The=Der teacher=Lehrer called=rief called=an the=den doctor=Arzt .=.",
    )


def test_german_subordinate_clauses_end_in_the_joined_verb():
    main = Clause(Pronoun(Person.I), verb("work"), Tense.PAST)
    second = Clause(the("child"), verb("get up"), Tense.PAST)

    assert_says(
        GERMAN,
        Sentence(main, conjunction=Conjunction.WHEN, second=second, second_first=True),
        "When the child got up, I worked.",
        "Als das Kind aufstand, arbeitete ich.",
        sure="When=Als the=das child=Kind got=aufstand up=aufstand ,=, I=ich worked=arbeitete .=.",
    )


def test_german_perfect_closes_a_verb_final_clause_with_its_auxiliary():
    main = Clause(Pronoun(Person.SHE), verb("know that"), Tense.PRESENT)
    second = Clause(
        the("student"), verb("open"), Tense.PERFECT, object=the("window"), adverb=ALREADY
    )

    assert_says(
        GERMAN,
        Sentence(main, conjunction=Conjunction.THAT, second=second),
        "She knows that the student has already opened the window.",
        "Sie weiß, dass der Student das Fenster schon aufgemacht hat.",
        sure="She=Sie knows=weiß that=dass the=der student=Student has=hat already=schon "
        "opened=aufgemacht the=das window=Fenster .=.",
        possible="that=,",
    )


def test_german_compounds_are_one_word_for_two():
    place = Place(Relation.AT, the("kitchen table"))
    clause = Clause(the("key", plural=True), BE, Tense.PRESENT, predicate=place)

    assert_says(
        GERMAN,
        Sentence(clause),
        "The keys are on the kitchen table.",
        "Die Schlüssel sind auf dem Küchentisch.",
        sure="The=Die keys=Schlüssel are=sind on=auf the=dem kitchen=Küchentisch "
        "table=Küchentisch .=.",
    )


def test_german_adjectives_agree_and_articles_merge_with_prepositions():
    clause = Clause(
        the("young", "woman"),
        verb("buy"),
        Tense.PAST,
        object=a("red", "coat"),
        place=Place(Relation.AT, the("supermarket")),
        time=TIMES_PAST[0],
        time_first=True,
    )

    assert_says(
        GERMAN,
        Sentence(clause),
        "Yesterday the young woman bought a red coat in the supermarket.",
        "Gestern kaufte die junge Frau im Supermarkt einen roten Mantel.",
        sure="Yesterday=Gestern the=die young=junge woman=Frau bought=kaufte a=einen red=roten "
        "coat=Mantel in=im the=im supermarket=Supermarkt .=.",
    )


def test_german_negation_is_kein_before_something_new():
    clause = Clause(Pronoun(Person.HE), verb("sell"), Tense.PRESENT, Polarity.NOT, object=a("car"))

    assert_says(
        GERMAN,
        Sentence(clause),
        "He does not sell a car.",
        "Er verkauft kein Auto.",
        sure="He=Er sell=verkauft not=kein a=kein car=Auto .=.",
        possible="does=verkauft does=kein",
    )


def test_german_negation_is_nicht_after_something_known():
    clause = Clause(
        the("student", plural=True), verb("invite"), Tense.WANT, Polarity.NOT, object=the("boy")
    )

    assert_says(
        GERMAN,
        Sentence(clause, question=QuestionKind.WHY),
        "Why do the students not want to invite the boy?",
        "Warum wollen die Studenten den Jungen nicht einladen?",
        sure="Why=Warum the=die students=Studenten not=nicht want=wollen invite=einladen "
        "the=den boy=Jungen ?=?",
        possible="do=wollen do=einladen do=nicht to=wollen to=einladen",
    )


def test_german_relative_clauses_stand_between_commas():
    inner = Clause(Gap(), verb("repair"), Tense.PERFECT, object=the("car"))
    subject = NounPhrase(noun("man"), Determiner.THE, relative=inner)
    clause = Clause(subject, verb("sleep"), Tense.PRESENT)

    assert_says(
        GERMAN,
        Sentence(clause),
        "The man who has repaired the car sleeps.",
        "Der Mann, der das Auto repariert hat, schläft.",
        sure="The=Der man=Mann who=der has=hat repaired=repariert the=das car=Auto "
        "sleeps=schläft .=.",
        possible="who=,",
    )


def test_chinese_counts_with_measure_words():
    books = NounPhrase(noun("book"), Determiner.NUMBER, plural=True, number=NUMBERS[0])
    clause = Clause(Pronoun(Person.SHE), verb("borrow"), Tense.FUTURE, object=books)

    assert_says(
        CHINESE,
        Sentence(clause),
        "She will borrow two books.",
        "她会借两本书。",
        sure="She=她 will=会 borrow=借 two=两 books=书 .=。",
        possible="two=本 books=本",
    )


def test_chinese_measures_drinks_in_their_containers():
    cups = NounPhrase(
        noun("tea"),
        Determiner.NUMBER,
        plural=True,
        number=NUMBERS[1],
        container=CONTAINERS[0],
    )
    clause = Clause(Pronoun(Person.I), verb("drink"), Tense.PAST, object=cups)

    assert_says(
        CHINESE,
        Sentence(clause),
        "I drank three cups of tea.",
        "我喝了三杯茶。",
        sure="I=我 drank=喝 three=三 cups=杯 tea=茶 .=。",
        possible="drank=了 of=杯",
    )


def test_chinese_progressive_is_zhengzai():
    place = Place(Relation.AT, the("kitchen"))
    clause = Clause(the("cook"), verb("cook"), Tense.PROGRESSIVE, object=bare("egg"), place=place)

    assert_says(
        CHINESE,
        Sentence(clause),
        "The cook is cooking eggs in the kitchen.",
        "厨师正在厨房里煮鸡蛋。",
        sure="cook=厨师 is=正在 cooking=煮 eggs=鸡蛋 in=正在 in=里 kitchen=厨房 .=。",
        possible="The=厨师 the=厨房",
    )


def test_chinese_experience_is_guo_inside_the_verb():
    clause = Clause(
        Pronoun(Person.HE), verb("call"), Tense.PERFECT, object=the("doctor"), time=BEFORE
    )

    assert_says(
        CHINESE,
        Sentence(clause, question=QuestionKind.YES_NO),
        "Has he called the doctor before?",
        "他以前给医生打过电话吗？",
        sure="he=他 called=打 called=电话 doctor=医生 before=以前 ?=？",
        possible="Has=打 Has=电话 Has=过 Has=吗 called=过 called=给 doctor=给 the=给 the=医生 ?=吗",
    )


def test_chinese_lasting_states_take_zhe():
    clause = Clause(the("girl"), verb("wear"), Tense.PROGRESSIVE, object=a("red", "coat"))

    assert_says(
        CHINESE,
        Sentence(clause),
        "The girl is wearing a red coat.",
        "那个女孩穿着一件红色的大衣。",
        sure="The=那 girl=女孩 is=着 wearing=穿 a=一 red=红色 coat=大衣 .=。",
        possible="The=个 girl=个 a=件 coat=件 red=的",
    )


def test_chinese_known_objects_of_disposal_go_before_the_verb():
    clause = Clause(the("teacher"), verb("close"), Tense.PAST, object=the("door"))

    assert_says(
        CHINESE,
        Sentence(clause),
        "The teacher closed the door.",
        "老师把门关上了。",
        sure="teacher=老师 closed=关上 door=门 .=。",
        possible="The=老师 closed=把 closed=了 the=门",
    )


@pytest.mark.parametrize(
    ("tense", "english", "chinese"),
    [
        (Tense.PRESENT, "We do not sing.", "我们不唱歌。"),
        (Tense.PAST, "We did not sing.", "我们没有唱歌。"),
        (Tense.PERFECT, "We have not sung.", "我们还没有唱歌。"),
        (Tense.CAN, "We cannot sing.", "我们不能唱歌。"),
    ],
)
def test_chinese_negation_follows_the_tense(tense, english, chinese):
    clause = Clause(Pronoun(Person.WE), verb("sing"), tense, Polarity.NOT)

    pair = realise(CHINESE, Sentence(clause))

    assert (pair.source, pair.target) == (english, chinese)


def test_chinese_relative_clauses_precede_the_noun():
    inner = Clause(the("teacher"), verb("write"), Tense.PAST, object=Gap())
    story = NounPhrase(noun("story"), Determiner.THE, relative=inner)
    clause = Clause(own(Person.I, "mother"), verb("read"), Tense.PAST, object=story)

    assert_says(
        CHINESE,
        Sentence(clause),
        "My mother read the story that the teacher wrote.",
        "我妈妈读了老师写的那个故事。",
        sure="My=我 mother=妈妈 read=读 the=那 story=故事 that=的 teacher=老师 wrote=写 .=。",
        possible="read=了 the=个 story=个 the=老师",
    )


def noun(english):
    return next(item for item in NOUNS if item.singular == english)


def verb(name):
    return next(item for item in VERBS if item.name == name)


def the(*words, plural=False):
    return phrase(Determiner.THE, *words, plural=plural)


def a(*words):
    return phrase(Determiner.A, *words)


def bare(english):
    return phrase(Determiner.NONE, english, plural=True)


def own(person, english):
    return NounPhrase(noun(english), Determiner.OWN, owner=person)


def phrase(determiner, *words, plural=False):
    *adjectives, english = words
    adjective = next((item for item in ADJECTIVES if [item.english] == adjectives), None)
    return NounPhrase(noun(english), determiner, plural=plural, adjective=adjective)


def assert_says(profile, sentence, english, translation, *, sure, possible=""):
    pair = realise(profile, sentence)

    assert (pair.source, pair.target) == (english, translation)
    alignment = pair.gold.alignment
    assert linked_words(pair, alignment.sure) == set(sure.split())
    assert linked_words(pair, alignment.possible - alignment.sure) == set(possible.split())


def linked_words(pair, links):
    source, target = source_words(pair), target_words(pair)
    return {f"{source[link.source]}={target[link.target]}" for link in links}


def source_words(pair):
    return [pair.source[span.start : span.end] for span in pair.gold.source_spans]


def target_words(pair):
    return [pair.target[span.start : span.end] for span in pair.gold.target_spans]


def sides(pair):
    return ((pair.source, pair.gold.source_spans), (pair.target, pair.gold.target_spans))


def all_pairs(sample):
    return (*sample.train, *sample.valid, *sample.test)


def pairs_of(items: tuple[Drawn, ...]):
    return tuple(item.pair for item in items)


def diagonal_error(pairs):
    """AER of linking every target word to the source word at the same relative place."""
    hits = size = 0
    for pair in pairs:
        gold: Alignment = pair.gold.alignment
        columns, rows = len(pair.gold.source_spans), len(pair.gold.target_spans)
        diagonal = {Link(round(j * (columns - 1) / (rows - 1)), j) for j in range(rows)}
        hits += len(diagonal & gold.sure) + len(diagonal & gold.possible)
        size += len(diagonal) + len(gold.sure)
    return 1 - hits / size
