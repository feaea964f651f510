"""Attention Studio: train an attention translator on your own machine and see what it looks at."""

__version__ = "0.1.0"
