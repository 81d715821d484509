/*  decode.h: ids back into bytes.
 *
 *      span    where a token's bytes stand: start << 24 | length; 0 where an id has no token
 *      size    first: how many bytes, and whether every id is known
 *      bytes   then: copied into room for so many
 *
 *  The ids may be an array that another thread writes to in between; what it does then is no more
 *  than other bytes.
 */
#ifndef CTOK_DECODE_H
#define CTOK_DECODE_H

#include "ctok/base.h"

#define CTOK_MAX_TOKEN_BYTES ((size_t)0xFFFFFF)

typedef struct ctok_tokens {
    const uint8_t *bytes;
    const uint64_t *spans; /* by id, specials included */
    uint32_t n_ids;
    size_t n_bytes; /* of all; 0 where nobody counted, which costs time only */
} ctok_tokens;

/*  Nearly all tokens are no longer; so many bytes are copied at once, and what is too much is
 *  written over by the next token. */
#define CTOK_COPY ((size_t)16)

CTOK_BODY size_t ctok_span_length(uint64_t span) { return (size_t)(span & 0xFFFFFF); }

/*  How many bytes the ids decode to.
 *
 *      *bad    the index of the first id without a token, when the status is CTOK_UNKNOWN_ID
 */
CTOK_FUNCTION ctok_status ctok_decode_size(const ctok_tokens *tokens, const uint32_t *ids, size_t n,
                                           size_t *size, size_t *bad) {
    size_t total = 0;
    for (size_t i = 0; i < n; i++) {
        const uint64_t span = ids[i] < tokens->n_ids ? tokens->spans[ids[i]] : 0;
        if (CTOK_UNLIKELY(span == 0)) {
            *bad = i;
            return CTOK_UNKNOWN_ID;
        }
        total += ctok_span_length(span);
    }
    *size = total;
    return CTOK_OK;
}

/*  Writes the bytes of ids that ctok_decode_size found known, at most room of them; returns how
 *  many. */
CTOK_FUNCTION size_t ctok_decode(const ctok_tokens *tokens, const uint32_t *ids, size_t n,
                                 uint8_t *out, size_t room) {
    const size_t wide = tokens->n_bytes < CTOK_COPY ? 0 : tokens->n_bytes - CTOK_COPY;
    size_t used = 0;
    for (size_t i = 0; i < n; i++) {
        const uint32_t id = ids[i];
        const uint64_t span = id < tokens->n_ids ? tokens->spans[id] : 0;
        const size_t start = (size_t)(span >> 24), length = ctok_span_length(span);
        if (CTOK_LIKELY(length <= CTOK_COPY && start < wide && CTOK_COPY <= room - used)) {
            memcpy(out + used, tokens->bytes + start, CTOK_COPY);
        } else if (length <= room - used) {
            memcpy(out + used, tokens->bytes + start, length);
        } else {
            break;
        }
        used += length;
    }
    return used;
}

#endif /* CTOK_DECODE_H */
