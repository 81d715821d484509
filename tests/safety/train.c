/*  counts.h and train.h against a plain trainer, in memory that is never larger than asked for. */
#include "check.h"

#include "ctok/counts.h"
#include "ctok/train.h"

#define PIECES 24
#define LONGEST 40
#define MERGES 40
#define IDS (256 + MERGES)

/*  A text of random pieces, given by their ends, at a guard page. */
typedef struct sample {
    const uint8_t *text;
    size_t n, n_pieces;
    size_t ends[PIECES];
} sample;

static sample sample_new(uint64_t *random, guard text_guard) {
    sample s;
    uint8_t bytes[PIECES * LONGEST];
    const size_t letters = 1 + random_below(random, 4);
    const size_t longest = 1 + random_below(random, LONGEST);
    s.n = 0;
    s.n_pieces = 1 + random_below(random, PIECES);
    for (size_t i = 0; i < s.n_pieces; i++) {
        const size_t length = 1 + random_below(random, longest);
        for (size_t k = 0; k < length; k++)
            bytes[s.n++] = (uint8_t)("ab\xFF "[random_below(random, letters)]);
        s.ends[i] = s.n;
    }
    s.text = (const uint8_t *)memcpy(guard_end(text_guard, s.n), bytes, s.n);
    return s;
}

/*  A run in memory of exactly its size. */
typedef struct owned_run {
    uint8_t *data;
    uint32_t *lengths;
    int64_t *numbers;
    size_t n, bytes;
} owned_run;

static owned_run run_new(size_t n, size_t bytes) {
    owned_run run;
    run.data = (uint8_t *)malloc(bytes + !bytes);
    run.lengths = (uint32_t *)malloc((n + !n) * sizeof(*run.lengths));
    run.numbers = (int64_t *)malloc((n + !n) * sizeof(*run.numbers));
    run.n = n;
    run.bytes = bytes;
    return run;
}

static void run_free(owned_run run) {
    free(run.data);
    free(run.lengths);
    free(run.numbers);
}

static ctok_counts counts_new(void) {
    ctok_counts counts;
    memset(&counts, 0, sizeof(counts));
    counts.bits = 2;
    counts.slots = (ctok_count *)calloc(4, sizeof(ctok_count));
    return counts;
}

/*  Counts on to where the work stops, growing by the least that is asked for. */
static void count_on(ctok_counts *counts, ctok_pretokenize_fn pretokenize, const uint8_t *text,
                     size_t n, uint64_t weight) {
    for (;;) {
        const ctok_status status =
            ctok_counts_text(counts, pretokenize, text, n, weight, LONGEST, 1);
        if (status == CTOK_OK)
            break;
        if (status == CTOK_PAUSED)
            continue;
        CHECK(status == CTOK_SCRATCH_FULL);
        if (counts->arena_wanted > counts->arena_room) {
            counts->arena_room = counts->arena_wanted;
            counts->arena = (uint8_t *)realloc(counts->arena, counts->arena_room);
        } else {
            ctok_count *const old = counts->slots;
            const uint32_t bits = counts->bits + 1;
            ctok_counts_move(counts, (ctok_count *)calloc((size_t)1 << bits, sizeof(*old)), bits);
            free(old);
        }
    }
}

/*  The counts as a run; they are gone then. */
static owned_run counts_end(ctok_counts *counts) {
    owned_run run = run_new(counts->used, counts->bytes);
    ctok_count *const scratch =
        (ctok_count *)malloc((counts->used + !counts->used) * sizeof(*scratch));
    ctok_counts_sort(counts, scratch);
    ctok_counts_write(counts, run.data, run.lengths, run.numbers);
    free(scratch);
    free(counts->slots);
    free(counts->arena);
    return run;
}

/*  Counts the pieces from `first` to before `last`. */
static owned_run count(const sample *s, size_t first, size_t last, uint64_t weight) {
    ctok_counts counts = counts_new();
    const size_t start = first ? s->ends[first - 1] : 0;
    const size_t n = last > first ? s->ends[last - 1] - start : 0;
    size_t ends[PIECES];
    for (size_t i = first; i < last; i++)
        ends[i - first] = s->ends[i] - start;
    ctok_counts_start(&counts, 0, n, ends);
    count_on(&counts, NULL, s->text + start, n, weight);
    return counts_end(&counts);
}

