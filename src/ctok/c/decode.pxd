from libc.stdint cimport int64_t, uint8_t, uint32_t, uint64_t

from .base cimport ctok_status

cdef extern from "ctok/decode.h" nogil:
    const size_t CTOK_MAX_TOKEN_BYTES

    ctypedef struct ctok_tokens:
        const uint8_t* bytes
        const uint64_t* spans
        uint32_t n_ids
        size_t n_bytes

    size_t ctok_span_length(uint64_t span)
    ctok_status ctok_decode_size(const ctok_tokens* tokens, const uint32_t* ids, size_t n,
                                 size_t* size, size_t* bad)
    size_t ctok_decode(const ctok_tokens* tokens, const uint32_t* ids, size_t n, uint8_t* out,
                       size_t room)
    bint ctok_place(const ctok_tokens* tokens, const uint8_t* own, const uint8_t* text, size_t n,
                    size_t lead, const uint32_t* ids, size_t count, int64_t* places)
    bint ctok_pieces_of(const ctok_tokens* tokens, const uint8_t* own, const size_t* ends,
                        size_t n_pieces, const uint32_t* ids, size_t count, uint32_t* pieces)
    void ctok_trim(const uint32_t* white, int prefix, const uint32_t* ids, size_t count,
                   int64_t* places)
