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

int main(void) {
    check_catch_faults();
    check_scalars(guard_new());
    check_quadruples();
    return check_report("unicode");
}
