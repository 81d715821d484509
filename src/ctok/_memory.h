/*  _memory.h: zeroed memory for caches, of huge pages where the system has them.
 *
 *  On some processors a prefetch is dropped when its page is in no translation buffer; a huge
 *  page covers the whole table. Pages are taken when they are first touched.
 */
#ifndef CTOK_MEMORY_H
#define CTOK_MEMORY_H

#include <stdlib.h>

#if defined(__linux__)
#include <stdint.h>
#include <sys/mman.h>

#define CTOK_HUGE_PAGE ((size_t)2 << 20)

static void *ctok_zeros(size_t size) {
    char *start, *aligned;
    const size_t mapped = size + CTOK_HUGE_PAGE;
    start = (char *)mmap(NULL, mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (start == (char *)MAP_FAILED)
        return NULL;
    aligned = start + (CTOK_HUGE_PAGE - (uintptr_t)start % CTOK_HUGE_PAGE) % CTOK_HUGE_PAGE;
    if (aligned > start)
        munmap(start, (size_t)(aligned - start));
    if (aligned + size < start + mapped)
        munmap(aligned + size, (size_t)(start + mapped - aligned - size));
#ifdef MADV_HUGEPAGE
    madvise(aligned, size, MADV_HUGEPAGE);
#endif
    return aligned;
}

static void ctok_free_zeros(void *memory, size_t size) {
    if (memory)
        munmap(memory, size);
}

#else

/* 64 bytes more than asked, and the distance to the block's start in the word before. */
static void *ctok_zeros(size_t size) {
    char *start = (char *)calloc(1, size + 128);
    char *aligned;
    if (!start)
        return NULL;
    aligned = start + 128 - (size_t)start % 64;
    ((size_t *)aligned)[-1] = (size_t)(aligned - start);
    return aligned;
}

static void ctok_free_zeros(void *memory, size_t size) {
    (void)size;
    if (memory)
        free((char *)memory - ((size_t *)memory)[-1]);
}

#endif
#endif /* CTOK_MEMORY_H */
