"""tokenizers and ctok.compat.huggingface side by side, on small trained vocabularies."""

from __future__ import annotations

import json
from typing import Any

import tokenizers

from ctok.compat import huggingface

from .. import models
from ..models import BYTE_LEVEL

COLUMNS = (
    *("ids", "type_ids", "tokens", "offsets", "word_ids", "sequence_ids", "n_sequences"),
    *("special_tokens_mask", "attention_mask"),
)
A, B = ({"Sequence": {"id": name, "type_id": i}} for i, name in enumerate("AB"))
START, END = ({"SpecialToken": {"id": f"<|{what}|>", "type_id": 0}} for what in ("start", "end"))
TEMPLATE = {
    "type": "TemplateProcessing",
    "single": [START, A, END],
    "pair": [START, A, END, B, {"SpecialToken": {"id": "<|end|>", "type_id": 1}}],
    "special_tokens": {
        name: {"id": name, "ids": [number], "tokens": [name]}
        for number, name in enumerate(("<|end|>", "<|start|>"))
    },
}
AROUND = {"sep": ["<|end|>", 0], "cls": ["<|start|>", 1]}
TRIM = {**BYTE_LEVEL, "add_prefix_space": True}
ROBERTA = {"type": "RobertaProcessing", **AROUND, "trim_offsets": True}
PROCESSORS: dict[str, Any] = {
    "none": None,
    "template": TEMPLATE,
    "template_beside_byte_level": {**TEMPLATE, **TRIM, "type": "TemplateProcessing"},
    "bert": {"type": "BertProcessing", **AROUND},
    "roberta": {**ROBERTA, "add_prefix_space": True},
    "roberta_without_prefix": {**ROBERTA, "add_prefix_space": False},
    "byte_level": TRIM,
    "byte_level_without_prefix": BYTE_LEVEL,
    "byte_level_untrimmed": {**TRIM, "trim_offsets": False},
    "trim_template": {"type": "Sequence", "processors": [BYTE_LEVEL, TEMPLATE]},
    "template_trim": {"type": "Sequence", "processors": [TEMPLATE, TRIM]},
    "trim_twice": {"type": "Sequence", "processors": [TRIM, BYTE_LEVEL, TEMPLATE]},
}


def pair(value: models.Value) -> tuple[huggingface.Tokenizer, tokenizers.Tokenizer]:
    """A tokenizer of both, from one tokenizer.json."""
    return huggingface.Tokenizer.from_str(json.dumps(value)), models.reference(value)


def plain(encoding: Any) -> dict[str, Any]:
    """All that an encoding says, as plain data."""
    columns = {name: getattr(encoding, name) for name in COLUMNS}
    return {**columns, "overflowing": [plain(more) for more in encoding.overflowing]}


def outcome(call: Any, *arguments: Any, **named: Any) -> Any:
    """What a call gives, as plain data, or the start of what it says when it raises."""
    try:
        result = call(*arguments, **named)
    except BaseException as error:
        if isinstance(error, (KeyboardInterrupt, SystemExit)):
            raise
        return "OverflowError" if isinstance(error, OverflowError) else str(error)[:30]
    if isinstance(result, list):
        return [plain(item) if hasattr(item, "word_ids") else item for item in result]
    return plain(result) if hasattr(result, "word_ids") else result
