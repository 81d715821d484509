"""Ids into bytes and text."""

cimport cython
from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_FromStringAndSize
from cpython.long cimport PyLong_AsLongLongAndOverflow
from cpython.mem cimport PyMem_RawFree, PyMem_RawMalloc
from cpython.pycapsule cimport PyCapsule_GetPointer
from cpython.unicode cimport PyUnicode_DecodeUTF8
from libc.stdint cimport int64_t, uint8_t, uint32_t

import numpy as np

from .c.base cimport CTOK_OK, ctok_status
from .c.decode cimport ctok_decode, ctok_decode_size, ctok_tokens
from .turns cimport breathe
from .errors import DecodeError

cdef size_t NOGIL_IDS = 4096
cdef size_t SLICE = 1024 * 1024  # ids between two looks for Ctrl-C, 1 to 10 ms


def unknown_id(index, number, vocab):
    """The exception for an id that no token has."""
    return DecodeError(
        f"Invalid token for decoding: {number} at index {index}; {vocab.spec.name!r} has ids"
        f" 0 to {vocab.n_ids - 1}" + (", with gaps" if 0 <= number < vocab.n_ids else "")
    )


def ids_of(ids, vocab):
    """Ids as a C-contiguous array of uint32, checked to fit; a list or any integer array.

    Raises
    ------
    TypeError
        Not a sequence of integers, or of more than one dimension.
    DecodeError
        A number below 0 or above 2**32 - 1.
    """
    cdef Py_ssize_t i, n
    cdef uint32_t[::1] view
    cdef long long value
    cdef int overflow
    if isinstance(ids, (list, tuple)):
        n = len(ids)
        result = np.empty(n, dtype=np.uint32)
        view = result
        for i in range(n):
            item = ids[i]
            if not isinstance(item, int) or i % 65536 == 65535:  # other code may run
                breathe()
                try:
                    item = item.__index__()
                except AttributeError:
                    raise TypeError(f"ids[{i}] is {type(item).__name__}, not int") from None
                if len(ids) != n:
                    raise RuntimeError("ids changed size while they were read")
            overflow = 0
            value = PyLong_AsLongLongAndOverflow(item, &overflow)
            if overflow or value < 0 or value > 0xFFFFFFFF:
                raise unknown_id(i, item, vocab)
            view[i] = <uint32_t>value
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


@cython.final
cdef class Decoder:
    """Decodes the ids of one vocabulary; frozen, so all threads share it."""

    cdef object vocab
    cdef const ctok_tokens* tokens

    def __cinit__(self, vocab):
        self.vocab = vocab
        self.tokens = <const ctok_tokens*>PyCapsule_GetPointer(vocab._tables()[1], "ctok_tokens")

    cdef size_t size(self, const uint32_t[::1] ids) except? 0:
        """How many bytes the ids decode to; raises DecodeError at the first unknown one."""
        cdef size_t total = 0, part = 0, bad = 0, start = 0, count
        cdef size_t n = ids.shape[0]
        cdef ctok_status status
        while start < n:
            count = min(SLICE, n - start)
            if n < NOGIL_IDS:
                status = ctok_decode_size(self.tokens, &ids[start], count, &part, &bad)
            else:
                with nogil:
                    status = ctok_decode_size(self.tokens, &ids[start], count, &part, &bad)
                breathe()
            if status != CTOK_OK:
                raise unknown_id(start + bad, ids[start + bad], self.vocab)
            total += part
            start += count
        return total

    cdef int fill(self, const uint32_t[::1] ids, uint8_t* out, size_t room) except -1:
        """Writes the bytes of ids that `size` has checked, which are room."""
        cdef size_t start = 0, used = 0, count
        cdef size_t n = ids.shape[0]
        while start < n:
            count = min(SLICE, n - start)
            if n < NOGIL_IDS:
                used += ctok_decode(self.tokens, &ids[start], count, out + used, room - used)
            else:
                with nogil:
                    used += ctok_decode(self.tokens, &ids[start], count, out + used, room - used)
                breathe()
            start += count
        if used != room:
            raise RuntimeError("ids changed while they were decoded")
        return 0

    def decode_bytes(self, ids):
        """The bytes of the ids, joined."""
        cdef const uint32_t[::1] view = ids_of(ids, self.vocab)
        cdef size_t size = self.size(view)
        cdef bytes result = PyBytes_FromStringAndSize(NULL, size)
        self.fill(view, <uint8_t*>PyBytes_AS_STRING(result), size)
        return result

    def decode(self, ids, str errors):
        """The text of the ids; errors as in bytes.decode."""
        cdef const uint32_t[::1] view = ids_of(ids, self.vocab)
        cdef size_t size = self.size(view)
        cdef bytes mode = errors.encode()
        cdef uint8_t[1024] small
        cdef uint8_t* out = small
        if size > sizeof(small):
            out = <uint8_t*>PyMem_RawMalloc(size)
            if out is NULL:
                raise MemoryError
        try:
            self.fill(view, out, size)
            return PyUnicode_DecodeUTF8(<const char*>out, size, mode)
        finally:
            if out is not small:
                PyMem_RawFree(out)

    def byte_lengths(self, ids):
        """How many bytes each of the ids decodes to: int64[n]."""
        cdef const uint32_t[::1] view = ids_of(ids, self.vocab)
        self.size(view)
        return self.vocab.token_lengths[np.asarray(view)].astype(np.int64)

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
        """
        cdef Py_ssize_t n = len(offsets) - 1
        cdef list out = [None] * n
        stopped = []
        threads = max(1, min(threads, n, len(ids) // 65536))
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
        for row in range(first, last):
            if row % 1024 == 0:
                breathe()
            if stopped:
                return
            try:
                if errors is None:
                    out[row] = self.decode_bytes(ids[at[row]:at[row + 1]])
                else:
                    out[row] = self.decode(ids[at[row]:at[row + 1]], errors)
            except DecodeError as error:
                raise DecodeError(f"batch[{row}]: {error}") from None
