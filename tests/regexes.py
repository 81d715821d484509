"""The regexes of models beside those that families.h has word for word, as steps of pattern and
behavior."""

from __future__ import annotations

from ctok import kernels

Steps = list[tuple[str, str, bool]]

GPT2 = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"
ENDINGS = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)"
WORDS = r"[^\r\n\p{L}\p{N}]?\p{L}+"
SIGNS = r" ?[^\s\p{L}\p{N}]+[\r\n]*"
SPACES = r"\s*[\r\n]+|\s+(?!\S)|\s+"
CAPITALS, SMALL = r"\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}", r"\p{Ll}\p{Lm}\p{Lo}\p{M}"
NOT_HAN = r"&&[^\p{Han}]"


def _cased(ending: str, but: str = "") -> str:
    """Words that a capital behind a small letter cuts."""
    before = r"[^\r\n\p{L}\p{N}]?"
    capitals, small = f"[{CAPITALS}{but}]", f"[{SMALL}{but}]"
    return f"{before}{capitals}*{small}+{ending}|{before}{capitals}+{small}*{ending}"


CL100K_OLD = (
    r"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}+"
    r"| ?[^\s\p{L}\p{N}]++[\r\n]*+|\s*[\r\n]|\s+(?!\S)|\s+"
)
KIMI = (
    rf"[\p{{Han}}]+|{_cased(f'{ENDINGS}?', NOT_HAN)}|\p{{N}}{{1,3}}"
    rf"| ?[^\s\p{{L}}\p{{N}}]+[\r\n]*|{SPACES}"
)
JAIS2 = (
    rf"{ENDINGS}|{WORDS}|\p{{N}}{{1,3}}|{SIGNS}|\s*[\r\n]+|\s{{512}}(?!\S)|\s{{256}}(?!\S)"
    r"|\s{128}(?!\S)|\s{64}(?!\S)|\s{32}(?!\S)|\s{16}(?!\S)|\s{8}(?!\S)|\s{4}(?!\S)"
    r"|\s{1,2}(?!\S)|\s{1}"
)
SEED_CODER = rf"{ENDINGS}|{WORDS}|\p{{N}}{{1}}| ?[^\s\p{{L}}\p{{N}}\r\n]+|{SPACES}"
UFAKZEKA = rf"{WORDS}|\p{{N}}|{SIGNS}|{SPACES}"
EXAONE_MOE = (
    rf"{ENDINGS}|[^\r\n\p{{L}}\p{{N}}]?(?:\p{{L}}\p{{M}}*(?: \p{{L}}\p{{M}}*)*)+|\p{{N}}"
    r"| ?[^\s\p{L}\p{N}]+[\r\n/]?|\s*[\r\n]|\s+(?!\S)|\s+"
)
DEEPSEEK_HAN = "[\u4e00-\u9fa5\u3040-\u309f\u30a0-\u30ff]+"
DEEPSEEK = (
    r"""[!"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+"""
    rf"| ?[\p{{P}}\p{{S}}]+[\r\n]*|{SPACES}"
)
SPARK = (
    r"""[!"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+"""
    r"| ?[\p{P}\p{S}]+|[\r\n]|\s+(?!\S)|\s+"
)
AFMOE = (
    "[\u4e00-\u9fff\u3400-\u4dbf\uf900-\ufaff\u3040-\u309f\u30a0-\u30ff\uff65-\uff9f\u2f00-\u2fdf"
    "\u0e40-\u0e7f\u0e80-\u0eff\u1780-\u17ff\u1000-\u109f\uaa60-\uaa7f\ua9e0-\ua9ff\uac00-\ud7af"
    "\u1100-\u11ff]+"
)
DEEPSEEK_LLM_LETTERS = (
    "A-Za-z\u00b5\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u01ba\u01bc-\u01bf\u01c4-\u0293"
    "\u0295-\u02af\u0370-\u0373\u0376\u0377\u037b-\u037d\u037f\u0386\u0388-\u038a"
    "\u038c\u038e-\u03a1\u03a3-\u03f5\u03f7-\u0481\u048a-\u052f\u0531-\u0556\u10a0-"
    "\u10c5\u13a0-\u13f5\u13f8-\u13fd\u1c90-\u1cba\u1cbd-\u1cbf\u1d00-\u1d2b\u1d6b-"
    "\u1d77\u1d79-\u1d9a\u1e00-\u1f15\u1f18-\u1f1d\u1f20-\u1f45\u1f48-\u1f4d\u1f50-"
    "\u1f57\u1f59\u1f5b\u1f5d\u1f5f-\u1f7d\u1f80-\u1fb4\u1fb6-\u1fbc\u1fbe\u1fc2-"
    "\u1fc4\u1fc6-\u1fcc\u1fd0-\u1fd3\u1fd6-\u1fdb\u1fe0-\u1fec\u1ff2-\u1ff4\u1ff6-"
    "\u1ffc\u2102\u2107\u210a-\u2113\u2115\u2119-\u211d\u2124\u2126\u2128\u212a-"
    "\u212d\u212f-\u2134\u2139\u213c-\u213f\u2145-\u2149\u214e\u2183\u2184\u2c00-"
    "\u2c7b\u2c7e-\u2ce4\u2ceb-\u2cee\u2cf2\u2cf3\ua640-\ua66d\ua680-\ua69b\ua722-"
    "\ua76f\ua771-\ua787\ua78b-\ua78e\uab70-\uabbf\ufb00-\ufb06\ufb13-\ufb17\uff21-"
    "\uff3a\uff41-\uff5a\U00010400-\U0001044f\U000104b0-\U000104d3\U000104d8-"
    "\U000104fb\U00010c80-\U00010cb2\U00010cc0-\U00010cf2\U000118a0-\U000118df"
    "\U0001e900-\U0001e943"
)
DEEPSEEK_LLM = [
    r"[\r\n]",
    rf"\s?[{DEEPSEEK_LLM_LETTERS}]+",
    "\\s?[!-/:-~\uff01-\uff0f\uff1a-\uff5e\u2018-\u201f\u3000-\u3002]+",
    r"\s+$",
    "[\u4e00-\u9fa5\u0800-\u4e00\uac00-\ud7ff]+",
    r"\p{N}+",
]
DEEPSEEK_CODER = [
    r"[\r\n]",
    r"\s?\p{L}+",
    r"\s?\p{P}+",
    "[\u4e00-\u9fa5\u0800-\u4e00\uac00-\ud7ff]+",
    r"\p{N}",
]
YOUTU = (
    "[\uac00-\ud7a3\u3131-\u318e]+|[\uff01\u2026\u201c\u201d\u2018\u2019\u2014\uff1a\uff1b\uff0c"
    "\u3001-\u303f\ufe30-\ufe4f]+|[\u3105-\u312f]+|[\u4e00-\u9fa5\u3040-\u309f\u30a0-\u30ff]+"
)
O200K_BY_ONE = rf"{_cased(f'{ENDINGS}?')}|\p{{N}}| ?[^\s\p{{L}}\p{{N}}]+[\r\n/]*|{SPACES}"
FALCON = r"[\p{P}\$\+<=>\^~\|`]+"
BLOOM = " ?[^(\\s|.,!?\u2026\u3002\uff0c\u3001\u0964\u06d4\u060c)]+"
# The same as BLOOM's file has it, a class inside of the class.
BLOOM_NESTED = " ?[^(\\s|[.,!?\u2026\u3002\uff0c\u3001\u0964\u06d4\u060c])]+"
CHAMELEON = [
    "<sentinel:[0-9]+>",
    "(IMGIMG)((A|B|C|D|E|F|G|H|I){1,4})Z",
    r"([\t\n]|    |  )",
    r"\p{N}",
    r"[\p{P}!-/:-@\[-`{-~]",
    GPT2,
]
CLIP = (
    r"<\|startoftext\|>|<\|endoftext\|>|'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+"
)
MINICPM5 = rf"{ENDINGS}|{WORDS}|\p{{N}}+|{SIGNS}|{SPACES}"
QWEN2 = kernels.patterns()["qwen2"]
WORD = r"\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\u200c\u200d"


