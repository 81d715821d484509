/*  kernels.h: which instance runs?
 *
 *  One line a family and backend. A caller names both, or takes the last backend of the list
 *  that ctok_cpu_runs says this processor has.
 */
#ifndef CTOK_KERNELS_H
#define CTOK_KERNELS_H

#include "ctok/composed.h"
#include "ctok/cpu.h"
#include "ctok/document.h"
#include "ctok/transcode.h"

typedef struct ctok_kernel {
    const ctok_family *family;
    ctok_backend backend;
    const char *backend_name;
    ctok_pretokenize_fn pretokenize;
    ctok_merge_short_fn merge_short;
    ctok_encode_chunk_fn encode_chunk;
    ctok_encode_document_fn encode_document;
    ctok_encode_brief_fn encode_brief;
    ctok_document_refused_fn document_refused;
    ctok_transcode_fn transcode;
    ctok_uncomposed_fn uncomposed;
} ctok_kernel;

#define CTOK_KERNEL(name, id, backend, leaves)                                                     \
    {&ctok_family_##name,                                                                          \
     id,                                                                                           \
     #backend,                                                                                     \
     ctok_pretokenize_##name##_##backend,                                                          \
     ctok_merge_short_##leaves,                                                                    \
     ctok_encode_chunk_##leaves,                                                                   \
     ctok_encode_document_##leaves,                                                                \
     ctok_encode_brief_##leaves,                                                                   \
     ctok_document_refused_##leaves,                                                               \
     ctok_transcode_##leaves,                                                                      \
     ctok_uncomposed_##leaves},
#define CTOK_KERNEL_PLAIN(name, ...) CTOK_KERNEL(name, CTOK_PLAIN_BACKEND, plain, scalar)
#define CTOK_KERNEL_SCALAR(name, ...) CTOK_KERNEL(name, CTOK_SCALAR_BACKEND, scalar, scalar)
#define CTOK_KERNEL_AVX2(name, ...) CTOK_KERNEL(name, CTOK_AVX2_BACKEND, avx2, avx2)
#define CTOK_KERNEL_AVX512(name, ...) CTOK_KERNEL(name, CTOK_AVX512_BACKEND, avx512, avx512)
#define CTOK_KERNEL_NEON(name, ...) CTOK_KERNEL(name, CTOK_NEON_BACKEND, neon, neon)

static const ctok_kernel ctok_kernels[] = {
    CTOK_FAMILIES(CTOK_KERNEL_PLAIN) CTOK_FAMILIES(CTOK_KERNEL_SCALAR)
#ifdef CTOK_X86
        CTOK_FAMILIES(CTOK_KERNEL_AVX2) CTOK_FAMILIES(CTOK_KERNEL_AVX512)
#endif
#ifdef CTOK_ARM
            CTOK_FAMILIES(CTOK_KERNEL_NEON)
#endif
};

#define CTOK_KERNEL_COUNT (sizeof(ctok_kernels) / sizeof(ctok_kernels[0]))

#endif /* CTOK_KERNELS_H */
