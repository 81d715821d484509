"""Trains vocabularies: counts of pieces into merges, merges into a Tokenizer."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt

from . import alphabet as byte_alphabet
from . import characters
from .checkpoint import Checkpoint
from .counting import PieceCounts, Run, at_least, batches_for
from .encoder import Encoder
from .errors import VocabError
from .progress import OnProgress, Progress
from .spec import VocabSpec
from .tokenizer import Tokenizer
from .trainer import Trainer
from .vocab import MAX_IDS

if TYPE_CHECKING:
    from .counting import Texts

Ties = Literal["rustbpe", "huggingface"]

Initial = Literal["bytes", "characters"] | Tokenizer

# No token gets longer, whatever is asked for: their lengths fit 16 bits, as files keep them.
MAX_TOKEN_BYTES = (1 << 16) - 1

# Merges are made in stretches of about so many seconds; between them progress is shown.
STRETCH_SECONDS = 0.1
# A checkpoint is written about so often; counts, which take longer, less often.
CHECKPOINT_SECONDS = 15.0
# No more than this share of the time goes into writing counts.
CHECKPOINT_SHARE = 0.05


def train(
    texts: Texts,
    vocab_size: int,
    *,
    field: str = "text",
    pattern: str | None = None,
    special_tokens: Iterable[str] = (),
    min_frequency: int = 1,
    max_piece_bytes: int | None = None,
    max_token_bytes: int | None = None,
    min_piece_count: int = 1,
    initial: Initial = "bytes",
    alphabet: Iterable[str] | None = None,
    character_coverage: float = 1.0,
    ties: Ties = "rustbpe",
    stage2_pattern: str | None = None,
    stage2_at: int | None = None,
    threads: int | None = None,
    memory_bytes: int | None = None,
    progress: bool | OnProgress = True,
    checkpoint: str | os.PathLike[str] | None = None,
    name: str = "trained",
) -> Tokenizer:
    """Trains a tokenizer: exact greedy byte-pair encoding.

    The pair of neighbours that stands most often in the texts becomes a token, again and again,
    until the vocabulary is full. The result depends on the texts and on the rule for ties alone:
    not on threads, the order of texts, or chance.

    Parameters
    ----------
    texts : iterable of str, bytes, paths or rows, or a path
        Read once, as a stream: memory grows with the number of distinct pieces only. Bytes are
        UTF-8. No piece goes from one text into the next. In the place of a path (a pathlib.Path)
        stand the texts of its file: those of JSON lines (.jsonl), of a table (.parquet, .arrow),
        else the whole file; .gz, .bz2, .xz and .zst are unpacked. In the place of a row, a mapping
        as the library datasets has them, stands one of its fields.
    vocab_size : int
        How many ids the tokenizer has, special tokens included. Fewer when the texts yield fewer.
    field : str
        Where the text is in a row, a JSON object of a file, or its table.
    pattern : str, optional
        What cuts text into pieces, which no token crosses: a family's name (see
        `ctok.families`) or any regex; by default the initial tokenizer's, or "cl100k". It also
        decides what may merge: one that cuts behind every digit, or between scripts, keeps tokens
        from holding two of them.
    special_tokens : iterable of str
        They get the last ids, in this order. Texts are not searched for them.
    min_frequency : int
        A pair that stands less often does not become a token.
    max_piece_bytes : int, optional
        Longer pieces are left out.
    max_token_bytes : int, optional
        No token gets longer; by default, and at most, 65,535.
    min_piece_count : int
        Pieces that stand less often are left out. More than 1 saves memory, and the result is no
        longer that of all text.
    initial : {"bytes", "characters"} or Tokenizer
        What training starts from. With "characters" those of the alphabet are tokens before
        anything is learned, and no learned token ends inside of one. A tokenizer's ids stay as
        they are, its special tokens included, and what is learned follows. It must be proper; see
        `Tokenizer.is_proper`.
    alphabet : iterable of str, optional
        The characters that training starts from; by default the most frequent ones. What the
        alphabet lacks stays single bytes.
    character_coverage : float
        Which share of all characters the most frequent ones make up; sentencepiece has 0.9995.
    ties : {"rustbpe", "huggingface"}
        Which of the pairs that stand equally often is taken: the one with the smaller
        (left id, right id). For "rustbpe" the ids of bytes are their values; for "huggingface"
        they are the places in its byte-level alphabet.
    stage2_pattern : str, optional
        With it training has a second stage, on the pieces of this pattern, so that tokens may go
        across the pieces of the first: SuperBPE (Liu et al. 2025, arXiv:2503.13423). The
        tokenizer then has this pattern.
    stage2_at : int, optional
        How many ids there are when the second stage begins, without special tokens.
    threads : int, optional
        How many threads count pieces; by default one a processor.
    memory_bytes : int, optional
        About how much memory counting may take before it goes on in files; see `PieceCounts`.
    progress : bool or callable
        True shows a line on a terminal: how much text is counted, then a bar, merges a second and
        the newest token. A callable gets (merges made, merges wanted, newest token) several times
        a second.
    checkpoint : path, optional
        A folder for counts and merges, written as training goes. The same call resumes from it
        and ends with the same result: while counting was not over, the same texts in the same
        order are passed over up to where it stood; afterwards they are not read at all. A larger
        vocab_size goes on from it.
    name : str
        What to call the vocabulary.

    Returns
    -------
    Tokenizer

    Raises
    ------
    ValueError
        A vocab_size without room for bytes and special tokens, or another number out of range;
        a checkpoint of other settings, texts or counts.
    VocabError
        A pattern that does not compile; an initial tokenizer that is not proper.
    OverflowError
        More than 2**32 bytes of distinct pieces.

    Examples
    --------
    >>> import ctok
    >>> tokenizer = ctok.train(["to be or not to be"], 259)
    >>> [tokenizer.decode_single_token_bytes(id) for id in tokenizer.encode("to be")]
    [b'to', b' be']
    """
    if (stage2_pattern is None) != (stage2_at is None):
        raise ValueError("stage2_pattern and stage2_at are given together or not at all")
    folder = None if checkpoint is None else Path(checkpoint)
    options: dict[str, Any] = {
        "max_token_bytes": max_token_bytes,
        "min_frequency": min_frequency,
        "min_piece_count": min_piece_count,
        "alphabet": alphabet,
        "character_coverage": character_coverage,
        "ties": ties,
        "name": name,
    }
    specials = _check_specials(special_tokens)
    if pattern is None:
        pattern = initial.pattern if isinstance(initial, Tokenizer) else "cl100k"
    stages = [_Stage(pattern, vocab_size, specials, folder)]
    if stage2_pattern is not None and stage2_at is not None:
        if initial == "characters":
            raise ValueError('a second stage cannot keep to the alphabet of initial="characters"')
        if stage2_at > vocab_size - len(specials):
            raise ValueError(f"stage2_at is {stage2_at}, past the vocabulary's {vocab_size} ids")
        stages = [
            _Stage(pattern, stage2_at, [], folder and folder / "stage1"),
            _Stage(stage2_pattern, vocab_size, specials, folder and folder / "stage2"),
        ]
    for stage in stages:  # before anything is read
        _plan(initial, stage.vocab_size, stage.specials, ties, min_frequency, max_token_bytes)
    limits: dict[str, Any] = {
        "max_piece_bytes": max_piece_bytes,
        "threads": threads,
        "memory_bytes": memory_bytes,
    }
    for stage in stages:
        stage.open(limits)
    with Progress(progress) as shown:
        _count([stage for stage in stages if not stage.counted], texts, field, shown)
        start = initial
        for stage in stages:
            start = trained = _train(
                stage.counts,
                stage.vocab_size,
                shown,
                special_tokens=stage.specials,
                initial=start,
                checkpoint=stage.folder,
                **options,
            )
    return trained


@dataclass
class _Stage:
    """One pattern's part of a training."""

    pattern: str
    vocab_size: int
    specials: list[str]
    folder: Path | None
    counts: PieceCounts = field(init=False)
    counted: bool = False

    def open(self, limits: dict[str, Any]) -> None:
        """Counts that are empty, or those of the checkpoint."""
        self.counts = PieceCounts(self.pattern, **limits)
        if self.folder is not None:
            self.counts, self.counted = Checkpoint(self.folder).load_counts(self.counts)
        self._passed = self.counts.n_texts, self.counts.n_bytes

    def count(self, batch: list[bytes], n_texts: int, n_bytes: int) -> None:
        """Counts the texts of a batch that the checkpoint has not.

        So many texts and bytes stand before the batch in the stream.
        """
        new = self._passed[0] - n_texts
        if new >= len(batch):
            return
        if new >= 0 and self._passed[1] != n_bytes + sum(map(len, batch[:new])):
            raise ValueError(f"the checkpoint {self.folder} was counted from other texts")
        self.counts.count_batch(batch[max(0, new) :])

    def keep(self, *, ended: bool) -> None:
        """Saves what has been counted."""
        if self.folder is not None:
            Checkpoint(self.folder).save_counts(self.counts, ended=ended)


