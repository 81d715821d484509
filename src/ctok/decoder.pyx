"""Ids into bytes and text."""

cimport cython
from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_FromStringAndSize
from cpython.long cimport PyLong_AsLongLongAndOverflow
from cpython.mem cimport PyMem_RawFree, PyMem_RawMalloc
from cpython.object cimport PyObject
from cpython.pycapsule cimport PyCapsule_GetPointer
from cpython.unicode cimport PyUnicode_DecodeUTF8
from libc.stdint cimport int64_t, uint8_t, uint32_t
from libc.string cimport memcpy

import numpy as np

from .c.base cimport CTOK_OK, ctok_status
from .c.decode cimport ctok_decode, ctok_decode_size, ctok_span_length, ctok_tokens
from .turns cimport breathe
from .errors import DecodeError

cdef extern from "Python.h":
    const char* PyUnicode_AsUTF8(object text) except NULL
    PyObject** PySequence_Fast_ITEMS(object items)

cdef extern from "_ints.h":
    const bint CTOK_HAS_GIL
    Py_ssize_t ctok_ints_read(PyObject** items, Py_ssize_t n, uint32_t* out)

cdef size_t NOGIL_IDS = 4096
cdef size_t SLICE = 1024 * 1024  # ids between two looks for Ctrl-C, 1 to 10 ms


def unknown_id(index, number, vocab):
    """The exception for an id that no token has."""
    return DecodeError(
        f"Invalid token for decoding: {number} at index {index}; {vocab.spec.name!r} has ids"
        f" 0 to {vocab.n_ids - 1}" + (", with gaps" if 0 <= number < vocab.n_ids else "")
    )


cdef int read_ids(ids, Py_ssize_t n, uint32_t* out, vocab) except -1:
    """Reads a list or tuple of n ids; see `ids_of`."""
    cdef Py_ssize_t i = 0
    cdef long long value
    cdef int overflow
    given = ids
    if not CTOK_HAS_GIL:
        ids = tuple(given)  # no other thread can change it
        if len(ids) != n:
            raise RuntimeError("ids changed size while they were read")
    while i < n:
        i += ctok_ints_read(PySequence_Fast_ITEMS(ids) + i, min(n - i, 65536), out + i)
        if i == n:
            break
        item = ids[i]
        breathe()  # other code may run, here and in __index__
        try:
            item = item.__index__()
        except (AttributeError, TypeError):
            many = "; decode_batch takes many texts" if hasattr(item, "__len__") else ""
            raise TypeError(f"ids[{i}] is {type(item).__name__}, not int{many}") from None
        if len(given) != n:
            raise RuntimeError("ids changed size while they were read")
        overflow = 0
        value = PyLong_AsLongLongAndOverflow(item, &overflow)
        if overflow or value < 0 or value > 0xFFFFFFFF:
            raise unknown_id(i, item, vocab)
        out[i] = <uint32_t>value
        i += 1
    return 0


def ids_of(ids, vocab):
    """Ids as a C-contiguous array of uint32, checked to fit; a list or any integer array.

    Raises
    ------
    TypeError
        Not a sequence of integers, or of more than one dimension.
    DecodeError
        A number below 0 or above 2**32 - 1.
    """
    cdef uint32_t[::1] view
    if isinstance(ids, (list, tuple)):
        result = np.empty(len(ids), dtype=np.uint32)
        if result.size:
            view = result
            read_ids(ids, view.shape[0], &view[0], vocab)
        return result
    if isinstance(ids, (str, bytes)):
        raise TypeError(f"ids are integers, not {type(ids).__name__}")
    if not hasattr(ids, "dtype") and not hasattr(ids, "__array__") and not hasattr(ids, "__array_interface__"):
        try:
            memoryview(ids)
        except TypeError:
            return ids_of(list(ids), vocab)
    array = np.asarray(ids)
    if array.ndim != 1:
        raise TypeError(f"ids have one dimension, not {array.ndim}; decode_batch takes many texts")
    if array.dtype == np.uint32:
        return np.ascontiguousarray(array)
    if array.size == 0:
        return np.empty(0, dtype=np.uint32)
    if array.dtype.kind not in "iub":
        raise TypeError(f"ids are integers, not {array.dtype}")
    bad = (array < 0) | (array > 0xFFFFFFFF) if array.dtype.kind == "i" else array > 0xFFFFFFFF
    if bad.any():
        i = int(bad.argmax())
        raise unknown_id(i, int(array[i]), vocab)
    return np.ascontiguousarray(array, dtype=np.uint32)


