from libc.stdint cimport int64_t, uint8_t, uint32_t, uint64_t

from .automaton cimport ctok_cutter
from .base cimport ctok_status
from .pretokenize cimport ctok_pretokenize_fn

cdef extern from "ctok/counts.h" nogil:
    ctypedef struct ctok_count:
        pass

    ctypedef struct ctok_counts:
        ctok_count* slots
        uint32_t bits
        size_t used
        uint8_t* arena
        size_t arena_room, arena_used, arena_wanted
        size_t bytes
        ctok_cutter cutter
        size_t at

    ctypedef struct ctok_run:
        const uint8_t* data
        const uint32_t* lengths
        const int64_t* numbers
        size_t n, at

    ctypedef struct ctok_run_merge:
        ctok_run* runs
        uint32_t* heap
        size_t n_heap
        int64_t lowest
        uint8_t* data
        uint32_t* lengths
        int64_t* numbers
        size_t room, used, data_room, data_used

    void ctok_counts_start(ctok_counts* counts, size_t at, size_t stop, const size_t* given)
    size_t ctok_counts_cut(const uint8_t* text, size_t start, size_t stop)
    ctok_status ctok_counts_text(ctok_counts* counts, ctok_pretokenize_fn pretokenize,
                                 const uint8_t* text, size_t n, uint64_t weight, size_t longest,
                                 size_t budget)
    void ctok_counts_move(ctok_counts* counts, ctok_count* slots, uint32_t bits)
    void ctok_counts_sort(ctok_counts* counts, ctok_count* scratch)
    void ctok_counts_write(const ctok_counts* counts, uint8_t* data, uint32_t* lengths,
                           int64_t* numbers)
    void ctok_run_merge_start(ctok_run_merge* merge, size_t n_runs)
    ctok_status ctok_run_merge_run(ctok_run_merge* merge)