/*  Merges runs with a result that grows by one piece at a time. */
static owned_run merge(const owned_run *runs, size_t n, int64_t lowest) {
    ctok_run inputs[3];
    uint32_t heap[3];
    ctok_run_merge state;
    owned_run result = run_new(0, 0);
    memset(&state, 0, sizeof(state));
    for (size_t i = 0; i < n; i++) {
        const ctok_run input = {runs[i].data, runs[i].lengths, runs[i].numbers, runs[i].n, 0};
        inputs[i] = input;
    }
    state.runs = inputs;
    state.heap = heap;
    state.lowest = lowest;
    ctok_run_merge_start(&state, n);
    for (;;) {
        state.data = result.data;
        state.lengths = result.lengths;
        state.numbers = result.numbers;
        state.room = result.n;
        state.data_room = result.bytes;
        if (ctok_run_merge_run(&state) == CTOK_OK)
            break;
        const ctok_run *const top = &inputs[state.heap[0]];
        owned_run larger = run_new(state.used + 1, state.data_used + top->lengths[top->at]);
        memcpy(larger.data, result.data, state.data_used);
        memcpy(larger.lengths, result.lengths, state.used * sizeof(*larger.lengths));
        memcpy(larger.numbers, result.numbers, state.used * sizeof(*larger.numbers));
        run_free(result);
        result = larger;
    }
    result.n = state.used;
    result.bytes = state.data_used;
    return result;
}

static int runs_equal(owned_run a, owned_run b) {
    return a.n == b.n && a.bytes == b.bytes && memcmp(a.data, b.data, a.bytes) == 0 &&
           memcmp(a.lengths, b.lengths, a.n * sizeof(*a.lengths)) == 0 &&
           memcmp(a.numbers, b.numbers, a.n * sizeof(*a.numbers)) == 0;
}

/*  How often a piece stands in the sample. */
static int64_t naive_count(const sample *s, const uint8_t *piece, size_t length) {
    int64_t found = 0;
    for (size_t i = 0; i < s->n_pieces; i++) {
        const size_t start = i ? s->ends[i - 1] : 0;
        found += s->ends[i] - start == length && memcmp(s->text + start, piece, length) == 0;
    }
    return found;
}

/*  Checks a run of the sample, which was counted with this weight. */
static void check_run(const sample *s, owned_run run, int64_t weight) {
    int64_t pieces = 0;
    const uint8_t *piece = run.data;
    for (size_t i = 0; i < run.n; i++) {
        const size_t length = run.lengths[i];
        CHECK(run.numbers[i] == weight * naive_count(s, piece, length));
        if (i) {
            const size_t before = run.lengths[i - 1];
            const int order = memcmp(piece - before, piece, before < length ? before : length);
            CHECK(order < 0 || (order == 0 && before < length));
        }
        pieces += run.numbers[i];
        piece += length;
    }
    CHECK(pieces == weight * (int64_t)s->n_pieces);
}

/*  The plain trainer: counts every pair anew before each merge. */
static size_t naive_train(const sample *s, int64_t weight, int64_t lowest, uint32_t longest,
                          uint64_t *merges) {
    static int64_t table[IDS][IDS];
    uint32_t words[PIECES][LONGEST], lengths[IDS];
    size_t sizes[PIECES], made = 0;
    for (uint32_t id = 0; id < 256; id++)
        lengths[id] = 1;
    for (size_t i = 0; i < s->n_pieces; i++) {
        const size_t start = i ? s->ends[i - 1] : 0;
        sizes[i] = s->ends[i] - start;
        for (size_t k = 0; k < sizes[i]; k++)
            words[i][k] = s->text[start + k];
    }
    for (; made < MERGES; made++) {
        const uint32_t id = 256 + (uint32_t)made;
        uint32_t best_left = 0, best_right = 0;
        memset(table, 0, sizeof(table));
        for (size_t i = 0; i < s->n_pieces; i++)
            for (size_t k = 0; k + 1 < sizes[i]; k++)
                table[words[i][k]][words[i][k + 1]] += weight;
        for (uint32_t left = 0; left < id; left++)
            for (uint32_t right = 0; right < id; right++)
                if (lengths[left] + lengths[right] <= longest &&
                    table[left][right] > table[best_left][best_right]) {
                    best_left = left;
                    best_right = right;
                }
        if (table[best_left][best_right] < lowest ||
            lengths[best_left] + lengths[best_right] > longest)
            break;
        merges[made] = (uint64_t)best_left << 32 | best_right;
        lengths[id] = lengths[best_left] + lengths[best_right];
        for (size_t i = 0; i < s->n_pieces; i++) {
            size_t out = 0;
            for (size_t k = 0; k < sizes[i]; k++, out++) {
                const int hit =
                    k + 1 < sizes[i] && words[i][k] == best_left && words[i][k + 1] == best_right;
                words[i][out] = hit ? id : words[i][k];
                k += (size_t)hit;
            }
            sizes[i] = out;
        }
    }
    return made;
}

