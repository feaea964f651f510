"""What readers of files found, one thing after another."""


def records_in(batches):
    """The pairs and then the problems of each batch."""
    for batch in batches:
        yield from batch.pairs()
        yield from batch.problems
