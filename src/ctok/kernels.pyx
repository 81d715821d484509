"""The compiled kernels by name; the one module that compiles them."""

from cpython.pycapsule cimport PyCapsule_New
from libc.stdint cimport uint8_t, uint32_t, uint64_t

import numpy as np

from .c.base cimport CTOK_VERSION
from .c.checksum cimport ctok_checksum
from .c.cpu cimport ctok_cpu_runs
from .c.kernels cimport CTOK_KERNEL_COUNT, ctok_kernels
from .c.transcode cimport ctok_units_composed, ctok_units_uncomposed, ctok_width
from .c.unicode cimport ctok_category, ctok_utf8_read

cdef extern from "Python.h":
    int PyUnicode_READY(object text) except -1
    int PyUnicode_KIND(object text)
    void* PyUnicode_DATA(object text)


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


def is_composed(str text not None):
    """Whether a text is in NFC for certain, by one look at it; many are that are not known to be."""
    PyUnicode_READY(text)
    return ctok_units_composed(PyUnicode_DATA(text), <ctok_width>PyUnicode_KIND(text), len(text))


def uncomposed(str text not None):
    """Where NFC may change a text: (start, end) of stretches that it changes each by itself."""
    cdef size_t start = 0, end = 0
    cdef size_t n = len(text)
    result = []
    PyUnicode_READY(text)
    while True:
        ctok_units_uncomposed(
            PyUnicode_DATA(text), <ctok_width>PyUnicode_KIND(text), n, &start, &end)
        if start == n:
            return result
        result.append((start, end))
        start = end


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