/*  Puts a table of free pairs into the trainer. */
static void renew_pairs(ctok_trainer *t, uint32_t bits) {
    free(t->pairs);
    t->bits = bits;
    t->pairs = (ctok_train_pair *)malloc(sizeof(ctok_train_pair) << bits);
    memset(t->pairs, 0xFF, sizeof(ctok_train_pair) << bits);
}

/*  Indexes at the trainer's threshold. */
static void make_index(ctok_trainer *t) {
    int64_t *const sketch = (int64_t *)calloc((size_t)1 << t->sketch_bits, sizeof(*sketch));
    size_t n_kept, n_postings;
    ctok_train_sketch(t, sketch);
    uint32_t bits = 1;
    do
        renew_pairs(t, bits++);
    while (ctok_train_count(t, sketch) == CTOK_SCRATCH_FULL);
    ctok_train_plan(t, &n_kept, &n_postings);
    free(t->postings);
    free(t->heap);
    t->postings = (uint32_t *)malloc((n_postings + !n_postings) * sizeof(*t->postings));
    t->heap = (ctok_train_bound *)malloc((n_kept + !n_kept) * sizeof(*t->heap));
    t->postings_room = n_postings;
    t->heap_room = n_kept;
    ctok_train_fill(t, sketch, n_postings);
    CHECK(t->n_heap == n_kept);
    free(sketch);
}

/*  Makes exactly the room that the stopped step needs. */
static void make_room(ctok_trainer *t) {
    const size_t n = t->step;
    const size_t added = 2 * n < 2 * (size_t)t->max_ids ? 2 * n : 2 * (size_t)t->max_ids;
    t->events_room = 2 * n;
    free(t->events);
    t->events = (ctok_train_event *)malloc((2 * n + !n) * sizeof(*t->events));
    t->postings_room = t->n_postings + 2 * n;
    t->postings = (uint32_t *)realloc(t->postings, t->postings_room * sizeof(*t->postings) + 1);
    t->heap_room = t->n_heap + added;
    t->heap = (ctok_train_bound *)realloc(t->heap, t->heap_room * sizeof(*t->heap) + 1);
    while (2 * (t->n_pairs + added) > (size_t)1 << t->bits) {
        ctok_train_pair *const old = t->pairs;
        const uint32_t bits = t->bits + 1;
        ctok_train_pair *const pairs = (ctok_train_pair *)malloc(sizeof(*pairs) << bits);
        memset(pairs, 0xFF, sizeof(*pairs) << bits);
        ctok_train_move(t, pairs, bits);
        free(old);
    }
    CHECK(ctok_train_has_room(t, n));
}

/*  Trains from a run with one threshold after the other; `sorted` has its pieces by count. */
static size_t train(owned_run run, int64_t threshold, int64_t lowest, uint32_t longest,
                    uint64_t *merges, uint64_t *random) {
    ctok_trainer t;
    uint32_t lengths[IDS], left_seen[IDS], right_seen[IDS], byte_ids[256];
    ctok_train_side left[IDS], right[IDS];
    int64_t counts[MERGES], weights[PIECES];
    uint32_t starts[PIECES + 1];
    size_t at = 1;
    int used[PIECES] = {0};
    memset(&t, 0, sizeof(t));
    memset(left, 0, sizeof(left));
    memset(right, 0, sizeof(right));
    for (uint32_t byte = 0; byte < 256; byte++) {
        byte_ids[byte] = byte;
        lengths[byte] = 1;
    }
    t.n_symbols = run.bytes + run.n + 1;
    t.symbols = (uint32_t *)malloc(t.n_symbols * sizeof(*t.symbols));
    t.symbols[0] = CTOK_PIECE_END;
    for (size_t i = 0; i < run.n; i++) { /* the most frequent piece that is left */
        size_t best = SIZE_MAX;
        for (size_t k = 0; k < run.n; k++)
            if (!used[k] && (best == SIZE_MAX || run.numbers[k] > run.numbers[best]))
                best = k;
        used[best] = 1;
        if (t.n_weights == 0 || weights[t.n_weights - 1] != run.numbers[best]) {
            starts[t.n_weights] = (uint32_t)at;
            weights[t.n_weights++] = run.numbers[best];
        }
        size_t offset = 0;
        for (size_t k = 0; k < best; k++)
            offset += run.lengths[k];
        ctok_train_lay(t.symbols, &at, run.data + offset, run.lengths[best], byte_ids);
    }
    CHECK(at == t.n_symbols);
    starts[t.n_weights] = (uint32_t)t.n_symbols;
    t.lengths = lengths;
    t.next_id = 256;
    t.max_ids = IDS;
    t.longest = longest;
    t.weight_starts = starts;
    t.weights = weights;
    t.threshold = threshold;
    t.sketch_bits = 1 + (uint32_t)random_below(random, 10);
    t.left = left;
    t.right = right;
    t.left_seen = left_seen;
    t.right_seen = right_seen;
    t.merges = merges;
    t.counts = counts;
    t.merges_wanted = MERGES;
    make_index(&t);
    for (;;) {
        const ctok_status status = ctok_train(&t, 1 + random_below(random, 9));
        if (status == CTOK_SCRATCH_FULL) {
            make_room(&t);
        } else if (status == CTOK_OK) {
            if (t.n_merges == MERGES || t.threshold <= lowest)
                break;
            t.threshold = t.threshold / 2 > lowest ? t.threshold / 2 : lowest;
            make_index(&t);
        }
    }
    for (size_t i = 1; i < t.n_merges; i++)
        CHECK(counts[i] <= counts[i - 1]);
    for (size_t i = 0; i < IDS; i++)
        CHECK(left[i].n == 0 && right[i].n == 0);
    free(t.symbols);
    free(t.pairs);
    free(t.postings);
    free(t.heap);
    free(t.events);
    return t.n_merges;
}

