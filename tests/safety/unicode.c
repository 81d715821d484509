/*  unicode.h against naive.h: every scalar, every sequence of up to four bytes, every width. */
#include "check.h"
#include "naive.h"
#include "texts.h"
#include "ctok/unicode.h"

/*  Reads at text[at] both ways. */
static void read_both(const uint8_t *text, size_t n, size_t at) {
    uint32_t expected = 0, got = 0;
    const uint32_t size = naive_utf8_read(text + at, n - at, &expected);
    CHECK(ctok_utf8_read(text, n, at, &got) == size);
    CHECK(size == 0 || got == expected);
}

/*  Each scalar alone, behind a letter, before one, and cut short by 1, 2 and 3 bytes; written and
 *  read; at a guard page, so that no context lends it a byte. */
static void check_scalars(guard g) {
    static const char *const before[] = {"", "a", "\xE4\xB8", "\xF0\x9F\x98\x80"};
    check_case = "scalars";
    for (uint32_t c = 0; c < 0x110000; c++) {
        uint8_t bytes[4], written[4];
        if (c >> 11 == 0x1B)
            continue;
        const size_t size = naive_utf8_write(c, bytes);
        check_length = c;
        CHECK(ctok_utf8_write(c, written) == size && memcmp(bytes, written, size) == 0);
        for (size_t context = 0; context < TEXT_COUNT(before); context++) {
            const size_t lead = strlen(before[context]);
            for (size_t cut = 0; cut < size; cut++) {
                const size_t n = lead + size - cut;
                uint8_t *const text = (uint8_t *)guard_end(g, n);
                memcpy(text, before[context], lead);
                memcpy(text + lead, bytes, size - cut);
                read_both(text, n, lead);
                CHECK(ctok_char_at(text, n, lead).traits ==
                      (cut ? (uint32_t)CTOK_SO : ctok_traits(ctok_category(c))));
            }
        }
    }
}

/*  Every quadruple of bytes that starts with C0..FF, 2^30, and every shorter start of one.
 *
 *  In table 3-7 a fourth byte matters only behind three bytes that 80 completes, so elsewhere the
 *  oracle's answer for three bytes holds for all 256 quadruples. */
static void check_quadruples(void) {
    uint64_t differences = 0;
    check_case = "quadruples";
    for (uint32_t head = 0xC00000; head < 0x1000000; head++) {
        uint8_t text[4] = {(uint8_t)(head >> 16), (uint8_t)(head >> 8), (uint8_t)head, 0x80};
        uint32_t expected = 0, got = 0;
        for (size_t n = 1; n < 4; n++)
            read_both(text, n, 0);
        uint32_t size = naive_utf8_read(text, 4, &expected);
        const int fourth_matters = size == 4;
        for (uint32_t last = 0; last < 256; last++) {
            text[3] = (uint8_t)last;
            if (fourth_matters)
                size = naive_utf8_read(text, 4, &expected);
            differences += ctok_utf8_read(text, 4, 0, &got) != size || (size && got != expected);
        }
        check_count += 256;
    }
    CHECK(differences == 0);
}

/*  Units of a str become UTF-8: exact rooms at guard pages, surrogates in every context. */
static void check_units(guard in, guard out) {
    static const uint32_t units[] = {0x41,   0xE9,   0xFF,   0x100,   0x7FF,
                                     0x800,  0xD7FF, 0xD800, 0xDBFF,  0xDC00,
                                     0xDFFF, 0xE000, 0xFFFF, 0x10000, 0x10FFFF};
    static const struct {
        ctok_width width;
        uint32_t limit;
    } rows[] = {{CTOK_UCS1, 0x100}, {CTOK_UCS2, 0x10000}, {CTOK_UCS4, 0x110000}};
    uint64_t random = 7;
    check_case = "units";
    for (size_t row = 0; row < TEXT_COUNT(rows); row++)
        for (size_t round = 0; round < 40000; round++) {
            const size_t n = random_below(&random, 24), width = (size_t)rows[row].width;
            uint32_t values[24];
            uint8_t expected[24 * 4];
            uint8_t *const text = (uint8_t *)guard_end(in, n * width);
            size_t size = 0;
            for (size_t i = 0; i < n; i++) {
                do
                    values[i] = units[random_below(&random, TEXT_COUNT(units))];
                while (values[i] >= rows[row].limit);
                const uint8_t as_1 = (uint8_t)values[i];
                const uint16_t as_2 = (uint16_t)values[i];
                const void *const unit = width == 1   ? (const void *)&as_1
                                         : width == 2 ? (const void *)&as_2
                                                      : (const void *)&values[i];
                memcpy(text + i * width, unit, width);
            }
            for (size_t i = 0; i < n; i++) {
                uint32_t c = values[i];
                if (c >= 0xD800 && c < 0xDC00 && i + 1 < n && values[i + 1] >= 0xDC00 &&
                    values[i + 1] < 0xE000)
                    c = 0x10000 + (c - 0xD800) * 1024 + (values[++i] - 0xDC00);
                else if (c >= 0xD800 && c < 0xE000)
                    c = 0xFFFD;
                size += naive_utf8_write(c, expected + size);
            }
            check_length = n;
            check_place = width;
            uint8_t *const room = (uint8_t *)guard_end(out, size);
            CHECK(ctok_utf8_from_units(text, rows[row].width, n, room) == size);
            CHECK(memcmp(room, expected, size) == 0);
            const size_t cut =
                ctok_units_cut(text, rows[row].width, n, random_below(&random, n + 1));
            const size_t first = ctok_utf8_from_units(text, rows[row].width, cut, room);
            CHECK(first + ctok_utf8_from_units(text + cut * width, rows[row].width, n - cut,
                                               room + first) ==
                  size);
            CHECK(memcmp(room, expected, size) == 0);
        }
}

int main(void) {
    check_catch_faults();
    check_scalars(guard_new());
    check_units(guard_new(), guard_new());
    check_quadruples();
    return check_report("unicode");
}
