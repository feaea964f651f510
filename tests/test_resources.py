import pytest

from attnstudio.errors import UsageError
from attnstudio.resources import resource_path


def test_the_samples_are_found():
    assert (resource_path("samples", "en-de") / "train.tsv.gz").is_file()


def test_a_missing_resource_is_named():
    with pytest.raises(UsageError, match=r"samples/xx is missing from this installation\."):
        resource_path("samples", "xx")
