from libc.stdint cimport uint8_t, uint32_t

from .automaton cimport ctok_cutter
from .base cimport ctok_status
from .cache cimport ctok_cache
from .joints cimport ctok_joints
from .linear cimport ctok_linear
from .merge cimport ctok_merges
from .pieces cimport ctok_pieces
from .pretokenize cimport ctok_pretokenize_fn

cdef extern from "ctok/encode.h" nogil:
    ctypedef struct ctok_vocab:
        ctok_pieces pieces
        ctok_merges merges
        ctok_joints joints
        ctok_linear linear
        uint32_t n_ids

    ctypedef struct ctok_encoder

    ctypedef ctok_status (*ctok_encode_chunk_fn)(
        const ctok_vocab* vocab, ctok_encoder* encoder, const uint8_t* text, size_t n, size_t* budget)

    ctypedef struct ctok_encoder:
        uint32_t* out
        size_t room, used
        void* scratch
        size_t scratch_bytes, scratch_wanted
        size_t at
        ctok_cutter cutter
        uint8_t* kept
        ctok_cache cache
        ctok_encode_chunk_fn encode_chunk

    void ctok_encoder_start(ctok_encoder* encoder, const uint8_t* text, size_t n,
                            const size_t* ends, size_t known)
    ctok_status ctok_encode(const ctok_vocab* vocab, ctok_pretokenize_fn pretokenize,
                            ctok_encoder* encoder, const uint8_t* text, size_t n, size_t budget)
