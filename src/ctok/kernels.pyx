"""The compiled kernels by name, and small look-ups in C; the one module that compiles them."""

cimport cython
from cpython.pycapsule cimport PyCapsule_New
from libc.stdint cimport uint8_t, uint32_t, uint64_t
from libc.string cimport memchr, memcmp, memcpy, memmove

import numpy as np

from .c.base cimport CTOK_PREFETCH, CTOK_VERSION
from .c.cache cimport ctok_record_hash
from .c.checksum cimport ctok_checksum
from .c.composed cimport ctok_uncomposed_fn
from .c.cpu cimport ctok_cpu_runs
from .c.kernels cimport CTOK_KERNEL_COUNT, ctok_kernels
from .c.transcode cimport ctok_width
from .c.unicode cimport ctok_category, ctok_utf8_read, ctok_utf8_write

cdef extern from "Python.h":
    int PyUnicode_READY(object text) except -1
    bint PyUnicode_IS_ASCII(object text)
    int PyUnicode_KIND(object text)
    uint32_t PyUnicode_READ(int kind, void* data, Py_ssize_t at)
    void* PyUnicode_DATA(object text)


cdef extern from "_ints.h":
    const bint CTOK_HAS_GIL


def kernels():
    """(family, backend) of every compiled kernel, in the order of their indexes."""
    return [
        (ctok_kernels[i].family.name.decode(), ctok_kernels[i].backend_name.decode())
        for i in range(CTOK_KERNEL_COUNT)
    ]


def backends():
    """The backends that were compiled and that this processor runs, the fastest last."""
    return list(dict.fromkeys(
        ctok_kernels[i].backend_name.decode()
        for i in range(CTOK_KERNEL_COUNT) if ctok_cpu_runs(ctok_kernels[i].backend)
    ))


def best():
    """The index of a kernel of the fastest backend that this processor runs."""
    return max(i for i in range(CTOK_KERNEL_COUNT) if ctok_cpu_runs(ctok_kernels[i].backend))


def kernel(Py_ssize_t index):
    """A kernel's C structure for the other compiled modules, as a capsule "ctok_kernel".

    Raises
    ------
    IndexError
        There is no kernel of that number.
    """
    if not 0 <= index < <Py_ssize_t>CTOK_KERNEL_COUNT:
        raise IndexError(f"kernel {index} of {CTOK_KERNEL_COUNT}")
    return PyCapsule_New(<void*>&ctok_kernels[index], "ctok_kernel", NULL)


def patterns():
    """The regex of each family, verbatim."""
    return {
        ctok_kernels[i].family.name.decode(): ctok_kernels[i].family.pattern.decode()
        for i in range(CTOK_KERNEL_COUNT)
    }


cdef ctok_uncomposed_fn find_uncomposed = ctok_kernels[best()].uncomposed


def uncomposed(text, Py_ssize_t kernel=-1):
    """Where NFC may change a text: (start, end) of stretches that it changes each by itself.

    A kernel's index says by whose backend; by default the best one.
    """
    cdef size_t start = 0, end = 0
    cdef size_t n
    cdef ctok_uncomposed_fn find
    if not isinstance(text, str):
        raise TypeError(f"a text is str, not {type(text).__name__}")
    if not -1 <= kernel < <Py_ssize_t>CTOK_KERNEL_COUNT:
        raise IndexError(f"kernel {kernel} of {CTOK_KERNEL_COUNT}")
    find = find_uncomposed if kernel < 0 else ctok_kernels[kernel].uncomposed
    result = []
    PyUnicode_READY(text)
    n = len(<str>text)
    while True:
        find(PyUnicode_DATA(text), <ctok_width>PyUnicode_KIND(text), n, &start, &end)
        if start == n:
            return result
        result.append((start, end))
        start = end


cdef bint composed(object text) except -1:
    """Whether a text is a str in NFC for certain."""
    cdef size_t start = 0, end = 0, n
    if type(text) is not str:
        return False
    PyUnicode_READY(text)
    n = len(<str>text)
    find_uncomposed(PyUnicode_DATA(text), <ctok_width>PyUnicode_KIND(text), n, &start, &end)
    return start == n


