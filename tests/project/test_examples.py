"""The sides of a run say how its examples are kept; what cannot be kept is refused."""

import pytest

from attnstudio.project.examples import damage_of_examples, encode_examples, open_examples
from attnstudio.project.run_sides import RunSides


class Sound:
    """A kind of source that nothing here knows."""


def test_what_is_no_text_is_not_kept_as_pairs_of_texts(tmp_path, small_config):
    sides = RunSides({"sound": Sound()}, None)
    for attempt in (
        lambda: encode_examples(tmp_path / "examples", None, sides, max_tokens=9),
        lambda: open_examples(tmp_path, small_config(), None, sides),
        lambda: damage_of_examples(tmp_path, sides),
    ):
        with pytest.raises(TypeError, match="pairs of texts can be encoded, and Sound is none"):
            attempt()
