/*  texts.h: short nasty texts, and every place where one can stand in memory. */
#ifndef CTOK_TEST_TEXTS_H
#define CTOK_TEST_TEXTS_H

#include "check.h"
#include "naive.h"

#define TEXT_KINDS 8
#define TEXT_LONGEST 300
#define TEXT_LONG 1700 /* longer than the widest blocks */
#define TEXT_ALIGNMENTS 64

/*  Code points at which some rule of some family turns. */
static const uint32_t text_points[] = {
    'a',      'Z',     's',    'S',    't',    'L',    'l',    'v',     'e',     '\'',    ' ',
    ' ',      '\n',    '\r',   '\t',   '0',    '9',    '/',    '.',     '<',     '|',     0x00,
    0x7F,     0x0B,    0x85,   0xA0,   0xE9,   0xC9,   0x17F,  0x212A,  0x1C5,   0x2B0,   0x5D0,
    0x4E00,   0x301,   0x903,  0x20DD, 0xB2,   0x2160, 0x660,  0xFF11,  0x1680,  0x2028,  0x3000,
    0x200B,   0xFEFF,  0xFFFD, 0xAC00, 0x1100, 0xE000, 0xFFFE, 0x10000, 0x1D400, 0x1F600, 0x1F3FB,
    0x10FFFF, 0x2FA1D, 0x7FF,  0x800,  0x378,  '(',    0x60C,  0x964,   0x2026,  0xFF0C};

static const char *const text_parts[] = {"'s",    "'LL",  "'re",  "\xC5\xBF", "<|",      "|>",
                                         "<|a|>", "<|b",  "  ",   "\n\n",     " \n ",    "\r\n",
                                         "123",   "4567", "ab",   "aB",       "Ab",      "!?",
                                         "//",    "x",    "\xE4", "\xF0\x9F", "\x80\x80"};

#define TEXT_COUNT(array) (sizeof(array) / sizeof((array)[0]))

/*  Writes n bytes of one kind; characters may be cut at the end. */
static inline void text_fill(int kind, uint64_t *random, uint8_t *out, size_t n) {
    size_t used = 0;
    while (used < n) {
        uint8_t unit[4];
        const uint8_t *from = unit;
        size_t size = 1, times = 1;
        switch (kind) {
        case 0: /* any bytes */
            unit[0] = (uint8_t)random_next(random);
            break;
        case 1: /* few bytes, so that pieces merge deeply */
            unit[0] = (uint8_t)('a' + random_below(random, 3));
            break;
        case 2: /* one letter all over */
            unit[0] = 'a';
            break;
        case 3: /* ASCII */
            unit[0] = (uint8_t)text_points[random_below(random, 24)];
            break;
        case 4: /* characters of every class */
            size =
                naive_utf8_write(text_points[random_below(random, TEXT_COUNT(text_points))], unit);
            break;
        case 5: /* runs of one character */
            size =
                naive_utf8_write(text_points[random_below(random, TEXT_COUNT(text_points))], unit);
            times = 1 + random_below(random, 70);
            break;
        case 6: /* parts of contractions, special tokens, broken sequences */
            from = (const uint8_t *)text_parts[random_below(random, TEXT_COUNT(text_parts))];
            size = strlen((const char *)from);
            break;
        default: /* lead and tail bytes in disorder */
            unit[0] = (uint8_t)(0x80 | random_next(random));
            break;
        }
        for (; times && used < n; times--)
            for (size_t i = 0; i < size && used < n; i++)
                out[used++] = from[i];
    }
}

/*  What a function makes of a text: numbers, whatever they mean. */
typedef size_t (*probe_fn)(void *context, const uint8_t *text, size_t n, uint32_t *out);

#define PROBE_ROOM 4096

/*  The text at `place` gives what it gave on the heap. */
static inline void probe_at(probe_fn probe, void *context, uint8_t *place, const uint8_t *text,
                            size_t n, const uint32_t *expected, size_t count) {
    static uint32_t out[PROBE_ROOM];
    if (n)
        memcpy(place, text, n);
    const size_t got = probe(context, place, n, out);
    CHECK(got == count);
    CHECK(memcmp(out, expected, count * sizeof(out[0])) == 0);
}

/*  Calls probe on texts of every kind and length, every third of the longer ones, that end at a
 *  guard page, that start behind one, and that stand at every alignment among bytes that would
 *  change the answer if they were read and believed. All answers for one text are the same. */
static inline void probe_everywhere(const char *name, probe_fn probe, void *context) {
    static const uint8_t around[] = {'a', '9', 0x80, ' ', 's', 0xE4, '\n', '\''};
    static uint32_t expected[PROBE_ROOM];
    const guard g = guard_new();
    uint64_t random = 0x9E3779B97F4A7C15;
    check_case = name;
    for (int kind = 0; kind < TEXT_KINDS; kind++)
        for (size_t n = 0; n <= TEXT_LONGEST; n += n < TEXT_LONGEST / 2 ? 1 : 3) {
            uint8_t text[TEXT_LONGEST + 1] = {0};
            text_fill(kind, &random, text, n);
            check_length = n;
            check_place = 0;
            const size_t count = probe(context, text, n, expected);
            CHECK(count <= PROBE_ROOM);
            probe_at(probe, context, (uint8_t *)guard_end(g, n), text, n, expected, count);
            for (size_t place = 0; place < TEXT_ALIGNMENTS; place++) {
                uint8_t *const at = g.first + place;
                check_place = place;
                memset(g.first, around[place % sizeof(around)], place + n + 2 * TEXT_ALIGNMENTS);
                probe_at(probe, context, at, text, n, expected, count);
            }
        }
    guard_free(g);
}

/*  Cuts a text: as ctok_pretokenize_fn, with whatever `context` is. */
typedef size_t (*cut_fn)(void *context, const uint8_t *text, size_t n, size_t *at, size_t *ends,
                         size_t room);

/*  The ends of the text's pieces, `room` a call. */
static inline size_t piece_ends(cut_fn cut, void *context, const uint8_t *text, size_t n,
                                size_t room, uint32_t *out) {
    static const size_t unwritten = (size_t)-1;
    size_t ends[TEXT_LONG + 1], at = 0, count = 0, got;
    do {
        const size_t before = at;
        ends[room] = unwritten;
        got = cut(context, text, n, &at, ends, room);
        CHECK(got <= room && ends[room] == unwritten);
        CHECK(at == (got ? ends[got - 1] : before));
        for (size_t i = 0; i < got; i++) {
            CHECK(ends[i] > (count ? out[count - 1] : 0) && ends[i] <= n);
            out[count++] = (uint32_t)ends[i];
        }
    } while (got);
    CHECK(at == n);
    return count;
}

#endif /* CTOK_TEST_TEXTS_H */
