/*  Pieces cover the text, the kernels of a family agree, and the regex cuts short texts so too. */
#include "input.h"
#include "regex.h"
#include "ctok/kernels.h"

enum { MOST = 4096, MOST_FOR_REGEX = 64, ROOM = 128 };

/*  The ends of all pieces, `room` a call. */
static void check_kernel(const ctok_kernel *kernel, const uint8_t *text, size_t n, size_t room,
                         size_t *all, size_t *count) {
    size_t at = 0, got;
    *count = 0;
    do {
        size_t ends[ROOM];
        got = kernel->pretokenize(text, n, &at, ends, room);
        CHECK(got <= room);
        for (size_t i = 0; i < got; i++) {
            CHECK(ends[i] > (*count ? all[*count - 1] : 0) && ends[i] <= n);
            all[(*count)++] = ends[i];
        }
    } while (got);
    CHECK(at == n && (n == 0 || all[*count - 1] == n));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static size_t expected[MOST + 1], ends[MOST + 1];
    input in = {data, size};
    size_t n, count, got;
    const size_t room = 64 + input_below(&in, ROOM - 63);
    uint8_t *const text = input_rest(&in, MOST, &n);
    for (size_t i = 0; i < CTOK_KERNEL_COUNT; i++) {
        const ctok_kernel *const plain = &ctok_kernels[i];
        if (plain->backend != CTOK_PLAIN_BACKEND)
            continue;
        check_kernel(plain, text, n, room, expected, &count);
        for (size_t at = 0, piece = 0; n <= MOST_FOR_REGEX && at < n; at = expected[piece++])
            CHECK(regex_match(plain->family->pattern, text, n, at) == expected[piece]);
        for (size_t j = 0; j < CTOK_KERNEL_COUNT; j++) {
            const ctok_kernel *const kernel = &ctok_kernels[j];
            if (kernel->family != plain->family || !ctok_cpu_runs(kernel->backend))
                continue;
            check_kernel(kernel, text, n, room, ends, &got);
            CHECK(got == count && memcmp(expected, ends, got * sizeof(ends[0])) == 0);
        }
    }
    free(text);
    return 0;
}
