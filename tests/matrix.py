"""What `make test` takes of many alike."""

import pytest


def some(values, n=1):
    """The values for a test with parameters: all but the first n are for `make proof`."""
    values = list(values)
    return [*values[:n], *(pytest.param(one, marks=pytest.mark.proof) for one in values[n:])]
