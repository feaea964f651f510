"""Chinese: topic order, measure words and aspect; written without spaces."""

from __future__ import annotations

from attnstudio.corpus.samples.derivation import Word, spread
from attnstudio.corpus.samples.lexicon import Adjective, ChinesePattern, VerbClass
from attnstudio.corpus.samples.meaning import (
    Clause,
    Comparison,
    Conjunction,
    Determiner,
    Gap,
    NounPhrase,
    Participant,
    Person,
    Place,
    Polarity,
    Pronoun,
    QuestionKind,
    Relation,
    Sentence,
    Tense,
)

_PRONOUNS = {
    Person.I: "我",
    Person.WE: "我们",
    Person.HE: "他",
    Person.SHE: "她",
    Person.THEY: "他们",
}
_MODALS = {
    Tense.FUTURE: "会",
    Tense.CAN: "能",
    Tense.MUST: "必须",
    Tense.SHOULD: "应该",
    Tense.WANT: "想",
}
_CONJUNCTIONS = {
    Conjunction.BECAUSE: "因为",
    Conjunction.ALTHOUGH: "虽然",
    Conjunction.IF: "如果",
    Conjunction.BUT: "但是",
}
# What the main clause is opened with when the subordinate one precedes it.
_ECHOES = {Conjunction.BECAUSE: "所以", Conjunction.ALTHOUGH: "但是"}
_PROGRESSIVES = {Tense.PROGRESSIVE, Tense.PAST_PROGRESSIVE}


def say_chinese(sentence: Sentence) -> list[Word]:
    """The Chinese words of a sentence."""
    conjunction, second = sentence.conjunction, sentence.second
    main = _clause(sentence.main, "main", inserted=_inserted(sentence))
    if conjunction is not None and second is not None:
        main = _join(conjunction, main, second, second_first=sentence.second_first)
    if sentence.question is QuestionKind.YES_NO:
        leans_on = ["main.auxiliary", "main.do", "end"]
        if sentence.main.verb.kind is VerbClass.COPULA:
            leans_on.append("main.verb")
        main.append(Word("吗", ("main.question",), tuple(leans_on)))
    return [*main, Word("？" if sentence.question else "。", ("end",))]


def _inserted(sentence: Sentence) -> list[Word]:
    """What stands after the subject of the main clause: 为什么, or 就 after an if-clause."""
    if sentence.question is QuestionKind.WHY:
        return [Word("为什么", ("main.why",))]
    if sentence.conjunction is Conjunction.IF:
        return [Word("就", ("main.then",), ("conjunction",))]
    return []


def _join(
    conjunction: Conjunction, main: list[Word], clause: Clause, *, second_first: bool
) -> list[Word]:
    comma = Word("，", ("comma",), ("conjunction",))
    second = _clause(clause, "second", is_setting=conjunction is Conjunction.WHEN)
    if conjunction is Conjunction.THAT:
        return [*main, *second]
    if conjunction is Conjunction.WHEN:
        return [*second, Word("的时候", ("conjunction",)), comma, *main]
    second.insert(0, Word(_CONJUNCTIONS[conjunction], ("conjunction",)))
    if conjunction is Conjunction.BUT or not (second_first or conjunction is Conjunction.IF):
        return [*main, comma, *second]
    if conjunction in _ECHOES:
        main = [Word(_ECHOES[conjunction], ("echo",), ("conjunction",)), *main]
    return [*second, comma, *main]


def _clause(
    clause: Clause,
    path: str,
    *,
    inserted: list[Word] | None = None,
    is_setting: bool = False,
    is_relative: bool = False,
) -> list[Word]:
    """The words of a clause.

    Args:
        clause: what to say.
        path: its place in the meaning.
        inserted: words that stand after subject and time.
        is_setting: it only sets the scene (的时候), so nothing is said to be completed.
        is_relative: it stands before a noun.
    """
    subject = _participant(clause.subject, f"{path}.subject")
    time = spread(clause.time.chinese, f"{path}.time") if clause.time else []
    start = [*time, *subject] if clause.time_first else [*subject, *time]
    adverb = [Word(clause.adverb.chinese, (f"{path}.adverb",))] if clause.adverb else []
    opening = [*start, *(inserted or []), *adverb, *_negation(clause, path)]
    if clause.verb.kind is VerbClass.COPULA:
        return [*opening, *_predicate(clause, path)]
    aspect = [] if is_setting else _aspect(clause, path, is_relative=is_relative)
    modal: list[Word] = []
    if clause.tense in _MODALS:
        modal = [Word(_MODALS[clause.tense], (f"{path}.auxiliary",))]
    return [*opening, *modal, *_circumstances(clause, path), *_core(clause, path, aspect)]


def _negation(clause: Clause, path: str) -> list[Word]:
    key = (f"{path}.negation",)
    match clause.polarity:
        case Polarity.NOT if clause.tense is Tense.PERFECT:
            return [Word("还", (f"{path}.yet",), key), Word("没有", key)]
        case Polarity.NOT:
            is_past = clause.tense is Tense.PAST and clause.verb.kind is not VerbClass.COPULA
            return [Word("没有" if is_past else "不", key)]
        case Polarity.NEVER:
            is_perfect = clause.tense is Tense.PERFECT
            return [Word("从来", key), Word("没有" if is_perfect else "不", key)]
        case Polarity.POSITIVE:
            return []


