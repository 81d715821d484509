/*  Every kernel of every family: pieces cover the text, equal the family's own regex, do not
 *  depend on what stands around the text, and come in any number a call. */
#include "check.h"
#include "regex.h"
#include "texts.h"
#include "ctok/kernels.h"

static size_t cut(void *context, const uint8_t *text, size_t n, size_t *at, size_t *ends,
                  size_t room) {
    return ((const ctok_kernel *)context)->pretokenize(text, n, at, ends, room);
}

static size_t probe(void *context, const uint8_t *text, size_t n, uint32_t *out) {
    return piece_ends(cut, context, text, n, TEXT_LONGEST, out);
}

/*  Where the regex itself ends each piece. */
static size_t regex_ends(const char *pattern, const uint8_t *text, size_t n, uint32_t *out) {
    size_t count = 0;
    for (size_t at = 0; at < n;) {
        const size_t end = regex_match(pattern, text, n, at);
        CHECK(end != REGEX_NO && end > at);
        at = end;
        out[count++] = (uint32_t)end;
    }
    return count;
}

/*  Every backend of a family ends pieces here; `all_rooms` 1: with much and little room a call. */
static void check_backends(const ctok_family *family, const uint8_t *text, size_t n, int all_rooms,
                           const uint32_t *expected, size_t count) {
    static const size_t rooms[] = {TEXT_LONGEST, 1, 2, 63, 64, 65, 130};
    uint32_t got[TEXT_LONGEST];
    for (size_t i = 0; i < CTOK_KERNEL_COUNT; i++) {
        const ctok_kernel *const kernel = &ctok_kernels[i];
        if (kernel->family != family || !ctok_cpu_runs(kernel->backend))
            continue;
        for (size_t j = 0; j < (all_rooms ? TEXT_COUNT(rooms) : 1); j++) {
            CHECK(piece_ends(cut, (void *)(uintptr_t)kernel, text, n, rooms[j], got) == count);
            CHECK(memcmp(got, expected, count * sizeof(got[0])) == 0);
        }
    }
}

static void check_regex(const ctok_family *family, size_t rounds) {
    uint64_t random = 11;
    for (size_t round = 0; round < rounds; round++) {
        uint8_t text[TEXT_LONGEST];
        uint32_t expected[TEXT_LONGEST];
        const size_t n = 1 + random_below(&random, round % 4 ? 24 : TEXT_LONGEST);
        text_fill((int)random_below(&random, TEXT_KINDS), &random, text, n);
        check_length = n;
        check_place = round;
        const size_t count = regex_ends(family->pattern, text, n, expected);
        CHECK(regex_supported);
        check_backends(family, text, n, 1, expected, count);
    }
}

/*  Every ordered triple of the turning points: alone as the regex cuts it; and behind words, at
 *  every place of a block, as the plain kernel cuts it. */
static void check_triples(const ctok_kernel *plain) {
    const size_t points = TEXT_COUNT(text_points);
    for (size_t i = 0; i < points * points * points; i++) {
        uint8_t text[100];
        uint32_t expected[100];
        const size_t before = i % 67;
        memset(text, 'a', before);
        for (size_t at = i % 7; at < before; at += 5)
            text[at] = ' ';
        size_t n = before + naive_utf8_write(text_points[i % points], text + before);
        n += naive_utf8_write(text_points[i / points % points], text + n);
        n += naive_utf8_write(text_points[i / points / points], text + n);
        check_length = n;
        check_place = i;
        size_t count = regex_ends(plain->family->pattern, text + before, n - before, expected);
        check_backends(plain->family, text + before, n - before, 0, expected, count);
        memcpy(text + n, " b 1 c, and so on", 17);
        n += 17;
        count = piece_ends(cut, (void *)(uintptr_t)plain, text, n, TEXT_LONGEST, expected);
        check_backends(plain->family, text, n, 0, expected, count);
    }
}

/*  Every backend, with much and with little room a call, cuts as the plain kernel does. */
static void check_long(const ctok_kernel *plain, const uint8_t *text, size_t n, int all_rooms) {
    static uint32_t expected[TEXT_LONG], got[TEXT_LONG];
    static const size_t rooms[] = {TEXT_LONG, 256, 64, 97};
    const size_t count = piece_ends(cut, (void *)(uintptr_t)plain, text, n, TEXT_LONG, expected);
    check_length = n;
    for (size_t i = 0; i < CTOK_KERNEL_COUNT; i++) {
        const ctok_kernel *const kernel = &ctok_kernels[i];
        if (kernel->family != plain->family || !ctok_cpu_runs(kernel->backend))
            continue;
        for (size_t j = 0; j < (all_rooms ? TEXT_COUNT(rooms) : 1); j++) {
            CHECK(piece_ends(cut, (void *)(uintptr_t)kernel, text, n, rooms[j], got) == count);
            CHECK(memcmp(got, expected, count * sizeof(got[0])) == 0);
        }
    }
}

