/*  _memory.h: memory of huge pages where the system has them.
 *
 *  On some processors a prefetch is dropped when its page is in no translation buffer; a huge
 *  page covers a whole table, and is taken at once where small ones are taken by the hundred.
 *  Pages are taken when they are first touched.
 *
 *      ctok_zeros    zeros for tables
 *      ctok_resize   what grows and shrinks as PyMem_RawRealloc's memory does; small is its memory
 *
 *  The last large memory that was released is kept for the next, up to CTOK_KEPT_MEMORY: the system
 *  clears each page that it lends, which takes up to a fifteenth of the time of encoding into it.
 */
#ifndef CTOK_MEMORY_H
#define CTOK_MEMORY_H

#include <stdlib.h>
#include <string.h>

/*  From so many bytes on, memory comes in huge pages; what grows takes whole ones. */
#define CTOK_LARGE_MEMORY ((size_t)2 << 20)
#define CTOK_HUGE_PAGE ((size_t)2 << 20)
#define CTOK_KEPT_MEMORY ((size_t)16 << 20)

#if defined(__linux__)
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

static void *ctok_zeros(size_t size) {
    char *start, *aligned;
    const size_t page = (size_t)sysconf(_SC_PAGESIZE);
    const size_t mapped = size + CTOK_HUGE_PAGE;
    start = (char *)mmap(NULL, mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (start == (char *)MAP_FAILED)
        return NULL;
    aligned = start + (CTOK_HUGE_PAGE - (uintptr_t)start % CTOK_HUGE_PAGE) % CTOK_HUGE_PAGE;
    if (aligned > start)
        munmap(start, (size_t)(aligned - start));
    /* what lies behind, in whole pages: no other address can be given back */
    const size_t kept = size + (page - size % page) % page;
    if (aligned + kept < start + mapped)
        munmap(aligned + kept, (size_t)(start + mapped - aligned - kept));
#ifdef MADV_HUGEPAGE
    madvise(aligned, size, MADV_HUGEPAGE);
#endif
    return aligned;
}

static void ctok_free_zeros(void *memory, size_t size) {
    if (memory)
        munmap(memory, size);
}

/*  Large memory that nobody uses, or NULL; its first word is its size. */
static void *ctok_kept;

static inline void ctok_release(void *memory, size_t size) {
    if (size < CTOK_LARGE_MEMORY) {
        PyMem_RawFree(memory);
        return;
    }
    if (size <= CTOK_KEPT_MEMORY) {
        *(size_t *)memory = size;
        memory = __atomic_exchange_n(&ctok_kept, memory, __ATOMIC_ACQ_REL);
        size = memory ? *(size_t *)memory : 0;
    }
    ctok_free_zeros(memory, size);
}

/*  Large memory; it may have any bytes. */
static inline void *ctok_large(size_t size) {
    void *memory = __atomic_exchange_n(&ctok_kept, NULL, __ATOMIC_ACQ_REL), *moved;
    if (!memory)
        return ctok_zeros(size);
    moved = mremap(memory, *(size_t *)memory, size, MREMAP_MAYMOVE);
    if (moved != MAP_FAILED)
        return moved;
    ctok_free_zeros(memory, *(size_t *)memory);
    return ctok_zeros(size);
}

/*  The memory with its first bytes, at another place; NULL and the old memory stays. */
static inline void *ctok_resize(void *memory, size_t old, size_t size) {
    void *moved;
    if (old >= CTOK_LARGE_MEMORY && size >= CTOK_LARGE_MEMORY) {
        moved = mremap(memory, old, size, MREMAP_MAYMOVE);
        return moved == MAP_FAILED ? NULL : moved;
    }
    if (old < CTOK_LARGE_MEMORY && size < CTOK_LARGE_MEMORY)
        return PyMem_RawRealloc(memory, size);
    moved = size < CTOK_LARGE_MEMORY ? PyMem_RawMalloc(size) : ctok_large(size);
    if (moved && old)
        memcpy(moved, memory, old < size ? old : size);
    if (moved)
        ctok_release(memory, old);
    return moved;
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

static inline void ctok_release(void *memory, size_t size) {
    (void)size;
    PyMem_RawFree(memory);
}

static inline void *ctok_resize(void *memory, size_t old, size_t size) {
    (void)old;
    return PyMem_RawRealloc(memory, size);
}

#endif
#endif /* CTOK_MEMORY_H */
