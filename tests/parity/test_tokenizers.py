"""ctok's ids are those of Hugging Face's tokenizers, for GPT-2."""

from __future__ import annotations

from .. import corpus, texts, vocabs
from . import oracle


def assert_same_ids(batch):
    """Compares every text of a batch with no surrogate in it."""
    found = vocabs.bundled("gpt2")[0].encode_ordinary_batch(batch).tolist()
    encoded = oracle.tokenizers_gpt2().encode_batch_fast(batch, add_special_tokens=False)
    for text, ours, theirs in zip(batch, found, encoded, strict=True):
        assert ours == theirs.ids, repr(text[:200])


def test_gpt2_on_real_text_has_the_ids_of_tokenizers():
    assert_same_ids([text[:20_000] for text in corpus.collect().texts[::4]])


def test_gpt2_on_nasty_strings_has_the_ids_of_tokenizers():
    assert_same_ids(texts.REGRESSIONS)
    assert_same_ids(list(texts.random_texts(seed=7, count=20_000)))


def test_gpt2_on_every_code_point_has_the_ids_of_tokenizers():
    texts_of_all = texts.code_points(texts.CONTEXTS[1], 1024)
    assert_same_ids([text.encode("utf-8", "replace").decode() for text in texts_of_all])
