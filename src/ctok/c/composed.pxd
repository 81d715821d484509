from .transcode cimport ctok_width

cdef extern from "ctok/composed.h" nogil:
    ctypedef void (*ctok_uncomposed_fn)(const void* units, ctok_width width, size_t n,
                                        size_t* start, size_t* end)
