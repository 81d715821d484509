"""tiktoken's module, functions and classes over ctok: ``from ctok.compat import tiktoken``.

Signatures, return types and exception types are those of tiktoken 0.14. What differs:

- The seven encodings of OpenAI are bundled, so nothing is downloaded for them.
- ``read_file_cached`` checks the hash of a file also when caching is off.
- A wrong id, a piece that cannot be encoded and two tokens of one rank raise exceptions
  (KeyError, VocabError), where tiktoken may panic with a BaseException.
- A vocabulary whose special token is empty, has the id of another token, or an id of 2**21 or
  more is refused with VocabError. A vocabulary without some single bytes is taken; encoding a
  text that needs one of them raises VocabError.
"""

from . import load as load
from .core import Encoding as Encoding
from .model import encoding_for_model as encoding_for_model
from .model import encoding_name_for_model as encoding_name_for_model
from .registry import get_encoding as get_encoding
from .registry import list_encoding_names as list_encoding_names

# The version of tiktoken whose behaviour this is; ctok's own is ctok.__version__.
__version__ = "0.14.0"
