"""A vocabulary's tables: numpy arrays, built once from a VocabSpec, then only read."""

cimport cython
from cpython.buffer cimport PyBUF_SIMPLE, PyBuffer_FillInfo, PyBuffer_Release, PyObject_GetBuffer
from cpython.pycapsule cimport PyCapsule_New
from libc.stdint cimport uint8_t, uint16_t, uint32_t, uint64_t

import numpy as np

from .c.base cimport CTOK_DUPLICATE, CTOK_MAX_IDS, CTOK_MAX_RANKS, CTOK_NO_ID, CTOK_NO_RANK
from .c.base cimport CTOK_OK
from .c.build cimport ctok_byte_pairs_find, ctok_cut_tokens, ctok_last, ctok_last_merges
from .c.build cimport ctok_put_splits, ctok_put_tokens, ctok_split_tokens
from .c.check cimport ctok_numbers_hold, ctok_offsets_hold, ctok_pairs_hold, ctok_parts_hold
from .c.check cimport ctok_pieces_hold, ctok_spans_hold, ctok_splits_hold, ctok_tall_hold
from .c.check cimport ctok_wholes_hold
from .c.decode cimport CTOK_MAX_TOKEN_BYTES
from .c.joints cimport CTOK_ASCII_JOINTS, CTOK_JOINT_SIDES, CTOK_JOINT_WORDS, ctok_joints_add
from .c.joints cimport ctok_joints_cover
from .c.linear cimport CTOK_TALL_TOKEN, ctok_parts, ctok_parts_find, ctok_starts_put, ctok_tall
from .c.linear cimport ctok_wholes_find
from .c.merge cimport CTOK_BYTE_PAIRS, CTOK_PLACES, CTOK_WHOLES, ctok_long_merge_bytes
from .c.pairs cimport ctok_pairs_bits, ctok_pairs_clear, ctok_pairs_put, ctok_pairs_rank
from .c.pairs cimport ctok_pairs_words
from .c.pieces cimport CTOK_FREE_LARGE, CTOK_MEDIUM_KEY, CTOK_SMALL_KEY, ctok_pieces_find
from .c.special cimport CTOK_LSTRIP, CTOK_RSTRIP, CTOK_SINGLE_WORD, ctok_specials_index
from .errors import VocabError
from .spec import AddedToken, StoredSpec

cdef extern from "_memory.h" nogil:
    size_t CTOK_LARGE_MEMORY
    void* ctok_zeros(size_t size)
    void ctok_free_zeros(void* memory, size_t size)

MAX_IDS = CTOK_MAX_IDS

# Every table: its name, here and in a saved file, its type, and the numbers in a row of it.
# Vocab.point says what each is for, Vocab.check what has to hold of one that comes from a file.
TABLES = (
    ("bytes", "u1", 1),
    ("offsets", "u4", 1),
    ("spans", "u8", 1),
    ("byte_ids", "u4", 1),
    ("place_slots", "u8", 1),
    ("products", "u4", 1),
    ("ascii_joints", "u1", 1),
    ("joint_sides", "u1", 1),
    ("joints", "u8", 1),
    ("pair_slots", "u8", 1),
    ("small_slots", "u8", 2),
    ("medium_slots", "u8", 4),
    ("large_slots", "u8", 1),
    ("split_at", "u4", 1),
    ("parts", "u4", 2),
    ("starts", "u2", 1),
    ("heads", "u4", 1),
    ("tall", "u4", 2),
    ("wholes", "u4", 1),
    ("byte_pairs", "u4", 1),
)
# The bytes that no UTF-8 has.
NO_UTF8 = frozenset([0xC0, 0xC1, *range(0xF5, 0x100)])
# What linear.h walks by: all of them, or none.
_WALKED = ("parts", "starts", "heads", "tall")
OPTIONAL = (
    "place_slots", "products", "ascii_joints", "joint_sides", "joints", "split_at", *_WALKED, "wholes",
    "byte_pairs",
)


cdef uint32_t table_bits(size_t entries) noexcept:
    """The smallest table, a power of two of 16 slots or more, that entries fill under three fifths of."""
    cdef uint32_t bits = 4
    while 3 * (<size_t>1 << bits) <= 5 * entries:
        bits += 1
    return bits


cdef uint32_t bits_of(size_t n) noexcept:
    """The position of the highest bit of n > 0: of a power of two, which one it is."""
    cdef uint32_t bits = 0
    while n > 1:
        n >>= 1
        bits += 1
    return bits


cdef void* start_of(array) except? NULL:
    """Where the numbers of a C-contiguous array stand; NULL for None."""
    cdef Py_buffer view
    if array is None:
        return NULL
    PyObject_GetBuffer(array, &view, PyBUF_SIMPLE)
    PyBuffer_Release(&view)
    return view.buf


@cython.final
cdef class _Zeros:
    """Memory of ctok_zeros, lent to numpy; freed with the last array on it."""

    cdef void* start
    cdef size_t size

    def __cinit__(self, size_t size):
        self.start = ctok_zeros(size)
        if self.start is NULL:
            raise MemoryError(f"no memory for a table of {size} bytes")
        self.size = size

    def __dealloc__(self):
        ctok_free_zeros(self.start, self.size)

    def __getbuffer__(self, Py_buffer* view, int flags):
        PyBuffer_FillInfo(view, self, self.start, self.size, 0, flags)


