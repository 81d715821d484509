/*  transcode.h against naive.h: every unit of every width on every backend, in exact rooms; and
 *  composed.h on all backends alike. */
#include "backends.h"
#include "check.h"
#include "naive.h"
#include "texts.h"

#define UNITS_MOST 150

static const struct {
    ctok_width width;
    uint32_t limit;
} rows[] = {{CTOK_UCS1, 0x100}, {CTOK_UCS2, 0x10000}, {CTOK_UCS4, 0x110000}};

/*  Units as the row's width keeps them, which end at a guard page. */
static uint8_t *units_at_guard(guard in, ctok_width width, const uint32_t *values, size_t n) {
    const size_t bytes = (size_t)width;
    uint8_t *const units = (uint8_t *)guard_end(in, n * bytes);
    for (size_t i = 0; i < n; i++) {
        const uint8_t as_1 = (uint8_t)values[i];
        const uint16_t as_2 = (uint16_t)values[i];
        memcpy(units + i * bytes,
               bytes == 1   ? (const void *)&as_1
               : bytes == 2 ? (const void *)&as_2
                            : (const void *)&values[i],
               bytes);
    }
    return units;
}

/*  The same units by the slow twin. */
static size_t naive_transcode(const uint32_t *values, size_t n, uint8_t *out) {
    size_t size = 0;
    for (size_t i = 0; i < n; i++) {
        uint32_t c = values[i];
        if (c >= 0xD800 && c < 0xDC00 && i + 1 < n && values[i + 1] >= 0xDC00 &&
            values[i + 1] < 0xE000)
            c = 0x10000 + (c - 0xD800) * 1024 + (values[++i] - 0xDC00);
        else if (c >= 0xD800 && c < 0xE000)
            c = 0xFFFD;
        size += naive_utf8_write(c, out + size);
    }
    return size;
}

/*  Where NFC may change the units: the same stretches on all backends, each behind the one before. */
static void check_uncomposed(const backend_row *row, const uint8_t *units, ctok_width width,
                             size_t n) {
    size_t expected_start = 0, expected_end = 0, start = 0, end = 0;
    do {
        const size_t before = end;
        start = end;
        expected_start = expected_end;
        row->uncomposed(units, width, n, &start, &end);
        backend_rows[0].uncomposed(units, width, n, &expected_start, &expected_end);
        CHECK(start == expected_start && end == expected_end);
        CHECK(before <= start && (start == n ? end == n : start < end && end <= n));
    } while (start < n);
}

/*  All backends' results, whole and in two parts cut at random. */
static void check_units(guard in, guard out, ctok_width width, const uint32_t *values, size_t n,
                        uint64_t *random) {
    static uint8_t expected[4 * UNITS_MOST];
    const size_t size = naive_transcode(values, n, expected), most = ctok_unit_bytes(width);
    const uint8_t *const units = units_at_guard(in, width, values, n);
    const size_t cut = ctok_units_cut(units, width, n, random_below(random, n + 1));
    uint8_t *const room = (uint8_t *)guard_end(out, most * n);
    check_length = n;
    check_place = (size_t)width;
    for (size_t i = 0; i < BACKEND_COUNT; i++) {
        const backend_row *const row = &backend_rows[i];
        if (!ctok_cpu_runs(row->backend))
            continue;
        check_uncomposed(row, units, width, n);
        CHECK(row->transcode(units, width, n, room) == size);
        CHECK(size == 0 || memcmp(room, expected, size) == 0);
        const size_t first = row->transcode(units, width, cut, room);
        CHECK(first + row->transcode(units + cut * (size_t)width, width, n - cut, room + first) ==
              size);
        CHECK(size == 0 || memcmp(room, expected, size) == 0);
    }
}

/*  Every unit, in rows of neighbours. */
static void check_every(guard in, guard out) {
    uint64_t random = 3;
    uint32_t values[UNITS_MOST];
    check_case = "every unit";
    for (size_t row = 0; row < TEXT_COUNT(rows); row++)
        for (uint32_t first = 0; first < rows[row].limit; first += 64) {
            for (uint32_t i = 0; i < 96; i++)
                values[i] = (first + i) % rows[row].limit;
            check_units(in, out, rows[row].width, values, 96, &random);
        }
}

/*  Runs of random lengths: of ASCII, of one length in bytes, of whatever turns a rule. */
static void check_runs(guard in, guard out) {
    static const uint32_t edges[] = {0x41,   0x7F,   0x80,   0xE9,    0xFF,    0x100,
                                     0x7FF,  0x800,  0xD7FF, 0xD800,  0xDBFF,  0xDC00,
                                     0xDFFF, 0xE000, 0xFFFF, 0x10000, 0x10FFFF};
    uint64_t random = 7;
    uint32_t values[UNITS_MOST];
    check_case = "runs";
    for (size_t row = 0; row < TEXT_COUNT(rows); row++)
        for (size_t round = 0; round < 40000; round++) {
            const size_t n = random_below(&random, UNITS_MOST);
            size_t left = 0, kind = 0;
            for (size_t i = 0; i < n; i++, left--) {
                if (!left) {
                    left = 1 + random_below(&random, 50);
                    kind = random_below(&random, 4);
                }
                do
                    values[i] = kind == 0   ? 'a' + (uint32_t)(i % 26)
                                : kind == 1 ? 0x80 + (uint32_t)random_below(&random, 0x80)
                                : kind == 2 ? 0x4E00 + (uint32_t)random_below(&random, 0x5000)
                                            : edges[random_below(&random, TEXT_COUNT(edges))];
                while (values[i] >= rows[row].limit && (kind = 3));
            }
            check_units(in, out, rows[row].width, values, n, &random);
        }
}

int main(void) {
    const guard in = guard_new(), out = guard_new();
    check_catch_faults();
    check_every(in, out);
    check_runs(in, out);
    return check_report("transcode");
}
