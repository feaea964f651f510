"""The kinds of attention that can be measured, as the settings of a run offer them.

None is named here: a kind is one part of an attention changed against the preset, for every choice
that the configs give. What is added there can be measured without a word in this room.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, StrEnum
from types import MappingProxyType

from pydantic.fields import FieldInfo

from attnstudio import config_attention
from attnstudio.config import RunConfig
from attnstudio.config_attention import (
    AttentionConfig,
    NormaliserKind,
    OwnReachKind,
    PositionKind,
    ScoreKind,
    SourceReachKind,
    choice_name,
    part_name,
)
from attnstudio.config_guidance import GuidanceConfig
from attnstudio.config_model import RecurrentConfig, TransformerConfig
from attnstudio.config_text import merge_config
from attnstudio.errors import ConfigError, UsageError
from attnstudio.presets import DEFAULT_PRESET, find_preset

_UNSEEN_BY_SCORES = (
    PositionKind.SINUSOIDAL, PositionKind.LEARNT, PositionKind.NONE, PositionKind.ROTARY,
)  # fmt: skip


class Growth(StrEnum):
    """What is known of how the cost of looking grows with a sentence of n pieces."""

    SQUARE = "n²"  # each piece looks at all (Vaswani et al. 2017, table 1)
    BAND = "n·w"  # each piece looks at w places (the same, restricted)
    LINEAR = "n"  # nothing looks, or what was read is summed up (Katharopoulos et al. 2020)

    @property
    def exponents(self) -> tuple[int, ...]:
        """Of the powers of n in the cost of a whole step: what is always there, and each piece."""
        return (0, 1, 2) if self is Growth.SQUARE else (0, 1)


@dataclass(frozen=True, slots=True)
class LabKind:
    """A kind of attention, as the config of a run says it.

    Attributes:
        name: ``transformer``, or with what is changed, such as ``transformer.score=dot``.
        family: transformer or recurrent.
        part: what is changed, in words; empty for the family's usual kind.
        value: what it is changed to, as it is called where it is chosen.
        growth: what is known of its cost.
        config: of a run, without a head that is taught.
    """

    name: str
    family: str
    part: str
    value: str
    growth: Growth
    config: RunConfig

    @property
    def is_usual(self) -> bool:
        """Whether it is its family's usual kind."""
        return not self.part

    @property
    def label(self) -> str:
        """What people read: ``the usual Transformer``, ``Window (own sentence)``."""
        if self.is_usual:
            return f"the usual {_FAMILY_WORDS[self.family]}"
        words = f"{self.value} ({self.part})"
        return words if self.family == "transformer" else f"Recurrent, {words}"


_FAMILY_WORDS: Mapping[str, str] = MappingProxyType(
    {"transformer": "Transformer", "recurrent": "recurrent model"}
)
_PRESETS = (DEFAULT_PRESET, "bahdanau")  # which gives the family that the chosen one is not of
_CONFIGS: Mapping[str, type[TransformerConfig] | type[RecurrentConfig]] = MappingProxyType(
    {"transformer": TransformerConfig, "recurrent": RecurrentConfig}
)


def offered_kinds(preset: str = DEFAULT_PRESET) -> tuple[LabKind, ...]:
    """All kinds that can be built, each family's usual one first.

    Args:
        preset: whose sizes its own family has; the other family is sized as its own preset.

    Raises:
        UsageError: there is no such preset.
    """
    chosen = find_preset(preset).config
    bases = [chosen, *(find_preset(name).config for name in _PRESETS)]
    kinds: list[LabKind] = []
    for family in _CONFIGS:
        base = next(config for config in bases if config.model.kind == family)
        kinds += _kinds_of(base.model_copy(update={"guidance": GuidanceConfig()}))
    return tuple(kinds)


