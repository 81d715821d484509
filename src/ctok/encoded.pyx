"""Encoded: the ids of a text, and what is asked about them, each list made in C when it is wanted."""

cimport cython
from cpython.list cimport PyList_GET_ITEM, PyList_GET_SIZE, PyList_New, PyList_SET_ITEM
from cpython.mem cimport PyMem_RawFree, PyMem_RawMalloc
from cpython.object cimport PyObject
from cpython.pycapsule cimport PyCapsule_GetPointer
from cpython.ref cimport Py_INCREF
from libc.stdint cimport int64_t, uint8_t, uint32_t

from .c.decode cimport ctok_pieces_of, ctok_place, ctok_span_length, ctok_tokens, ctok_trim
from .c.kernels cimport ctok_kernel
from .c.pretokenize cimport ctok_pretokenize_fn
from . import kernels

cdef extern from "Python.h":
    const char* PyUnicode_AsUTF8AndSize(object text, Py_ssize_t* size) except NULL
    PyObject** PySequence_Fast_ITEMS(object items)

cdef extern from "_ints.h":
    Py_ssize_t ctok_ints_read(PyObject** items, Py_ssize_t n, uint32_t* out)

# What an id is to the places of a text: see Places.
cdef enum:
    C_INSIDE = 1
    C_WHOLE = 2
    C_ONE_PIECE = -1
    C_AT_SPACES = -2
    C_CALLED = -3
    C_LEAD_UNKNOWN = -3

UNKNOWN, INSIDE, WHOLE, SOMEWHERE = 0, C_INSIDE, C_WHOLE, 3
ONE_PIECE, AT_SPACES = C_ONE_PIECE, C_AT_SPACES

cdef object NOWHERE = (0, 0)


cdef inline Py_ssize_t put(list out, Py_ssize_t at, list items) noexcept:
    """Puts items into a new list from `at`; returns where they end."""
    cdef Py_ssize_t i
    cdef object item
    for i in range(PyList_GET_SIZE(items)):
        item = <object>PyList_GET_ITEM(items, i)
        Py_INCREF(item)
        PyList_SET_ITEM(out, at + i, item)
    return at + PyList_GET_SIZE(items)


cdef inline Py_ssize_t put_many(list out, Py_ssize_t at, object item, Py_ssize_t n) noexcept:
    """Puts one item n times."""
    cdef Py_ssize_t i
    for i in range(at, at + n):
        Py_INCREF(item)
        PyList_SET_ITEM(out, i, item)
    return at + n


cdef inline void put_one(list out, Py_ssize_t at, object item) noexcept:
    """Puts one item."""
    Py_INCREF(item)
    PyList_SET_ITEM(out, at, item)


