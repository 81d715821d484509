/*  simd.h: the few operations that know the processor.
 *
 *      pad         a text's last bytes as a block
 *      classify    what a block of 64 bytes is made of, one bit a byte; only ASCII is told
 *                  apart, `high` marks the rest
 *      between     which bytes of a block have a value from a range
 *      unpack      the places of the bits in a mask
 *      lowest_of   the lowest of some numbers
 *      lowest_in_lanes  the lowest of each column of a table
 *      match_pair  which slots of a line have a key
 *      take        the value of a key in a line of four
 *      take_many   the same of many keys
 *      zeros       which of some numbers are 0
 *      take_pair   the two values of a key of 128 bits in a line of two
 *      pack        the ids of eight answers, one behind the other
 *      utf8        units of a str as UTF-8
 *      parted      between which neighbours of a block it is cut
 *      paged       which characters of three bytes are of some pages
 *      starting    where one of a few pairs of bytes stands
 *      skip        where bytes of a set end
 *      outside     which bytes of a block are not of a set
 *      follow      where pieces end, by the entries of an automaton
 *      follow_pieces  the same inside of pieces
 *
 *  Each backend has a leaf of each in simd/; all leaves give what the scalar one gives.
 */
#ifndef CTOK_SIMD_H
#define CTOK_SIMD_H

#include "ctok/base.h"

/*  block[0..63] = text[0..n - 1] and zeros behind, n <= 64; no byte behind these is read. */
typedef void (*ctok_pad_fn)(const uint8_t *text, size_t n, uint8_t *block);

typedef struct ctok_block {
    uint64_t letters;  /* A-Z a-z */
    uint64_t capitals; /* A-Z */
    uint64_t digits;   /* 0-9 */
    uint64_t space;    /* U+0020 */
    uint64_t blank;    /* U+0020, tab, vertical tab, form feed */
    uint64_t newline;  /* CR, LF */
    uint64_t apostrophe;
    uint64_t slash;
    uint64_t high; /* 0x80 and above */
} ctok_block;

typedef void (*ctok_classify_fn)(const uint8_t *text, ctok_block *block);

/*  Bit i is set when low <= text[i] <= high, 0 <= i <= 63. */
typedef uint64_t (*ctok_between_fn)(const uint8_t *text, uint8_t low, uint8_t high);

/*  Writes base + i for each bit i of the mask, ascending, and returns how many; anything behind
 *  them up to 24, or to a multiple of 8. */
typedef size_t (*ctok_unpack_fn)(uint64_t mask, size_t base, size_t *out);

/*  The lowest of n numbers; n is a multiple of 8, at least 8. */
typedef uint32_t (*ctok_lowest_of_fn)(const uint32_t *values, size_t n);

/*  A number of each of sixteen pieces; see lanes.h. */
#define CTOK_LANES 16
typedef uint32_t ctok_lane_row[CTOK_LANES];

/*  lowest[lane] = the lowest of that lane in n rows, 1 <= n; returns a bit for each lane where it is
 *  not UINT32_MAX. */
typedef uint32_t (*ctok_lowest_in_lanes_fn)(const uint32_t *rows, size_t n, uint32_t *lowest);

/*  Which of the eight slots at `line` have the key (see pairs.h): a bit for each. */
typedef unsigned (*ctok_match_pair_fn)(const uint64_t *line, uint64_t key);

/*  Four keys and their values, one cache line, 64-byte aligned. */
typedef struct ctok_line {
    uint64_t keys[4];
    uint64_t values[4];
} ctok_line;

/*  *value = the value of *key, or 0 when the line has no such key. Where a key stands twice, its values are equal. */
typedef void (*ctok_take_fn)(const ctok_line *line, const uint64_t *key, uint64_t *value);

/*  The same for n keys: keys[i] in the line that is places[i] bytes behind the first. */
typedef void (*ctok_take_many_fn)(const ctok_line *lines, const uint64_t *places,
                                  const uint64_t *keys, size_t n, uint64_t *values);

/*  Line i is places[i] bytes behind the first. */
CTOK_BODY const ctok_line *ctok_line_of(const ctok_line *lines, const uint64_t *places, size_t i) {
    return (const ctok_line *)(const void *)((const uint8_t *)lines + places[i]);
}

/*  Lists the places of the zeros among n numbers, ascending, and returns how many. `values` has room
 *  for a multiple of 8, `places` for 8 more than n. */
typedef size_t (*ctok_zeros_fn)(const uint64_t *values, size_t n, uint16_t *places);

