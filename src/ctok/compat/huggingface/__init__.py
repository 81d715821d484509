"""tokenizers' classes over ctok: ``from ctok.compat import huggingface``.

Methods, arguments, return types and exception types are those of tokenizers 0.23, for BPE
vocabularies. What differs:

- A Tokenizer is made by ``from_file``, ``from_str``, ``from_buffer``, ``from_pretrained``, or of a
  ``ctok.Tokenizer``; its parts (``model``, ``normalizer``, ``pre_tokenizer``, ``post_processor``,
  ``decoder``) are not there, and it cannot be trained. Each of those raises NotImplementedError.
- An Encoding works its offsets, tokens and words out when they are asked for.
- A file that ctok refuses (docs/models.md), ``dropout`` among its reasons, raises VocabError.
- A ``max_length`` of 0, which leaves nothing of any text, is refused: ValueError in a call, VocabError
  in a file.
- With ``encode_special_tokens``, a vocabulary in which an ordinary added token stands or begins in a
  special one's text raises VocabError.
- Where tokenizers panics with a BaseException (a stride that is not below the length), ValueError
  is raised; what it prints ("Ignored unknown kwarg option") is a warning.
"""

from . import decoders as decoders
from .added_token import AddedToken as AddedToken
from .decoders import DecodeStream as DecodeStream
from .encoding import Encoding as Encoding
from .tokenizer import Tokenizer as Tokenizer

# The version of tokenizers whose behaviour this is; ctok's own is ctok.__version__.
__version__ = "0.23.3"
