"""What any vocabulary file means, as plain data: loaders write it, Vocab and Tokenizer read it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from dataclasses import dataclass, field

    import numpy as np
    import numpy.typing as npt
else:
    from .records import dataclass, field

Spelling = Literal["text", "alphabet", "marks"]
Behavior = Literal["isolated", "removed", "contiguous", "merged_with_previous", "merged_with_next"]


@dataclass(frozen=True)
class AddedToken:
    """A token that is found in a text before anything else is done to it.

    Parameters
    ----------
    content : str
        The token as it stands in a text.
    id : int
    special : bool
        Whether a call has to allow it (see `Tokenizer.encode`), and decoding may leave it out.
        One that is not special is always found.
    lstrip, rstrip : bool
        Whether it takes the white space before and behind it.
    single_word : bool
        Whether a letter, digit or underscore beside it forbids it.
    normalized : bool
        Whether it is looked for in the normalized text, behind the others.
    decoded : bytes, optional
        What it decodes to, where that is not its content.
    """

    content: str
    id: int
    special: bool = True
    lstrip: bool = False
    rstrip: bool = False
    single_word: bool = False
    normalized: bool = False
    decoded: bytes | None = None


@dataclass(frozen=True)
class Split:
    """One step of cutting a text: each piece so far is cut again.

    Parameters
    ----------
    pattern : str
        A regex.
    behavior : str
        What becomes of a match, in the words of `tokenizers`.
    invert : bool
        Whether what the pattern does not match counts as the match.
    prefix : str
        What is put before each piece that does not start with it, instead of cutting.
    of_bytes : bool
        Whether the pattern reads each byte as the character that ByteLevel writes for it, so that
        characters may be cut; see alphabet.py.
    """

    pattern: str
    behavior: Behavior = "isolated"
    invert: bool = False
    prefix: str = ""
    of_bytes: bool = False


@dataclass(frozen=True)
class Step:
    """One step of normalizing a text or of decoding: its kind and arguments.

    normalize.py and decoding.py have the kinds.
    """

    kind: str
    arguments: Mapping[str, str | int | bool] = field(default_factory=dict)


@dataclass(frozen=True)
class Template:
    """What stands around one text, and around two.

    Each item is a pair of what stands there and its type id: "A" and "B" are the texts, a tuple of
    ids is special tokens.
    """

    single: tuple[tuple[str | tuple[int, ...], int], ...]
    pair: tuple[tuple[str | tuple[int, ...], int], ...]


@dataclass(frozen=True, eq=False)
class VocabSpec:
    """A vocabulary as its file states it.

    Parameters
    ----------
    name : str
        What the vocabulary is called.
    token_bytes : bytes
        The tokens' bytes, one after the other in the order of their ids.
    token_offsets : numpy.ndarray of uint32, shape (n + 1,)
        Token ``id`` is ``token_bytes[token_offsets[id]:token_offsets[id + 1]]``; an id without
        bytes is a gap. Without merges, a token's id is also its rank.
    pattern : str
        The regex that cuts text into pieces; for users to read where `splits` says more.
    specials : mapping of str to int
        Special tokens and their ids. Two may share an id, which then decodes to the one given first.
    split_at : numpy.ndarray of unsigned integers, shape (n,), optional
        Where each token is cut into the two that merge into it: the left one's length in bytes, 0
        for single bytes and gaps. Given only for a vocabulary known to be proper, else Vocab
        finds out.
    merges : numpy.ndarray of uint32, shape (m, 3), optional
        Left id, right id and the id that they become, the first to merge first. Without it two
        neighbours merge when their bytes together are a token.
    merge_ranks : numpy.ndarray of uint32, shape (m,), optional
        The rank of each merge, where several have one: all of those give the same id. By default
        a merge's rank is its place in the list.
    whole_pieces : bool
        Whether a piece that is a token is that token, whatever merging gives.
    characters : bool
        Whether merging starts from characters, not from bytes.
    byte_ids : numpy.ndarray of uint32, shape (256,), optional
        The id of each single byte, 2**32 - 1 without one; by default the tokens of one byte.
    places : numpy.ndarray of uint32, shape (p, 3), optional
        Where a symbol is another token inside of a piece or at its end: its code point (its byte,
        where merging starts from bytes), its place, and the token's id. The place is 1 for all but
        a piece's first symbol, and 2 more for its last one.
    affixes : tuple of str, str
        What the file puts before each symbol but a piece's first, and behind its last; the tokens'
        bytes are without them.
    hidden : numpy.ndarray of uint32, optional
        Ids that decode but that no text becomes through merging or look-up.
    unknown : int, optional
        The id of characters that are no token, where they do not become single bytes.
    fuse_unknown : bool
        Whether such characters in a row are one id.
    space_starts : bool
        Whether each space starts a piece, where texts are cut by joints (see joints.h).
    added : tuple of AddedToken
        All tokens that are found before anything else, special ones too; empty when only
        `specials` are.
    splits : tuple of Split, optional
        How texts are cut; by default into the matches of `pattern`. Empty: not at all.
    normalizer : tuple of Step
    template : Template, optional
    decoder : tuple of Step
    chat_template : str, optional
        The file's own, as text; ctok does not run it.
    spelling : str
        How a token's bytes are written as text in its file: as they are, in GPT-2's alphabet of
        bytes, or with U+2581 for a space.
    names : mapping of int to str
        The tokens whose text in the file is another than the spelling gives.
    document : mapping, optional
        A tokenizer.json's own parts but for its tokens and merges, for writing it again.
    """

    name: str
    token_bytes: bytes
    token_offsets: npt.NDArray[np.uint32]
    pattern: str
    specials: Mapping[str, int] = field(default_factory=dict)
    split_at: npt.NDArray[np.uint32] | npt.NDArray[np.uint8] | None = None
    merges: npt.NDArray[np.uint32] | None = None
    merge_ranks: npt.NDArray[np.uint32] | None = None
    whole_pieces: bool = True
    characters: bool = False
    byte_ids: npt.NDArray[np.uint32] | None = None
    places: npt.NDArray[np.uint32] | None = None
    affixes: tuple[str, str] = ("", "")
    hidden: npt.NDArray[np.uint32] | None = None
    unknown: int | None = None
    fuse_unknown: bool = False
    space_starts: bool = False
    added: tuple[AddedToken, ...] = ()
    splits: tuple[Split, ...] | None = None
    normalizer: tuple[Step, ...] = ()
    template: Template | None = None
    decoder: tuple[Step, ...] = ()
    chat_template: str | None = None
    spelling: Spelling = "text"
    names: Mapping[int, str] = field(default_factory=dict)
    document: Mapping[str, Any] | None = None


class StoredSpec(VocabSpec):
    """A VocabSpec whose `token_bytes` stay in a vocabulary's tables until something asks for them."""

    def keep(self, table: npt.NDArray[np.uint8]) -> None:
        """Gives up the bytes for the table that has them."""
        self.__dict__["_kept"] = table
        self.__dict__.pop("token_bytes", None)

    def __getattr__(self, name: str) -> bytes:
        if name != "token_bytes" or "_kept" not in self.__dict__:
            raise AttributeError(f"{type(self).__name__!r} has no attribute {name!r}")
        data: bytes = self.__dict__[
            "_kept"
        ].tobytes()  # made anew each time: few ask, and it is large
        return data

    def __reduce__(self) -> tuple[Any, ...]:
        return VocabSpec, tuple(getattr(self, name) for name in VocabSpec.__match_args__)