@cython.final
cdef class Places:
    """Where the ids of texts stand in them, and in which pieces, under one set of rules.

    Parameters
    ----------
    vocab : Vocab
    kinds : uint8[n_ids], or empty
        What each id is: INSIDE a piece, a WHOLE one by itself, or SOMEWHERE, which is one of both;
        of these it stands for exactly the bytes that it decodes to. UNKNOWN is any other.
    cut : int or callable
        What finds pieces: a kernel's index, ONE_PIECE, AT_SPACES (each space starts one), or what
        takes bytes (UTF-8) and returns what is left of them and where pieces end, as `Core.piece_ends`.
    lead : callable, optional
        What takes a text and returns how many spaces are put before it, 1 at most; None when more is
        done to it. By default none are.
    encode : callable, optional
        What gives the ids of a text of which `lead` does not return None.
    """

    cdef object vocab, called, lead, encode
    cdef const uint8_t[::1] kinds
    cdef const ctok_tokens* tokens
    cdef ctok_pretokenize_fn pretokenize
    cdef Py_ssize_t cut

    def __cinit__(self, vocab, const uint8_t[::1] kinds not None, cut, lead=None,
                  encode=None):
        self.vocab, self.kinds, self.lead, self.encode = vocab, kinds, lead, encode
        self.tokens = <const ctok_tokens*>PyCapsule_GetPointer(vocab._tables()[1], "ctok_tokens")
        self.pretokenize = NULL
        self.called = None
        if not isinstance(cut, int):
            self.called = cut
            self.cut = C_CALLED
            return
        self.cut = cut
        if cut >= 0:
            self.pretokenize = (
                <const ctok_kernel*>PyCapsule_GetPointer(kernels.kernel(cut), "ctok_kernel")
            ).pretokenize

    cdef Py_ssize_t spaces(self, str text) except -2:
        """How many spaces are put before a text; -1 when more is done to it."""
        if self.lead is None:
            return 0
        found = self.lead(text)
        return -1 if found is None else found

    def offsets(self, str text not None, list ids not None, const uint32_t[:, ::1] white=None,
                bint prefix=False):
        """Where the ids of a text stand in it, in characters.

        Parameters
        ----------
        text : str
        ids : list of int
        white : uint32[n_ids, 2], optional
            How many characters of white space each token begins and ends with; they are taken out
            of its place.
        prefix : bool
            Whether a single space at the text's start was not in it.

        Returns
        -------
        list of (int, int), or None
            None when the ids say it not by themselves.
        """
        return self.placed(text, self.spaces(text), ids, white, prefix, 0, 0)

    cdef list placed(self, str text, Py_ssize_t lead, list ids, const uint32_t[:, ::1] white, bint prefix,
                     Py_ssize_t before, Py_ssize_t behind):
        """The same, and places of nothing before and behind them."""
        cdef Py_ssize_t n = PyList_GET_SIZE(ids), n_bytes = 0, i
        cdef const uint8_t* data = <const uint8_t*>PyUnicode_AsUTF8AndSize(text, &n_bytes)
        cdef int64_t* places
        cdef uint32_t* numbers
        cdef int64_t last = 0
        cdef list result
        cdef object start, end = 0
        if lead < 0 or self.kinds.shape[0] != <Py_ssize_t>self.tokens.n_ids or (not n and n_bytes):
            return None
        if white is not None and white.shape[0] != <Py_ssize_t>self.tokens.n_ids:
            raise ValueError("white has a row an id")
        places = <int64_t*>PyMem_RawMalloc(n * (2 * sizeof(int64_t) + sizeof(uint32_t)) + 1)
        if places is NULL:
            raise MemoryError
        numbers = <uint32_t*>(places + 2 * n)
        try:
            if ctok_ints_read(PySequence_Fast_ITEMS(ids), n, numbers) != n:
                return None
            if n and not ctok_place(self.tokens, &self.kinds[0], data, n_bytes, lead, numbers, n, places):
                return None
            if n and white is not None:
                ctok_trim(&white[0, 0], prefix, numbers, n, places)
            result = PyList_New(before + n + behind)
            put_many(result, put_many(result, 0, NOWHERE, before) + n, NOWHERE, behind)
            for i in range(n):
                start = end if places[2 * i] == last else places[2 * i]
                last = places[2 * i + 1]
                end = last
                put_one(result, before + i, (start, end))
            return result
        finally:
            PyMem_RawFree(places)

    def words(self, str text not None, list ids not None):
        """The number of the piece that each of the ids of a text starts in.

        Returns
        -------
        list of int, or None
            None when the ids say it not by themselves.
        """
        return self.numbered(text, self.spaces(text), ids, 0, 0)

    cdef list numbered(self, str text, Py_ssize_t lead, list ids, Py_ssize_t before,
                       Py_ssize_t behind):
        """The same, and None before and behind them."""
        cdef Py_ssize_t n = PyList_GET_SIZE(ids), n_bytes = 0, i, n_pieces = 0
        cdef const uint8_t* data = <const uint8_t*>PyUnicode_AsUTF8AndSize(text, &n_bytes)
        cdef size_t* ends
        cdef uint32_t* numbers
        cdef uint32_t last = 0
        cdef list result
        cdef object number = 0
        if lead < 0 or self.kinds.shape[0] != <Py_ssize_t>self.tokens.n_ids or (not n and n_bytes):
            return None
        ends = <size_t*>PyMem_RawMalloc((n_bytes + 1) * sizeof(size_t) + 2 * n * sizeof(uint32_t))
        if ends is NULL:
            raise MemoryError
        numbers = <uint32_t*>(ends + n_bytes + 1)
        try:
            if ctok_ints_read(PySequence_Fast_ITEMS(ids), n, numbers) != n:
                return None
            if n:
                n_pieces = self.find_ends(data, n_bytes, lead, numbers, n, ends)
                if n_pieces < 0 or not ctok_pieces_of(
                        self.tokens, &self.kinds[0], ends, n_pieces, numbers, n, numbers + n):
                    return None
            result = PyList_New(before + n + behind)
            put_many(result, put_many(result, 0, None, before) + n, None, behind)
            for i in range(n):
                if numbers[n + i] != last:
                    last = numbers[n + i]
                    number = last
                put_one(result, before + i, number)
            return result
        finally:
            PyMem_RawFree(ends)

    cdef Py_ssize_t find_ends(self, const uint8_t* data, size_t n, size_t lead, const uint32_t* ids,
                              size_t count, size_t* ends) except -2:
        """Writes where pieces end, in bytes with the lead; returns how many, -1 when ids do not say it.

        A piece has a byte, so there are n + lead of them at most.
        """
        cdef size_t i = 0, at = 0, start, size
        cdef Py_ssize_t n_ends = 0
        while i < count:
            if ids[i] >= self.tokens.n_ids:
                return -1
            start = at
            if self.kinds[ids[i]] == C_WHOLE:
                at += ctok_span_length(self.tokens.spans[ids[i]])
                i += 1
                if at == start or at > n + lead:
                    return -1
                ends[n_ends] = at
                n_ends += 1
                continue
            while i < count and ids[i] < self.tokens.n_ids and self.kinds[ids[i]] == C_INSIDE:
                size = ctok_span_length(self.tokens.spans[ids[i]])
                if size > n + lead - at:
                    return -1
                at += size
                i += 1
            if at == start:
                return -1
            n_ends += self.cut_stretch(data, start, at, lead, ends + n_ends)
        return n_ends if at == n + lead else -1

    cdef Py_ssize_t cut_stretch(self, const uint8_t* data, size_t start, size_t stop, size_t lead,
                                size_t* ends) except -2:
        """Writes the ends of the pieces of one stretch; returns how many."""
        cdef size_t at = 0, k = 0, i, n = stop - start, count
        cdef const Py_ssize_t[::1] found
        if self.cut == C_AT_SPACES or self.cut == C_ONE_PIECE:
            for i in range(max(start + 1, lead), stop if self.cut == C_AT_SPACES else 0):
                if data[i - lead] == 0x20:
                    ends[k] = i
                    k += 1
            ends[k] = stop
            return k + 1
        if lead:
            return -1
        if self.cut == C_CALLED:
            left, ends_ = self.called(data[start:stop])
            found = ends_
            if <size_t>len(left) != n:
                return -1
            for i in range(<size_t>found.shape[0]):
                ends[i] = start + found[i]
            return found.shape[0]
        while at < n:
            count = self.pretokenize(data + start, n, &at, ends + k, n - k)
            for i in range(k, k + count):
                ends[i] += start
            k += count
        return k