def rows_of(rows, vocab):
    """Rows of ids as one flat array of uint32, and int64[n + 1] where each starts in it.

    Raises
    ------
    TypeError, DecodeError
        As in `ids_of`, with the row's index.
    """
    cdef Py_ssize_t used = 0, n, room = 1024
    cdef size_t done = 0
    cdef list offsets = [0]
    cdef const uint32_t[::1] row_view
    result = np.empty(room, dtype=np.uint32)
    cdef uint32_t[::1] view = result
    for row in rows:
        try:
            if not isinstance(row, (list, tuple)):
                row = ids_of(row, vocab)
            n = len(row)
            if n > room - used:
                room = used + n + (used + n) // 2
                grown = np.empty(room, dtype=np.uint32)
                grown[:used] = result[:used]
                result = grown
                view = result
            if isinstance(row, (list, tuple)):
                read_ids(row, n, &view[0] + used, vocab)
            elif n:
                row_view = row
                memcpy(&view[0] + used, &row_view[0], n * sizeof(uint32_t))
        except (DecodeError, TypeError) as error:
            raise type(error)(f"batch[{len(offsets) - 1}]: {error}") from None
        used += n
        offsets.append(used)
        done += n + 16
        if done > SLICE:
            done = 0
            breathe()
    return result[:used], np.array(offsets, dtype=np.int64)


