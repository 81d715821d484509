from libc.stdint cimport int64_t, uint8_t, uint32_t

from .base cimport ctok_status
from .encode cimport ctok_encoder, ctok_vocab
from .pretokenize cimport ctok_pretokenize_fn
from .special cimport ctok_specials

cdef extern from "ctok/document.h" nogil:
    const uint32_t CTOK_TEXT_MARK
    const int CTOK_ALLOWED
    const int CTOK_REFUSED
    const int CTOK_PREFIX_FIRST
    const int CTOK_PREFIX_EVERY
    const int CTOK_PREFIX_UNLESS

    ctypedef struct ctok_rules:
        const ctok_specials* specials
        const uint32_t* ids
        const uint8_t* rule
        int any
        int prefix

    ctypedef struct ctok_document:
        size_t stopped

    ctypedef uint32_t (*ctok_document_refused_fn)(
        const ctok_rules* rules, const uint8_t* text, size_t n, size_t start, size_t until, size_t* at)

    bint ctok_document_has_parts(const ctok_rules* rules)
    void ctok_document_start(ctok_document* document, const uint8_t* text, size_t n)
    void ctok_document_start_part(ctok_document* document, const uint8_t* text, size_t n,
                                  size_t start, size_t until)
    void ctok_document_start_later_part(ctok_document* document, size_t start, size_t until)
    void ctok_document_start_texts(ctok_document* document, const uint8_t* text,
                                   const size_t* ends, size_t count)
    bint ctok_document_is_plain(const ctok_rules* rules, const uint8_t* text, size_t n)
    size_t ctok_document_take_marks(uint32_t* ids, size_t n, size_t texts, int64_t* counts)
    size_t ctok_document_place(const ctok_vocab* vocab, ctok_pretokenize_fn pretokenize,
                               const ctok_rules* rules, const ctok_encoder* encoder,
                               const uint8_t* text, size_t n, size_t near)

    ctypedef ctok_status (*ctok_encode_document_fn)(
        const ctok_vocab* vocab, ctok_pretokenize_fn pretokenize, const ctok_rules* rules,
        ctok_document* document, ctok_encoder* encoder, size_t budget)

    const size_t CTOK_BRIEF

    ctypedef ctok_status (*ctok_encode_brief_fn)(
        const ctok_vocab* vocab, ctok_pretokenize_fn pretokenize, const ctok_rules* rules,
        ctok_encoder* encoder, const uint8_t* text, size_t n)