/*  Two keys of 128 bits and two values of 64 bits of each, one cache line, 64-byte aligned. */
typedef struct ctok_pair_line {
    uint64_t lows[2], highs[2];
    uint64_t firsts[2], seconds[2];
} ctok_pair_line;

/*  Both values of a key, {low, high}, or zeros when the line has no such key. */
typedef void (*ctok_take_pair_fn)(const ctok_pair_line *line, const uint64_t *key, uint64_t *first,
                                  uint64_t *second);

/*  Writes the ids of up to eight answers, of 1 or 2 ids in 64 bits each (see cache.h), and returns
 *  of how many answers: those before the first that is not of that kind. *used grows by the ids;
 *  `out` has room for 16, and what stands behind the ids there is lost. */
typedef size_t (*ctok_pack_fn)(const uint64_t *answers, uint32_t *out, size_t *used);

/*  How Python stores a str: the width of a code unit in bytes. Text already in UTF-8 (bytes,
 *  or a str that is ASCII) is CTOK_UTF8. */
typedef enum ctok_width { CTOK_UTF8 = 0, CTOK_UCS1 = 1, CTOK_UCS2 = 2, CTOK_UCS4 = 4 } ctok_width;

/*  Writes the first of 32 units as UTF-8 and returns how many; 0 when it leaves the first eight to
 *  the caller. *used grows by the bytes; `out` has room for the most that 32 units may become,
 *  and what stands there behind the bytes is lost. Surrogates are always left. */
typedef size_t (*ctok_utf8_fn)(const void *units, ctok_width width, uint8_t *out, size_t *used);

/*  Bit i, 0..63, is set when row 0 of `sides` at text[i] and row 2 at text[i + 1], or rows 1 and 3,
 *  have a bit in common. Rows have 128 bytes; where one of the two is 0x80 or more, the bit may be
 *  any. 65 bytes are readable. */
typedef uint64_t (*ctok_parted_fn)(const uint8_t *text, const uint8_t *sides);

/*  Bit i, 0..63, is bit (text[i] & 15) << 6 | (text[i + 1] & 63) of `pages`, 128 bytes: that of the
 *  page of 64 where a character of three bytes is that starts there. 65 bytes are readable. */
typedef uint64_t (*ctok_paged_fn)(const uint8_t *text, const uint8_t *pages);

/*  A byte, and the one behind it where `mask` is 0xFF; where it is 0, that may be any. */
typedef struct ctok_start {
    uint8_t first, second;
    uint8_t mask;
} ctok_start;

/*  Bit i, 0..63, is set when one of n starts stands at text[i]. 65 bytes are readable. */
typedef uint64_t (*ctok_starting_fn)(const uint8_t *text, const ctok_start *starts, size_t n);

/*  How many bytes from text[0] on are of a set, at most n: bit (byte >> 4 & 7) of
 *  set[(byte >> 7) * 16 + (byte & 15)]. */
typedef size_t (*ctok_skip_fn)(const uint8_t *set, const uint8_t *text, size_t n);

/*  Bit i, 0..63, is set when text[i] is not of such a set. */
typedef uint64_t (*ctok_outside_fn)(const uint8_t *set, const uint8_t *text);

/*  An entry of an automaton; see automaton.h. */
#define CTOK_ENTRY_MAY 0x10
#define CTOK_ENTRY_END 0x20
#define CTOK_ENTRY_LATE 0x40
#define CTOK_ENTRY_STOP (CTOK_ENTRY_MAY | CTOK_ENTRY_END)

/*  The state in an entry. */
CTOK_BODY size_t ctok_state_of(uint8_t entry) { return (entry & 15u) | (entry & 0x80u) >> 3; }

/*  What entries say of bytes, one bit a byte; `whole`: what is behind the byte may be the end. */
typedef struct ctok_trace {
    uint64_t may, end, late, whole;
} ctok_trace;

/*  Follows entries over n <= 64 bytes while those are ASCII and none before them is one where both
 *  `may` and `end` are set. Returns of how many bytes the trace tells: a multiple of 16, or by `kinds`
 *  those before the first one that they do not tell or that is not ASCII, or some behind a stop; 0 only
 *  when the first 16 are not all there and ASCII.
 *
 *      entries  [width * byte + state], width 16 or 32
 *      kinds    NULL, or the same of ASCII again, by kinds of bytes and 16 states, for leaves that tell
 *               all bytes at once:
 *                 [128]  of each byte: its kind * 16, and the state that is most often behind it
 *                 [256]  [kind * 16 + state]: the entry; or, rarely, may, end and late and state 0:
 *                        `entries` has it
 *                 [1]    the kinds below this are those of runs: from the third byte on, one of these in
 *                        a row is told as the second one is
 *      entry    in: of the byte before; out: of the last byte, unless that is behind such a one */
