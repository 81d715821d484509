from libc.stdint cimport int64_t, uint8_t, uint32_t, uint64_t

from .base cimport ctok_status

cdef extern from "ctok/train.h" nogil:
    const uint32_t CTOK_PIECE_END

    ctypedef struct ctok_train_pair:
        uint64_t key
        int64_t count

    ctypedef struct ctok_train_bound:
        int64_t count
        uint64_t key

    ctypedef struct ctok_train_event:
        pass

    ctypedef struct ctok_train_side:
        pass

    ctypedef struct ctok_trainer:
        uint32_t* symbols
        size_t n_symbols
        uint32_t* lengths
        uint32_t next_id, max_ids, longest
        const uint32_t* weight_starts
        const int64_t* weights
        size_t n_weights
        int64_t threshold
        uint32_t sketch_bits
        ctok_train_pair* pairs
        uint32_t bits
        size_t n_pairs
        uint32_t* postings
        size_t postings_room, n_postings
        ctok_train_bound* heap
        size_t heap_room, n_heap
        ctok_train_side* left
        ctok_train_side* right
        uint32_t* left_seen
        uint32_t* right_seen
        ctok_train_event* events
        size_t events_room
        size_t step
        uint64_t* merges
        int64_t* counts
        size_t n_merges, merges_wanted

    void ctok_train_lay(uint32_t* symbols, size_t* at, const uint8_t* piece, size_t length,
                        const uint32_t* byte_ids)
    void ctok_train_lay_tokens(ctok_trainer* trainer, size_t* at, const uint32_t* ids, size_t n)
    void ctok_train_sketch(ctok_trainer* trainer, int64_t* sketch)
    ctok_status ctok_train_count(ctok_trainer* trainer, int64_t* sketch)
    void ctok_train_plan(ctok_trainer* trainer, size_t* n_kept, size_t* n_postings)
    void ctok_train_fill(ctok_trainer* trainer, int64_t* sketch, size_t n_postings)
    void ctok_train_move(ctok_trainer* trainer, ctok_train_pair* pairs, uint32_t bits)
    ctok_status ctok_train(ctok_trainer* trainer, size_t budget)
