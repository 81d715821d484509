"""Rank files that models ship with, by the sha256 of the file: their patterns and special tokens."""

from __future__ import annotations

from typing import NamedTuple

from ..patterns import pattern_of


class Known(NamedTuple):
    """What a rank file does not say itself.

    Parameters
    ----------
    family : str
        Of the pattern.
    first : int
        The id of the first special token.
    specials : tuple of str
        In the order of their ids.
    nfc : bool
        Whether texts are normalized first.
    """

    family: str
    first: int
    specials: tuple[str, ...]
    nfc: bool = False

    @property
    def pattern(self) -> str:
        """The regex that cuts texts."""
        return pattern_of(self.family)

    def ids(self) -> dict[str, int]:
        """The special tokens and their ids."""
        return {token: self.first + i for i, token in enumerate(self.specials)}


def _reserved(form: str, start: int, stop: int) -> list[str]:
    return [form.format(i) for i in range(start, stop)]


_LLAMA3 = (
    "begin_of_text end_of_text reserved_special_token_0 reserved_special_token_1"
    " finetune_right_pad_id step_id start_header_id end_header_id eom_id eot_id python_tag image"
).split()
_LLAMA4 = "begin_of_text end_of_text fim_prefix fim_middle fim_suffix".split()
_LLAMA4_TEXT = "header_start header_end eom eot step".split()
_LLAMA4_VISION = (
    "image_start image_end vision_reserved_special_token_0 vision_reserved_special_token_1"
    " tile_x_separator tile_y_separator vision_reserved_special_token_2"
    " vision_reserved_special_token_3 vision_reserved_special_token_4"
    " vision_reserved_special_token_5 image vision_reserved_special_token_6 patch"
).split()
_QWEN = "endoftext im_start im_end".split()
_QWEN3_VISION = (
    "object_ref_start object_ref_end box_start box_end quad_start quad_end vision_start vision_end"
    " vision_pad image_pad video_pad"
).split()


def _bars(names: list[str]) -> tuple[str, ...]:
    return tuple(f"<|{name}|>" for name in names)


KNOWN = {
    "82e9d31979e92ab929cd544440f129d9ecd797b69e327f80f17e1c50d5551b55": Known(
        "llama3",
        128_000,
        _bars(_LLAMA3 + _reserved("reserved_special_token_{}", 2, 246)),
    ),
    "d0bdbaf59b0762c8c807617e2d8ea51420eb1b1de266df2495be755c8e0ed6ed": Known(
        "o200k",
        200_000,
        _bars(
            _LLAMA4
            + _LLAMA4_TEXT
            + _reserved("text_post_train_reserved_special_token_{}", 0, 6)
            + ["python_start", "python_end", "finetune_right_pad"]
            + _reserved("text_post_train_reserved_special_token_{}", 8, 69)
            + _LLAMA4_VISION
            + _reserved("vision_reserved_special_token_{}", 7, 1048)
            + _reserved("reasoning_reserved_special_token_{}", 0, 8)
            + ["reasoning_thinking_start", "reasoning_thinking_end"]
            + _reserved("reserved_special_token_{}", 0, 904)
        ),
    ),
    "b2b1b8dfb5cc5f024bafc373121c6aba3f66f9a5a0269e243470a1de16a33186": Known(
        "qwen2",
        151_643,
        (*_bars(_QWEN), *_reserved("<|extra_{}|>", 0, 205)),
        nfc=True,
    ),
    "8dde380a6405e935f5de16a99eb61c824f3f814dd1ed298784c72babb7a03cdd": Known(
        "qwen3_5",
        248_044,
        (
            *_bars(_QWEN + _QWEN3_VISION),
            *("<tool_call>", "</tool_call>"),
            *_bars("fim_prefix fim_middle fim_suffix fim_pad repo_name file_sep".split()),
            *("<tool_response>", "</tool_response>", "<think>", "</think>"),
            *_bars(["audio_start", "audio_end"]),
            *("<tts_pad>", "<tts_text_bos>", "<tts_text_eod>", "<tts_text_bos_single>"),
            "<|audio_pad|>",
        ),
        nfc=True,
    ),
}
