"""Text into ids: Encoder is one worker's memory, Core what all workers of a tokenizer share."""

cimport cython
from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_GET_SIZE
from cpython.list cimport PyList_New
from cpython.mem cimport PyMem_RawFree, PyMem_RawMalloc, PyMem_RawRealloc
from cpython.object cimport PyObject
from cpython.pycapsule cimport PyCapsule_GetPointer
from cpython.pythread cimport (
    PyThread_acquire_lock, PyThread_allocate_lock, PyThread_free_lock, PyThread_release_lock,
    PyThread_type_lock, WAIT_LOCK)
from libc.stdint cimport int64_t, uint8_t, uint32_t
from libc.string cimport memcpy, memset

import functools

import numpy as np

from .c.automaton cimport CTOK_KEPT_SLACK, ctok_automaton, ctok_steps, ctok_steps_cut
from .c.automaton cimport ctok_steps_ask, ctok_steps_keep
from .c.base cimport CTOK_NO_ID, CTOK_OK, CTOK_OUTPUT_FULL, CTOK_PAUSED, CTOK_SCRATCH_FULL
from .c.base cimport ctok_claim, ctok_status
from .c.cache cimport (
    CTOK_CACHE_BYTES,
    CTOK_CACHE_FIRST_BYTES,
    ctok_cache,
    ctok_cache_is_full,
    ctok_cache_lay_out,
    ctok_cache_move,
)
from .c.composed cimport ctok_uncomposed_fn
from .c.document cimport CTOK_ALLOWED, CTOK_BRIEF, CTOK_PREFIX_EVERY, CTOK_PREFIX_FIRST, CTOK_PREFIX_UNLESS
from .c.document cimport CTOK_REFUSED, CTOK_TEXT_MARK, ctok_document, ctok_document_has_parts
from .c.document cimport ctok_document_is_plain
from .c.document cimport ctok_document_place, ctok_document_refused_fn, ctok_document_start_part
from .c.document cimport ctok_document_start_later_part, ctok_document_start_texts
from .c.document cimport ctok_document_take_marks
from .c.document cimport ctok_encode_brief_fn, ctok_encode_document_fn, ctok_rules
from .c.encode cimport ctok_encode, ctok_encoder, ctok_encoder_start, ctok_vocab
from .c.joints cimport ctok_cut_at_joints
from .c.kernels cimport ctok_kernel
from .c.merge cimport CTOK_LONG_PIECE_LIMIT
from .c.pretokenize cimport ctok_pretokenize_fn
from .c.special cimport ctok_specials, ctok_specials_next
from .c.transcode cimport CTOK_UTF8, ctok_transcode_fn, ctok_unit_bytes, ctok_units_cut, ctok_width
from .c.unicode cimport CTOK_UNICODE_VERSION
from .turns cimport breathe
from . import kernels
from .cutter import Cutter
from .errors import CtokError, SpecialTokenError

cdef extern from "Python.h":
    int PyUnicode_Check(object text)
    int PyUnicode_READY(object text) except -1
    int PyUnicode_IS_COMPACT_ASCII(object text)
    int PyUnicode_KIND(object text)
    void* PyUnicode_DATA(object text)
    Py_ssize_t PyUnicode_GET_LENGTH(object text)
    int PyBytes_Check(object text)
    PyObject** PySequence_Fast_ITEMS(object items)
    int PyGC_Disable()
    int PyGC_Enable()

cdef extern from "_memory.h" nogil:
    size_t CTOK_LARGE_MEMORY, CTOK_HUGE_PAGE
    void* ctok_zeros(size_t size)
    void* ctok_resize(void* memory, size_t old, size_t size)
    void ctok_release(void* memory, size_t size)
    void ctok_free_zeros(void* memory, size_t size)

cdef extern from "_ints.h":
    const bint CTOK_HAS_GIL
    size_t ctok_ints_write(const uint32_t* ids, size_t n, PyObject** out)

CACHE_BYTES = CTOK_CACHE_BYTES
UNICODE_VERSION = CTOK_UNICODE_VERSION.decode()
ALLOWED = CTOK_ALLOWED
REFUSED = CTOK_REFUSED
PREFIX_FIRST = CTOK_PREFIX_FIRST
PREFIX_EVERY = CTOK_PREFIX_EVERY
PREFIX_UNLESS = CTOK_PREFIX_UNLESS

# The GIL is let go for texts of so many units and more.
cdef size_t NOGIL_UNITS = 4096
# So many bytes or merges are done between two looks for Ctrl-C: 10 to 100 ms.
cdef size_t BUDGET = 512 * 1024
# Of ids that are only copied, and of units that are only transcoded, so many: 1 to 10 ms.
cdef size_t COPIED = 1024 * 1024
# Ids that an encoder keeps room for between calls.
cdef size_t KEPT_IDS = 256 * 1024
# Several workers take about so many units at a time: their ids are still in a cache when they are
# copied to their place.
cdef size_t SHARE = 256 * 1024
cdef enum:
    # Texts of a batch that have at most SHORT units are encoded together: so many, so many bytes.
    SHORT = 1024
    TOGETHER = 256
    TOGETHER_BYTES = 16384


cdef const ctok_kernel* kernel_of(Py_ssize_t index) except NULL:
    """A kernel by its index; raises IndexError."""
    return <const ctok_kernel*>PyCapsule_GetPointer(kernels.kernel(index), "ctok_kernel")


cdef enum Work:
    WORK_DONE
    WORK_PAUSED
    WORK_REFUSED
    WORK_TOO_LONG
    WORK_NO_MEMORY


cdef struct Text:
    # A borrowed text: UTF-8 bytes, or the code units of a str.
    const void* data
    size_t length
    ctok_width width


cdef int find_text(object text, Text* result) except -1:
    """Where a text's characters stand; valid as long as the object is."""
    if PyUnicode_Check(text):
        PyUnicode_READY(text)
        result.data = PyUnicode_DATA(text)
        result.length = PyUnicode_GET_LENGTH(text)
        result.width = CTOK_UTF8 if PyUnicode_IS_COMPACT_ASCII(text) else <ctok_width>PyUnicode_KIND(text)
    elif PyBytes_Check(text):
        result.data = PyBytes_AS_STRING(text)
        result.length = PyBytes_GET_SIZE(text)
        result.width = CTOK_UTF8
    else:
        raise TypeError(f"a text is str or UTF-8 bytes, not {type(text).__name__}")
    return 0


cdef int check_utf8(object text, object vocab) except -1:
    """Refuses bytes that no UTF-8 has, of which the vocabulary has no tokens; a str has none."""
    cdef const uint8_t* data
    cdef Py_ssize_t i
    if not PyBytes_Check(text):
        return 0
    data = <const uint8_t*>PyBytes_AS_STRING(text)
    for i in range(PyBytes_GET_SIZE(text)):
        if data[i] >= 0xF5 or data[i] & 0xFE == 0xC0:
            raise CtokError(
                f"the byte 0x{data[i]:02x} at {i} is no part of UTF-8, and {vocab.spec.name!r} has no"
                " token for it")
    return 0


