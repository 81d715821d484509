/*  special.h: where does the next special token stand in this text?
 *
 *  The tokens' bytes, sorted; the search walks a candidate byte by byte and narrows the range
 *  of tokens that still agree, so it costs log(tokens) a byte looked at and finds the longest.
 *
 *      wanted   one byte a token: only tokens whose byte has a bit of `mask` count
 *      pairs    one bit a pair of bytes, the second << 8 | the first: does a token start so?
 *      starts   the same in few words, where few are enough: a first byte, and the second one where
 *               all tokens with that first byte share it. Compared with 32 bytes at a time, in loops
 *               of which the compiler makes vectors
 *      runs     by length, the tokens that are one byte again and again, where no other token starts
 *               with that byte: runs of spaces, mostly, of which a text of code is full
 *
 *  Cost  where all tokens start with one byte, memchr; otherwise `starts`, or without them one look
 *        at `pairs` a byte, eight bytes at a time; at each byte that is left at most as many steps
 *        as the longest token is long.
 */
#ifndef CTOK_SPECIAL_H
#define CTOK_SPECIAL_H

#include "ctok/simd.h"
#include "ctok/unicode.h"

/*  What stands beside a token may belong to it, or forbid it. */
#define CTOK_LSTRIP 1      /* takes the white space before it */
#define CTOK_RSTRIP 2      /* takes the white space behind it */
#define CTOK_SINGLE_WORD 4 /* none where a word character stands before or behind it */

#define CTOK_STARTS_MOST 8
#define CTOK_RUN_MOST 64 /* with a longer one the runs are found as all other tokens are */

typedef struct ctok_specials {
    const uint8_t *bytes;    /* the tokens' bytes, one after the other, sorted */
    const uint32_t *offsets; /* token i is bytes[offsets[i]] to bytes[offsets[i + 1]] */
    const uint8_t *edges;    /* one byte a token of the flags above; NULL when none has any */
    uint32_t count;
    uint32_t first[257]; /* tokens that start with byte b are first[b] to first[b + 1] */
    int only_first;      /* the one byte that all start with, or -1 */
    uint64_t pairs[1024];
    ctok_start starts[CTOK_STARTS_MOST];
    size_t n_starts;                  /* 0 where more would be needed */
    int run_byte;                     /* the byte of the runs, or -1 */
    size_t run_most;                  /* the longest one's length */
    uint32_t runs[CTOK_RUN_MOST + 1]; /* CTOK_NO_ID where none is so long */
} ctok_specials;

/*  The bit of the two bytes at text, as they stand there. */
CTOK_BODY uint64_t ctok_specials_pair(const ctok_specials *specials, const uint8_t *text) {
    const uint32_t pair = (uint32_t)text[1] << 8 | text[0];
    return specials->pairs[pair >> 6] >> (pair & 63) & 1;
}

/*  Fills starts; first is filled. */
CTOK_BODY void ctok_specials_list_starts(ctok_specials *specials) {
    specials->n_starts = 0;
    for (int byte = 0; byte < 256; byte++) {
        const uint32_t low = specials->first[byte], high = specials->first[byte + 1];
        if (low == high)
            continue;
        if (specials->n_starts == CTOK_STARTS_MOST) {
            specials->n_starts = 0;
            return;
        }
        ctok_start *const start = &specials->starts[specials->n_starts++];
        /* sorted: the first and the last differ most, and one of one byte stands first */
        const uint32_t size = specials->offsets[low + 1] - specials->offsets[low];
        const uint8_t second = size > 1 ? specials->bytes[specials->offsets[low] + 1] : 0;
        const int shared = size > 1 && specials->bytes[specials->offsets[high - 1] + 1] == second;
        start->first = (uint8_t)byte;
        start->second = second;
        start->mask = shared ? 0xFF : 0;
    }
}

/*  Are all tokens that start with a byte nothing but that byte? Lists them then. */
CTOK_BODY int ctok_specials_list_runs(ctok_specials *specials, int byte) {
    memset(specials->runs, 0xFF, sizeof(specials->runs));
    for (uint32_t token = specials->first[byte]; token < specials->first[byte + 1]; token++) {
        const uint32_t start = specials->offsets[token];
        const uint32_t size = specials->offsets[token + 1] - start;
        if (size > CTOK_RUN_MOST)
            return 0;
        for (uint32_t i = 0; i < size; i++)
            if (specials->bytes[start + i] != byte)
                return 0;
        if (specials->runs[size] == CTOK_NO_ID) /* of equal ones the first, as elsewhere */
            specials->runs[size] = token;
        specials->run_most = size; /* sorted */
    }
    return 1;
}

