"""How translations are searched for where nobody says it; light, so that ``--help`` can say it."""

DEFAULT_BEAM = 5  # hypotheses kept side by side
