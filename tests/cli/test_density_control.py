"""``learnt --control``: a dense model cut to the density of a sparse one, against NumPy."""

import shutil

import numpy as np
import numpy_models
import pytest
from numpy_models import NumpyTransformer
from safetensors.numpy import load_file

from attnstudio.config import DecodingConfig
from attnstudio.corpus.parallel_corpus import Split
from attnstudio.errors import AlignmentError
from attnstudio.evaluation.metrics import score_translations
from attnstudio.model.intervention import Intervention
from attnstudio.project.density_control import control_density
from attnstudio.project.measured_pairs import spread
from attnstudio.project.project import Project
from attnstudio.project.run_loading import load_run
from attnstudio.sites import SITES
from attnstudio.tokenizer import END_ID, START_ID

HEADS = 4
SENTENCES = 5
KINDS = {"dense": "softmax", "sparse": "sparsemax", "sparser": "entmax15", "other": "softmax"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory, imported, attnstudio, tiny):
    """A project with runs of four kinds; not to be changed."""
    folder = shutil.copytree(imported, tmp_path_factory.mktemp("control") / "project")
    for name, kind in KINDS.items():
        options = ("--run", name, "--max-steps", "20", "--set", f"model.normaliser={kind}")
        assert attnstudio("train", folder, *tiny, *options, "--seed", "3").code == 0
    return folder


def load(folder, name):
    project = Project.open(folder)
    return load_run(project, project.run(name), threads=1)


def pairs_of(loaded, split=Split.VALID):
    chosen = spread(loaded.corpus.indices(split).tolist(), SENTENCES)
    return [loaded.corpus[i] for i in chosen]


def reads_of(loaded):
    tokenizer = loaded.translator._target_tokenizer
    return [
        (
            [*tokenizer.encode(pair.source), END_ID],
            [START_ID, *tokenizer.encode(pair.target)],
            [*tokenizer.encode(pair.target), END_ID],
        )
        for pair in pairs_of(loaded)
    ]


def witness_of(loaded, normaliser):
    path = loaded.run.checkpoint_folder(loaded.step) / "model.safetensors"
    return NumpyTransformer(load_file(path), HEADS, normaliser=normaliser)


def largest(weights, hidden, share):
    """Each row by itself."""
    cut = np.zeros_like(weights)
    for row, (values, is_hidden) in enumerate(zip(weights, hidden, strict=True)):
        there = np.flatnonzero(~is_hidden)
        count = max(1, int(np.floor(share * len(there) + 0.5)))
        best = there[np.argsort(-values[there], kind="stable")][:count]
        cut[row, best] = values[best] / values[best].sum()
    return cut


def cut_looks(monkeypatch, shares):
    """Let NumPy's attention keep but the largest weights of each row."""
    plain = numpy_models._Look._shared

    def shared(look, scores):
        site = "cross" if not look.is_own else "decoder_self" if look.causal else "encoder_self"
        hidden = np.broadcast_to(look._hidden(), scores.shape)
        return largest(plain(look, scores), hidden, shares[site])

    monkeypatch.setattr(numpy_models._Look, "_shared", shared)


def loss_and_densities(loaded, normaliser):
    """Nats a token, and the share of places that get anything, of rows that have a choice."""
    witness, lost, tokens = witness_of(loaded, normaliser), 0.0, 0
    places, left = {}, {}
    for source, fed, wanted in reads_of(loaded):
        logits, seen = witness.read(source, fed)
        tops = logits - logits.max(axis=1, keepdims=True)
        log_probs = tops - np.log(np.exp(tops).sum(axis=1, keepdims=True))
        lost -= sum(log_probs[place, piece] for place, piece in enumerate(wanted))
        tokens += len(wanted)
        for (site, _), numbers in seen.items():
            for weights in numbers["weights"]:
                for row, values in enumerate(weights):
                    there = values[: row + 1] if site == "decoder_self" else values
                    if len(there) > 1:
                        places[site] = places.get(site, 0) + len(there)
                        left[site] = left.get(site, 0) + int((there > 0).sum())
    return lost / tokens, {site: left[site] / places[site] for site in places}


@pytest.fixture(scope="module")
def found(attnstudio, folder):
    asked = ("learnt", folder, "--run", "dense", "--against", "sparse", "--control", "--bleu")
    return attnstudio(*asked, "--sentences", SENTENCES, "--json").json["control"]


def test_loss_and_density_of_the_three_follow_from_their_files(monkeypatch, folder, found):
    for row, name in (("dense", "dense"), ("sparse", "sparse")):
        loss, densities = loss_and_densities(load(folder, name), KINDS[name])
        assert found[row]["loss"] == pytest.approx(loss, abs=1e-4)
        assert found[row]["densities"] == pytest.approx(densities, abs=1e-4)
    cut_looks(monkeypatch, found["kept_shares"])
    loss, densities = loss_and_densities(load(folder, "dense"), "softmax")
    assert found["cut"]["loss"] == pytest.approx(loss, abs=1e-4)
    assert found["cut"]["densities"] == pytest.approx(densities, abs=1e-4)
    assert abs(loss - found["dense"]["loss"]) > 1e-3


