/*  backends.h: what a backend has of its own, whatever the family.
 *
 *  As kernels.h has it, but without the instances of families, which take half a minute to compile;
 *  encode.c compares the two.
 */
#ifndef CTOK_TESTS_BACKENDS_H
#define CTOK_TESTS_BACKENDS_H

#include "ctok/composed.h"
#include "ctok/cpu.h"
#include "ctok/merge.h"
#include "ctok/transcode.h"

typedef struct {
    ctok_backend backend;
    ctok_merge_short_fn merge_short;
    ctok_transcode_fn transcode;
    ctok_uncomposed_fn uncomposed;
} backend_row;

#define BACKEND(id, leaves)                                                                        \
    {id, ctok_merge_short_##leaves, ctok_transcode_##leaves, ctok_uncomposed_##leaves},

static const backend_row backend_rows[] = {
    BACKEND(CTOK_PLAIN_BACKEND, scalar) BACKEND(CTOK_SCALAR_BACKEND, scalar)
#ifdef CTOK_X86
        BACKEND(CTOK_AVX2_BACKEND, avx2) BACKEND(CTOK_AVX512_BACKEND, avx512)
#endif
#ifdef CTOK_ARM
            BACKEND(CTOK_NEON_BACKEND, neon)
#endif
};

#define BACKEND_COUNT (sizeof(backend_rows) / sizeof(backend_rows[0]))

#endif /* CTOK_TESTS_BACKENDS_H */