def _count(stages: list[_Stage], texts: Texts, field: str, shown: Progress) -> None:
    """Counts the pieces of the same texts for all stages, reading them once."""
    n_texts = n_bytes = 0
    kept, pause = time.monotonic(), CHECKPOINT_SECONDS
    for batch in batches_for([stage.counts for stage in stages], texts, field) if stages else ():
        for stage in stages:
            stage.count(batch, n_texts, n_bytes)
        n_texts += len(batch)
        n_bytes += sum(map(len, batch))
        shown.counted(n_bytes)
        started = time.monotonic()
        if started - kept >= pause:
            for stage in stages:
                stage.keep(ended=False)
            kept = time.monotonic()
            pause = max(CHECKPOINT_SECONDS, (kept - started) / CHECKPOINT_SHARE)
    for stage in stages:
        if (stage.counts.n_texts, stage.counts.n_bytes) != (n_texts, n_bytes):
            raise ValueError(f"the checkpoint {stage.folder} was counted from other texts")
        stage.keep(ended=True)


def train_counts(
    counts: PieceCounts,
    vocab_size: int,
    *,
    progress: bool | OnProgress = True,
    **options: Any,
) -> Tokenizer:
    """Trains a tokenizer from counts; options are those of `train` that do not speak of texts."""
    with Progress(progress) as shown:
        return _train(counts, vocab_size, shown, **options)