def test_the_cut_leaves_as_many_places_as_the_sparse_run(found):
    assert set(found["kept_shares"]) == {site.name for site in SITES}
    assert set(found["dense"]["densities"].values()) == {1.0}
    for site, density in found["sparse"]["densities"].items():
        assert density < 0.9
        assert found["cut"]["densities"][site] == pytest.approx(density, abs=0.03)


def test_costs_are_means_of_paired_sentences(folder, found):
    loaded = {name: load(folder, name) for name in ("dense", "sparse")}
    sites = {site.name: site for site in SITES}
    shares = {sites[name]: share for name, share in found["kept_shares"].items()}
    sums = {}
    for row, name, change in (
        ("dense", "dense", None),
        ("cut", "dense", Intervention(kept_shares=shares)),
        ("sparse", "sparse", None),
    ):
        translator = loaded[name].translator
        pairs = pairs_of(loaded[name])
        reads = [translator.read_forced(pair.source, pair.target) for pair in pairs]
        scored = translator.token_log_probs(reads, intervention=change)
        sums[row] = np.array([sum(of_tokens) for of_tokens in scored])
    tokens = found["dense"]["tokens"]
    for name, other in (("cost", "dense"), ("behind", "sparse")):
        lost = sums[other] - sums["cut"]
        assert found[name]["loss"] == pytest.approx(lost.sum() / tokens, abs=1e-4)
        error = np.sqrt(len(lost)) * lost.std(ddof=1) / tokens
        assert found[name]["error"] == pytest.approx(error, abs=1e-4)
        assert found[name]["is_sure"] == (abs(found[name]["loss"]) > 2 * found[name]["error"])


def test_bleu_is_that_of_greedy_translations_of_the_test_split(folder, found):
    loaded = load(folder, "dense")
    pairs = pairs_of(loaded, Split.TEST)
    sites = {site.name: site for site in SITES}
    shares = {sites[name]: share for name, share in found["kept_shares"].items()}
    for row, change in (("dense", None), ("cut", Intervention(kept_shares=shares))):
        texts = loaded.translator.translate(
            [pair.source for pair in pairs], DecodingConfig(beam_size=1), intervention=change
        )
        expected = score_translations([t.text for t in texts], [p.target for p in pairs], "de")
        assert found[row]["bleu"] == pytest.approx(expected.bleu, abs=1e-6)
    assert found["test_sentences"] == SENTENCES
    assert all(found[row]["aer"] is not None for row in ("dense", "cut", "sparse"))


def test_the_order_of_the_runs_does_not_matter_and_the_table_says_what_json_says(
    attnstudio, folder, found
):
    asked = ("learnt", folder, "--run", "sparse", "--against", "dense", "--control")
    lines = attnstudio(*asked, "--sentences", SENTENCES).lines

    place = lines.index(f"Control, {SENTENCES} held-out sentences")
    for line, row, name in zip(
        lines[place + 2 :],
        ("dense", "cut", "sparse"),
        ("dense", "dense, cut", "sparse"),
        strict=False,
    ):
        assert line.startswith(f"{name} ")
        assert line.split()[-2:] == [f"{found[row]['loss']:.4f}", f"{found[row]['aer']:.4f}"]
    assert lines[-1] == found["in_words"]
    cost = found["cost"]
    more = "more" if cost["loss"] >= 0 else "less"
    chance = "more than chance" if cost["is_sure"] else "it may be chance"
    assert lines[-1].startswith(
        "Cut to as few places as sparse looks at, dense loses "
        f"{abs(cost['loss']):.4f} nats a token {more} (standard error {cost['error']:.4f}: "
        f"{chance}). Against sparse it then loses "
    )


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (("dense", "other"), "Of the runs dense and other, both give every place a little."),
        (("sparse", "sparser"), "Of the runs sparse and sparser, both leave places out."),
    ],
)
def test_runs_of_which_not_one_alone_is_dense_are_refused(folder, names, message):
    runs = tuple(load(folder, name) for name in names)

    with pytest.raises(AlignmentError) as refusal:
        control_density(Project.open(folder), runs, sentences=3)

    assert refusal.value.message == message
    assert refusal.value.hint


def test_a_stop_ends_it_and_progress_is_told(folder):
    runs, told = (load(folder, "dense"), load(folder, "sparse")), []
    project = Project.open(folder)

    whole = control_density(
        project, runs, sentences=3, progress=lambda done, total: told.append((done, total))
    )

    assert whole.test_sentences == 0
    assert told == [(n, 6) for n in range(1, 7)]
    for after in range(6):
        told.clear()
        stopped = control_density(
            project,
            runs,
            sentences=3,
            progress=lambda done, total: told.append((done, total)),
            should_stop=lambda after=after: len(told) >= after,
        )
        assert stopped is None


def test_the_control_needs_another_run(attnstudio, folder):
    reply = attnstudio("learnt", folder, "--control", "--json")
    assert reply.code == 2
    assert reply.json["error"] == {
        "message": "The control compares two runs.",
        "hint": "Give --control with --against, and --bleu with --control.",
    }