cdef object zeros(shape, kind):
    """Like numpy.zeros; what is large comes in huge pages, as it is read at random."""
    cdef size_t size = int(np.prod(shape)) * np.dtype(kind).itemsize
    if size < CTOK_LARGE_MEMORY:
        return np.zeros(shape, dtype=kind)
    return np.frombuffer(_Zeros(size), dtype=kind).reshape(shape)


def frozen(array):
    """The array, no longer writable."""
    array.flags.writeable = False
    return array


def pair_table(spec, merges=None, ranks=None):
    """The table of pairs of a list of merges, by default the vocabulary's own.

    Returns
    -------
    slots : numpy.ndarray of uint64
    bits : int
    products : numpy.ndarray of uint32 or None
        What each rank makes; None where that is the rank itself.

    Raises
    ------
    VocabError
        Ranks that do not fit; two merges of one pair, or of one rank that give two tokens.
    """
    if merges is None:
        merges, ranks = np.ascontiguousarray(spec.merges, dtype=np.uint32), spec.merge_ranks
    if ranks is None:
        ranks = np.arange(len(merges), dtype=np.uint32)
    if len(ranks) != len(merges) or (len(ranks) and ranks.max() >= CTOK_MAX_RANKS):
        raise VocabError(f"{spec.name!r}: the ranks of merges do not fit")
    cdef const uint32_t[:, ::1] rows = merges
    cdef const uint32_t[::1] rank = np.ascontiguousarray(ranks, dtype=np.uint32)
    cdef uint32_t bits = ctok_pairs_bits(len(merges))
    slots = zeros(ctok_pairs_words(bits), np.uint64)
    cdef uint64_t[::1] view = slots
    cdef Py_ssize_t i
    ctok_pairs_clear(&view[0], bits)
    for i in range(rows.shape[0]):
        if ctok_pairs_put(&view[0], bits, rows[i, 0], rows[i, 1], rank[i]) == CTOK_DUPLICATE:
            raise VocabError(
                f"{spec.name!r}: merge {i} joins the ids {rows[i, 0]} and {rows[i, 1]}, as one"
                " before it does")
    if np.array_equal(ranks, merges[:, 2]):
        return frozen(slots), bits, None
    products = np.zeros(int(ranks.max()) + 1 if len(ranks) else 1, dtype=np.uint32)
    products[ranks] = merges[:, 2]
    if not np.array_equal(products[ranks], merges[:, 2]):
        raise VocabError(f"{spec.name!r}: merges of one rank give two tokens")
    return frozen(slots), bits, frozen(products)