@cython.final
cdef class Decoder:
    """Decodes the ids of one vocabulary; frozen, so all threads share it."""

    cdef object vocab
    cdef const ctok_tokens* tokens

    def __cinit__(self, vocab):
        self.vocab = vocab
        self.tokens = <const ctok_tokens*>PyCapsule_GetPointer(vocab._tables()[1], "ctok_tokens")

    cdef size_t size(self, const uint32_t* ids, size_t n) except? 0:
        """How many bytes the ids decode to; raises DecodeError at the first unknown one."""
        cdef size_t total = 0, part = 0, bad = 0, start = 0, count
        cdef ctok_status status
        while start < n:
            count = min(SLICE, n - start)
            if n < NOGIL_IDS:
                status = ctok_decode_size(self.tokens, ids + start, count, &part, &bad)
            else:
                with nogil:
                    status = ctok_decode_size(self.tokens, ids + start, count, &part, &bad)
                breathe()
            if status != CTOK_OK:
                raise unknown_id(start + bad, ids[start + bad], self.vocab)
            total += part
            start += count
        return total

    cdef int fill(self, const uint32_t* ids, size_t n, uint8_t* out, size_t room) except -1:
        """Writes the bytes of ids that `size` has checked, which are room."""
        cdef size_t start = 0, used = 0, count
        while start < n:
            count = min(SLICE, n - start)
            if n < NOGIL_IDS:
                used += ctok_decode(self.tokens, ids + start, count, out + used, room - used)
            else:
                with nogil:
                    used += ctok_decode(self.tokens, ids + start, count, out + used, room - used)
                breathe()
            start += count
        if used != room:
            raise RuntimeError("ids changed while they were decoded")
        return 0

    cdef object joined(self, const uint32_t* ids, size_t n, const char* errors):
        """The tokens of n ids: bytes when errors is NULL, else a str."""
        cdef size_t size = self.size(ids, n)
        cdef uint8_t[4096] small
        cdef uint8_t* out = small
        cdef bytes data
        if errors is NULL:
            data = PyBytes_FromStringAndSize(NULL, size)
            self.fill(ids, n, <uint8_t*>PyBytes_AS_STRING(data), size)
            return data
        if size > sizeof(small):
            out = <uint8_t*>PyMem_RawMalloc(size)
            if out is NULL:
                raise MemoryError
        try:
            self.fill(ids, n, out, size)
            return PyUnicode_DecodeUTF8(<const char*>out, size, errors)
        finally:
            if out is not small:
                PyMem_RawFree(out)

    cdef object joined_of(self, ids, const char* errors):
        """As `joined`, of what `ids_of` takes."""
        cdef uint32_t[512] few
        cdef uint32_t* numbers = few
        cdef const uint32_t[::1] view
        cdef Py_ssize_t n
        if not isinstance(ids, (list, tuple)):
            view = ids_of(ids, self.vocab)
            return self.joined(&view[0] if view.shape[0] else NULL, view.shape[0], errors)
        n = len(ids)
        if n > 512:
            numbers = <uint32_t*>PyMem_RawMalloc(n * sizeof(uint32_t))
            if numbers is NULL:
                raise MemoryError
        try:
            read_ids(ids, n, numbers, self.vocab)
            return self.joined(numbers, n, errors)
        finally:
            if numbers is not few:
                PyMem_RawFree(numbers)

    def decode_bytes(self, ids):
        """The bytes of the ids, joined."""
        return self.joined_of(ids, NULL)

    def decode(self, ids, str errors not None):
        """The text of the ids; errors as in bytes.decode."""
        return self.joined_of(ids, PyUnicode_AsUTF8(errors))

    def byte_lengths(self, ids):
        """How many bytes each of the ids decodes to: int64[n]."""
        cdef const uint32_t[::1] view = ids_of(ids, self.vocab)
        self.size(&view[0] if view.shape[0] else NULL, view.shape[0])
        lengths = np.empty(view.shape[0], dtype=np.int64)
        cdef int64_t[::1] out = lengths
        cdef Py_ssize_t i
        cdef uint32_t number
        for i in range(view.shape[0]):
            number = view[i]  # which another thread may have changed since it was checked
            out[i] = 0
            if number < self.tokens.n_ids:
                out[i] = <int64_t>ctok_span_length(self.tokens.spans[number])
        return lengths

    def decode_rows(self, ids, offsets, errors, Py_ssize_t threads, run):
        """The rows of a flat batch, each as str or, with errors None, as bytes.

        Parameters
        ----------
        ids : numpy.ndarray of uint32
        offsets : numpy.ndarray of int64
        errors : str or None
        threads : int
            At most so many; each takes rows of about as many ids.
        run : callable
            parallel.run.

        Raises
        ------
        ValueError
            Offsets that go back, or outside of the ids.
        """
        cdef Py_ssize_t n = len(offsets) - 1
        cdef list out = [None] * n
        stopped = []
        threads = max(1, min(threads, n, len(ids) // 65536))
        if threads == 1:
            self._decode_some(ids, offsets, errors, 0, n, out, stopped)
            return out
        shares = np.searchsorted(offsets, np.arange(1, threads) * (len(ids) // threads)).tolist()
        bounds = [0, *shares, n]
        run([
            (lambda first=first, last=last:
             self._decode_some(ids, offsets, errors, first, last, out, stopped))
            for first, last in zip(bounds, bounds[1:])
        ], lambda: stopped.append(True))
        return out

    def _decode_some(self, const uint32_t[::1] ids, const int64_t[::1] at, errors,
                     Py_ssize_t first, Py_ssize_t last, list out, list stopped):
        """Rows first to last - 1."""
        cdef Py_ssize_t row
        cdef int64_t start, end
        cdef size_t done = SLICE
        cdef const uint32_t* numbers = &ids[0] if ids.shape[0] else NULL
        cdef const char* mode = NULL
        if errors is not None:
            mode = PyUnicode_AsUTF8(errors)
        for row in range(first, last):
            start, end = at[row], at[row + 1]
            if not 0 <= start <= end <= ids.shape[0]:
                raise ValueError(f"row {row} is from {start} to {end} of {ids.shape[0]} ids")
            done += end - start + 16
            if done > SLICE:
                done = 0
                breathe()
            if stopped:
                return
            try:
                out[row] = self.joined(numbers + start, end - start, mode)
            except DecodeError as error:
                raise DecodeError(f"batch[{row}]: {error}") from None