def _train(
    counts: PieceCounts,
    vocab_size: int,
    shown: Progress,
    *,
    special_tokens: Iterable[str] = (),
    min_frequency: int = 1,
    max_token_bytes: int | None = None,
    min_piece_count: int = 1,
    initial: Initial = "bytes",
    alphabet: Iterable[str] | None = None,
    character_coverage: float = 1.0,
    ties: Ties = "rustbpe",
    checkpoint: str | os.PathLike[str] | None = None,
    name: str = "trained",
) -> Tokenizer:
    """The tokenizer of some counts."""
    at_least("min_piece_count", min_piece_count, 1)
    specials = _check_specials(special_tokens)
    start, wanted = _plan(initial, vocab_size, specials, ties, min_frequency, max_token_bytes)
    run = counts.arrays(min_piece_count)
    if alphabet is not None and initial != "characters":
        raise ValueError('an alphabet needs initial="characters"')
    if initial == "characters":
        start, run = _from_characters(start, run, alphabet, character_coverage)
        wanted = _wanted(vocab_size, start, specials)
    made = np.empty((0, 2), dtype=np.uint32)
    kept: Checkpoint | None = None
    if checkpoint is not None:
        kept = Checkpoint(Path(checkpoint))
        kept.check(
            {
                "pattern": counts.pattern,
                "min_frequency": min_frequency,
                "max_token_bytes": max_token_bytes,
                "ties": ties,
            },
            [start.digest_parts(), list(run)],
        )
        made = kept.load_merges()[:wanted]
    tokens = start.extended(made)
    trainer = Trainer(
        *run,
        tokens.byte_ids,
        np.array([len(token) for token in tokens.tokens], dtype=np.uint32),
        wanted - len(made),
        min_frequency,
        min(max_token_bytes or MAX_TOKEN_BYTES, MAX_TOKEN_BYTES),
        tokens.encoder(),
    )
    del run
    try:
        _run(trainer, tokens, wanted - len(made), shown, kept, made)
    finally:
        made = np.concatenate([made, trainer.merges])
        if kept is not None:
            kept.save_merges(made)
    return start.extended(made).to_tokenizer(name, counts.pattern, specials)