def _circumstances(clause: Clause, path: str) -> list[Word]:
    """The progressive, place and manner: all before the verb."""
    words: list[Word] = []
    stays = clause.verb.pattern in {ChinesePattern.STAYING, ChinesePattern.HOLDING}
    if clause.tense in _PROGRESSIVES and not stays:
        words.append(Word("正在", (f"{path}.auxiliary",)))
    if clause.place is not None and not clause.verb.needs_place:
        place = _place(clause.place, f"{path}.place")
        if words:  # 正在 swallows the 在 of the place
            words = [Word("正在", (f"{path}.auxiliary", f"{path}.place.preposition"))]
            place = place[1:]
        words += place
    if clause.manner is not None:
        words.append(Word(clause.manner.chinese, (f"{path}.manner",)))
    return words


def _aspect(clause: Clause, path: str, *, is_relative: bool) -> list[Word]:
    key, leans_on = (f"{path}.aspect",), (f"{path}.verb", f"{path}.auxiliary")
    if clause.verb.pattern is ChinesePattern.STAYING or clause.verb.kind in {
        VerbClass.STATE,
        VerbClass.CLAUSAL,
    }:
        return []
    if clause.verb.pattern is ChinesePattern.HOLDING and clause.tense in _PROGRESSIVES:
        return [Word("着", (f"{path}.auxiliary",))]
    if clause.tense is Tense.PERFECT and clause.polarity is not Polarity.NOT:
        return [Word("了" if clause.adverb else "过", key, leans_on)]
    if clause.tense is not Tense.PAST or clause.polarity is not Polarity.POSITIVE:
        return []
    if is_relative and (_takes_ba(clause) or not isinstance(clause.object, NounPhrase)):
        return []  # 老师买的书, 唱歌的孩子, but 买了书的老师
    return [Word("了", key, leans_on)]


def _core(clause: Clause, path: str, aspect: list[Word]) -> list[Word]:
    """The verb with its objects and aspect."""
    verb = spread(clause.verb.chinese, f"{path}.verb", (f"{path}.auxiliary",))
    pattern = clause.verb.pattern
    if clause.verb.needs_place and clause.place is not None:
        return [*verb, *aspect, *_place(clause.place, f"{path}.place")]
    if pattern is ChinesePattern.DOUBLE:
        recipient = _participant(clause.recipient, f"{path}.recipient")
        return [*verb, *aspect, *recipient, *_object(clause, path)]
    if pattern is ChinesePattern.TO:
        return _with_recipient(clause, path, verb, aspect)
    if pattern is ChinesePattern.WITH:
        partner = _participant(clause.object, f"{path}.object")
        return [Word("跟", (f"{path}.preposition",)), *partner, *_inside(verb, aspect)]
    if _takes_ba(clause):
        patient = _participant(clause.object, f"{path}.object", bare=True)
        ba = Word("把", (f"{path}.ba",), (f"{path}.verb",))
        return [ba, *patient, *verb, *aspect]
    if clause.object is None and clause.tense is not Tense.PERFECT:
        return [*verb, *aspect]  # 唱歌了
    return [*_inside(verb, aspect), *_object(clause, path)]


def _with_recipient(clause: Clause, path: str, verb: list[Word], aspect: list[Word]) -> list[Word]:
    """给孩子讲了一个故事, 给医生打了电话."""
    slot = "recipient" if clause.recipient is not None else "object"
    person = _participant(clause.recipient or clause.object, f"{path}.{slot}")
    to = Word("给", (f"{path}.to",), (f"{path}.{slot}", f"{path}.verb"))
    rest = _object(clause, path) if clause.recipient is not None else []
    return [to, *person, *_inside(verb, aspect), *rest]


def _inside(verb: list[Word], aspect: list[Word]) -> list[Word]:
    """Aspect comes after the verb and before its fixed object: 打了电话."""
    return [verb[0], *aspect, *verb[1:]]


def _takes_ba(clause: Clause) -> bool:
    """A known thing that is disposed of goes before the verb."""
    if clause.verb.pattern is not ChinesePattern.BA or not isinstance(clause.object, NounPhrase):
        return False
    return clause.object.determiner in {Determiner.THE, Determiner.THIS, Determiner.OWN}


def _object(clause: Clause, path: str) -> list[Word]:
    negated = clause.polarity is not Polarity.POSITIVE
    return _participant(clause.object, f"{path}.object", negated=negated)


