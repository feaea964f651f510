"""Which of several translations our search would have chosen, against the rule written out."""

import itertools
import random

from attnstudio.export.ct2_choice import Found, choose, is_plain, to_be_scored


def penalty(length, alpha):
    return ((5 + length) / 6) ** alpha


def test_the_likeliest_is_our_choice_where_lengths_do_not_count():
    assert is_plain([Found(4, -2.0), Found(7, -2.1)], 0.0, 20)


def test_a_longer_one_that_is_better_by_length_is_no_plain_case():
    assert not is_plain([Found(4, -2.0), Found(7, -2.1)], 0.6, 20)


def test_what_grew_too_long_is_no_plain_case():
    assert not is_plain([Found(4, -2.0), Found(21, -9.0)], 0.6, 20)
    assert not is_plain([Found(4, -2.0), Found(9, -9.0, is_whole=False)], 0.6, 20)


def test_a_longer_one_is_chosen_where_it_was_ahead_when_the_first_ended():
    found = [Found(2, -2.0), Found(4, -2.1)]
    assert to_be_scored(found, {}, 0.6, 20) == [1]
    # at length 2 it had -1.0: more than what ended, so ours went on
    assert choose(found, {1: [-0.5, -1.0, -1.5, -2.1]}, 0.6, 20) == 1


def test_the_first_is_kept_where_the_longer_one_was_behind():
    found = [Found(2, -2.0), Found(4, -2.1)]
    assert choose(found, {1: [-0.5, -2.05, -2.08, -2.1]}, 0.6, 20) == 0


def test_nothing_is_chosen_where_ours_runs_into_its_longest_length():
    found = [Found(30, -9.0, is_whole=False)]
    assert choose(found, {0: [-0.1 * n for n in range(1, 31)]}, 0.6, 20) is None


def test_it_is_the_choice_of_a_search_over_all_texts():
    """Beside every text of two words, ended by our rule and by CTranslate2's."""
    draw = random.Random(4)
    agreed = longer = 0
    for _ in range(400):
        steps = {}

        def log_probs(prefix, steps=steps):
            if prefix not in steps:
                ends = (-0.5, -0.05) if len(prefix) > 5 else (-2.0, -0.05)
                steps[prefix] = [draw.uniform(*span) for span in ((-3.0, -0.05),) * 2 + (ends,)]
            return steps[prefix]

        alpha = draw.choice([0.2, 0.6, 1.0])
        ours = by_our_rule(log_probs, alpha)
        found, on_the_way = by_its_rule(log_probs)
        chosen = 0 if is_plain(found, alpha, 99) else choose(found, on_the_way, alpha, 99)
        assert is_plain(found, alpha, 99) or chosen == with_as_few(found, on_the_way, alpha, 99)[0]
        agreed += (found[chosen].length, found[chosen].total) == ours
        longer += chosen != 0
    assert agreed == 400
    assert longer > 20


def test_what_need_not_be_scored_changes_nothing():
    """Against the rule with all beginnings known, of translations of any kind."""
    draw = random.Random(7)
    scored = possible = nothing = 0
    for _ in range(3_000):
        beginnings = [
            list(itertools.accumulate(draw.choice([-0.05, -0.3, -1.5]) for _ in range(length)))
            for length in draw.choices(range(1, 13), k=5)
        ]
        beginnings.sort(key=lambda totals: -totals[-1])
        found = [
            Found(len(totals), totals[-1], is_whole=len(totals) < draw.choice([12, 13]))
            for totals in beginnings
        ]
        alpha = draw.choice([0.0, 0.3, 0.6, 1.0])
        longest = draw.choice([11, 12, 20])

        chosen, few = with_as_few(found, beginnings, alpha, longest)

        assert chosen == by_the_rule(found, beginnings, alpha, longest)
        scored, possible = scored + few, possible + len(found)
        nothing += chosen is None
    assert scored < possible / 2
    assert nothing > 20


def with_as_few(found, beginnings, alpha, longest):
    """Our choice where only what is asked for is scored, and of how many that was."""
    known = {}
    while asked := to_be_scored(found, known, alpha, longest):
        assert not known.keys() & set(asked)
        known |= {number: beginnings[number] for number in asked}
    return choose(found, known, alpha, longest), len(known)


def by_the_rule(found, beginnings, alpha, longest):
    """It ends when the best that has ended is at least as good as the best that goes on."""
    for length in range(1, longest):
        ended, going = [], []
        for number, each in enumerate(found):
            if each.is_whole and each.length <= length:
                ended.append((each.total / penalty(each.length, alpha), -number))
            elif each.length >= length:
                going.append(beginnings[number][length - 1] / penalty(length, alpha))
        if ended and max(ended)[0] >= max(going, default=-1e9):
            return -max(ended)[1]
    return None


def grown(beams, log_probs):
    """Each beam with each word, and those that ended; all beams are kept: a wide one."""
    going = {
        prefix + word: total + log_prob
        for prefix, total in beams.items()
        for word, log_prob in zip("ab", log_probs(prefix), strict=False)
    }
    ended = {prefix: total + log_probs(prefix)[2] for prefix, total in beams.items()}
    return going, ended


def by_our_rule(log_probs, alpha):
    beams, finished = {"": 0.0}, []
    best, length = (-1e9, 0, 0.0), 0
    while best[0] < max(beams.values()) / penalty(length, alpha):
        length += 1
        beams, ended = grown(beams, log_probs)
        finished += [(total / penalty(length, alpha), length, total) for total in ended.values()]
        best = max(finished)
    return best[1:]


def by_its_rule(log_probs):
    """All that ended until the likeliest candidate is an end; the beginnings of the longer ones."""
    beams, finished = {"": 0.0}, []
    for length in itertools.count(1):
        beams, ended = grown(beams, log_probs)
        finished += [(total, length, prefix) for prefix, total in ended.items()]
        if max(ended.values()) >= max(beams.values()):
            break
    # and what it finds while it waits for more ends: the next length
    _, ended = grown(beams, log_probs)
    finished += [(total, length + 1, prefix) for prefix, total in ended.items()]
    finished.sort(reverse=True)
    found = [Found(length, total) for total, length, _ in finished]
    totals = {}
    for number in range(len(found)):
        text = finished[number][2]
        words = [log_probs(text[:n])["ab".index(text[n])] for n in range(len(text))]
        totals[number] = list(itertools.accumulate([*words, log_probs(text)[2]]))
    return found, totals
