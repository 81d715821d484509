"""A long loop in C shares the interpreter."""

from cpython.exc cimport PyErr_CheckSignals


cdef inline int breathe() except -1:
    """Answers Ctrl-C, and lets a thread that waits for the GIL have its turn."""
    PyErr_CheckSignals()
    with nogil:
        pass
    return 0
