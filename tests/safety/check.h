/*  check.h: guard pages, random numbers and one-line failures for the safety programs.
 *
 *      guard page | first ... room for GUARD_ROOM bytes ... last | guard page
 *
 *  A text that starts at `first` or ends at `last` faults on the first byte read or written
 *  beyond it, whatever the optimizer made of the code: no sanitizer is needed.
 */
#ifndef CTOK_TEST_CHECK_H
#define CTOK_TEST_CHECK_H

#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if defined(_WIN32)
#include <windows.h> /* all of it: its macros (near, far, small) must not break ctok's headers */
#elif !defined(__wasm__)
#include <sys/mman.h>
#endif

#define GUARD_PAGE ((size_t)65536) /* a multiple of every page size in use */
#define GUARD_ROOM (4 * GUARD_PAGE)

static const char *check_case = "start"; /* what is being checked, for the failure's line */
static size_t check_length, check_place;
static uint64_t check_count;

/*  How a failed check ends: a program that fails, or a trap where a fuzzer watches. */
#ifndef CHECK_FAIL
#define CHECK_FAIL() exit(1)
#endif

/*  Counts one comparison; the first that fails ends the program. */
#define CHECK(holds)                                                                               \
    do {                                                                                           \
        check_count++;                                                                             \
        if (!(holds)) {                                                                            \
            printf("%s:%d: %s: length %zu, place %zu: not %s\n", __FILE__, __LINE__, check_case,   \
                   check_length, check_place, #holds);                                             \
            fflush(stdout);                                                                        \
            CHECK_FAIL();                                                                          \
        }                                                                                          \
    } while (0)

static inline void check_fault(int number) {
    printf("%s: length %zu, place %zu: signal %d, a byte outside the buffer\n", check_case,
           check_length, check_place, number);
    fflush(stdout);
    _Exit(2);
}

/*  Says which case touched a guard page. */
static inline void check_catch_faults(void) {
    signal(SIGSEGV, check_fault);
#ifdef SIGBUS
    signal(SIGBUS, check_fault);
#endif
}

static inline int check_report(const char *name) {
    printf("%s: %llu checks hold\n", name, (unsigned long long)check_count);
    return 0;
}

typedef struct guard {
    uint8_t *first, *last; /* room starts at first and ends before last */
} guard;

/*  The room and its two guard pages, or NULL. WebAssembly has no pages to guard: only what is beyond
 *  the whole memory traps there. */
static inline uint8_t *guard_map(void) {
    const size_t size = GUARD_ROOM + 2 * GUARD_PAGE;
#if defined(_WIN32)
    DWORD before;
    uint8_t *at = (uint8_t *)VirtualAlloc(NULL, size, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
    if (!at || !VirtualProtect(at, GUARD_PAGE, PAGE_NOACCESS, &before) ||
        !VirtualProtect(at + GUARD_PAGE + GUARD_ROOM, GUARD_PAGE, PAGE_NOACCESS, &before))
        return NULL;
#elif defined(__wasm__)
    uint8_t *at = (uint8_t *)aligned_alloc(GUARD_PAGE, size);
    if (!at)
        return NULL;
    memset(at, 0, size);
#else
    uint8_t *at =
        (uint8_t *)mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (at == (uint8_t *)MAP_FAILED || mprotect(at, GUARD_PAGE, PROT_NONE) ||
        mprotect(at + GUARD_PAGE + GUARD_ROOM, GUARD_PAGE, PROT_NONE))
        return NULL;
#endif
    return at;
}

static inline guard guard_new(void) {
    guard result;
    uint8_t *at = guard_map();
    if (!at) {
        printf("no guard pages here\n");
        exit(1);
    }
    result.first = at + GUARD_PAGE;
    result.last = result.first + GUARD_ROOM;
    return result;
}

static inline void guard_free(guard g) {
#if defined(_WIN32)
    VirtualFree(g.first - GUARD_PAGE, 0, MEM_RELEASE);
#elif defined(__wasm__)
    free(g.first - GUARD_PAGE);
#else
    munmap(g.first - GUARD_PAGE, GUARD_ROOM + 2 * GUARD_PAGE);
#endif
}

/*  `bytes` of room that end at the guard page. */
static inline void *guard_end(guard g, size_t bytes) { return g.last - bytes; }

/*  xorshift64*, Vigna 2016: the same numbers on every machine. */
static inline uint64_t random_next(uint64_t *state) {
    *state ^= *state >> 12;
    *state ^= *state << 25;
    *state ^= *state >> 27;
    return *state * UINT64_C(0x2545F4914F6CDD1D);
}

static inline size_t random_below(uint64_t *state, size_t limit) {
    return (size_t)((random_next(state) >> 11) % limit);
}

#endif /* CTOK_TEST_CHECK_H */
