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

#include "ctok/unicode.h"

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
        const uint32_t id = ids[i]; /* read once: another thread may change it */
        const uint64_t span = id < tokens->n_ids ? tokens->spans[id] : 0;
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

/*  Where the ids of a text stand in it, in characters: a token that holds a part of a character
 *  covers the whole one.
 *
 *      own     [n_ids]: 1 for ids that stand for exactly the bytes they decode to
 *      text    n bytes of valid UTF-8
 *      lead    1 when the first id's first byte was put before the text, else 0; it has the place
 *              of the text's first character
 *      places  out: start and end of each id
 *      return  1, or 0 when some id is not own, or their bytes are not as many as the text's
 */
CTOK_FUNCTION int ctok_place(const ctok_tokens *tokens, const uint8_t *own, const uint8_t *text,
                             size_t n, size_t lead, const uint32_t *ids, size_t count,
                             int64_t *places) {
    size_t at = 0; /* bytes of the text, and the characters that begin in them */
    int64_t begun = 0;
    for (size_t i = 0; i < count; i++) {
        if (ids[i] >= tokens->n_ids || !own[ids[i]])
            return 0;
        const size_t length = ctok_span_length(tokens->spans[ids[i]]) - (i ? 0 : lead);
        if (i == 0 && lead && length == 0 && n) {
            places[0] = 0;
            places[1] = 1;
            continue;
        }
        if (length == 0 || length > n - at)
            return 0;
        places[2 * i] = begun - ctok_is_tail(text[at]);
        for (const size_t end = at + length; at < end; at++)
            begun += !ctok_is_tail(text[at]);
        places[2 * i + 1] = begun;
    }
    return at == n;
}

/*  Which piece each of the ids of a text starts in.
 *
 *      own     as in ctok_place
 *      ends    where the n_pieces pieces end, in bytes; the last where the text does
 *      pieces  out: the number of each id's piece
 *      return  1, or 0 when some id is not own, or their bytes are not as many as the pieces'
 */
CTOK_FUNCTION int ctok_pieces_of(const ctok_tokens *tokens, const uint8_t *own, const size_t *ends,
                                 size_t n_pieces, const uint32_t *ids, size_t count,
                                 uint32_t *pieces) {
    size_t at = 0, piece = 0;
    for (size_t i = 0; i < count; i++) {
        if (ids[i] >= tokens->n_ids || !own[ids[i]])
            return 0;
        while (piece < n_pieces && ends[piece] <= at)
            piece++;
        if (piece == n_pieces)
            return 0;
        pieces[i] = (uint32_t)piece;
        at += ctok_span_length(tokens->spans[ids[i]]);
    }
    return n_pieces ? at == ends[n_pieces - 1] : at == 0;
}

/*  Takes the white space of tokens out of their places.
 *
 *      white   [n_ids][2]: how many characters of white space each token begins and ends with
 *      prefix  1: a single space at the text's start was not in the text
 */
CTOK_FUNCTION void ctok_trim(const uint32_t *white, int prefix, const uint32_t *ids, size_t count,
                             int64_t *places) {
    for (size_t i = 0; i < count; i++) {
        const int64_t before = white[2 * ids[i]], behind = white[2 * ids[i] + 1];
        int64_t left = places[2 * i], right = places[2 * i + 1];
        if (!(prefix && before == 1 && left == 0))
            left = left + before < right ? left + before : right;
        if (behind > 0 && right >= behind)
            right = right - behind > left ? right - behind : left;
        places[2 * i] = left;
        places[2 * i + 1] = right;
    }
}

#endif /* CTOK_DECODE_H */