cdef bint must_copy(const Text* text, const ctok_rules* rules) noexcept nogil:
    """Whether a text is encoded from a copy of it."""
    return text.width != CTOK_UTF8 or rules.prefix != 0


cdef bint resize_ids(uint32_t** ids, size_t* room, size_t wanted) noexcept nogil:
    """Makes room for at least so many ids, in whole huge pages when they are many; False without
    memory."""
    cdef void* resized
    if wanted * sizeof(uint32_t) >= CTOK_LARGE_MEMORY:
        wanted += -wanted % (CTOK_HUGE_PAGE // sizeof(uint32_t))
    resized = ctok_resize(ids[0], room[0] * sizeof(uint32_t), wanted * sizeof(uint32_t))
    if resized is NULL:
        return False
    ids[0] = <uint32_t*>resized
    room[0] = wanted
    return True


cdef object array_of(uint32_t** ids, size_t* room, size_t n):
    """The first n ids as an array that they are handed over to: ctok_resize's memory, taken from the
    caller's hands even when there is no memory for the array."""
    cdef Memory memory = Memory.__new__(Memory)
    cdef size_t kept = max(n, <size_t>1)
    cdef void* shrunk = ctok_resize(ids[0], room[0] * sizeof(uint32_t), kept * sizeof(uint32_t))
    memory.ids = ids[0] if shrunk is NULL else <uint32_t*>shrunk
    memory.room = room[0] if shrunk is NULL else kept
    memory.shape[0] = n
    memory.strides[0] = sizeof(uint32_t)
    ids[0] = NULL
    room[0] = 0
    return np.asarray(memory)


cdef list list_of(const uint32_t* ids, size_t n):
    """Ids as a list of int. Each id's int is made once and kept, so that a list costs a pointer
    and a reference an id; see _ints.h."""
    cdef list result
    if n <= COPIED:
        return part_of(ids, n)
    result = []
    while n:
        result += part_of(ids, min(n, COPIED))
        ids += min(n, COPIED)
        n -= min(n, COPIED)
        breathe()
    return result


cdef list part_of(const uint32_t* ids, size_t n):
    """As `list_of`, without a look for Ctrl-C."""
    cdef list result = PyList_New(n)
    if ctok_ints_write(ids, n, PySequence_Fast_ITEMS(result)) < n:
        raise MemoryError
    return result


def lists_of(const uint32_t[::1] ids, const int64_t[::1] offsets):
    """A flat batch as one list of int a text.

    No garbage can arise meanwhile, so none is looked for: each look goes through all new ids.

    Raises
    ------
    ValueError
        Offsets that go back, or outside of the ids.
    """
    cdef bint collects = PyGC_Disable()
    try:
        return rows_of_ids(ids, offsets)
    finally:
        if collects:
            PyGC_Enable()


cdef list rows_of_ids(const uint32_t[::1] ids, const int64_t[::1] offsets):
    """As `lists_of`."""
    cdef Py_ssize_t row
    cdef int64_t last = 0, next = 0
    cdef size_t done = 0
    cdef const uint32_t* start = &ids[0] if ids.shape[0] else NULL
    cdef list result = []
    for row in range(offsets.shape[0]):
        next = offsets[row]
        if not last <= next <= ids.shape[0]:
            raise ValueError(f"offsets[{row}] is {next}; it is from {last} to {ids.shape[0]}")
        if row:
            result.append(list_of(start + last, next - last))
            done += next - last + 16
            if done > COPIED:
                done = 0
                breathe()
        last = next
    return result


cdef class Memory:
    """Ids that C wrote, lent to numpy without a copy; freed with the last array on them."""

    cdef uint32_t* ids
    cdef size_t room
    cdef Py_ssize_t shape[1]
    cdef Py_ssize_t strides[1]

    def __dealloc__(self):
        ctok_release(self.ids, self.room * sizeof(uint32_t))

    def __getbuffer__(self, Py_buffer* view, int flags):
        view.buf = self.ids
        view.obj = self
        view.len = self.shape[0] * sizeof(uint32_t)
        view.itemsize = sizeof(uint32_t)
        view.readonly = 0
        view.ndim = 1
        view.format = b"I"
        view.shape = self.shape
        view.strides = self.strides
        view.suboffsets = NULL
        view.internal = NULL


@cython.final
cdef class Rules:
    """Which special tokens a call allows, and which it refuses to see in a text.

    Parameters
    ----------
    vocab : Vocab
    rule : bytes
        One byte a special token in the order of ``vocab.special_tokens``: ``ALLOWED`` becomes
        its id, ``REFUSED`` raises, 0 is ordinary text.
    prefix : int
        Before which stretches a space stands: ``PREFIX_FIRST`` or ``PREFIX_EVERY``, with
        ``PREFIX_UNLESS`` where one may stand there already; 0 for none.
    """

    cdef object vocab
    cdef readonly bytes rule
    cdef readonly bint allows  # whether any token is
    cdef readonly int prefix
    cdef const uint32_t[::1] ids
    cdef ctok_rules rules

    def __cinit__(self, vocab, bytes rule, int prefix=0):
        if len(rule) != vocab.n_specials:
            raise ValueError(f"{len(rule)} rules for {vocab.n_specials} special tokens")
        self.vocab = vocab
        self.rule = rule
        self.prefix = self.rules.prefix = prefix
        self.rules.any = 0
        for value in rule:
            self.rules.any |= value
        self.allows = bool(self.rules.any & CTOK_ALLOWED)
        if vocab.n_specials:
            self.ids = vocab.special_ids
            self.rules.specials = <ctok_specials*>PyCapsule_GetPointer(vocab._tables()[2], "ctok_specials")
            self.rules.ids = &self.ids[0]
            self.rules.rule = <const uint8_t*>PyBytes_AS_STRING(rule)


cdef struct Share:
    # What a worker takes at a time: some texts, or a part of one.
    Py_ssize_t first, last  # texts[first:last]
    size_t start, until     # of a part: in bytes of the text; 0, 0 for whole texts
    size_t stopped          # where the part ended: the next one has to start there
    size_t used             # where its ids start in its worker's output
    size_t count            # how many it has
    size_t at               # where they go in the job's output
    Py_ssize_t next         # the same worker's next share that is not placed
    bint done


cdef struct Copy:
    # A text's UTF-8, behind one byte.
    uint8_t* utf8
    size_t size


@cython.final
cdef class Job:
    """A batch of texts that several encoders work off, each taking the next ones.

    One worker's output is the job's. Of several, each has its ids in a small output of its own until
    all ids before them are counted, and copies them then to their place in the job's output: in
    parallel, and while they are in its cache.
    """

    cdef list texts
    cdef Text* refs
    cdef readonly Py_ssize_t n
    cdef Share* shares
    cdef size_t n_shares, next_share, shares_room
    cdef size_t counted        # shares whose place is known
    cdef int64_t[::1] counts
    cdef readonly size_t units  # of all texts
    cdef bint counting
    cdef public bint stopped
    cdef PyThread_type_lock lock  # of `counted` and what it says of the shares
    cdef uint32_t* ids
    cdef size_t room, placed
    cdef Copy* copies          # of large texts
    cdef size_t n_copies

    def __cinit__(self, list texts, bint counting):
        cdef Py_ssize_t i
        self.texts = texts = texts[:]  # holds each text, whatever other threads do to the list
        self.n = len(texts)
        self.counting = counting
        self.counts = np.empty(self.n, dtype=np.int64)
        self.refs = <Text*>PyMem_RawMalloc(max(1, self.n) * sizeof(Text))
        if self.refs is NULL:
            raise MemoryError
        for i in range(self.n):
            try:
                find_text(texts[i], &self.refs[i])
            except TypeError as error:
                raise TypeError(f"texts[{i}]: {error}") from None
            self.units += self.refs[i].length

    def __dealloc__(self):
        cdef size_t i
        for i in range(self.n_copies):
            ctok_release(self.copies[i].utf8, self.copies[i].size)
        PyMem_RawFree(self.copies)
        PyMem_RawFree(self.refs)
        PyMem_RawFree(self.shares)
        ctok_release(self.ids, self.room * sizeof(uint32_t))
        if self.lock is not NULL:
            PyThread_free_lock(self.lock)

    def stop(self):
        """Makes every worker return soon."""
        self.stopped = True

    # ---- who takes what

    cdef int add(self, Py_ssize_t first, Py_ssize_t last, size_t start, size_t until) except -1:
        """Adds a share."""
        cdef void* grown
        cdef Share* share
        if self.n_shares == self.shares_room:
            self.shares_room = 2 * self.shares_room + 1
            grown = PyMem_RawRealloc(self.shares, self.shares_room * sizeof(Share))
            if grown is NULL:
                raise MemoryError
            self.shares = <Share*>grown
        share = &self.shares[self.n_shares]
        memset(share, 0, sizeof(Share))
        share.first = first
        share.last = last
        share.start = start
        share.until = until
        share.next = -1
        self.n_shares += 1
        return 0

    cdef int plan(self, Py_ssize_t workers, Encoder encoder, const ctok_rules* rules,
                  bint cuts) except -1:
        """Lays out the shares; `cuts` says whether large texts may be cut."""
        cdef Py_ssize_t i, first = 0
        cdef size_t units = 0, size, length
        if workers == 1:
            return self.add(0, self.n, 0, 0)
        size = min(SHARE, max(<size_t>16384, self.units // (16 * <size_t>workers)))
        cuts = cuts and encoder.may_cut(rules)
        for i in range(self.n):
            length = self.refs[i].length
            if cuts and length > 4 * size and (
                    not must_copy(&self.refs[i], rules) or length > self.units // <size_t>workers):
                if first < i:
                    self.add(first, i, 0, 0)
                self.cut(i, max(size, <size_t>65536), encoder, rules)
                first = i + 1
                units = 0
                continue
            units += length
            if units >= size:
                self.add(first, i + 1, 0, 0)
                first = i + 1
                units = 0
        if first < self.n:
            self.add(first, self.n, 0, 0)
        if self.n_shares == 1:
            return 0
        self.lock = PyThread_allocate_lock()
        if self.lock is NULL:
            raise MemoryError
        if not self.counting:  # what most texts need; no page of it is taken before it is written
            self.grow(self.units // 3)
        return 0

    cdef int cut(self, Py_ssize_t i, size_t size, Encoder encoder, const ctok_rules* rules) except -1:
        """Adds the shares of one large text."""
        cdef size_t start = 0, until, n
        cdef const uint8_t* data
        if must_copy(&self.refs[i], rules):
            self.copy(i, encoder)
        data = <const uint8_t*>self.refs[i].data
        n = self.refs[i].length
        while start < n:
            until = 0
            if n - start > 2 * size:
                until = encoder.place(rules, data, n, start + size)
            self.add(i, i + 1, start, until or n)
            start = until or n
        return 0

    cdef int copy(self, Py_ssize_t i, Encoder encoder) except -1:
        """Makes a large text UTF-8, with one byte before it, as a part's text has to be."""
        cdef Text* ref = &self.refs[i]
        cdef void* grown = PyMem_RawRealloc(self.copies, (self.n_copies + 1) * sizeof(Copy))
        cdef Copy* copy
        if grown is NULL:
            raise MemoryError
        self.copies = <Copy*>grown
        encoder.begin()
        if not encoder.grow_utf8(ref):
            raise MemoryError
        while encoder.transcoded < ref.length:
            with nogil:
                encoder.copy(ref)
            breathe()
        copy = &self.copies[self.n_copies]
        copy.utf8 = encoder.utf8
        copy.size = encoder.utf8_room
        self.n_copies += 1
        encoder.utf8 = NULL
        encoder.utf8_room = 0
        ref.data = copy.utf8 + 1
        ref.length = encoder.n_utf8
        ref.width = CTOK_UTF8
        return 0

    # ---- where ids go

    cdef int grow(self, size_t room) except -1:
        """Makes room for ids in the job's output."""
        if not resize_ids(&self.ids, &self.room, room):
            raise MemoryError
        return 0

    cdef void count(self) noexcept nogil:
        """Gives places to the shares before which all are done, as long as there is room."""
        cdef Share* share
        while self.counted < self.n_shares:
            share = &self.shares[self.counted]
            if not share.done or self.placed + share.count > self.room:
                return
            share.at = self.placed
            self.placed += share.count
            self.counted += 1

    cdef bint fits(self) noexcept:
        """Whether each part of a text ended where the next one starts; so its ids are right."""
        cdef size_t i
        for i in range(1, self.n_shares):
            if self.shares[i].start and self.shares[i - 1].stopped != self.shares[i].start:
                return False
        return True

    cdef int sum_parts(self) except -1:
        """Counts the ids of the texts that were cut."""
        cdef size_t i
        cdef Share* share
        for i in range(self.n_shares):
            share = &self.shares[i]
            if share.until:
                if share.start == 0:
                    self.counts[share.first] = 0
                self.counts[share.first] += share.count
        return 0

    cdef object offsets(self):
        """Where each text's ids start: int64[n + 1]."""
        offsets = np.zeros(self.n + 1, dtype=np.int64)
        np.cumsum(self.counts, out=offsets[1:])
        return offsets

    cdef object array(self, list encoders):
        """The ids that several workers placed, and those that they could not yet place."""
        cdef Encoder encoder
        cdef size_t i, total = self.placed
        for i in range(self.counted, self.n_shares):
            total += self.shares[i].count
        if total > self.room:
            self.grow(total)
        with nogil:
            self.count()
        for encoder in encoders:
            with nogil:
                encoder.place_ids(self, self.counted)
        return array_of(&self.ids, &self.room, total)


@cython.final
cdef class Encoder:
    """One worker's scratch memory; used by one thread at a time.

    Parameters
    ----------
    vocab : Vocab
    kernel : int
        The index in `kernels` of the scan that finds the pieces; -1 for none.
    cache_bytes : int
        At most so many bytes remember pieces; 0 for none.
    cutter : Cutter, optional
        What finds the pieces without a kernel; by default joints do.
    """

    cdef object vocab
    cdef bint only_utf8
    cdef const ctok_vocab* tables
    cdef ctok_pretokenize_fn pretokenize
    cdef ctok_transcode_fn transcode
    cdef ctok_encode_document_fn encode_document
    cdef ctok_encode_brief_fn encode_brief
    cdef ctok_document_refused_fn document_refused
    cdef ctok_encoder state
    cdef object cutter
    cdef ctok_steps steps
    cdef ctok_document document
    cdef ctok_rules ordinary
    cdef uint8_t* utf8
    cdef size_t utf8_room
    cdef size_t kept_room
    cdef size_t transcoded     # units of the text that are in utf8
    cdef size_t n_utf8
    cdef size_t searched       # bytes of the text in which no refused special token starts
    cdef size_t start, until   # what is encoded of the text's UTF-8
    cdef bint part             # whether that is a part of it, and the text need not be copied
    cdef bint begun            # whether the document is ready to be encoded
    cdef uint32_t* ids
    cdef size_t ids_room
    cdef size_t refused_at     # where the refused special token stands, in UTF-8 bytes
    cdef uint32_t refused
    # of a Job
    cdef Py_ssize_t share, current  # what is worked on
    cdef Py_ssize_t parted          # the text that the document is a part of; -1: of none
    cdef Py_ssize_t apart           # texts before this one are encoded one by one
    cdef size_t ends[TOGETHER]      # of the texts that are encoded together
    cdef bint started               # whether that text is
    cdef size_t before              # ids before it
    cdef Py_ssize_t pending, newest  # the first and the last share whose ids are not placed
    cdef void* cache_memory
    cdef size_t cache_size, cache_limit

    def __cinit__(self, vocab, Py_ssize_t kernel, size_t cache_bytes=CTOK_CACHE_BYTES, cutter=None):
        cdef const ctok_kernel* leaves
        self.vocab = vocab
        self.only_utf8 = vocab.only_utf8
        self.tables = <const ctok_vocab*>PyCapsule_GetPointer(vocab._tables()[0], "ctok_vocab")
        self.pretokenize = kernel_of(kernel).pretokenize if kernel >= 0 else NULL
        leaves = kernel_of(kernel if kernel >= 0 else kernels.best())
        self.state.encode_chunk = leaves.encode_chunk
        self.transcode = leaves.transcode
        self.encode_document = leaves.encode_document
        self.encode_brief = leaves.encode_brief if self.pretokenize is not NULL else NULL
        self.document_refused = leaves.document_refused
        if cutter is not None:
            self.cutter = cutter
            self.steps.automata = <const ctok_automaton*>PyCapsule_GetPointer(
                cutter._automata(), "ctok_automaton")
            self.steps.count = cutter.count
            self.state.cutter.cut = ctok_steps_cut
            if not cutter.in_place:
                ctok_steps_ask(&self.steps)
                self.state.cutter.keep = ctok_steps_keep
            self.state.cutter.context = &self.steps
        self.share = self.pending = -1
        self.cache_limit = ctok_cache_lay_out(&self.state.cache, cache_bytes, NULL)
        if self.cache_limit and not self.grow_cache(CTOK_CACHE_FIRST_BYTES):
            raise MemoryError

    def __dealloc__(self):
        ctok_free_zeros(self.cache_memory, self.cache_size)
        ctok_release(self.utf8, self.utf8_room)
        ctok_release(self.state.kept, self.kept_room)
        ctok_release(self.ids, self.ids_room * sizeof(uint32_t))
        PyMem_RawFree(self.state.scratch)

    # ---- memory, without the GIL

    cdef bint grow_cache(self, size_t size) noexcept nogil:
        """Lends the cache so many bytes, or what it may have at most; what it knows stays."""
        cdef ctok_cache grown
        cdef void* memory
        size = ctok_cache_lay_out(&grown, min(size, self.cache_limit), NULL)
        if size < self.cache_limit:
            size += -size % CTOK_HUGE_PAGE
        memory = ctok_zeros(size)
        if memory is NULL:
            return False
        ctok_cache_lay_out(&grown, size, memory)
        if self.cache_memory is not NULL:
            ctok_cache_move(&self.state.cache, &grown)
            ctok_free_zeros(self.cache_memory, self.cache_size)
        self.state.cache = grown
        self.cache_memory = memory
        self.cache_size = size
        return True

    cdef inline void keep_cache(self) noexcept nogil:
        """Lends the cache more when it is full; without memory it stays as it is."""
        if ctok_cache_is_full(&self.state.cache) and self.cache_size < self.cache_limit:
            if not self.grow_cache(4 * self.cache_size):
                self.state.cache.puts = 0

    cdef bint grow_ids(self, size_t room) noexcept nogil:
        """Makes room for at least so many ids; those written stay."""
        if room <= self.ids_room:
            return True
        return resize_ids(&self.ids, &self.ids_room, max(room, self.ids_room + self.ids_room // 2))

    cdef void begin(self, size_t start=0, size_t until=0) noexcept nogil:
        """Starts a text, or with `until` a part of one that is UTF-8 and is not copied."""
        self.begun = False
        self.part = until != 0
        self.transcoded = self.n_utf8 = 0
        self.start = self.searched = start
        self.until = until

    cdef Work prepare(self, const Text* text, const ctok_rules* rules, bint counting) noexcept nogil:
        """Transcodes or copies a text when need be and looks for refused special tokens, a part at
        a time."""
        cdef size_t until
        cdef const uint8_t* data = <const uint8_t*>text.data
        if self.part or not must_copy(text, rules):
            self.n_utf8 = text.length
        else:
            if self.transcoded == 0 and not self.grow_utf8(text):
                return WORK_NO_MEMORY
            data = self.utf8 + 1  # the byte before it is the prefix's
            if self.transcoded < text.length:
                self.copy(text)
                if self.transcoded < text.length:
                    return WORK_PAUSED
        if not self.part:
            self.until = self.n_utf8
        until = min(self.until, self.searched + 4 * COPIED)
        self.refused = self.document_refused(
            rules, data, self.n_utf8, self.searched, until, &self.refused_at)
        if self.refused != CTOK_NO_ID:
            return WORK_REFUSED
        self.searched = until
        if until < self.until:
            return WORK_PAUSED
        if not counting and not self.grow_ids(
                self.state.used + (self.until - self.start) // 3 + 16):
            return WORK_NO_MEMORY
        if not self.lend_kept(self.n_utf8):
            return WORK_NO_MEMORY
        if self.part and self.parted == self.current:
            ctok_document_start_later_part(&self.document, self.start, self.until)
        else:
            ctok_document_start_part(&self.document, data, self.n_utf8, self.start, self.until)
        self.parted = self.current if self.part else -1
        self.begun = True
        return WORK_DONE

    cdef void copy(self, const Text* text) noexcept nogil:
        """Writes the next part of a text as UTF-8, behind one byte and the parts before."""
        cdef uint8_t* out = self.utf8 + 1 + self.n_utf8
        cdef const char* units = <const char*>text.data + self.transcoded * <size_t>text.width
        cdef size_t until
        if text.width == CTOK_UTF8:
            units = <const char*>text.data + self.transcoded
            until = min(text.length, self.transcoded + 4 * COPIED)
            memcpy(out, units, until - self.transcoded)
            self.n_utf8 = until
        else:
            until = ctok_units_cut(text.data, text.width, text.length, self.transcoded + COPIED)
            self.n_utf8 += self.transcode(units, text.width, until - self.transcoded, out)
        self.transcoded = until

    cdef bint grow_utf8(self, const Text* text) noexcept nogil:
        """Makes room for a text's UTF-8 and one byte before it."""
        if text.length > <size_t>-1 // 8:
            return False
        return self.lend_utf8(
            1 + text.length * (1 if text.width == CTOK_UTF8 else ctok_unit_bytes(text.width)))

    cdef bint lend_utf8(self, size_t room) noexcept nogil:
        """Makes room for so many bytes of UTF-8; what was there is lost."""
        if self.utf8_room < room:
            ctok_release(self.utf8, self.utf8_room)
            self.utf8_room = room
            self.utf8 = <uint8_t*>ctok_resize(NULL, 0, room)
            if self.utf8 is NULL:
                self.utf8_room = 0
                return False
        return True

    cdef bint lend_kept(self, size_t n) noexcept nogil:
        """Makes room for what a cutter keeps of a text, where it removes some."""
        cdef size_t room = n + CTOK_KEPT_SLACK
        if self.state.cutter.keep is not NULL and self.kept_room < room:
            ctok_release(self.state.kept, self.kept_room)
            self.kept_room = room
            self.state.kept = <uint8_t*>ctok_resize(NULL, 0, room)
            if self.state.kept is NULL:
                self.kept_room = 0
                return False
        return True

    cdef Work run(self, const Text* text, const ctok_rules* rules, bint counting,
                  size_t budget) noexcept nogil:
        """Goes on with the text that was begun, growing what has to grow."""
        cdef Work work
        cdef ctok_status status
        if not self.begun:
            work = self.prepare(text, rules, counting)
            if work != WORK_DONE:
                return work
        self.keep_cache()
        while True:
            self.state.out = NULL if counting else self.ids
            self.state.room = self.ids_room
            status = self.encode_document(
                self.tables, self.pretokenize, rules, &self.document, &self.state, budget)
            if status == CTOK_OK:
                return WORK_DONE
            if status == CTOK_PAUSED:
                return WORK_PAUSED
            if status == CTOK_OUTPUT_FULL:
                if not self.grow_ids(self.ids_room + self.ids_room // 2 + 64):
                    return WORK_NO_MEMORY
            elif not self.grow_scratch():
                return (WORK_TOO_LONG if self.state.scratch_wanted > 32 * CTOK_LONG_PIECE_LIMIT
                        else WORK_NO_MEMORY)

    cdef bint grow_scratch(self) noexcept nogil:
        """Lends the scratch that the state wants."""
        if self.state.scratch_wanted > 32 * CTOK_LONG_PIECE_LIMIT:
            return False
        PyMem_RawFree(self.state.scratch)
        self.state.scratch = PyMem_RawMalloc(self.state.scratch_wanted)
        self.state.scratch_bytes = 0 if self.state.scratch is NULL else self.state.scratch_wanted
        return self.state.scratch is not NULL

    cdef void trim(self) noexcept:
        """Gives back what a large text needed."""
        if self.ids_room > KEPT_IDS:
            ctok_release(self.ids, self.ids_room * sizeof(uint32_t))
            self.ids = NULL
            self.ids_room = 0
        if self.utf8_room > 4 * KEPT_IDS:
            ctok_release(self.utf8, self.utf8_room)
            self.utf8 = NULL
            self.utf8_room = 0
        if self.kept_room > 4 * KEPT_IDS:
            ctok_release(self.state.kept, self.kept_room)
            self.state.kept = NULL
            self.kept_room = 0
        if self.state.scratch_bytes > 4 * KEPT_IDS:
            PyMem_RawFree(self.state.scratch)
            self.state.scratch = NULL
            self.state.scratch_bytes = 0

    # ---- one text

    cdef int encode(self, text, Rules rules, bint counting) except -1:
        """Encodes one text; state.used ids are then in self.ids, unless counting."""
        cdef Text ref
        cdef const ctok_rules* how = &self.ordinary if rules is None else &rules.rules
        cdef Work work = WORK_PAUSED
        find_text(text, &ref)
        if self.only_utf8:
            check_utf8(text, self.vocab)
        if ref.length <= CTOK_BRIEF and ref.width == CTOK_UTF8 and self.encode_at_once(&ref, how, counting):
            return 0
        self.state.used = 0
        self.begin()
        while work == WORK_PAUSED:
            if ref.length < NOGIL_UNITS:
                work = self.run(&ref, how, counting, BUDGET)
            else:
                with nogil:
                    work = self.run(&ref, how, counting, BUDGET)
            if work == WORK_DONE:
                return 0
            if work == WORK_PAUSED:
                breathe()
        self.fail(work, text)
        return -1

    cdef bint encode_at_once(self, const Text* text, const ctok_rules* rules, bint counting) noexcept:
        """Encodes a short text that is UTF-8 if nothing is special in it."""
        if self.encode_brief is NULL or not self.grow_ids(2 * CTOK_BRIEF):
            return False
        self.keep_cache()
        self.state.used = 0
        self.state.out = NULL if counting else self.ids
        self.state.room = self.ids_room
        return self.encode_brief(self.tables, self.pretokenize, rules, &self.state,
                                 <const uint8_t*>text.data, text.length) == CTOK_OK

    cdef object fail(self, Work work, text):
        """Raises what stopped the work."""
        if work == WORK_NO_MEMORY:
            raise MemoryError
        if work == WORK_TOO_LONG:
            raise CtokError(
                f"a piece of text without a place to cut is longer than {CTOK_LONG_PIECE_LIMIT}"
                " bytes; cut the text before encoding it")
        token = self.vocab.special_tokens[self.refused]
        position = text.find(token) if isinstance(text, str) else self.refused_at
        raise SpecialTokenError(
            f"Encountered text corresponding to disallowed special token {token!r} at position"
            f" {position}.\nIf it should become that token's id, pass allowed_special={{{token!r}}}."
            f"\nIf it is ordinary text, pass disallowed_special=() (or all but this token), or call"
            f" encode_ordinary."
        )

    cdef list to_list(self):
        """The ids as a list of int."""
        return list_of(self.ids, self.state.used)

    cdef object to_array(self):
        """The ids as an array: copied when few, handed over when many."""
        cdef uint32_t[::1] view
        cdef size_t n = self.state.used
        if n <= KEPT_IDS:
            array = np.empty(n, dtype=np.uint32)
            if n:
                view = array
                memcpy(&view[0], self.ids, n * sizeof(uint32_t))
            return array
        return array_of(&self.ids, &self.ids_room, n)

    def encode_pieces(self, list texts_and_ends):
        """Encodes texts whose pieces are known already.

        Parameters
        ----------
        texts_and_ends : list of (bytes, numpy.ndarray of intp) or int
            A UTF-8 text and the ends of its pieces, ascending; or an id that stands between two texts.

        Returns
        -------
        numpy.ndarray of uint32

        Raises
        ------
        ValueError
            A piece without a byte, or a last one that does not end where its text does.
        """
        cdef const uint8_t[::1] text
        cdef const Py_ssize_t[::1] ends
        cdef Py_ssize_t i, last
        cdef ctok_status status
        self.state.used = 0
        for item in texts_and_ends:
            if not self.grow_ids(self.state.used + 1):
                raise MemoryError
            if isinstance(item, int):
                self.ids[self.state.used] = item
                self.state.used += 1
                continue
            text, ends = item
            if ends.shape[0] == 0:
                continue
            last = 0
            for i in range(ends.shape[0]):
                if ends[i] <= last:
                    raise ValueError(f"piece {i} ends at {ends[i]}, not behind {last}")
                last = ends[i]
            if last != text.shape[0]:
                raise ValueError("the last piece does not end where the text does")
            ctok_encoder_start(&self.state, &text[0], text.shape[0], <const size_t*>&ends[0],
                               ends.shape[0])
            self.keep_cache()
            while True:
                self.state.out = self.ids
                self.state.room = self.ids_room
                with nogil:
                    status = ctok_encode(
                        self.tables, self.pretokenize, &self.state, &text[0], text.shape[0], BUDGET)
                if status == CTOK_OK:
                    break
                if status == CTOK_OUTPUT_FULL and not self.grow_ids(2 * self.ids_room + 64):
                    raise MemoryError
                if status == CTOK_SCRATCH_FULL and not self.grow_scratch():
                    self.fail(WORK_TOO_LONG if self.state.scratch_wanted > 32 * CTOK_LONG_PIECE_LIMIT
                              else WORK_NO_MEMORY, "")
                breathe()
        array = self.to_array()
        self.trim()
        return array

    # ---- a batch

    cdef bint may_cut(self, const ctok_rules* rules) noexcept:
        """Whether texts may be cut where pieces start: what finds these has no other memory."""
        return (self.cutter is None or self.steps.count == 1) and ctok_document_has_parts(rules)

    cdef size_t place(self, const ctok_rules* rules, const uint8_t* text, size_t n,
                      size_t near) noexcept nogil:
        """Where behind text[near] a part may start; 0 when there is no telling."""
        return ctok_document_place(self.tables, self.pretokenize, rules, &self.state, text, n, near)

    cdef Work work_nogil(self, Job job, const ctok_rules* rules,
                         int64_t* counts) noexcept nogil:
        """Takes shares until none is left, or about a budget of them is done."""
        cdef Work work
        cdef Share* share
        cdef size_t done = 0, next, together
        while True:
            if self.share < 0:
                next = ctok_claim(&job.next_share, 1)
                if next >= job.n_shares:
                    return WORK_DONE
                self.share = next
                share = &job.shares[next]
                share.used = self.state.used
                self.current = self.apart = share.first
                self.started = False
            share = &job.shares[self.share]
            while self.current < share.last:
                if not self.started and self.current >= self.apart and not share.until:
                    together = self.gather(job, rules, share.last)
                    if together:
                        work = self.run_together(job, rules, counts, together)
                        if work != WORK_DONE:
                            return work
                        self.current += together
                        done += self.ends[together - 1]
                        if done > BUDGET:
                            return WORK_PAUSED
                        continue
                if not self.started:
                    self.begin(share.start, share.until)
                    self.started = True
                    self.before = self.state.used
                work = self.run(&job.refs[self.current], rules, job.counting, BUDGET)
                if work != WORK_DONE:
                    return work
                if not share.until:  # other workers have other parts of it: Job.sum_parts
                    counts[self.current] = self.state.used - self.before
                self.started = False
                self.current += 1
                done += self.until - self.start
                if done > BUDGET:
                    return WORK_PAUSED
            self.finish(job, share)
            self.share = -1

    cdef size_t gather(self, Job job, const ctok_rules* rules, Py_ssize_t last) noexcept nogil:
        """Writes the next short texts as UTF-8 one behind the other, and where they end.

        Returns how many; none when the next ones are better encoded one by one.
        """
        cdef const Text* text
        cdef size_t count = 0, n = 0, size
        self.apart = last
        if rules.prefix or self.tables.n_ids > CTOK_TEXT_MARK:
            return 0
        while self.current + <Py_ssize_t>count < last and count < TOGETHER:
            text = &job.refs[self.current + count]
            size = text.length
            if size > SHORT:
                break
            if text.width != CTOK_UTF8:
                size *= ctok_unit_bytes(text.width)
            if n + size > TOGETHER_BYTES:
                break
            if count == 0 and self.utf8_room < TOGETHER_BYTES and not self.lend_utf8(TOGETHER_BYTES):
                return 0
            if text.width == CTOK_UTF8:
                memcpy(self.utf8 + n, text.data, text.length)
                n += text.length
            else:
                n += self.transcode(text.data, text.width, text.length, self.utf8 + n)
            self.ends[count] = n
            count += 1
        self.apart = self.current + max(count, <size_t>1)
        return count if count > 1 and ctok_document_is_plain(rules, self.utf8, n) else 0

    cdef Work run_together(self, Job job, const ctok_rules* rules, int64_t* counts,
                           size_t count) noexcept nogil:
        """Encodes the texts that `gather` wrote."""
        cdef Work work = WORK_PAUSED
        cdef size_t used = self.state.used
        cdef size_t before = 0 if job.counting else used  # counted ids have no room
        self.state.used = before
        self.begin()
        if not self.grow_ids(before + self.ends[count - 1] // 3 + count + 16) or not self.lend_kept(
                self.ends[count - 1]):
            return WORK_NO_MEMORY
        ctok_document_start_texts(&self.document, self.utf8, &self.ends[0], count)
        self.begun = True
        while work == WORK_PAUSED:
            work = self.run(&job.refs[self.current], rules, False, BUDGET)
        if work == WORK_DONE:
            count = ctok_document_take_marks(
                self.ids + before, self.state.used - before, count, counts + self.current)
            self.state.used = used if job.counting else before + count
        return work

    cdef void finish(self, Job job, Share* share) noexcept nogil:
        """Counts a share that is done, and places what ids can be placed."""
        cdef size_t counted
        share.count = self.state.used - share.used
        share.stopped = self.document.stopped
        if job.lock is NULL or job.counting:
            return
        if self.pending < 0:
            self.pending = self.share
        else:
            job.shares[self.newest].next = self.share
        self.newest = self.share
        PyThread_acquire_lock(job.lock, WAIT_LOCK)
        share.done = True
        job.count()
        counted = job.counted
        PyThread_release_lock(job.lock)
        self.place_ids(job, counted)

    cdef void place_ids(self, Job job, size_t counted) noexcept nogil:
        """Copies the ids of this worker's shares among the first `counted` to the job's output."""
        cdef Share* share
        while self.pending >= 0 and <size_t>self.pending < counted:
            share = &job.shares[self.pending]
            memcpy(job.ids + share.at, self.ids + share.used, share.count * sizeof(uint32_t))
            self.pending = share.next
        if self.pending < 0:
            self.state.used = 0

    def work(self, Job job, Rules rules, bint check_signals):
        """Works on a job until nothing is left of it or another worker failed."""
        cdef const ctok_rules* how = &self.ordinary if rules is None else &rules.rules
        cdef Work status = WORK_PAUSED
        cdef int64_t* counts
        cdef Text* ref
        self.share = self.pending = self.parted = -1
        self.state.used = 0
        if job.n == 0:
            return
        counts = &job.counts[0]
        try:
            while status == WORK_PAUSED and not job.stopped:
                with nogil:
                    status = self.work_nogil(job, how, counts)
                if check_signals:
                    breathe()
            if status != WORK_DONE and status != WORK_PAUSED:
                if status == WORK_REFUSED and self.part:  # a part before it may have one too
                    ref = &job.refs[self.current]
                    self.refused = self.document_refused(
                        how, <const uint8_t*>ref.data, ref.length, 0, ref.length, &self.refused_at)
                try:
                    self.fail(status, job.texts[self.current])
                except SpecialTokenError as error:
                    raise SpecialTokenError(f"texts[{self.current}]: {error}") from None
        except BaseException:
            job.stopped = True
            raise


@cython.final
cdef class Core:
    """What all calls on a tokenizer share: its frozen vocabulary and idle encoders.

    Parameters
    ----------
    vocab : Vocab
    kernel : int
        The index in `kernels` of the scan that finds the pieces; -1 when `split` does.
    split : callable, optional
        Takes bytes (UTF-8) and returns (bytes, intp array): the text that remains and the ends of
        its pieces. A `Cutter` that leaves all text, or tells what it removes, is not called but lent
        to each encoder.
    cache_bytes : int
        Of each encoder.
    """

    cdef readonly object vocab
    cdef readonly Py_ssize_t kernel
    cdef readonly object split
    cdef object called, cutter  # one of them is the split
    cdef readonly size_t cache_bytes
    cdef ctok_transcode_fn transcode
    cdef ctok_uncomposed_fn uncomposed
    cdef Encoder spare  # one of the idle encoders
    cdef list idle

    def __cinit__(self, vocab, Py_ssize_t kernel, split=None, size_t cache_bytes=CTOK_CACHE_BYTES):
        if kernel >= 0 and split is not None or kernel < 0 and split is None and not vocab.has_joints:
            raise ValueError("a tokenizer has either a kernel, a split or joints")
        self.vocab = vocab
        self.kernel = kernel
        self.split = split
        self.cutter = split if isinstance(split, Cutter) and split.tells else None
        self.called = split if self.cutter is None else None
        self.cache_bytes = cache_bytes
        self.transcode = kernel_of(kernel if kernel >= 0 else kernels.best()).transcode
        self.uncomposed = kernel_of(kernel if kernel >= 0 else kernels.best()).uncomposed
        self.idle = []

    cdef Encoder take(self):
        """An encoder that no other thread uses."""
        cdef Encoder encoder = self.spare
        if CTOK_HAS_GIL and encoder is not None:
            self.spare = None
            return encoder
        try:
            return <Encoder>self.idle.pop()
        except IndexError:
            return Encoder(self.vocab, self.kernel, self.cache_bytes, self.cutter)

    cdef int put(self, Encoder encoder) except -1:
        """Gives an encoder back, for the next call."""
        encoder.trim()
        if CTOK_HAS_GIL and self.spare is None:
            self.spare = encoder
        elif len(self.idle) < 64:
            self.idle.append(encoder)
        return 0

    def clear(self):
        """Frees the idle encoders, and with them what they remember."""
        self.spare = None
        self.idle.clear()

    cpdef list encode_list(self, text, Rules rules):
        """The ids of a text as a list of int."""
        cdef Encoder encoder
        if self.called is not None:
            return self._encode_split(text, rules).tolist()
        encoder = self.take()
        try:
            encoder.encode(text, rules, False)
            return encoder.to_list()
        finally:
            self.put(encoder)

    def encode_array(self, text, Rules rules, Py_ssize_t threads=1, run=None):
        """The ids of a text as uint32[n]; threads and run as in `batch`."""
        cdef Encoder encoder
        if threads > 1:
            try:
                return self.batch([text], rules, threads, False, run)[0]
            except SpecialTokenError:
                pass  # raised below, as of one text
        if self.called is not None:
            return self._encode_split(text, rules)
        encoder = self.take()
        try:
            encoder.encode(text, rules, False)
            return encoder.to_array()
        finally:
            self.put(encoder)

    cpdef object count_ids(self, text, Rules rules, Py_ssize_t threads=1, run=None):
        """How many ids a text has; no id is kept. Threads and run as in `batch`."""
        cdef Encoder encoder
        if threads > 1:
            try:
                return int(self.batch([text], rules, threads, True, run)[0])
            except SpecialTokenError:
                pass  # as in encode_array
        if self.called is not None:
            return len(self._encode_split(text, rules))
        encoder = self.take()
        try:
            encoder.encode(text, rules, True)
            return encoder.state.used
        finally:
            self.put(encoder)

    def utf8(self, text):
        """A text as UTF-8 bytes, surrogates treated as everywhere in ctok."""
        cdef Text ref
        cdef uint8_t* data
        find_text(text, &ref)
        if PyBytes_Check(text):
            return text
        if ref.width == CTOK_UTF8:
            return (<const char*>ref.data)[:ref.length]
        data = <uint8_t*>PyMem_RawMalloc(ctok_unit_bytes(ref.width) * ref.length + 1)
        if data is NULL:
            raise MemoryError
        try:
            return (<char*>data)[:self.transcode(ref.data, ref.width, ref.length, data)]
        finally:
            PyMem_RawFree(data)

    def stretches(self, text, Rules rules):
        """A text cut at its allowed special tokens: bytes and, between them, ids.

        Returns
        -------
        list of (bytes or int, int)
            Each with where it ends, in bytes: a token has what it takes beside it.

        Raises
        ------
        SpecialTokenError
            The text holds a refused special token.
        """
        cdef bytes data = self.utf8(text)
        cdef Encoder encoder
        cdef Text ref
        cdef size_t start = 0
        find_text(data, &ref)
        if self.vocab.only_utf8:
            check_utf8(text, self.vocab)
        if rules is None or rules.rules.specials is NULL:
            return [(data, len(data))]
        encoder = self.take()
        encoder.refused = encoder.document_refused(
            &rules.rules, <const uint8_t*>ref.data, ref.length, 0, ref.length, &encoder.refused_at)
        if encoder.refused != CTOK_NO_ID:
            encoder.fail(WORK_REFUSED, text)
        self.put(encoder)
        result = []
        cdef size_t at = 0, end = 0
        cdef uint32_t found = CTOK_NO_ID
        while True:
            if rules.rules.any & CTOK_ALLOWED:
                found = ctok_specials_next(
                    rules.rules.specials, rules.rules.rule, CTOK_ALLOWED,
                    <const uint8_t*>ref.data, ref.length, start, &at, &end)
            if found == CTOK_NO_ID:
                result.append((data[start:], len(data)))
                return result
            result.append((data[start:at], at))
            result.append((int(rules.ids[found]), end))
            start = end

    def _encode_split(self, text, Rules rules):
        """A text whose pieces a regex finds."""
        cdef Encoder encoder = self.take()
        try:
            return encoder.encode_pieces([
                item if isinstance(item, int) else self.called(item)
                for item, _ in self.stretches(text, rules)
            ])
        finally:
            self.put(encoder)

    def piece_ends(self, bytes text):
        """Where the pieces of a UTF-8 text end: the text itself, and intp[pieces]."""
        if self.split is not None:
            return self.split(text)
        cdef Py_ssize_t[::1] ends
        cdef size_t at = 0
        cdef size_t n = len(text)
        cdef size_t count, room
        cdef const uint8_t* data = <const uint8_t*>PyBytes_AS_STRING(text)
        cdef ctok_pretokenize_fn pretokenize = NULL
        cdef const ctok_vocab* tables = <const ctok_vocab*>PyCapsule_GetPointer(
            self.vocab._tables()[0], "ctok_vocab")
        if self.kernel >= 0:
            pretokenize = kernel_of(self.kernel).pretokenize
        parts = [np.empty(0, dtype=np.intp)]
        while at < n:
            room = min(max(n - at, 256), COPIED)
            part = np.empty(room, dtype=np.intp)
            ends = part
            with nogil:
                count = (pretokenize(data, n, &at, <size_t*>&ends[0], room) if pretokenize is not NULL
                         else ctok_cut_at_joints(&tables.joints, data, n, &at, <size_t*>&ends[0], room))
            parts.append(part[:count])
            breathe()
        return text, np.concatenate(parts)

    def batch(self, list texts, Rules rules, Py_ssize_t threads, bint counting, run):
        """Encodes, or counts, many texts.

        Parameters
        ----------
        texts : list of str or bytes
        threads : int
            At most so many workers.
        counting : bool
            Whether only the number of ids is wanted.
        run : callable
            parallel.run.

        Returns
        -------
        ids : numpy.ndarray of uint32, shape (total,)
        offsets : numpy.ndarray of int64, shape (n + 1,)
            Text i has ``ids[offsets[i]:offsets[i + 1]]``. When counting, int64[n] instead.
        """
        if self.called is not None:
            arrays = [self._encode_split(text, rules) for text in texts]
            lengths = np.array([len(array) for array in arrays], dtype=np.int64)
            if counting:
                return lengths
            offsets = np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths)])
            return np.concatenate([np.empty(0, np.uint32), *arrays]), offsets
        result = self._run(Job(texts, counting), rules, threads, run, True)
        if result is None:
            result = self._run(Job(texts, counting), rules, threads, run, False)
        return result

    cdef object _run(self, Job job, Rules rules, Py_ssize_t threads, run, bint cuts):
        """What `batch` returns; None when a text was cut where no piece starts."""
        cdef Encoder encoder = self.take()
        cdef list encoders = [encoder]
        for text in job.texts if encoder.only_utf8 else ():
            check_utf8(text, self.vocab)
        threads = max(1, min(threads, <Py_ssize_t>(job.units // 65536)))
        try:
            job.plan(threads, encoder, &encoder.ordinary if rules is None else &rules.rules, cuts)
            threads = min(threads, <Py_ssize_t>job.n_shares)
            encoders += [self.take() for _ in range(threads - 1)]
            if job.lock is NULL and not job.counting:  # as in Job.plan
                encoder.grow_ids(job.units // 3)
            run([
                lambda encoder=encoder, i=i: encoder.work(job, rules, i == 0)
                for i, encoder in enumerate(encoders)
            ], job.stop)
            if not job.fits():
                return None
            job.sum_parts()
            if job.counting:
                return np.asarray(job.counts)
            encoder = encoders[0]
            return (encoder.to_array() if job.lock is NULL else job.array(encoders)), job.offsets()
        finally:
            for encoder in encoders:
                self.put(encoder)


cdef class Edge:
    """What a tokenizer's simplest calls need, where C finds it."""

    cdef Core core  # None: texts are prepared before they come to one
    cdef bint composed  # they come there at once when they are in NFC
    cdef Rules refuse_all, ordinary

    def _set_edge(self, Core core, Rules refuse_all, Rules ordinary, bint composed=False):
        """To be called once, before any other thread has the tokenizer."""
        self.core = core
        self.composed = composed
        self.refuse_all = refuse_all
        self.ordinary = ordinary

    cdef bint takes(self, text) except -1:
        """Whether the core takes a text as it is, for certain."""
        cdef size_t start = 0, end = 0
        cdef Text ref
        if self.core is None or not self.composed:
            return self.core is not None
        find_text(text, &ref)
        if type(text) is not str:
            return False
        self.core.uncomposed(ref.data, ref.width, ref.length, &start, &end)
        return start == ref.length


def quick(method):
    """A method of an `Edge` as it is, but for calls of it with a text and nothing else.

    These do not enter Python: a call with a short text takes less time than one of the method.

    Parameters
    ----------
    method : function
        Its name says what it gives: ``encode``, ``encode_ordinary`` or ``count``.
    """
    # Each keyword by name: a call without any makes no dict. Its values are then these very objects.
    names = ("allowed_special", "disallowed_special", "dropout", "seed", "threads")
    allowed, disallowed, chance, start, one = [(method.__kwdefaults__ or {}).get(name) for name in names]

    def encode(Edge self not None, text, *, allowed_special=allowed, disallowed_special=disallowed,
               dropout=chance, seed=start):
        if (allowed_special is not allowed or disallowed_special is not disallowed
                or dropout is not chance or seed is not start or not self.takes(text)):
            return method(self, text, allowed_special=allowed_special,
                          disallowed_special=disallowed_special, dropout=dropout, seed=seed)
        return self.core.encode_list(text, self.refuse_all)

    def encode_ordinary(Edge self not None, text):
        if not self.takes(text):
            return method(self, text)
        return self.core.encode_list(text, self.ordinary)

    def count(Edge self not None, text, *, threads=one, allowed_special=allowed,
              disallowed_special=disallowed):
        if (threads is not one or allowed_special is not allowed
                or disallowed_special is not disallowed or not self.takes(text)):
            return method(self, text, threads=threads, allowed_special=allowed_special,
                          disallowed_special=disallowed_special)
        return self.core.count_ids(text, self.refuse_all)

    for function in (encode, encode_ordinary, count):
        if function.__name__ == method.__name__:
            return functools.wraps(method)(function)
    raise ValueError(f"{method.__name__} has no quick form")
