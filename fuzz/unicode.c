/*  Reading UTF-8 equals table 3-7 at every byte; units of each width become the right bytes on every
 *  backend. */
#include "input.h"
#include "backends.h"
#include "naive.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const ctok_width widths[] = {CTOK_UCS1, CTOK_UCS2, CTOK_UCS4};
    input in = {data, size};
    const ctok_width width = widths[input_byte(&in) % 3];
    size_t n, used = 0;
    uint8_t *const text = input_rest(&in, 4096, &n);
    for (size_t at = 0; at < n; at++) {
        uint32_t expected = 0, got = 0;
        const uint32_t length = naive_utf8_read(text + at, n - at, &expected);
        CHECK(ctok_utf8_read(text, n, at, &got) == length && (length == 0 || got == expected));
        CHECK(ctok_char_at(text, n, at).size == (length ? length : 1));
    }
    n /= (size_t)width;
    const size_t most = ctok_unit_bytes(width) * n;
    uint8_t *const expected = (uint8_t *)malloc(most ? most : 1);
    uint8_t *const out = (uint8_t *)malloc(most ? most : 1);
    if (!expected || !out)
        exit(0);
    if (width == CTOK_UCS4) /* Python holds no unit above U+10FFFF */
        for (size_t i = 0; i < n; i++) {
            uint32_t unit;
            memcpy(&unit, text + 4 * i, 4);
            unit %= 0x110000;
            memcpy(text + 4 * i, &unit, 4);
        }
    for (size_t i = 0; i < n; i++) {
        const uint32_t c = ctok_unit(text, width, i);
        const uint32_t next = i + 1 < n ? ctok_unit(text, width, i + 1) : 0;
        const int high = c >= 0xD800 && c < 0xDC00, low = next >= 0xDC00 && next < 0xE000;
        if (high && low)
            used +=
                naive_utf8_write(0x10000 + (c - 0xD800) * 1024 + (next - 0xDC00), expected + used);
        else
            used += naive_utf8_write(c >= 0xD800 && c < 0xE000 ? 0xFFFD : c, expected + used);
        i += high && low;
    }
    for (size_t i = 0; i < BACKEND_COUNT; i++) {
        if (!ctok_cpu_runs(backend_rows[i].backend))
            continue;
        CHECK(backend_rows[i].transcode(text, width, n, out) == used);
        CHECK(used == 0 || memcmp(out, expected, used) == 0);
    }
    free(expected);
    free(out);
    free(text);
    return 0;
}
