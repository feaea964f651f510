"""Events made by hand, for tests of all rooms: what a test does not care about is filled in."""

from attnstudio.training.events import Started, Step, Validation

SCORES = {"loss": 2.0, "perplexity": 7.4, "token_accuracy": 0.5}  # of a validation without decoding
_STARTED = {
    "step": 0, "elapsed_s": 0.0, "resumed_from": None, "device": "cpu", "threads": 1,
    "parameters": 10, "train_pairs": 20, "batches": 3,
}  # fmt: skip
_STEP = {"learning_rate": 0.001, "gradient_norm": 1.0, "tokens_per_second": 900.0}
_VALIDATION = {"scores": SCORES, "seconds": 1.0, "is_best": True}


def make_started(**facts):
    """The beginning of a segment, as of a small training from scratch."""
    return Started(**_STARTED | facts)


def make_step(**facts):
    """An update."""
    return Step(**_STEP | facts)


def make_validation(**facts):
    """A validation, the best so far."""
    return Validation(**_VALIDATION | facts)
