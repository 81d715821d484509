"""The vocabularies of real models, from packages of the test extra: ids and text of the reference."""

from __future__ import annotations

import pytest

from . import models

FOUND = dict(models.packaged())


@pytest.mark.full
@pytest.mark.parametrize("name", FOUND)
def test_ids_and_text_are_those_of_the_reference(name):
    assert models.compare(FOUND[name], hostile=4000, texts_at_most=5000) > 100_000