/*  Stretches of all kinds, most of them short, up to a guard page. */
static void check_stretches(const ctok_kernel *plain, size_t rounds) {
    const guard g = guard_new();
    uint64_t random = 17;
    for (size_t round = 0; round < rounds; round++) {
        const size_t n = 257 + random_below(&random, TEXT_LONG - 257);
        uint8_t *const text = (uint8_t *)guard_end(g, n);
        check_place = round;
        for (size_t at = 0; at < n;) {
            const size_t most = n - at, size = 1 + random_below(&random, round % 3 ? 40 : 400);
            const size_t taken = size < most ? size : most;
            text_fill((int)random_below(&random, TEXT_KINDS), &random, text + at, taken);
            at += taken;
        }
        check_long(plain, text, n, 1);
    }
    guard_free(g);
}

/*  Every code point, behind and before several characters. */
static void check_code_points(const ctok_kernel *plain) {
    static const char *const between[] = {"", "a ?!1A\xE4\xB8\xAD"};
    static uint8_t text[TEXT_LONG];
    for (size_t k = 0; k < TEXT_COUNT(between); k++) {
        const size_t gap = strlen(between[k]);
        size_t n = 0;
        for (uint32_t c = 0x80; c < 0x110000; c++) {
            if (c >= 0xD800 && c < 0xE000)
                continue;
            n += naive_utf8_write(c, text + n);
            memcpy(text + n, between[k], gap);
            n += gap;
            if (n > 1500 || c == 0x10FFFF) {
                check_place = c;
                check_long(plain, text, n, 0);
                n = 0;
            }
        }
    }
}

static size_t scanned; /* bytes, by blocks of all sizes */

static void classify_counted(const uint8_t *text, ctok_block *block) {
    scanned += 64;
    ctok_classify_scalar(text, block);
}

#ifdef CTOK_X86
static unsigned scan_256_counted(const ctok_family *row, const uint8_t *text, size_t n, size_t at,
                                 const ctok_seam *before, uint64_t *found, ctok_seam *after) {
    scanned += 256;
    return ctok_scan_wide_avx2(row, text, n, at, before, found, after);
}

static unsigned scan_512_counted(const ctok_family *row, const uint8_t *text, size_t n, size_t at,
                                 const ctok_seam *before, uint64_t *found, ctok_seam *after) {
    scanned += 512;
    return ctok_scan_wide_avx512(row, text, n, at, before, found, after);
}
#endif

/*  However a few parts follow each other, blocks see no byte more than four times. */
static void check_scanned(const ctok_family *family, size_t rounds) {
    static uint8_t text[8 * TEXT_LONG];
    ctok_scan_leaves leaves = {
        ctok_pad_scalar, classify_counted, ctok_between_scalar, ctok_unpack_scalar, NULL, 0};
    uint64_t random = 23;
    for (size_t round = 0; round < rounds; round++) {
        size_t period = 0, at = 0, ends[4 * 256];
        for (size_t i = 1 + random_below(&random, 6); i; i--)
            period += naive_utf8_write(text_points[random_below(&random, TEXT_COUNT(text_points))],
                                       text + period);
        for (size_t i = period; i < sizeof(text); i++)
            text[i] = text[i - period];
        check_length = sizeof(text);
        check_place = round;
#ifdef CTOK_X86
        leaves.wide = 0;
        if (round % 3 == 1 && ctok_cpu_runs(CTOK_AVX2_BACKEND)) {
            leaves.scan_wide = scan_256_counted;
            leaves.wide = ctok_wide_avx2;
        }
        if (round % 3 == 2 && ctok_cpu_runs(CTOK_AVX512_BACKEND)) {
            leaves.scan_wide = scan_512_counted;
            leaves.wide = ctok_wide_avx512;
        }
#endif
        scanned = 0;
        while (
            ctok_pretokenize_body(family, leaves, text, sizeof(text), &at, ends, TEXT_COUNT(ends)))
            continue;
        CHECK(at == sizeof(text));
        CHECK(scanned <= 4 * sizeof(text));
    }
}

int main(void) {
    char name[128];
    check_catch_faults();
    for (size_t i = 0; i < CTOK_KERNEL_COUNT; i++) {
        ctok_kernel kernel = ctok_kernels[i];
        snprintf(name, sizeof(name), "pretokenize %s %s", kernel.family->name, kernel.backend_name);
        if (!ctok_cpu_runs(kernel.backend)) {
            printf("%s: not on this processor\n", name);
            continue;
        }
        probe_everywhere(name, probe, &kernel);
        if (kernel.backend == CTOK_PLAIN_BACKEND) {
            check_regex(kernel.family, 6000);
            check_triples(&kernel);
            check_stretches(&kernel, 1500);
            check_code_points(&kernel);
            check_scanned(kernel.family, 3000);
        }
    }
    return check_report("pretokenize");
}