/*  A text at a guard page, counted as a whole and in parts that are cut where pieces start. */
static void check_parts(uint64_t *random, guard text_guard) {
    uint8_t bytes[PIECES * LONGEST];
    const size_t n = 1 + random_below(random, sizeof(bytes));
    for (size_t i = 0; i < n; i++)
        bytes[i] = (uint8_t)("\n\n aZ7.\xC3\xA9"[random_below(random, 9)]);
    const uint8_t *text = (const uint8_t *)memcpy(guard_end(text_guard, n), bytes, n);
    const ctok_pretokenize_fn scans[] = {ctok_pretokenize_r50k_scalar,
                                         ctok_pretokenize_o200k_scalar};
    for (size_t i = 0; i < 2; i++) {
        ctok_counts whole = counts_new(), parts = counts_new();
        ctok_counts_start(&whole, 0, n, NULL);
        count_on(&whole, scans[i], text, n, 1);
        for (size_t start = 0, cut = 1; cut; start = cut) {
            cut = start + 1 < n ? ctok_counts_cut(text, start + 1, n) : 0;
            CHECK(cut == 0 || (cut > start && cut < n && text[cut - 1] == '\n'));
            ctok_counts_start(&parts, start, cut ? cut : n, NULL);
            count_on(&parts, scans[i], text, n, 1);
        }
        const owned_run a = counts_end(&whole), b = counts_end(&parts);
        CHECK(runs_equal(a, b));
        run_free(a);
        run_free(b);
    }
}

int main(void) {
    const guard text_guard = guard_new();
    uint64_t random = 20260131;
    check_catch_faults();
    for (size_t round = 0; round < 600; round++) {
        uint64_t expected[MERGES], merges[MERGES];
        check_case = "parts";
        check_place = round;
        check_parts(&random, text_guard);
        const sample s = sample_new(&random, text_guard);
        const int64_t weight = round % 3 ? 1 : (int64_t)1 << 33;
        check_length = s.n;
        check_place = round;

        check_case = "counts";
        const owned_run whole = count(&s, 0, s.n_pieces, (uint64_t)weight);
        check_run(&s, whole, weight);
        const size_t one = random_below(&random, s.n_pieces + 1);
        const size_t two = one + random_below(&random, s.n_pieces + 1 - one);
        const owned_run parts[3] = {count(&s, two, s.n_pieces, (uint64_t)weight),
                                    count(&s, 0, one, (uint64_t)weight),
                                    count(&s, one, two, (uint64_t)weight)};
        const owned_run merged = merge(parts, 3, 1);
        CHECK(runs_equal(whole, merged));
        const owned_run frequent = merge(&merged, 1, 2 * weight);
        for (size_t i = 0; i < frequent.n; i++)
            CHECK(frequent.numbers[i] >= 2 * weight);

        check_case = "train";
        const int64_t lowest = weight * (int64_t)(1 + random_below(&random, 3));
        const uint32_t longest = round % 4 ? UINT32_MAX : 2 + (uint32_t)random_below(&random, 6);
        const int64_t threshold = lowest * (int64_t)(1 + random_below(&random, 30));
        const size_t n = naive_train(&s, weight, lowest, longest, expected);
        CHECK(train(whole, threshold, lowest, longest, merges, &random) == n);
        CHECK(memcmp(merges, expected, n * sizeof(merges[0])) == 0);

        run_free(whole);
        run_free(merged);
        run_free(frequent);
        for (size_t i = 0; i < 3; i++)
            run_free(parts[i]);
    }
    return check_report("train");
}
