"""Sites by what attends there: each source of a model has its own, under a name that tells them."""

import pytest

from attnstudio.errors import AlignmentError
from attnstudio.reading import Measure, Reading, ReadingMethod
from attnstudio.sites import (
    CROSS,
    DECODER_SELF,
    ENCODER_SELF,
    SITES,
    SOURCE,
    TARGET,
    Site,
    SiteRole,
    cross_site,
    encoder_site,
    site_named,
)

OVER_PICTURE = cross_site("picture")
OF_PICTURE = encoder_site("picture")
CONTRIBUTION = Site("contribution", TARGET, SOURCE)


def test_the_sites_of_a_translator_keep_their_names():
    assert [site.name for site in SITES] == ["cross", "encoder_self", "decoder_self"]
    assert (cross_site(SOURCE), encoder_site(SOURCE)) == (CROSS, ENCODER_SELF)


def test_another_source_has_sites_of_its_own():
    assert Site("cross_picture", TARGET, "picture", SiteRole.CROSS) == OVER_PICTURE
    assert Site("encoder_self_picture", "picture", "picture", SiteRole.ENCODER_SELF) == OF_PICTURE
    assert not {OVER_PICTURE, OF_PICTURE} & set(SITES)


@pytest.mark.parametrize("site", [*SITES, OVER_PICTURE, OF_PICTURE])
def test_a_name_tells_the_site(site):
    assert site_named(site.name) == site


@pytest.mark.parametrize(
    "name", ["", "cross_", "cross_source", "cross_target", "cross_inputs", "cross_Ä", "crosses",
             "decoder_self_picture", "contribution"]
)  # fmt: skip
def test_a_name_that_no_model_gives_tells_none(name):
    assert site_named(name) is None


@pytest.mark.parametrize(
    ("site", "is_cross", "is_self"),
    [
        (CROSS, True, False),
        (OVER_PICTURE, True, False),
        (ENCODER_SELF, False, True),
        (OF_PICTURE, False, True),
        (DECODER_SELF, False, True),
        (CONTRIBUTION, False, False),  # between the same axes, but nothing attends there
    ],
)
def test_what_attends_says_what_can_be_asked_of_a_site(site, is_cross, is_self):
    shifted = Reading(method=ReadingMethod.SHIFTED, site=site)

    assert (site.is_cross, site.is_self) == (is_cross, is_self)
    assert shifted.is_shifted is is_cross
    assert ("shifted" in str(shifted)) is is_cross


@pytest.mark.parametrize("site", [*SITES, OVER_PICTURE, OF_PICTURE])
def test_a_reading_is_written_and_read_at_every_site(site):
    for measure in Measure:
        reading = Reading(1, None, ReadingMethod.SHIFTED, site, measure)

        assert Reading.from_mapping(reading.to_mapping()) == reading


def test_a_reading_from_before_there_were_norms_is_of_weights():
    mapping = {"layer": 0, "head": 1, "method": "naive"}

    assert Reading.from_mapping(mapping) == Reading(0, 1)
    assert str(Reading(0, 1)) == "layer 0, head 1, naive"
    assert str(Reading(0, 1, measure=Measure.NORMS)) == "layer 0, head 1, naive, norms"


def test_a_reading_of_a_site_that_no_model_has_is_refused_in_words():
    mapping = {"layer": 0, "head": 0, "method": "naive", "site": "crosses"}
    with pytest.raises(AlignmentError, match="is not a reading of attention") as refused:
        Reading.from_mapping(mapping)

    assert "cross, encoder_self, decoder_self" in refused.value.hint