@cython.final
cdef class Frame:
    """What the encodings of texts by themselves have in common.

    Parameters
    ----------
    places : Places, optional
        None when offsets, tokens and words are not wanted.
    texts : list of (str or None)
        The token of each id; None for one that its text decides.
    ids, tokens : (list, list)
        What stands before and behind a text's own.
    type_ids, attention_mask, special_tokens_mask : (list, int, list)
        What they are before the text, in it and behind it.
    trims : uint32[n_ids, 2], optional
        As `white` of `Places.offsets`.
    prefix : bool
        Likewise.
    trims_once : bool
        False when the white space of tokens is taken out of their places some other way.
    has_range : bool
        Whether it is said which ids are the text's.
    encode : callable
        What gives the ids of a text.
    make : callable
        What makes the whole encoding of a text and its ids.
    """

    cdef Places places
    cdef list texts, ids_before, ids_behind, tokens_before, tokens_behind
    cdef tuple columns
    cdef const uint32_t[:, ::1] white
    cdef bint prefix, trims_once, has_range
    cdef object encode, make
    cdef Py_ssize_t before, behind

    def __cinit__(self, Places places, list texts, tuple ids, tuple tokens, tuple type_ids,
                  tuple attention_mask, tuple special_tokens_mask, *, white=None, bint prefix=False,
                  bint trims_once=True, bint has_range=False, encode, make):
        self.places, self.texts = places, texts
        self.ids_before, self.ids_behind = ids
        self.tokens_before, self.tokens_behind = tokens
        self.columns = (type_ids, attention_mask, special_tokens_mask)
        self.white, self.prefix, self.trims_once = white, prefix, trims_once
        self.has_range, self.encode, self.make = has_range, encode, make
        self.before, self.behind = len(self.ids_before), len(self.ids_behind)

    def encoded(self, kind, str text not None, list ids=None):
        """The encoding of a text, of a subclass of Encoded; the ids are nobody else's."""
        cdef Encoded result = kind.__new__(kind)
        result.lean, result.frame, result.text = True, self, text
        result.lead = C_LEAD_UNKNOWN
        if ids is None:
            if self.places is not None and self.places.encode is not None:
                result.lead = self.places.spaces(text)
            ids = self.encode(text) if result.lead < 0 else self.places.encode(text)
        result.own = ids
        return result

    cdef list whole(self, Py_ssize_t n):
        """An empty list for a text of n ids."""
        return PyList_New(self.before + n + self.behind)