def _run(
    trainer: Trainer,
    tokens: Tokens,
    wanted: int,
    shown: Progress,
    kept: Checkpoint | None,
    before: npt.NDArray[np.uint32],
) -> None:
    """Makes the merges in stretches; shows progress and writes checkpoints between them."""
    stretch = 64
    written = time.monotonic()
    newest = list(tokens.tokens)
    shown.restart()
    while trainer.n_merges < wanted and not trainer.finished:
        started = time.monotonic()
        done = trainer.n_merges
        trainer.run(min(wanted, done + stretch))
        ended = time.monotonic()
        if shown.wanted:
            for left, right in trainer.merges[done:].tolist():
                newest.append(newest[left] + newest[right])
            shown.merged(trainer.n_merges, wanted, newest[-1])
        if kept is not None and ended - written >= CHECKPOINT_SECONDS:
            kept.save_merges(np.concatenate([before, trainer.merges]))
            written = ended
        if ended - started < STRETCH_SECONDS / 2:
            stretch *= 2
        elif ended - started > STRETCH_SECONDS * 2:
            stretch = max(1, stretch // 2)


# ---- settings


def _check_specials(special_tokens: Iterable[Any]) -> list[str]:
    if isinstance(special_tokens, str):
        raise TypeError(f"special_tokens is an iterable of str, not the str {special_tokens!r}")
    if isinstance(special_tokens, Mapping):
        raise TypeError(
            "special_tokens is an iterable of str, not a mapping: they get the last ids, in order"
        )
    result = list(special_tokens)
    for token in result:
        if not isinstance(token, str) or not token:
            raise ValueError(f"a special token is a str with at least one character, not {token!r}")
    if len(set(result)) < len(result):
        raise ValueError(f"special_tokens has one twice: {result}")
    return result


def _plan(
    initial: Initial,
    vocab_size: int,
    specials: list[str],
    ties: Ties,
    min_frequency: int,
    max_token_bytes: int | None,
) -> tuple[Tokens, int]:
    """What training starts from, and how many merges are wanted."""
    at_least("min_frequency", min_frequency, 1)
    at_least("max_token_bytes", max_token_bytes, 1)
    if isinstance(initial, Tokenizer):
        byte_order(ties)
        start = Tokens.of_tokenizer(initial)
    elif initial in ("bytes", "characters"):
        start = Tokens.of_bytes(ties)
    else:
        raise ValueError(f'initial is "bytes", "characters" or a Tokenizer, not {initial!r}')
    if not isinstance(vocab_size, (int, np.integer)):
        raise TypeError(f"vocab_size is an int, not {vocab_size!r}")
    wanted = _wanted(vocab_size, start, specials)
    if vocab_size > MAX_IDS:
        raise ValueError(f"vocab_size is {vocab_size}; at most {MAX_IDS} is possible")
    return start, wanted


def _wanted(vocab_size: int, start: Tokens, specials: list[str]) -> int:
    """How many merges there is room for."""
    added = [token for token in specials if token not in start.specials]
    wanted = vocab_size - len(start.tokens) - len(added)
    if wanted < 0:
        raise ValueError(
            f"vocab_size is {vocab_size}; at least {vocab_size - wanted} is needed, for"
            f" {len(start.tokens)} ids to start from and {len(added)} special tokens"
        )
    return wanted


def _from_characters(
    start: Tokens, run: Run, alphabet: Iterable[str] | None, coverage: float
) -> tuple[Tokens, Run]:
    """The tokens of an alphabet, and the pieces without what it lacks."""
    if not 0 < coverage <= 1:
        raise ValueError(f"character_coverage is {coverage}; it is above 0 and at most 1")
    found = characters.frequent(run, coverage) if alphabet is None else list(alphabet)
    merges = characters.merges_of(found, start.byte_ids, len(start.tokens))
    return start.extended(merges), characters.without_others(run, found)


def byte_order(ties: Ties) -> bytes:
    """The 256 bytes in the order of their ids, which decides between pairs that stand as often.

    Raises
    ------
    ValueError
        No rule has that name.
    """
    if ties == "rustbpe":
        return bytes(range(256))
    if ties == "huggingface":
        return bytes(sorted(range(256), key=byte_alphabet.CHARACTERS.__getitem__))
    raise ValueError(f'ties is "rustbpe" or "huggingface", not {ties!r}')


# ---- tokens


@dataclass(frozen=True, eq=False)
class Tokens:
    """The tokens before a training, or behind it, by id."""

    tokens: list[bytes]  # empty for a gap or a special token
    splits: list[int]  # the length of the left part; 0 for bytes and gaps
    byte_ids: npt.NDArray[np.uint32]
    specials: dict[str, int]

    @staticmethod
    def of_bytes(ties: Ties) -> Tokens:
        """The single bytes."""
        order = byte_order(ties)
        byte_ids = np.argsort(np.frombuffer(order, dtype=np.uint8)).astype(np.uint32)
        return Tokens([order[i : i + 1] for i in range(256)], [0] * 256, byte_ids, {})

    @staticmethod
    def of_tokenizer(tokenizer: Tokenizer) -> Tokens:
        """A tokenizer's tokens; refuses one that does more than these tell."""
        vocab = tokenizer.vocab
        spec = vocab.spec
        if not tokenizer.is_proper or spec.merges is not None or vocab.only_utf8:
            raise VocabError(
                f"{tokenizer.name!r} cannot be continued: its tokens are not each made by one merge"
                " of two others, in the order of their ids, or some bytes have none; start from"
                " bytes or from a tokenizer with is_proper"
            )
        more = spec.normalizer or spec.characters or spec.places is not None
        if more or spec.splits is not None:
            raise VocabError(
                f"{tokenizer.name!r} cannot be continued: it does more than cut text by one regex"
                " and merge bytes"
            )
        data, ends = spec.token_bytes, spec.token_offsets.tolist()
        tokens = [data[a:b] for a, b in pairwise(ends)]
        splits = np.asarray(vocab.split_lengths).tolist()
        gap = tokenizer.n_vocab - len(tokens)
        byte_ids = np.array([vocab.find(bytes([b])) for b in range(256)], dtype=np.uint32)
        return Tokens(tokens + [b""] * gap, splits + [0] * gap, byte_ids, dict(spec.specials))

    def extended(self, merges: npt.NDArray[np.uint32]) -> Tokens:
        """These tokens and those that merges make, in their order."""
        tokens, splits = list(self.tokens), list(self.splits)
        for left, right in merges.tolist():
            tokens.append(tokens[left] + tokens[right])
            splits.append(len(tokens[left]))
        return Tokens(tokens, splits, self.byte_ids, self.specials)

    def spec(self, name: str, pattern: str, special_tokens: list[str]) -> VocabSpec:
        """The vocabulary of these tokens, and of special tokens behind them."""
        specials = dict(self.specials)
        for token in special_tokens:
            specials.setdefault(token, len(self.tokens) + len(specials) - len(self.specials))
        offsets = np.zeros(len(self.tokens) + 1, dtype=np.uint32)
        np.cumsum([len(token) for token in self.tokens], out=offsets[1:])
        return VocabSpec(
            name=name,
            token_bytes=b"".join(self.tokens),
            token_offsets=offsets,
            pattern=pattern,
            specials=specials,
            split_at=np.array(self.splits, dtype=np.uint32),
        )

    def to_tokenizer(self, name: str, pattern: str, special_tokens: list[str]) -> Tokenizer:
        """The same, ready to use."""
        return Tokenizer(self.spec(name, pattern, special_tokens))

    def encoder(self) -> Any:
        """What the trainer calls for the tokens of pieces; None when they are single bytes."""
        if not any(self.splits):
            return None
        vocab = self.to_tokenizer("partial", "r50k", []).vocab
        encoder = Encoder(vocab, -1)
        return lambda text, ends: encoder.encode_pieces([(text, ends)])

    def digest_parts(self) -> list[npt.NDArray[Any]]:
        """Arrays that tell these tokens from others."""
        spec = self.spec("", "", [])
        return [np.frombuffer(spec.token_bytes, dtype=np.uint8), spec.token_offsets]
