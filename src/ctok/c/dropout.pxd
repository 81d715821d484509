from libc.stdint cimport uint64_t

from .base cimport ctok_status
from .merge cimport ctok_long_merge, ctok_merges

cdef extern from "ctok/dropout.h" nogil:
    ctypedef struct ctok_dropout:
        uint64_t state, threshold
        size_t put_off

    ctok_status ctok_dropout_run(ctok_long_merge* merge, const ctok_merges* merges,
                                 ctok_dropout* dropout, size_t* budget)
