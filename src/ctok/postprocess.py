"""What a vocabulary's file puts around texts: the ids of special tokens, and type ids."""

from __future__ import annotations

from collections.abc import Sequence

from .spec import Template

_ONE = Template((("A", 0),), (("A", 0), ("B", 1)))


def apply(
    template: Template | None, ids: Sequence[int], pair: Sequence[int] | None = None
) -> tuple[list[int], list[int], list[int]]:
    """One text's ids, or two texts', with what stands around them.

    Parameters
    ----------
    template : Template or None
        None puts nothing around them.
    ids, pair : sequence of int
        Of the first and of the second text.

    Returns
    -------
    ids, type_ids, special_mask : list of int
        Of one length; the mask is 1 where the template put an id.
    """
    template = template or _ONE
    texts = {"A": ids, "B": pair or ()}
    result: tuple[list[int], list[int], list[int]] = ([], [], [])
    for what, type_id in template.single if pair is None else template.pair:
        part = texts[what] if isinstance(what, str) else what
        result[0].extend(part)
        result[1].extend([type_id] * len(part))
        result[2].extend([int(not isinstance(what, str))] * len(part))
    return result