/*  Fills the rest from the sorted tokens, none of which is empty. */
CTOK_FUNCTION void ctok_specials_index(ctok_specials *specials) {
    uint32_t at = 0;
    int starts = 0;
    specials->only_first = -1;
    for (int byte = 0; byte < 256; byte++) {
        specials->first[byte] = at;
        while (at < specials->count && specials->bytes[specials->offsets[at]] == byte)
            at++;
        if (at > specials->first[byte]) {
            specials->only_first = starts ? -1 : byte;
            starts++;
        }
    }
    specials->first[256] = at;
    memset(specials->pairs, 0, sizeof(specials->pairs));
    for (uint32_t i = 0; i < specials->count; i++) {
        const uint8_t *token = specials->bytes + specials->offsets[i];
        const int one = specials->offsets[i + 1] - specials->offsets[i] == 1;
        for (uint32_t second = one ? 0 : token[1]; second <= (one ? 255u : token[1]); second++)
            specials->pairs[second << 2 | token[0] >> 6] |= (uint64_t)1 << (token[0] & 63);
    }
    ctok_specials_list_starts(specials);
    specials->run_byte = -1;
    for (int byte = 0; byte < 256 && specials->run_byte < 0; byte++)
        if (specials->first[byte + 1] - specials->first[byte] > 1 &&
            ctok_specials_list_runs(specials, byte))
            specials->run_byte = byte;
}

/*  The byte of a token at `depth`; -1 behind its end. */
CTOK_BODY int ctok_specials_byte(const ctok_specials *specials, uint32_t token, size_t depth) {
    const uint32_t start = specials->offsets[token];
    return depth < specials->offsets[token + 1] - start ? specials->bytes[start + depth] : -1;
}

/*  The first token of low..high whose byte at `depth` is `value` or more; high when none is.
 *  All of them agree on the bytes before depth and are sorted; a token that ends there is first. */