typedef unsigned (*ctok_follow_fn)(const uint8_t *entries, size_t width, const uint8_t *kinds,
                                   const uint8_t *text, unsigned n, uint8_t *entry,
                                   ctok_trace *trace);

/*  Follows entries over 64 bytes, with state 0 before the first one and before those of `starts`, while
 *  those are ASCII. Returns of how many bytes the trace tells, as above; the rest of it may be
 *  anything. */
typedef unsigned (*ctok_follow_pieces_fn)(const uint8_t *entries, size_t width,
                                          const uint8_t *kinds, const uint8_t *text,
                                          uint64_t starts, ctok_trace *trace);

/*  The same by kinds alone, over CTOK_FOLLOW_WIDE bytes at once, with a trace for each 64 of them. Returns
 *  how many bytes the traces tell, up to the first one that is not ASCII, or, without starts, some
 *  behind one with `may` and `end`; 0 when they tell nothing.
 *  Without such a leaf it is NULL. `row` is that of the text's end. */
#define CTOK_FOLLOW_WIDE 256
typedef unsigned (*ctok_follow_wide_fn)(const uint8_t *kinds, const uint8_t *text, uint8_t *entry,
                                        ctok_trace *traces);
typedef unsigned (*ctok_follow_wide_pieces_fn)(const uint8_t *kinds, const uint8_t *text,
                                               const uint64_t *starts, const uint8_t *row,
                                               ctok_trace *traces);
#define ctok_follow_wide_scalar NULL
#define ctok_follow_wide_avx2 NULL
#define ctok_follow_wide_neon NULL
#define ctok_follow_wide_pieces_scalar NULL
#define ctok_follow_wide_pieces_avx2 NULL
#define ctok_follow_wide_pieces_neon NULL

/*  How far what stays of a text's pieces is copied: piece `next` starts at text[start]; `left` of those
 *  before it stay, with `used` bytes. */
typedef struct ctok_keeping {
    size_t start, next, left, used;
} ctok_keeping;

/*  Goes on while some whole pieces lie in the next 64 bytes of the text, and those are ASCII; a piece of
 *  which one byte is of the set `removed` is all of such bytes, and does not stay. The ends of the others
 *  are written to ends[0..left - 1]. `kept` has room for 64 bytes more. Where it is not done by blocks
 *  it does nothing. */
typedef void (*ctok_keep_fn)(const uint8_t *removed, const uint8_t *text, size_t n, size_t *ends,
                             size_t count, uint8_t *kept, ctok_keeping *keeping);
CTOK_BODY void ctok_keep_scalar(const uint8_t *removed, const uint8_t *text, size_t n, size_t *ends,
                                size_t count, uint8_t *kept, ctok_keeping *keeping) {
    (void)removed, (void)text, (void)n, (void)ends, (void)count, (void)kept, (void)keeping;
}
#define ctok_keep_avx2 ctok_keep_scalar
#define ctok_keep_neon ctok_keep_scalar

#define CTOK_ANSWER_ID ((uint32_t)0x1FFFFF) /* what of an answer's first 32 bits is the id */

/*  Bit helpers; a zero argument is never passed. */
CTOK_BODY unsigned ctok_lowest(uint64_t mask) {
#if defined(__GNUC__) || defined(__clang__)
    return (unsigned)__builtin_ctzll(mask);
#else
    unsigned long at;
    _BitScanForward64(&at, mask);
    return (unsigned)at;
#endif
}

CTOK_BODY unsigned ctok_highest(uint64_t mask) {
#if defined(__GNUC__) || defined(__clang__)
    return 63u - (unsigned)__builtin_clzll(mask);
#else
    unsigned long at;
    _BitScanReverse64(&at, mask);
    return (unsigned)at;
#endif
}

/*  The bits below `at`, 0 <= at <= 64. */
CTOK_BODY uint64_t ctok_below(unsigned at) {
    return at >= 64 ? UINT64_MAX : ((uint64_t)1 << at) - 1;
}

#include "ctok/simd/scalar.h"

#if (defined(__x86_64__) || defined(_M_X64)) && (defined(__GNUC__) || defined(__clang__)) &&       \
    !defined(CTOK_NO_SIMD)
#define CTOK_X86 1
#include "ctok/simd/avx2.h"
#include "ctok/simd/avx512.h"
#endif

#if defined(__aarch64__) && !defined(CTOK_NO_SIMD) && (defined(__GNUC__) || defined(__clang__))
#define CTOK_ARM 1
#include "ctok/simd/neon.h"
#endif

#endif /* CTOK_SIMD_H */