def chosen_kinds(offered: Sequence[LabKind], names: Sequence[str]) -> tuple[LabKind, ...]:
    """Those of these names, in the order in which they are offered.

    Raises:
        UsageError: there is no such kind; those that there are are listed.
    """
    known = {kind.name for kind in offered}
    unknown = [name for name in names if name not in known]
    if unknown:
        raise UsageError(
            "There is no kind of attention {name}.",
            hint="There are: {kinds}.",
            name=unknown[0],
            kinds=", ".join(kind.name for kind in offered),
        )
    return tuple(kind for kind in offered if kind.name in names)


def usual_choice(offered: Sequence[LabKind]) -> tuple[LabKind, ...]:
    """What is compared where nobody says: few enough that it takes minutes.

    The usual kinds, and of a Transformer the first other choice of each part and whatever is known
    to grow otherwise.
    """
    firsts: dict[str, str] = {}
    for kind in offered:
        firsts.setdefault(f"{kind.family} {kind.part}", kind.name)
    usual = offered[0].growth
    return tuple(
        kind
        for kind in offered
        if kind.is_usual
        or (
            kind.family == "transformer"
            and (kind.name in firsts.values() or kind.growth is not usual)
        )
    )


def _kinds_of(base: RunConfig) -> Iterator[LabKind]:
    family = base.model.kind
    yield LabKind(family, family, "", "", growth_of(base), base)
    for fields, value in _changes(_CONFIGS[family]):
        if any(getattr(base.model, name) == value for name in fields):
            continue
        try:
            config = merge_config(base, {"model": dict.fromkeys(fields, value)})
        except ConfigError:  # cannot be combined with the rest of the preset
            continue
        yield LabKind(
            name=f"{family}.{'+'.join(fields)}={value}",
            family=family,
            part=" and ".join(map(part_name, fields)),
            value=choice_name(fields[0], value),
            growth=growth_of(config),
            config=config,
        )


def _changes(
    model: type[TransformerConfig] | type[RecurrentConfig],
) -> Iterator[tuple[tuple[str, ...], str]]:
    """Settings and the value that they are changed to: each alone, and then those that share one.

    A window over what is read and one over the own text are two settings; only both together make
    a model that never looks everywhere.
    """
    fields_of: dict[str, list[str]] = {}
    for name, field in model.model_fields.items():
        for choice in _attention_choices(field):
            yield (name,), str(choice.value)
            fields_of.setdefault(str(choice.value), []).append(name)
    yield from ((tuple(names), value) for value, names in fields_of.items() if len(names) > 1)


def growth_of(config: RunConfig) -> Growth:
    """What is known of how a kind's cost grows: as that of its dearest attention does."""
    model = config.model
    attentions = [model.attends_with]
    if isinstance(model, TransformerConfig):
        attentions.append(model.attends_itself_with)
    is_recurrent = isinstance(model, RecurrentConfig)
    found = {
        _growth_of_one(attention, in_blocks=not is_recurrent)
        for attention in attentions
        if attention is not None
    }
    order = (Growth.SQUARE, Growth.BAND)
    return next((growth for growth in order if growth in found), Growth.LINEAR)


def _growth_of_one(attention: AttentionConfig, *, in_blocks: bool) -> Growth:
    """Of one attention; a window saves something only where it is computed in blocks.

    That is so for what `model.attention.kernels` knows a banded kernel; all else makes the scores
    of all places and masks most of them.
    """
    if attention.normaliser is NormaliserKind.LINEAR:
        return Growth.LINEAR
    is_banded = (
        in_blocks
        and attention.reach in (OwnReachKind.WINDOW, SourceReachKind.WINDOW)
        and attention.score is ScoreKind.SCALED_DOT
        and attention.normaliser is NormaliserKind.SOFTMAX
        and attention.positions in _UNSEEN_BY_SCORES
    )
    return Growth.BAND if is_banded else Growth.SQUARE


def _attention_choices(field: FieldInfo) -> Sequence[Enum]:
    """The choices of a setting that says what an attention is made of; none of another setting."""
    kind = field.annotation
    if not isinstance(kind, type) or not issubclass(kind, Enum):
        return ()
    return tuple(kind) if kind.__module__ == config_attention.__name__ else ()
