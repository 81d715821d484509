/*  simd/intrinsics.h: the compiler's names of x86's instructions.
 *
 *  Functions say by an attribute which instructions they use. Where clang is the compiler of a
 *  program for MSVC (clang-cl), its <immintrin.h> leaves out what the options do not allow.
 */
#ifndef CTOK_SIMD_INTRINSICS_H
#define CTOK_SIMD_INTRINSICS_H

#if defined(__x86_64__)
#include <immintrin.h>

#if defined(_MSC_VER) && defined(__clang__)
/* In this order; what <immintrin.h> took already is empty. */
#include <xmmintrin.h>
#include <emmintrin.h>
#include <pmmintrin.h>
#include <tmmintrin.h>
#include <smmintrin.h>
#include <popcntintrin.h>
#include <lzcntintrin.h>
#include <bmiintrin.h>
#include <bmi2intrin.h>
#include <avxintrin.h>
#include <avx2intrin.h>
#include <avx512fintrin.h>
#include <avx512vlintrin.h>
#include <avx512bwintrin.h>
#include <avx512vlbwintrin.h>
#include <avx512dqintrin.h>
#include <avx512vldqintrin.h>
#include <avx512vbmiintrin.h>
#include <avx512vbmivlintrin.h>
#include <avx512vbmi2intrin.h>
#include <avx512vlvbmi2intrin.h>
#include <gfniintrin.h>
#endif
#endif
#endif /* CTOK_SIMD_INTRINSICS_H */
