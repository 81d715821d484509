"""Leaves out of a vocabulary what some texts do not need."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .counting import PieceCounts, at_least
from .tokenizer import Tokenizer
from .training import Tokens

if TYPE_CHECKING:
    from .counting import Texts


def prune(
    tokenizer: Tokenizer, texts: Texts | PieceCounts, *, min_count: int = 1, name: str | None = None
) -> Tokenizer:
    """A smaller tokenizer that encodes some texts with the same tokens.

    Kept are the single bytes, the special tokens, the tokens that stand in the texts, and those
    that they are merged from. Ids are numbered anew, in the same order.

    Parameters
    ----------
    tokenizer : Tokenizer
        It must be proper; see `Tokenizer.is_proper`.
    texts : iterable of str, bytes, paths or rows, a path, or PieceCounts
        Counts must be of the tokenizer's own pattern.
    min_count : int
        A token that stands less often, in these texts, is left out too unless others are merged
        from it. With more than 1 the texts' tokens are no longer all the same.
    name : str, optional
        What to call the result; by default as before.

    Returns
    -------
    Tokenizer

    Raises
    ------
    VocabError
        The tokenizer is not proper, or does more than cut by one regex and merge bytes.
    ValueError
        Counts of another pattern.

    Examples
    --------
    >>> import ctok
    >>> small = ctok.prune(ctok.get_encoding("cl100k_base"), ["hello world"])
    >>> [small.decode_single_token_bytes(id) for id in small.encode("hello world")]
    [b'hello', b' world']
    """
    at_least("min_count", min_count, 1)
    before = Tokens.of_tokenizer(tokenizer)
    counts = (
        texts if isinstance(texts, PieceCounts) else PieceCounts(tokenizer.pattern).count(texts)
    )
    if counts.pattern != tokenizer.pattern:
        raise ValueError(f"counts of the pattern {counts.pattern!r}, not {tokenizer.pattern!r}")
    data, lengths, numbers = counts.arrays()
    kept = np.zeros(len(before.tokens), dtype=np.int64)
    encode = before.encoder()
    if encode is not None and len(lengths):
        ids = encode(data.tobytes(), np.cumsum(lengths, dtype=np.intp))
        # Each id counts as often as its piece: pieces are known by where their bytes end.
        sizes = np.array([len(token) for token in before.tokens], dtype=np.int64)
        pieces = np.searchsorted(np.cumsum(lengths, dtype=np.int64), np.cumsum(sizes[ids]))
        np.add.at(kept, ids, numbers[pieces])
    wanted = kept >= min_count
    wanted[before.byte_ids] = True
    by_bytes = {token: number for number, token in enumerate(before.tokens) if token}
    for number in range(len(before.tokens) - 1, -1, -1):
        if wanted[number] and before.splits[number]:
            token, cut = before.tokens[number], before.splits[number]
            wanted[by_bytes[token[:cut]]] = wanted[by_bytes[token[cut:]]] = True
    order = np.flatnonzero(wanted).tolist()
    new_id = np.zeros(len(before.tokens), dtype=np.uint32)
    new_id[order] = np.arange(len(order))
    after = Tokens(
        [before.tokens[number] for number in order],
        [before.splits[number] for number in order],
        new_id[before.byte_ids],
        {},
    )
    specials = sorted(before.specials, key=before.specials.__getitem__)
    return after.to_tokenizer(name or tokenizer.name, tokenizer.pattern, specials)
