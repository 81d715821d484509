# The verbs of this project; each line of `make help` is one.
PYTHON ?= python
RUN = PYTHONPATH=src $(PYTHON)
ARGS ?=
SECONDS ?= 60
FUZZ_CC ?= $(firstword $(shell which clang clang-18 clang-14 2>/dev/null) clang)
FORMAT ?= $(firstword $(shell which clang-format clang-format-14 2>/dev/null) clang-format)

FUZZERS = $(basename $(notdir $(wildcard fuzz/*.c)))
HEADERS = $(shell find include -name '*.h') $(wildcard fuzz/*.h tests/safety/*.h)
# Tables, which clang-format takes apart.
FORMATTED = $(filter-out %/unicode_tables.h %/families.h %/automata.h,$(HEADERS) $(wildcard fuzz/*.c tests/safety/*.c))
FUZZ_FLAGS = -std=c11 -D_GNU_SOURCE -g -O2 -fno-omit-frame-pointer -fno-wrapv -Wall -Wextra \
    -Wpedantic -Werror -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all \
    -Iinclude -Itests/safety -Ifuzz

.PHONY: help build test long lint format headers bench parity tables pack asan ubsan tsan fuzz \
    fuzz-build fuzz-regressions clean

help:             ## this list
	@grep -E '^[a-z -]+:.*##' Makefile | sed 's/:.*##/\t/'

build:            ## compile the modules in place
	$(RUN) setup.py build_ext --inplace

test:             ## the tests, without the long tiers; ARGS="-k merge" and the like
	$(RUN) -m pytest -m "not full and not long" $(ARGS)

long:             ## the long tier of the tests
	$(RUN) -m pytest -m long $(ARGS)

lint:             ## ruff, mypy, cython-lint, clang-format, the headers
	PYTHON=$(PYTHON) tools/lint.sh
	$(FORMAT) --dry-run -Werror $(FORMATTED)
	$(PYTHON) tools/check_headers.py

format:           ## ruff and clang-format, in place
	$(PYTHON) -m ruff format .
	$(FORMAT) -i $(FORMATTED)

headers:          ## each header alone, with every compiler here
	$(PYTHON) tools/check_headers.py

bench:            ## ids compared, then speed
	$(RUN) -m benchmarks $(ARGS)

parity:           ## ids against the references, the full tier
	$(RUN) -m pytest tests/parity -m full $(ARGS)
	$(if $(VOCABS),$(RUN) -m tests.parity.models $(VOCABS))

# The properties come from another release of regex than the tests use; see the tool.
tables:           ## the Unicode tables from their pinned sources, and the test automata
	$(RUN) tools/make_unicode_tables.py $(ARGS)
	$(if $(REGEX16),PYTHONPATH=src:$(REGEX16) $(PYTHON) tools/make_property_tables.py $(ARGS))
	$(RUN) tools/make_test_automata.py $(ARGS)

pack:             ## src/ctok/data from the rank files in ARGS
	$(RUN) tools/pack_vocab.py $(ARGS)

asan ubsan tsan:  ## the tests under a sanitizer, built in build/; ARGS picks tests
	$(PYTHON) tools/sanitize.py $@ $(ARGS)

fuzz/build/%: fuzz/%.c $(HEADERS)
	@mkdir -p fuzz/build
	$(FUZZ_CC) $(FUZZ_FLAGS) $< -o $@

fuzz-build: $(FUZZERS:%=fuzz/build/%)

# A crash is kept in fuzz/regressions, so that the next replay sees it.
fuzz: fuzz-build  ## each harness for SECONDS
	@for name in $(FUZZERS); do \
	    mkdir -p fuzz/corpus/$$name fuzz/regressions/$$name; \
	    echo "fuzz $$name"; \
	    fuzz/build/$$name -max_total_time=$(SECONDS) -max_len=4096 -timeout=10 \
	        -rss_limit_mb=2048 -artifact_prefix=fuzz/regressions/$$name/ -print_final_stats=1 \
	        -verbosity=0 fuzz/corpus/$$name fuzz/corpus_seed fuzz/regressions/$$name || exit 1; \
	done

fuzz-regressions: fuzz-build  ## each harness on the stored inputs
	@for name in $(FUZZERS); do \
	    mkdir -p fuzz/regressions/$$name; \
	    echo "replay $$name"; \
	    fuzz/build/$$name -runs=0 -timeout=10 -verbosity=0 fuzz/corpus_seed \
	        fuzz/regressions/$$name || exit 1; \
	done

clean:            ## all that was built
	rm -rf build dist fuzz/build fuzz/corpus src/*.egg-info
	find src -name '*.so' -delete
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