@cython.final
cdef class Vocab:
    """All that encoding and decoding read, frozen: one object serves all threads.

    Parameters
    ----------
    spec : VocabSpec
        What the vocabulary's file says.
    arrays : dict, optional
        The tables by name, as `as_arrays` gave them for the same spec: then nothing is built, and all
        that reading them relies on is checked.
    is_proper : bool
        With arrays: what the attribute was.

    Attributes
    ----------
    is_proper : bool
        Whether merging each token's own bytes with the tokens before it ends in exactly two
        parts. Then whole-piece lookup and merging always agree.
    n_ids : int
        One more than the highest id, special tokens included.
    only_utf8 : bool
        Whether bytes that no UTF-8 has are no tokens: texts with them cannot be encoded.

    Raises
    ------
    VocabError
        A single byte of UTF-8 without a token, two tokens with the same bytes, a special token that is
        empty or whose id is taken, an id of 2**21 or more; arrays that are no vocabulary's.

    Notes
    -----
    The layout of each table is drawn at the head of the C header that reads it.
    """

    def __cinit__(self, spec, arrays=None, bint is_proper=False):
        self.spec = spec
        self.arrays = {}
        if arrays is not None:
            self.is_proper = is_proper
            self._take(arrays)
            self.only_utf8 = self._lacks_bytes()
            return
        self._read_tokens()
        self._lay_out_bytes(self._list_specials())
        if isinstance(spec, StoredSpec):
            spec.keep(self.arrays["bytes"][: len(spec.token_bytes)])
        self.point()
        if spec.merges is None:
            self._build_pieces(None)
            self._build_pairs()
        else:
            self._build_merges()
        self._build_linear()
        self._build_byte_pairs()
        self.only_utf8 = self._lacks_bytes()

    cdef int point(self) except -1:
        """Points the C structures at the arrays: as they are built, and when they come from a file."""
        spec, arrays = self.spec, self.arrays
        self.tables.pieces.bytes = <const uint8_t*>start_of(arrays["bytes"])
        self.tables.pieces.offsets = <const uint32_t*>start_of(arrays["offsets"])
        self.tables.n_ids = <uint32_t>(arrays["offsets"].size - 1)
        self.tables.merges.byte_ids = <const uint32_t*>start_of(arrays["byte_ids"])
        self.tables.merges.products = <const uint32_t*>start_of(arrays.get("products"))
        self.tables.merges.characters = &self.tables.pieces if spec.characters else NULL
        self.tables.merges.unknown = CTOK_NO_ID if spec.unknown is None else <uint32_t>spec.unknown
        self.tables.merges.fuse_unknown = spec.fuse_unknown
        if "place_slots" in arrays:
            self.tables.merges.places.slots = <const uint64_t*>start_of(arrays["place_slots"])
            self.tables.merges.places.bits = bits_of(arrays["place_slots"].size)
        self.tables.joints.ascii = <const uint8_t*>start_of(arrays.get("ascii_joints"))
        self.tables.joints.sides = <const uint8_t*>start_of(arrays.get("joint_sides"))
        self.tables.joints.set = <const uint64_t*>start_of(arrays.get("joints"))
        self.tables.joints.space_starts = spec.space_starts
        self.tokens.bytes = self.tables.pieces.bytes
        self.tokens.n_bytes = arrays["bytes"].size
        self.tokens.spans = <const uint64_t*>start_of(arrays["spans"])
        self.tokens.n_ids = self.n_ids = <uint32_t>arrays["spans"].size
        if "small_slots" in arrays:
            self.tables.pieces.small = <const uint64_t*>start_of(arrays["small_slots"])
            self.tables.pieces.medium = <const uint64_t*>start_of(arrays["medium_slots"])
            self.tables.pieces.large = <const uint64_t*>start_of(arrays["large_slots"])
            self.tables.pieces.small_bits = bits_of(len(arrays["small_slots"]))
            self.tables.pieces.medium_bits = bits_of(len(arrays["medium_slots"]))
            self.tables.pieces.large_bits = bits_of(len(arrays["large_slots"]))
        if "pair_slots" in arrays:
            self.tables.merges.pairs.slots = <const uint64_t*>start_of(arrays["pair_slots"])
            self.tables.merges.pairs.bits = bits_of(arrays["pair_slots"].size)
        self.tables.linear.parts = <const ctok_parts*>start_of(arrays.get("parts"))
        self.tables.linear.starts = <const uint16_t*>start_of(arrays.get("starts"))
        self.tables.linear.heads = <const uint32_t*>start_of(arrays.get("heads"))
        self.tables.linear.tall = <const ctok_tall*>start_of(arrays.get("tall"))
        if "starts" in arrays:
            self.tables.linear.start_bits = bits_of(arrays["starts"].size)
            self.tables.linear.head_bits = bits_of(arrays["heads"].size)
        self.tables.merges.byte_pairs = <const uint32_t*>start_of(arrays.get("byte_pairs"))
        self.tables.merges.wholes = <const uint32_t*>start_of(arrays.get("wholes"))
        return 0

    def _take(self, arrays):
        """Takes tables that were built before, when they hold what all else relies on."""
        for name, kind, row in TABLES:
            array = arrays.get(name)
            if array is None:
                if name not in OPTIONAL:
                    raise VocabError(f"{self.spec.name!r}: the table {name!r} is missing")
                continue
            if array.dtype != kind or array.ndim != 1 + (row > 1) or (row > 1 and array.shape[1] != row):
                raise VocabError(f"{self.spec.name!r}: the table {name!r} has another form")
            self.arrays[name] = frozen(array)
        wrong = self._wrong_size()
        if wrong is None:
            self.point()
            wrong = self.check()
        if wrong is not None:
            raise VocabError(f"{self.spec.name!r}: the table {wrong!r} is damaged")
        ids = [token.id for token in self._list_specials()]
        if max([*ids, *self.spec.specials.values()], default=0) >= self.n_ids:
            raise VocabError(f"{self.spec.name!r}: the table 'spans' ends before a special token's id")

    def _wrong_size(self):
        """The first table of a size that cannot be, or None."""
        arrays = self.arrays
        cdef size_t n_ids = len(arrays["spans"])
        cdef size_t n_tokens = len(arrays["offsets"]) - 1
        cdef size_t words = len(arrays["pair_slots"])
        cdef uint32_t bits = bits_of(words) if words else 0
        cdef size_t place_words = len(arrays.get("place_slots", ()))
        cdef uint32_t place_bits = bits_of(place_words) if place_words else 0
        for name in ("small_slots", "medium_slots", "large_slots"):
            n = len(arrays[name])
            if n < 16 or n & (n - 1):
                return name
        for name, holds in (
            ("offsets", 0 < len(arrays["offsets"]) <= CTOK_MAX_IDS + 1),
            ("spans", n_tokens <= n_ids <= CTOK_MAX_IDS),
            ("byte_ids", len(arrays["byte_ids"]) == 256),
            ("place_slots", "place_slots" not in arrays or 4 <= place_bits <= 29
             and place_words == ctok_pairs_words(place_bits)),
            ("products", 0 < len(arrays.get("products", "x")) <= CTOK_MAX_RANKS),
            ("ascii_joints", len(arrays.get("ascii_joints", range(CTOK_ASCII_JOINTS))) == CTOK_ASCII_JOINTS),
            ("joints", len(arrays.get("joints", range(CTOK_JOINT_WORDS))) == CTOK_JOINT_WORDS),
            ("joint_sides", len(arrays.get("joint_sides", range(CTOK_JOINT_SIDES))) == CTOK_JOINT_SIDES),
            ("joints", ("joints" in arrays) == ("ascii_joints" in arrays) == ("joint_sides" in arrays)),
            ("pair_slots", 4 <= bits <= 29 and words == ctok_pairs_words(bits)),
            ("split_at", self.split_lengths is None or <size_t>len(self.split_lengths) == n_tokens),
            ("bytes", len(arrays["bytes"]) > 0),
            ("parts", "parts" not in arrays or <size_t>len(arrays["parts"]) == n_tokens),
            ("wholes", len(arrays.get("wholes", range(CTOK_WHOLES))) == CTOK_WHOLES),
            ("byte_pairs", len(arrays.get("byte_pairs", range(CTOK_BYTE_PAIRS))) == CTOK_BYTE_PAIRS),
            ("byte_pairs", "byte_pairs" not in arrays or self._is_of_bytes()),
            *((name, (name in arrays) == ("parts" in arrays)) for name in _WALKED),
            *((name, name not in arrays or self._may_walk()) for name in ("parts", "wholes")),
        ):
            if not holds:
                return name
        for name in ("starts", "heads"):
            n = len(arrays.get(name, range(16)))
            if not 16 <= n <= 1 << 30 or n & (n - 1):
                return name
        return None

    def check(self):
        """The first table in which something is out of its bounds, or None; see check.h."""
        arrays = self.arrays
        cdef size_t n_bytes = len(arrays["bytes"])
        cdef uint32_t n_ids = self.n_ids
        cdef uint32_t n_tokens = self.tables.n_ids
        cdef uint32_t n_ranks = n_tokens
        cdef const uint32_t* ids
        cdef uint32_t none = CTOK_NO_ID if self.spec.unknown is not None else 0
        if not ctok_offsets_hold(self.tables.pieces.offsets, n_tokens, n_bytes):
            return "offsets"
        if not ctok_spans_hold(self.tokens.spans, n_ids, n_bytes):
            return "spans"
        for name in ("byte_ids", "products"):
            ids = <const uint32_t*>start_of(arrays.get(name))
            if ids is not NULL and not ctok_numbers_hold(ids, len(arrays[name]), n_tokens, none):
                return name
        if self.tables.merges.products is not NULL:
            n_ranks = len(arrays["products"])
        if not ctok_pairs_hold(&self.tables.merges.pairs, n_tokens, n_tokens, n_ranks):
            return "pair_slots"
        ids = self.tables.merges.byte_pairs
        if ids is not NULL and not ctok_numbers_hold(ids, CTOK_BYTE_PAIRS, n_ranks, CTOK_NO_RANK):
            return "byte_pairs"
        if self.tables.merges.places.slots is not NULL and not ctok_pairs_hold(
                &self.tables.merges.places, CTOK_MAX_IDS, CTOK_PLACES, n_tokens):
            return "place_slots"
        if not ctok_pieces_hold(&self.tables.pieces, n_tokens):
            return "small_slots, medium_slots or large_slots"
        if self.split_lengths is not None:
            splits = self.split_lengths  # held here: it may be made for this
            ids = <const uint32_t*>start_of(splits)
            if not ctok_splits_hold(ids, self.tables.pieces.offsets, n_tokens):
                return "split_at"
        if self.tables.linear.parts is not NULL:
            if not ctok_parts_hold(self.tables.linear.parts, n_tokens):
                return "parts"
            if not ctok_tall_hold(&self.tables.linear, len(arrays["tall"]), n_tokens):
                return "tall"
        if self.tables.merges.wholes is not NULL:
            if not ctok_wholes_hold(self.tables.merges.wholes, n_tokens):
                return "wholes"
        if "ascii_joints" in arrays and not self._sides_hold():
            return "ascii_joints"
        if self.spec.unknown is not None and not 0 <= self.spec.unknown < n_tokens:
            return "unknown"
        return None

    def _sides_hold(self):
        """Whether both tables of ASCII's joints say the same."""
        rows = self.arrays["joint_sides"][:512].reshape(4, 128)
        common = rows[:2, None, :] & rows[2:, :, None]  # of two rows, right, left
        ascii = self.arrays["ascii_joints"].reshape(128, 256)
        return bool((ascii[:, :128] == common.any(axis=0)).all() and not ascii[:, 128:].any())

    def _read_tokens(self):
        """Points the tables at the tokens' bytes and finds the 256 single bytes."""
        spec = self.spec
        offsets = frozen(np.ascontiguousarray(spec.token_offsets, dtype=np.uint32))
        if len(offsets) < 1 or offsets[0] != 0 or int(offsets[len(offsets) - 1]) != len(spec.token_bytes):
            raise VocabError(f"{spec.name!r}: token_offsets do not span token_bytes")
        # Loops, not arrays: what those would take for a while stays with the process.
        cdef const uint32_t[::1] at = offsets
        cdef Py_ssize_t id, n_tokens = at.shape[0] - 1
        if n_tokens > CTOK_MAX_IDS:
            raise VocabError(f"{spec.name!r} has {n_tokens} ids; at most {CTOK_MAX_IDS} fit")
        for id in range(n_tokens):
            if at[id + 1] < at[id]:
                raise VocabError(f"{spec.name!r}: token_offsets go back")
        self.arrays["offsets"] = offsets
        cdef const uint8_t* raw = spec.token_bytes
        cdef uint32_t[::1] ids
        byte_ids = spec.byte_ids
        if byte_ids is None:
            byte_ids = np.full(256, CTOK_NO_ID, dtype=np.uint32)
            hidden = set() if spec.hidden is None else set(np.asarray(spec.hidden).tolist())
            ids = byte_ids
            for id in range(n_tokens):
                if at[id + 1] - at[id] == 1 and id not in hidden:
                    ids[raw[at[id]]] = <uint32_t>id
        byte_ids = np.ascontiguousarray(byte_ids, dtype=np.uint32)
        missing = np.flatnonzero(byte_ids >= n_tokens)
        if spec.byte_ids is None and len(missing) and NO_UTF8.issuperset(missing.tolist()):
            byte_ids[missing] = byte_ids[0]  # no text that is encoded has one: see only_utf8
            missing = missing[:0]
        if len(missing) and spec.unknown is None:
            raise VocabError(
                f"{spec.name!r} has no token for the byte 0x{missing[0]:02x}"
                f" ({len(missing)} of 256 are missing); text with it could not be encoded"
            )
        self.arrays["byte_ids"] = frozen(byte_ids)
        if spec.places is not None:
            self._put_places(np.ascontiguousarray(spec.places, dtype=np.uint32))

    def _lacks_bytes(self):
        """Whether another byte's token stands for one that no UTF-8 has."""
        if self.spec.byte_ids is not None:
            return False
        return any(self.token(int(self.arrays["byte_ids"][byte])) != bytes([byte]) for byte in NO_UTF8)

    def _put_places(self, rows):
        """Fills the table of symbols by their place."""
        cdef const uint32_t[:, ::1] row = rows.reshape(-1, 3)
        cdef uint32_t bits = ctok_pairs_bits(row.shape[0])
        cdef uint32_t n_tokens = <uint32_t>(self.arrays["offsets"].size - 1)
        slots = np.empty(ctok_pairs_words(bits), dtype=np.uint64)
        cdef uint64_t[::1] view = slots
        cdef Py_ssize_t i
        ctok_pairs_clear(&view[0], bits)
        for i in range(row.shape[0]):
            if row[i, 0] >= CTOK_MAX_IDS or row[i, 1] >= CTOK_PLACES or row[i, 2] >= n_tokens:
                raise VocabError(f"{self.spec.name!r}: no symbol has a place as in row {i} of places")
            ctok_pairs_put(&view[0], bits, row[i, 0], row[i, 1], row[i, 2])
        self.arrays["place_slots"] = frozen(slots)

    def _list_specials(self):
        """Sorts the tokens that are found before anything else, for the search of special.h."""
        spec = self.spec
        tokens = spec.added or tuple(AddedToken(text, number) for text, number in spec.specials.items())
        for token in tokens:
            if not 0 <= token.id < CTOK_MAX_IDS:
                raise VocabError(
                    f"{spec.name!r}: {token.content!r} has id {token.id}; ids are 0 to"
                    f" {CTOK_MAX_IDS - 1}")
            if not token.content:
                raise VocabError(f"{spec.name!r}: a special token is the empty string")
        by_bytes = sorted(((token.content.encode(), token) for token in tokens), key=lambda row: row[0])
        sizes = [0, *(len(raw) for raw, _ in by_bytes)]
        edges = bytes(
            CTOK_LSTRIP * token.lstrip | CTOK_RSTRIP * token.rstrip | CTOK_SINGLE_WORD * token.single_word
            for _, token in by_bytes
        )
        self._special_bytes = frozen(np.frombuffer(b"".join(r for r, _ in by_bytes) or b"\0", dtype=np.uint8))
        self._special_offsets = frozen(np.cumsum(sizes, dtype=np.uint32))
        self._special_ids = frozen(np.array([token.id for _, token in by_bytes] or [0], dtype=np.uint32))
        self._special_edges = np.frombuffer(edges or b"\0", dtype=np.uint8)
        self.added_tokens = tuple(token for _, token in by_bytes)
        self.special_tokens = tuple(token.content for token in self.added_tokens)
        self.n_specials = <uint32_t>len(by_bytes)
        self.specials.bytes = &self._special_bytes[0]
        self.specials.offsets = &self._special_offsets[0]
        self.specials.count = self.n_specials
        self.specials.edges = &self._special_edges[0] if any(edges) else NULL
        ctok_specials_index(&self.specials)
        return tokens

    def _lay_out_bytes(self, tokens):
        """What ids decode to: the tokens' own bytes, and behind them those of the added tokens."""
        spec = self.spec
        cdef const uint32_t[::1] at = self.arrays["offsets"]
        cdef Py_ssize_t id, n_tokens = at.shape[0] - 1
        n_ids = max([n_tokens] + [token.id + 1 for token in tokens])
        spans = np.zeros(n_ids, dtype=np.uint64)
        cdef uint64_t[::1] span = spans
        cdef uint64_t length
        for id in range(n_tokens):
            length = at[id + 1] - at[id]
            if length > CTOK_MAX_TOKEN_BYTES:
                raise VocabError(f"{spec.name!r} has a token of {length} bytes")
            span[id] = <uint64_t>at[id] << 24 | length if length else 0
        parts = [spec.token_bytes]
        start = len(spec.token_bytes)
        for token in tokens:
            if token.id < n_tokens and spans[token.id]:
                if spec.added:
                    continue  # the vocabulary says what it decodes to
                raise VocabError(f"{spec.name!r}: {token.content!r} has id {token.id}, which another token has")
            decoded = token.content.encode() if token.decoded is None else token.decoded
            parts.append(decoded)
            if not spans[token.id]:  # of special tokens that share an id, it decodes to the first
                spans[token.id] = start << 24 | len(decoded)
            start += len(decoded)
        self.arrays["spans"] = frozen(spans)
        self.arrays["bytes"] = frozen(np.frombuffer(b"".join(parts) or b"\0", dtype=np.uint8))

    def _build_pieces(self, wanted):
        """Fills the three tables of whole pieces: with the wanted tokens, bool[n_tokens], or with all."""
        cdef const uint8_t[::1] wants
        cdef const uint8_t* want = NULL
        cdef const uint32_t[::1] at = self.arrays["offsets"]
        cdef size_t n_small = 0, n_medium = 0, n_large = 0, length
        cdef Py_ssize_t i
        if wanted is not None:
            wants = np.append(wanted, False).view(np.uint8)
            want = &wants[0]
        for i in range(at.shape[0] - 1):
            length = at[i + 1] - at[i]
            if length and (want is NULL or want[i]):
                n_small += length <= CTOK_SMALL_KEY
                n_medium += CTOK_SMALL_KEY < length <= CTOK_MEDIUM_KEY
                n_large += length > CTOK_MEDIUM_KEY
        small = zeros((1 << table_bits(n_small), 2), np.uint64)
        medium = zeros((1 << table_bits(n_medium), 4), np.uint64)
        large = np.full(1 << table_bits(n_large), CTOK_FREE_LARGE, dtype=np.uint64)
        cdef uint64_t[:, ::1] small_view = small
        cdef uint64_t[:, ::1] medium_view = medium
        cdef uint64_t[::1] large_view = large
        self.arrays.update(small_slots=small, medium_slots=medium, large_slots=large)
        self.point()
        cdef uint32_t id = 0, holder = CTOK_NO_ID
        if ctok_put_tokens(&self.tables.pieces, self.tables.n_ids, want, &small_view[0, 0],
                           &medium_view[0, 0], &large_view[0], &holder, &id) != CTOK_OK:
            raise VocabError(f"{self.spec.name!r}: {self.token(id)!r} has two ids, {holder} and {id}")
        for array in (small, medium, large):
            frozen(array)

    def _build_pairs(self):
        """Fills the table of pairs: from the splits when the file gives them, else finds them."""
        cdef uint32_t n_ids = self.tables.n_ids
        cdef uint32_t bits = ctok_pairs_bits(n_ids)
        slots = zeros(ctok_pairs_words(bits), np.uint64)
        cdef uint64_t[::1] slots_view = slots
        cdef uint32_t[::1] found
        cdef const uint32_t[::1] split_at
        cdef uint8_t[::1] scratch, lengths_view
        cdef uint32_t bad = 0
        cdef size_t unsplit, cuts
        cdef size_t longest = 0
        ctok_pairs_clear(&slots_view[0], bits)
        self.arrays["pair_slots"] = slots
        self.point()
        self.is_proper = True
        if self.spec.split_at is not None:
            split_at = self.split_lengths
            if split_at.shape[0] != n_ids:
                raise VocabError(f"{self.spec.name!r}: {split_at.shape[0]} splits for {n_ids} ids")
            if n_ids and ctok_put_splits(&self.tables.pieces, n_ids, &split_at[0], &slots_view[0],
                                         bits, &bad) != CTOK_OK:
                raise VocabError(f"{self.spec.name!r}: token {bad} is not cut into two tokens")
        elif n_ids:
            longest = np.diff(self.arrays["offsets"]).max()
            scratch = np.empty(ctok_long_merge_bytes(longest), dtype=np.uint8)
            found = np.empty(n_ids, dtype=np.uint32)
            with nogil:
                unsplit = ctok_split_tokens(
                    &self.tables.merges, self.tables.pieces.bytes, self.tables.pieces.offsets,
                    n_ids, &slots_view[0], &found[0], &scratch[0])
            self.is_proper = unsplit == 0
            self.arrays["split_at"] = frozen(np.asarray(found))
        if not self.is_proper:
            lengths = np.zeros(longest + 1, dtype=np.uint8)
            lengths[np.diff(self.arrays["offsets"])] = 1
            lengths_view = lengths
            with nogil:
                cuts = ctok_cut_tokens(&self.tables.pieces, n_ids, &lengths_view[0], NULL, 0)
            bits = ctok_pairs_bits(cuts)
            slots = zeros(ctok_pairs_words(bits), np.uint64)
            slots_view = slots
            ctok_pairs_clear(&slots_view[0], bits)
            self.arrays["pair_slots"] = slots
            self.point()
            with nogil:
                ctok_cut_tokens(&self.tables.pieces, n_ids, &lengths_view[0], &slots_view[0], bits)
        frozen(slots)

    def _build_merges(self):
        """Fills the tables from a list of merges: of each token's merges the one that happens."""
        cdef uint32_t n_ids = self.tables.n_ids
        spec = self.spec
        merges = np.ascontiguousarray(spec.merges, dtype=np.uint32)
        lengths = np.diff(self.arrays["offsets"])
        if merges.ndim != 2 or merges.shape[1] != 3 or (merges.size and merges.max() >= n_ids):
            raise VocabError(f"{spec.name!r}: merges are not three ids each, all below {n_ids}")
        if len(merges) > CTOK_MAX_RANKS:
            raise VocabError(f"{spec.name!r} has {len(merges)} merges; at most {CTOK_MAX_RANKS} fit")
        visible = lengths > 0
        if spec.hidden is not None:
            visible[spec.hidden] = False
        self._build_pieces(visible)
        self._put_merges(merges, spec.merge_ranks)
        cdef uint32_t[:, ::1] last = np.empty((max(1, n_ids), 3), dtype=np.uint32)
        cdef uint8_t[::1] reached = np.zeros(max(1, n_ids), dtype=np.uint8)
        cdef uint8_t[::1] scratch
        longest = int(lengths.max(initial=1))
        scratch = np.empty(ctok_long_merge_bytes(longest), dtype=np.uint8)
        with nogil:
            ctok_last_merges(&self.tables.merges, self.tables.pieces.bytes, self.tables.pieces.offsets,
                             n_ids, <ctok_last*>&last[0, 0], &reached[0], &scratch[0])
        found = np.asarray(reached)[:n_ids].view(bool) & visible
        wanted = visible.copy()
        wanted[[token.id for token in self.added_tokens if token.id < n_ids]] = False
        self.is_proper = bool(found[wanted].all())
        if spec.places is None:
            happen = np.column_stack([np.asarray(last)[:n_ids], np.arange(n_ids, dtype=np.uint32)])[found]
            happen = happen[happen[:, 2] != CTOK_NO_RANK]
            merges = np.ascontiguousarray(happen[np.argsort(happen[:, 2], kind="stable")][:, [0, 1, 3]])
            products = merges[:, 2]
            in_order = bool((np.diff(products.astype(np.int64)) > 0).all())
            self._put_merges(merges, products if in_order else np.arange(len(merges), dtype=np.uint32))
        if not spec.whole_pieces and not (found == visible).all():
            self._build_pieces(found | (visible & self._is_symbol()))
        joins_unknown = spec.fuse_unknown and spec.unknown is not None
        # what joints cut off is looked up whole, though only a whole piece may be a token that no merge makes
        told = not spec.whole_pieces or (found == visible).all()
        if spec.characters and spec.places is None and not joins_unknown and told:
            self._build_joints(merges)

    def _is_of_bytes(self):
        """Whether each byte is a token, the same wherever it stands."""
        arrays = self.arrays
        return (
            not self.spec.characters and "place_slots" not in arrays
            and not (arrays["byte_ids"] >= len(arrays["offsets"]) - 1).any()
        )

    def _may_walk(self):
        """Whether the vocabulary is proper, with ids in the order of merges: linear.h is for those."""
        arrays = self.arrays
        return (
            self._is_of_bytes() and self.is_proper and len(arrays["offsets"]) > 1
            and "products" not in arrays
        )

    def _build_linear(self):
        """Fills what linear.h reads, where it may be used."""
        if not self._may_walk():
            return
        cdef uint32_t n_ids = self.tables.n_ids
        cdef const uint32_t* at = self.tables.pieces.offsets
        arrays = self.arrays
        parts = np.empty((n_ids, 2), dtype=np.uint32)
        cdef ctok_parts* part = <ctok_parts*>start_of(parts)
        cdef uint32_t id, n_tall = 0
        cdef int holds
        with nogil:
            holds = ctok_parts_find(&self.tables.merges.pairs, n_ids, part)
        if not holds:
            return
        for id in range(n_ids):
            n_tall += part[id].left != CTOK_NO_ID and at[id + 1] - at[id] >= CTOK_TALL_TOKEN
        arrays["parts"] = parts
        arrays["starts"] = starts = np.zeros(1 << max(4, bits_of(n_ids)), dtype=np.uint16)
        arrays["heads"] = heads = np.zeros(1 << table_bits(n_tall), dtype=np.uint32)
        arrays["tall"] = tall = np.zeros((n_tall, 2), dtype=np.uint32)
        arrays["wholes"] = wholes = np.empty(CTOK_WHOLES, dtype=np.uint32)
        self.point()
        firsts = np.empty(3 * n_ids, dtype=np.uint32)
        cdef uint16_t* start = <uint16_t*>start_of(starts)
        cdef uint32_t* head = <uint32_t*>start_of(heads)
        cdef ctok_tall* link = <ctok_tall*>start_of(tall)
        cdef uint32_t* whole = <uint32_t*>start_of(wholes)
        cdef uint32_t* first = <uint32_t*>start_of(firsts)
        with nogil:
            holds = ctok_starts_put(&self.tables.linear, &self.tables.pieces, n_ids, part, start, head, link)
            ctok_wholes_find(&self.tables.pieces, n_ids, part, first, whole)
        for name in (*_WALKED, "wholes"):
            frozen(arrays[name])
        if not holds:
            for name in _WALKED:
                del arrays[name]
            self.point()

    def _build_byte_pairs(self):
        """Fills the ranks of pairs of bytes."""
        if not self._is_of_bytes():
            return
        byte_pairs = np.empty(CTOK_BYTE_PAIRS, dtype=np.uint32)
        cdef uint32_t* ranks = <uint32_t*>start_of(byte_pairs)
        with nogil:
            ctok_byte_pairs_find(&self.tables.merges, ranks)
        self.arrays["byte_pairs"] = frozen(byte_pairs)
        self.point()

    @property
    def is_linear(self):
        """Whether long pieces are encoded in linear time; see linear.h."""
        return self.tables.linear.parts is not NULL

    def _is_symbol(self):
        """Which tokens merging may start from, bool[n_tokens]: look-up has to find them."""
        offsets = self.arrays["offsets"]
        result = np.zeros(self.tables.n_ids, dtype=bool)
        if self.spec.characters:
            starts = offsets[:self.tables.n_ids]
            lead = self.arrays["bytes"][np.minimum(starts, max(0, len(self.spec.token_bytes) - 1))]
            sizes = 1 + (lead >= 0xC0).astype(int) + (lead >= 0xE0) + (lead >= 0xF0)
            result = np.diff(offsets) == sizes
        return result

    def _put_merges(self, merges, ranks):
        """Fills the table of pairs, and that of products where a rank is not its product's id."""
        slots, _, products = pair_table(self.spec, merges, ranks)
        self.arrays.pop("products", None)
        if products is not None:
            self.arrays["products"] = products
        self.arrays["pair_slots"] = slots
        self.point()

    def _build_joints(self, merges):
        """Marks the neighbouring characters that some merge joins, where all merges join characters."""
        ascii = np.ones(CTOK_ASCII_JOINTS, dtype=np.uint8)
        sides = np.full(CTOK_JOINT_SIDES, 255, dtype=np.uint8)
        joints = np.zeros(CTOK_JOINT_WORDS, dtype=np.uint64)
        cdef uint32_t[::1] scratch = np.empty(2 * 128 * 128, dtype=np.uint32)
        cdef uint8_t[::1] ascii_view = ascii
        cdef uint8_t[::1] sides_view = sides
        cdef uint64_t[::1] view = joints
        lasts, firsts = np.zeros((2, self.n_ids), dtype=np.uint64)
        try:  # what a left part ends with, a right part starts with
            for part in np.unique(merges[:, 0]).tolist():
                before = self.token(part).decode()
                lasts[part] = ord(before[len(before) - 1])
            for part in np.unique(merges[:, 1]).tolist():
                firsts[part] = ord(self.token(part).decode()[0])
        except UnicodeDecodeError:
            return  # a merge of single bytes: texts stay whole
        pairs = np.sort(lasts[merges[:, 0]] << np.uint64(32) | firsts[merges[:, 1]])
        pairs = pairs[np.append(True, pairs[1:] != pairs[:-1])[:len(pairs)]]
        for first, second in zip((pairs >> np.uint64(32)).tolist(), pairs.astype(np.uint32).tolist()):
            ctok_joints_add(&self.tables.joints, &ascii_view[0], &sides_view[0], &view[0], first, second)
        ctok_joints_cover(&ascii_view[0], &sides_view[0], &scratch[0])
        self.arrays["ascii_joints"] = frozen(ascii)
        self.arrays["joint_sides"] = frozen(sides)
        self.arrays["joints"] = frozen(joints)
        self.point()

    @property
    def ranks_are_ids(self):
        """Whether a pair's rank is its product's id."""
        return self.tables.merges.products is NULL

    @property
    def has_joints(self):
        """Whether texts can be cut where no merge reaches across; see joints.h."""
        return self.tables.joints.ascii is not NULL

    @property
    def split_lengths(self):
        """The length of each token's left part, 0 without one: uint32[n_tokens]."""
        if self.spec.split_at is not None:
            return np.ascontiguousarray(self.spec.split_at, dtype=np.uint32)
        return self.arrays.get("split_at")

    @property
    def n_tokens(self):
        """One more than the highest id of a token that is not special."""
        return self.tables.n_ids

    @property
    def token_offsets(self):
        """Where each token's bytes start and end in the spec's token_bytes: uint32[n_tokens + 1]."""
        return self.arrays["offsets"]

    @property
    def byte_ids(self):
        """The id of each single byte: uint32[256]."""
        return self.arrays["byte_ids"]

    @property
    def pair_slots(self):
        """The table of pairs, uint64: slots of left << 43 | right << 22 | rank, then maybe bits."""
        return self.arrays["pair_slots"]

    @property
    def special_ids(self):
        """The ids of special_tokens: uint32[n_specials]."""
        return np.asarray(self._special_ids)[:self.n_specials]

    @property
    def token_lengths(self):
        """How many bytes each id decodes to, 0 for gaps: uint32[n_ids]."""
        return (self.arrays["spans"] & np.uint64(0xFFFFFF)).astype(np.uint32)

    @property
    def nbytes(self):
        """How many bytes the tables take."""
        return sum(array.nbytes for array in self.arrays.values())

    def as_arrays(self):
        """Every table by its name in TABLES, but for those that this vocabulary has no need of."""
        return {name: self.arrays[name] for name, _, _ in TABLES if name in self.arrays}

    cdef uint32_t pair_rank(self, uint32_t left, uint32_t right) noexcept nogil:
        return ctok_pairs_rank(&self.tables.merges.pairs, left, right)

    cdef uint32_t piece_id(self, const uint8_t* piece, size_t n) noexcept nogil:
        return ctok_pieces_find(&self.tables.pieces, piece, n, 0, n)

    def rank(self, left, right):
        """How early two neighbours merge.

        Parameters
        ----------
        left, right : int
            Ids of tokens.

        Returns
        -------
        int or None
            The pair's rank, the lowest merging first; None when the two do not merge.
        """
        if not (0 <= left < self.tables.n_ids and 0 <= right < self.tables.n_ids):
            return None
        cdef uint32_t rank = self.pair_rank(left, right)
        return None if rank == CTOK_NO_RANK else rank

    def find(self, const uint8_t[::1] piece):
        """The id of the token, not a special one, with exactly these bytes, or None."""
        cdef uint32_t id = CTOK_NO_ID
        if piece.shape[0]:
            id = self.piece_id(&piece[0], piece.shape[0])
        return None if id == CTOK_NO_ID else id

    def token(self, number):
        """The bytes of an id, special tokens included; None for an id without a token."""
        cdef uint64_t span = self.tokens.spans[<Py_ssize_t>number] if 0 <= number < self.n_ids else 0
        cdef const char* start = <const char*>self.tokens.bytes + (span >> 24)
        return None if span == 0 else start[:span & 0xFFFFFF]

    def _tables(self):
        """The C structures, for the other compiled modules; they keep this object alive."""
        return (
            PyCapsule_New(&self.tables, "ctok_vocab", NULL),
            PyCapsule_New(&self.tokens, "ctok_tokens", NULL),
            PyCapsule_New(&self.specials, "ctok_specials", NULL),
        )
