from libc.stdint cimport uint8_t, uint16_t, uint32_t

from .cpu cimport ctok_backend

cdef extern from "ctok/automaton.h" nogil:
    enum: CTOK_MAX_STEPS
    enum: CTOK_LOOPS

    ctypedef enum ctok_behavior:
        CTOK_ISOLATED
        CTOK_CONTIGUOUS
        CTOK_MERGED_WITH_PREVIOUS
        CTOK_MERGED_WITH_NEXT

    ctypedef enum ctok_whole_set:
        pass

    ctypedef struct ctok_cuts:
        pass

    ctypedef struct ctok_bytes:
        uint8_t* has

    ctypedef struct ctok_automaton:
        const uint32_t* ascii
        const ctok_bytes* dull
        const ctok_bytes* spare
        const uint8_t* spare_classes
        const ctok_bytes* lasts
        const uint8_t* last_classes
        const uint16_t* pages
        const uint8_t* classes
        const uint16_t* table
        const uint8_t* loops
        const uint8_t* entries
        const uint8_t* kinds
        const ctok_cuts* cuts
        uint32_t may, ends, states
        uint32_t width
        uint32_t row_count
        uint32_t broken
        ctok_behavior behavior
        int invert
        int removes
        int certain
        int apart
        int restarts
        int dense
        int inert
        ctok_whole_set whole_set
        size_t (*row)(const uint8_t* text, size_t n, size_t* at, size_t* ends,
                      size_t room) noexcept nogil

    ctypedef struct ctok_vain:
        size_t* to

    ctypedef struct ctok_steps:
        const ctok_automaton* automata
        size_t count

    ctypedef struct ctok_cutter:
        size_t (*cut)(void* context, const uint8_t* text, size_t n, size_t* at, size_t* ends,
                      size_t room) noexcept nogil
        size_t (*keep)(void* context, const uint8_t* text, size_t n, size_t start, size_t* ends,
                       size_t count, uint8_t* kept, size_t* used) noexcept nogil
        void* context

    enum: CTOK_KEPT_SLACK

    bint ctok_is_dull(const ctok_automaton* automaton, const uint8_t* text, size_t n, size_t at)
    size_t ctok_match_find(const ctok_automaton* automaton, ctok_vain* vain, const uint8_t* text,
                           size_t n, size_t at, size_t* end)
    size_t ctok_automaton_cut(const ctok_automaton* automaton, ctok_vain* vain, const uint8_t* text,
                              size_t n, size_t* at, size_t* ends, size_t room)
    size_t ctok_steps_cut(void* context, const uint8_t* text, size_t n, size_t* at, size_t* ends,
                          size_t room)
    void ctok_steps_ask(ctok_steps* steps)
    size_t ctok_steps_keep(void* context, const uint8_t* text, size_t n, size_t start, size_t* ends,
                           size_t count, uint8_t* kept, size_t* used)
    const ctok_cuts* ctok_cuts_on(ctok_backend backend)