def _predicate(clause: Clause, path: str) -> list[Word]:
    predicate = clause.predicate
    be = (f"{path}.verb.1", f"{path}.verb.2")
    match predicate:
        case Adjective():
            adjective = Word(predicate.after_subject, (f"{path}.predicate",))
            if clause.polarity is not Polarity.POSITIVE:
                return [adjective]
            degree = Word("很", (f"{path}.degree",), (f"{path}.verb", f"{path}.predicate"))
            return [degree, adjective]
        case Comparison():
            return [
                Word("比", (f"{path}.than",)),
                *_participant(predicate.standard, f"{path}.standard"),
                Word(predicate.adjective.after_subject, (f"{path}.predicate",)),
            ]
        case NounPhrase():
            negated = clause.polarity is not Polarity.POSITIVE
            return [
                Word("是", be),
                *_noun_phrase(predicate, f"{path}.predicate", bare=False, negated=negated),
            ]
        case Place():
            preposition, *rest = _place(predicate, f"{path}.predicate")
            return [Word(preposition.text, (*be, *preposition.means)), *rest]
        case None:
            return []


def _place(place: Place, path: str) -> list[Word]:
    setting = place.phrase.noun.setting
    assert setting is not None, place.phrase.noun
    phrase = _participant(place.phrase, path, bare=True)
    if place.relation is Relation.TO:
        return phrase  # 去公园
    key = (f"{path}.preposition",)
    localiser = [Word(setting.chinese, key)] if setting.chinese else []
    return [Word("在", key), *phrase, *localiser]


def _participant(
    participant: Participant | None,
    path: str,
    *,
    bare: bool = False,
    negated: bool = False,
) -> list[Word]:
    match participant:
        case Pronoun(Person.IT) | Gap() | None:
            return []
        case Pronoun(person):
            return [Word(_PRONOUNS[person], (f"{path}.pronoun",))]
        case NounPhrase():
            return _noun_phrase(participant, path, bare=bare, negated=negated)


def _noun_phrase(phrase: NounPhrase, path: str, *, bare: bool, negated: bool) -> list[Word]:
    """Relative clause, determiner, measure word, adjective and noun, in this order."""
    words: list[Word] = []
    if phrase.relative is not None:
        words += _clause(phrase.relative, f"{path}.inner", is_relative=True)
        words.append(Word("的", (f"{path}.relative",)))
    words += _determiner(phrase, path, bare=bare, negated=negated)
    if phrase.adjective is not None:
        adjective, *particle = phrase.adjective.before_noun.split()
        words.append(Word(adjective, (f"{path}.adjective",)))
        words += [Word(de, (f"{path}.de",), (f"{path}.adjective",)) for de in particle]
    noun = phrase.noun.chinese
    if _is_group(phrase):
        noun += "们"
    return [*words, *spread(noun, f"{path}.noun")]


def _determiner(phrase: NounPhrase, path: str, *, bare: bool, negated: bool) -> list[Word]:
    key = (f"{path}.determiner",)
    match phrase.determiner:
        case Determiner.OWN:
            assert phrase.owner is not None
            owner = Word(_PRONOUNS[phrase.owner], key)
            return [owner] if _is_close(phrase) else [owner, Word("的", key)]
        case Determiner.NONE:
            return []
        case Determiner.A if negated and phrase.container is None:
            return []  # 没有买书
        case Determiner.SOME:
            return [Word("一些", key)]
        case Determiner.THE:
            if phrase.noun.is_mass or (phrase.is_human and "anyone" not in phrase.noun.kinds):
                return []  # 老师, 牛奶
            if bare and not _is_crowd(phrase):
                return []  # 把门关上, 在桌子上
            return [Word("那", key), _measure(phrase, path)]
        case Determiner.THIS:
            return [Word("这", key), _measure(phrase, path)]
        case Determiner.A:
            return [Word("一", key), _measure(phrase, path)]
        case Determiner.NUMBER:
            assert phrase.number is not None
            return [Word(phrase.number.chinese, key), _measure(phrase, path)]


def _measure(phrase: NounPhrase, path: str) -> Word:
    """The measure word; 些 for several known ones, the container for what is poured."""
    if phrase.container is not None:
        return Word(phrase.container.measure, (f"{path}.container",))
    text = phrase.noun.measure
    if phrase.determiner in {Determiner.THE, Determiner.THIS} and _is_crowd(phrase):
        text = "些"
    return Word(text, (f"{path}.measure",), (f"{path}.determiner", f"{path}.noun"))


def _is_close(phrase: NounPhrase) -> bool:
    """Whether the owner stands without 的: 我妈妈, and before another 的: 我漂亮的裙子."""
    if phrase.adjective is not None:
        return phrase.adjective.before_noun.endswith("的")
    assert phrase.owner is not None
    return "kin" in phrase.noun.kinds and not phrase.owner.is_plural


def _is_group(phrase: NounPhrase) -> bool:
    """People named without a measure word: 老师们, 我的朋友们."""
    if not (phrase.plural and phrase.is_human):
        return False
    if phrase.determiner is Determiner.THE:
        return "anyone" not in phrase.noun.kinds
    return phrase.determiner is Determiner.OWN


def _is_crowd(phrase: NounPhrase) -> bool:
    """Several things, unless they come in pairs (那双鞋)."""
    return phrase.plural and "pair" not in phrase.noun.kinds