def _isolated(*patterns: str) -> Steps:
    return [(pattern, "isolated", False) for pattern in patterns]


# What each model cuts with, in tokenizer.json's words.
MODELS: dict[str, Steps] = {
    "cl100k_old": [(CL100K_OLD, "removed", True)],
    "kimi": [(KIMI, "removed", True)],
    "jais2": _isolated(JAIS2),
    "minicpm5": _isolated(r"\p{N}{1,3}", MINICPM5),
    "laguna": _isolated(r"[^\n]+|[\n]+", QWEN2),
    "ufakzeka": _isolated(UFAKZEKA),
    "seed_coder": _isolated(SEED_CODER),
    "exaone_moe": _isolated(EXAONE_MOE),
    "youtu": _isolated(YOUTU, O200K_BY_ONE),
    "deepseek_v3": _isolated(r"\p{N}{1,3}", DEEPSEEK_HAN, DEEPSEEK),
    "spark": _isolated(r"\p{N}{1,3}", DEEPSEEK_HAN, SPARK, r"\p{N}"),
    "afmoe": _isolated(AFMOE, DEEPSEEK),
    "deepseek_llm": _isolated(*DEEPSEEK_LLM),
    "deepseek_coder": _isolated(*DEEPSEEK_CODER),
    "gemma4": _isolated(r"[^\n]+|[\n]+"),
    "starcoder": _isolated(r"\p{N}", GPT2),
    "falcon": [
        (FALCON, "contiguous", False),
        (GPT2, "isolated", False),
        ("[0-9][0-9][0-9]", "isolated", False),
    ],
    "bloom": _isolated(BLOOM),
    "viking": _isolated(BLOOM, r"\p{N}"),
    "chameleon": _isolated(*CHAMELEON),
    "jina_zh": _isolated(r"\S+"),
    "llama_cpp": _isolated(r"[\p{P}\$\+<=>\^~\|]+", GPT2, r"\p{N}+", "[0-9][0-9][0-9]"),
    "clip": [(CLIP, "removed", True)],
    "whitespace": [(rf"[{WORD}]+|[^{WORD}\s]+", "removed", True)],
    "bert": [(r"\s", "removed", False), (r"[\p{P}!-/:-@\[-`{-~]", "isolated", False)],
    "gemma": [(" ", "merged_with_previous", False)],
    "before_capitals": [(r"\p{Lu}", "merged_with_next", False)],
    "digits": [(r"\p{N}", "contiguous", False)],
    "not_digits": [(r"\p{N}+", "merged_with_previous", True)],
}