cdef class Encoded:
    """The ids of one text, with what stands around them, and how they are filled up.

    It is lean: it has a frame, a text and ids. When more is asked of it than these say, or when it is
    changed, a subclass says all; its `_joined` takes the name of a column.

    Attributes
    ----------
    _known : dict or None
        For a subclass: what it has worked out of the columns, None from each change on.
    """

    cdef public dict _known
    cdef bint lean
    cdef Py_ssize_t lead  # as Places.spaces
    cdef Frame frame
    cdef str text
    cdef list own
    cdef Py_ssize_t filled
    cdef bint filled_left
    cdef tuple filling  # id, token, type id

    cdef inline Py_ssize_t spaces(self, Places places) except -2:
        """How many spaces are put before the text; -1 when more is done to it."""
        if self.lead == C_LEAD_UNKNOWN:
            self.lead = places.spaces(self.text)
        return self.lead

    cdef inline Frame seen(self):
        """The frame, while it is lean."""
        return self.frame if self.lean else None

    def _is_lean(self):
        """Whether nothing of it is made yet."""
        return self.lean

    def _make(self):
        """The whole encoding but for what it is filled up with."""
        if self.frame is None:
            raise TypeError("an Encoded without a frame")
        return self.frame.make(self.text, self.own)

    def _leave(self):
        """From now on the subclass says all."""
        self.lean = False

    def _filled_with(self):
        """With what it is filled up: length, direction, id, type id and token; None when it is not."""
        if not self.filled:
            return None
        number, token, type_id = self.filling
        return self._size(), "left" if self.filled_left else "right", number, type_id, token

    def _fill(self, Py_ssize_t length, bint left, number, type_id, token):
        """Fills it up to a length; False when that is for the subclass to do."""
        cdef Py_ssize_t n
        cdef tuple filling = (number, token, type_id)
        with cython.critical_section(self):  # what other threads read is set once
            if not self.lean or self.filled:
                return False
            n = length - self._size()
            if n > 0:
                self._known = None
                self.filled_left, self.filling, self.filled = left, filling, n
        return True

    cpdef Py_ssize_t _size(self) except -1:
        """How many ids it has, or had when it was lean."""
        if self.frame is None:
            raise TypeError("an Encoded without a frame")
        return self.frame.before + PyList_GET_SIZE(self.own) + self.frame.behind + self.filled

    cdef list with_filling(self, list row, object item):
        """A column of what is not filling, with an item for each that is."""
        if not self.filled:
            return row
        return [item] * self.filled + row if self.filled_left else row + [item] * self.filled

    cdef list column(self, Frame frame, size_t which, object filling):
        cdef list before, behind, row
        cdef object value
        before, value, behind = frame.columns[which]
        row = frame.whole(PyList_GET_SIZE(self.own))
        put(row, put_many(row, put(row, 0, before), value, PyList_GET_SIZE(self.own)), behind)
        return self.with_filling(row, filling)

    @property
    def ids(self):
        """The ids."""
        cdef Frame frame = self.seen()
        cdef list row
        if frame is None:
            return self._joined("ids")
        row = frame.whole(PyList_GET_SIZE(self.own))
        put(row, put(row, put(row, 0, frame.ids_before), self.own), frame.ids_behind)
        return self.with_filling(row, self.filling[0] if self.filled else None)

    @property
    def type_ids(self):
        """Which of the sequences each id belongs to, as the post-processor says."""
        cdef Frame frame = self.seen()
        if frame is None:
            return self._joined("type_ids")
        return self.column(frame, 0, self.filling[2] if self.filled else None)

    @property
    def attention_mask(self):
        """0 for padding, 1 for all else."""
        cdef Frame frame = self.seen()
        return self._joined("attention_mask") if frame is None else self.column(frame, 1, 0)

    @property
    def special_tokens_mask(self):
        """1 for what the post-processor and padding put, 0 for what the text has."""
        cdef Frame frame = self.seen()
        return self._joined("special_tokens_mask") if frame is None else self.column(frame, 2, 1)

    @property
    def tokens(self):
        """The tokens as the vocabulary's file writes them."""
        cdef Frame frame = self.seen()
        cdef list row, texts
        cdef object text
        cdef Py_ssize_t at, n, number
        if frame is None or frame.places is None:
            return self._joined("tokens")
        texts = frame.texts
        n = PyList_GET_SIZE(texts)
        row = frame.whole(PyList_GET_SIZE(self.own))
        at = put(row, 0, frame.tokens_before)
        for number in self.own:
            text = <object>PyList_GET_ITEM(texts, number) if 0 <= number < n else None
            if text is None:
                return self._joined("tokens")
            put_one(row, at, text)
            at += 1
        put(row, at, frame.tokens_behind)
        return self.with_filling(row, self.filling[1] if self.filled else None)

    @property
    def offsets(self):
        """Where each token stands in its text: start and end, in characters."""
        cdef Frame frame = self.seen()
        cdef list row = None
        if frame is not None and frame.places is not None and frame.trims_once:
            row = frame.places.placed(self.text, self.spaces(frame.places), self.own, frame.white,
                                      frame.prefix, frame.before, frame.behind)
        return self._joined("offsets") if row is None else self.with_filling(row, NOWHERE)

    @property
    def word_ids(self):
        """The number of each token's word; None for what no text has."""
        cdef Frame frame = self.seen()
        cdef list row = None
        if frame is not None and frame.places is not None:
            row = frame.places.numbered(
                self.text, self.spaces(frame.places), self.own, frame.before, frame.behind)
        return self._joined("word_ids") if row is None else self.with_filling(row, None)

    @property
    def sequence_ids(self):
        """The number of each token's text; None for what no text has."""
        cdef Frame frame = self.seen()
        cdef list row
        cdef Py_ssize_t at, n
        if frame is None:
            return self._joined("sequence_ids")
        if not frame.has_range:
            return [0] * self._size()
        n = PyList_GET_SIZE(self.own)
        row = frame.whole(n)
        at = put_many(row, put_many(row, 0, None, frame.before), 0, n)
        put_many(row, at, None, frame.behind)
        return self.with_filling(row, None)

    @property
    def overflowing(self):
        """What truncation cut off, in encodings of their own."""
        return [] if self.lean else self._joined("overflowing")