CTOK_BODY uint32_t ctok_specials_bound(const ctok_specials *specials, uint32_t low, uint32_t high,
                                       size_t depth, int value) {
    while (low < high) {
        const uint32_t middle = low + (high - low) / 2;
        if (ctok_specials_byte(specials, middle, depth) < value)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/*  How many bytes from p on are like the first one, at most n, 1 or more. */
CTOK_BODY size_t ctok_run_length(const uint8_t *p, size_t n) {
    const uint64_t like = p[0] * UINT64_C(0x0101010101010101);
    size_t length = 0;
    for (; n - length >= 8; length += 8) {
        const uint64_t other = ctok_load64(p + length) ^ like;
        if (other)
            return length + ctok_lowest(other) / 8;
    }
    while (length < n && p[length] == p[0])
        length++;
    return length;
}

/*  As ctok_specials_at, where text[at] is the byte of the runs. */
CTOK_BODY uint32_t ctok_specials_run_at(const ctok_specials *specials, const uint8_t *wanted,
                                        uint8_t mask, const uint8_t *text, size_t n, size_t at,
                                        size_t *length) {
    const size_t left = n - at;
    size_t size = ctok_run_length(text + at, left < specials->run_most ? left : specials->run_most);
    for (; size > 0; size--) {
        const uint32_t token = specials->runs[size];
        if (token != CTOK_NO_ID && wanted[token] & mask) {
            *length = size;
            return token;
        }
    }
    return CTOK_NO_ID;
}

/*  The longest wanted token at text[at], or CTOK_NO_ID; its length is then in *length. */
CTOK_BODY uint32_t ctok_specials_at(const ctok_specials *specials, const uint8_t *wanted,
                                    uint8_t mask, const uint8_t *text, size_t n, size_t at,
                                    size_t *length) {
    uint32_t low = specials->first[text[at]];
    uint32_t high = specials->first[text[at] + 1];
    uint32_t found = CTOK_NO_ID;
    if (text[at] == specials->run_byte)
        return ctok_specials_run_at(specials, wanted, mask, text, n, at, length);
    for (size_t depth = 1; low < high; depth++) {
        if (specials->offsets[low + 1] - specials->offsets[low] == depth) {
            if (wanted[low] & mask) {
                found = low;
                *length = depth;
            }
            low++;
        }
        if (at + depth >= n || low == high)
            break;
        const int byte = text[at + depth];
        const int least = ctok_specials_byte(specials, low, depth);
        const int most = ctok_specials_byte(specials, high - 1, depth);
        if (byte < least || byte > most)
            break;
        if (least == most)
            continue; /* all agree: a run, or a long common start */
        low = ctok_specials_bound(specials, low, high, depth, byte);
        high = ctok_specials_bound(specials, low, high, depth, byte + 1);
    }
    return found;
}

/*  May a token start at one of eight bytes? Nine are readable. */
CTOK_BODY int ctok_specials_start(const ctok_specials *specials, const uint8_t *text) {
    uint64_t any = 0;
    for (size_t i = 0; i < 8; i++)
        any |= ctok_specials_pair(specials, text + i);
    return (int)any;
}

/*  The first of 32 bytes where a token may start by `starts`; 32 where none may. 33 are readable. */
CTOK_BODY size_t ctok_specials_near(const ctok_specials *specials, const uint8_t *text) {
    const uint64_t ones = UINT64_C(0x0101010101010101);
    uint8_t hits[32] = {0};
    for (size_t k = 0; k < specials->n_starts; k++) {
        const ctok_start start = specials->starts[k];
        for (size_t i = 0; i < 32; i++) {
            const uint8_t other =
                (uint8_t)((text[i] ^ start.first) | ((text[i + 1] ^ start.second) & start.mask));
            hits[i] |= other == 0;
        }
    }
    for (size_t i = 0; i < 32; i += 8) {
        const uint64_t word = ctok_load64(hits + i);
        if (word) /* bytes of 0 or 1: how many stand before the first 1 */
            return i + (size_t)((((word & (0 - word)) - 1) & ones) * ones >> 56);
    }
    return 32;
}

/*  The leftmost wanted token that starts at or behind text[from] and before text[until], until <= n;
 *  of those that start there the longest.
 *
 *      *at, *length   where it stands, when there is one
 *      return         its index in the sorted tokens, or CTOK_NO_ID
 */
CTOK_FUNCTION uint32_t ctok_specials_find(const ctok_specials *specials, const uint8_t *wanted,
                                          uint8_t mask, const uint8_t *text, size_t n, size_t from,
                                          size_t until, size_t *at, size_t *length) {
    if (specials->count == 0)
        return CTOK_NO_ID;
    for (size_t i = from; i < until; i++) {
        if (specials->only_first >= 0) {
            const void *hit = memchr(text + i, specials->only_first, until - i);
            if (!hit)
                return CTOK_NO_ID;
            i = (size_t)((const uint8_t *)hit - text);
        } else if (specials->n_starts) {
            while (until - i > 32) {
                const size_t step = ctok_specials_near(specials, text + i);
                i += step;
                if (step < 32)
                    break;
            }
        } else {
            while (until - i > 8 && !ctok_specials_start(specials, text + i))
                i += 8;
        }
        if (i + 1 < n ? !ctok_specials_pair(specials, text + i)
                      : specials->first[text[i]] == specials->first[text[i] + 1])
            continue;
        const uint32_t found = ctok_specials_at(specials, wanted, mask, text, n, i, length);
        if (found != CTOK_NO_ID) {
            *at = i;
            return found;
        }
    }
    return CTOK_NO_ID;
}

/*  Where tokens may start in the 64 bytes at text[from], from a multiple of 64; none of this text
 *  while from is CTOK_NO_PLACE. Kept from one search of a text to the next. */
typedef struct ctok_special_places {
    size_t from;
    uint64_t mask;
} ctok_special_places;

#define CTOK_NO_PLACE SIZE_MAX

/*  As ctok_specials_find, which is its oracle, by the leaf where tokens have few starts; NULL for
 *  none. */
CTOK_BODY uint32_t ctok_specials_find_body(ctok_starting_fn starting, const ctok_specials *specials,
                                           const uint8_t *wanted, uint8_t mask, const uint8_t *text,
                                           size_t n, size_t from, size_t until,
                                           ctok_special_places *places, size_t *at,
                                           size_t *length) {
    if (!starting || !specials->n_starts)
        return ctok_specials_find(specials, wanted, mask, text, n, from, until, at, length);
    while (from < until) {
        const size_t block = from & ~(size_t)63;
        if (places->from != block) {
            uint8_t padded[65] = {0};
            const int whole = n - block > 64;
            if (!whole)
                memcpy(padded, text + block, n - block);
            places->from = block;
            places->mask =
                starting(whole ? text + block : padded, specials->starts, specials->n_starts);
        }
        const uint64_t left = places->mask >> (from & 63);
        if (!left) {
            from = block + 64;
            continue;
        }
        from += ctok_lowest(left);
        if (from >= until)
            break;
        const uint32_t found = ctok_specials_at(specials, wanted, mask, text, n, from, length);
        if (found != CTOK_NO_ID) {
            *at = from;
            return found;
        }
        from++;
    }
    return CTOK_NO_ID;
}

/*  The start of the character that ends before text[at], at > from: from <= return < at. */
CTOK_BODY size_t ctok_character_before(const uint8_t *text, size_t from, size_t at) {
    for (size_t back = at - from < 4 ? at - from : 4; back > 1; back--)
        if (ctok_char_at(text, at, at - back).size == back)
            return at - back;
    return at - 1;
}

/*  May a word go on with this character? (Unicode's \w; letters with CTOK_NUMBER less No, marks,
 *  connectors, joiners.) */
CTOK_BODY int ctok_is_word(const uint8_t *text, size_t n, size_t at) {
    const ctok_char c = ctok_char_at(text, n, at);
    uint32_t code_point = 0;
    if (c.traits & (CTOK_LETTER | CTOK_MARK | CTOK_ND | CTOK_NL | CTOK_PC))
        return 1;
    ctok_utf8_read(text, n, at, &code_point);
    return code_point == 0x200C || code_point == 0x200D ||
           (code_point >= 0x24B6 && code_point <= 0x24E9) || /* circled letters are alphabetic */
           (code_point >= 0x1F130 && code_point <= 0x1F149) ||
           (code_point >= 0x1F150 && code_point <= 0x1F169) ||
           (code_point >= 0x1F170 && code_point <= 0x1F189);
}

/*  The next wanted token at or behind text[from] with what it takes on both sides.
 *
 *      *looked        in: before it no wanted token starts, but before text[from]; out: the same
 *      *start, *end   out: what it takes; from <= *start
 *      return         its index in the sorted tokens, or CTOK_NO_ID
 */
CTOK_BODY uint32_t ctok_specials_next_body(ctok_starting_fn starting, const ctok_specials *specials,
                                           const uint8_t *wanted, uint8_t mask, const uint8_t *text,
                                           size_t n, size_t from, size_t *looked,
                                           ctok_special_places *places, size_t *start,
                                           size_t *end) {
    size_t length, look = *looked > from ? *looked : from;
    for (;;) {
        const uint32_t found = ctok_specials_find_body(starting, specials, wanted, mask, text, n,
                                                       look, n, places, start, &length);
        *looked = found == CTOK_NO_ID ? n : *start;
        if (found == CTOK_NO_ID)
            return found;
        look = *end = *start + length;
        const uint8_t edges = specials->edges ? specials->edges[found] : 0;
        if (edges & CTOK_SINGLE_WORD &&
            ((*start > 0 && ctok_is_word(text, *start, ctok_character_before(text, 0, *start))) ||
             (*end < n && ctok_is_word(text, n, *end))))
            continue;
        if (edges & CTOK_LSTRIP)
            while (*start > from) {
                const size_t before = ctok_character_before(text, from, *start);
                if (!(ctok_char_at(text, *start, before).traits & CTOK_SPACE))
                    break;
                *start = before;
            }
        if (edges & CTOK_RSTRIP)
            while (*end < n) {
                const ctok_char c = ctok_char_at(text, n, *end);
                if (!(c.traits & CTOK_SPACE))
                    break;
                *end += c.size;
            }
        return found;
    }
}

/*  The same without a leaf. */
CTOK_FUNCTION uint32_t ctok_specials_next(const ctok_specials *specials, const uint8_t *wanted,
                                          uint8_t mask, const uint8_t *text, size_t n, size_t from,
                                          size_t *start, size_t *end) {
    size_t looked = from;
    return ctok_specials_next_body(NULL, specials, wanted, mask, text, n, from, &looked, NULL,
                                   start, end);
}

#endif /* CTOK_SPECIAL_H */