def is_composed(text):
    """Whether a text is in NFC for certain, by one look at it; some are that are not known to be."""
    return composed(text)


def not_composed(list texts not None):
    """The places in a list of all that are no str in NFC for certain."""
    cdef Py_ssize_t i
    return [i for i in range(len(texts)) if not composed(texts[i])]


cdef size_t put_text(object text, uint8_t* out) except? 0:
    """Writes a str's code points as UTF-8 does, surrogates too; `out` has four bytes for each."""
    cdef Py_ssize_t i, n = len(<str>text)
    cdef size_t size = 0
    cdef int kind
    cdef void* data
    PyUnicode_READY(text)
    data = PyUnicode_DATA(text)
    if PyUnicode_IS_ASCII(text):
        memcpy(out, data, n)
        return n
    kind = PyUnicode_KIND(text)
    for i in range(n):
        size += ctok_utf8_write(PyUnicode_READ(kind, data, i), out + size)
    return size


cdef struct Query:
    # A text that is looked for, and what is known of it.
    const uint8_t* text
    size_t size
    uint64_t hash
    uint32_t* id  # where its id goes


cdef enum:
    TOGETHER = 32  # merges that are looked for at once, so that they wait for memory side by side


@cython.final
cdef class Names:
    """Texts and their ids: an open-addressing table.

    A slot has a hash's low half, and where the text's record starts, in words of 4 bytes, and 1. A
    record is the id, the text's size and its bytes.
    """

    cdef uint32_t[::1] records
    cdef uint64_t[::1] slots
    cdef uint32_t bits

    def __cinit__(self, dict ids):
        cdef size_t at, size, words = 0, n = len(ids), mask
        cdef uint64_t hash
        cdef uint8_t* text
        self.bits = max(4, (n + n // 2).bit_length())
        mask = (<size_t>1 << self.bits) - 1
        self.records = np.empty(sum(map(len, ids)) + 2 * n + 1, dtype=np.uint32)
        self.slots = np.zeros(mask + 1, dtype=np.uint64)
        for name, id in ids.items():
            text = <uint8_t*>&self.records[words + 2]
            size = put_text(name, text)
            hash = ctok_record_hash(text, size)
            at = hash >> (64 - self.bits)
            while self.slots[at]:
                at = (at + 1) & mask
            self.slots[at] = hash << 32 | words + 1
            self.records[words] = id
            self.records[words + 1] = <uint32_t>size
            words += 2 + (size + 3) // 4

    cdef void ask(self, Query* query) noexcept:
        """Asks for the line of the table where a text would stand."""
        query.hash = ctok_record_hash(query.text, query.size) if query.size else 0
        CTOK_PREFETCH(&self.slots[query.hash >> (64 - self.bits)])

    cdef void ask_on(self, const Query* query) noexcept:
        """Asks for the record that the first slot there names."""
        cdef uint32_t word = <uint32_t>self.slots[query.hash >> (64 - self.bits)]
        CTOK_PREFETCH(&self.records[word - (word > 0)])

    cdef bint find(self, const Query* query) noexcept:
        """Writes the id of a text; False where it has none."""
        cdef size_t at = query.hash >> (64 - self.bits), mask = (<size_t>1 << self.bits) - 1
        cdef const uint32_t* record
        while self.slots[at] and query.size:
            record = &self.records[<uint32_t>self.slots[at] - 1]
            if (self.slots[at] >> 32 == query.hash & 0xFFFFFFFF and record[1] == query.size
                    and memcmp(record + 2, query.text, query.size) == 0):
                query.id[0] = record[0]
                return True
            at = (at + 1) & mask
        return False

    cdef bint find_all(self, Query* queries, size_t n) noexcept:
        """Writes the ids of texts; False where one has none."""
        cdef size_t i
        cdef bint known = True
        for i in range(n):
            self.ask(&queries[i])
        for i in range(n):
            self.ask_on(&queries[i])
        for i in range(n):
            known &= self.find(&queries[i])
        return known


cdef bint is_merge(object merge) noexcept:
    """Whether that is a str, or two."""
    if type(merge) is not list and type(merge) is not tuple:
        return type(merge) is str
    return len(merge) == 2 and type(merge[0]) is str and type(merge[1]) is str


cdef size_t put_merge(object merge, bytes prefix, uint8_t* text, size_t* sizes) except? 0:
    """Writes the left part of what `is_merge`, the right one and both together, and their three sizes.

    Returns how many bytes that are; 0 for no merge. `text` has eight bytes for each character.
    """
    cdef size_t left, both, skip = len(prefix)
    cdef const uint8_t* space
    if type(merge) is str:
        both = put_text(merge, text)
        space = <const uint8_t*>memchr(text, 32, both)
        if space is NULL:
            return 0
        left = space - text
        both -= 1
        memmove(text + left, text + left + 1, both - left)
        if memchr(text + left, 32, both - left) is not NULL:
            return 0
    else:
        left = put_text(merge[0], text)
        both = left + put_text(merge[1], text + left)
    if both - left < skip or memcmp(text + left, <const char*>prefix, skip) != 0:
        return 0
    sizes[0] = left
    sizes[1] = both - left
    sizes[2] = both - skip
    memcpy(text + both, text, left)
    memcpy(text + both + left, text + left + skip, both - left - skip)
    return 2 * both - skip


def find_merges(dict vocab not None, list merges not None, str prefix=""):
    """The ids of merges: uint32[n, 3], of the left part, the right one and both together.

    None where one is no merge, or not of the vocabulary.

    Parameters
    ----------
    vocab : dict of str to int
        Ids below 2**32.
    merges : list
        Each a str with one space between the parts, or the two parts.
    prefix : str
        Each right part starts with it, and loses it behind the left one.
    """
    if not CTOK_HAS_GIL:  # no other thread can change these
        vocab = vocab.copy()
        merges = [tuple(merge) if type(merge) is list else merge for merge in merges]
    cdef Names names = Names(vocab)
    cdef bytes start = prefix.encode("utf-8", "surrogatepass")
    cdef size_t i, k, first, last, used, needed, n = len(merges)
    cdef size_t[3] sizes
    cdef Query[3 * TOGETHER] queries
    cdef Query* query
    cdef uint8_t[::1] texts = np.empty(1, dtype=np.uint8)
    result = np.empty((n, 3), dtype=np.uint32)
    cdef uint32_t[:, ::1] ids = result
    for first in range(0, n, TOGETHER):
        last = min(n, first + TOGETHER)
        needed = 1
        for i in range(first, last):
            merge = merges[i]
            if not is_merge(merge):
                return None
            needed += 8 * (len(merge) if type(merge) is str else len(merge[0]) + len(merge[1]))
        if needed > <size_t>texts.shape[0]:
            texts = np.empty(2 * needed, dtype=np.uint8)
        used = 0
        query = queries
        for i in range(first, last):
            needed = put_merge(merges[i], start, &texts[used], sizes)
            if needed == 0:
                return None
            for k in range(3):
                query.text = &texts[used]
                query.size = sizes[k]
                query.id = &ids[i, k]
                query += 1
                used += sizes[k]
        if not names.find_all(queries, 3 * (last - first)):
            return None
    return result


def version():
    """The version of the C headers that this module was compiled from."""
    return CTOK_VERSION.decode()


def checksum(const uint8_t[::1] data):
    """The checksum of some bytes; see checksum.h."""
    cdef uint64_t result
    cdef size_t n = data.shape[0]
    if n == 0:
        return ctok_checksum(NULL, 0)
    with nogil:
        result = ctok_checksum(&data[0], n)
    return result


def categories():
    """The table's byte of every code point: uint8[0x110000]; see tools/make_unicode_tables.py."""
    result = np.empty(0x110000, dtype=np.uint8)
    cdef uint8_t[::1] view = result
    cdef uint32_t code_point
    for code_point in range(0x110000):
        view[code_point] = ctok_category(code_point)
    return result


def read_character(const uint8_t[::1] text, size_t at):
    """(code point, size in bytes) of the character at text[at]; None for a byte of no sequence."""
    cdef uint32_t code_point = 0
    cdef uint32_t size
    if at >= <size_t>text.shape[0]:
        raise IndexError(at)
    size = ctok_utf8_read(&text[0], text.shape[0], at, &code_point)
    return (code_point, size) if size else None
