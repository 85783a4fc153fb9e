"""Token counts by tiktoken, never downloading. Counts set budgets, never correctness."""

import hashlib
import importlib.util
import math
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from assistant.config import tiktoken_cache_dir

ENCODING = "cl100k_base"

_TABLE_URL = f"https://openaipublic.blob.core.windows.net/encodings/{ENCODING}.tiktoken"
_TABLE_FILE = hashlib.sha1(_TABLE_URL.encode(), usedforsecurity=False).hexdigest()
"""The name under which tiktoken looks for the table in its cache folder."""

_CHARACTERS_PER_TOKEN = 3.5


def count_tokens(text: str) -> int:
    """Return the number of `cl100k_base` tokens of `text`.

    Without tiktoken's table on this machine it is an estimate, one token for
    each 3.5 characters: English abstracts have 4 to 6, so it errs high.
    """
    return _counter()(text)


@lru_cache(maxsize=1)
def _counter() -> Callable[[str], int]:
    if not (tiktoken_cache_dir(_bundled_tables()) / _TABLE_FILE).is_file():
        return lambda text: math.ceil(len(text) / _CHARACTERS_PER_TOKEN)
    import tiktoken

    encoding = tiktoken.get_encoding(ENCODING)
    return lambda text: len(encoding.encode_ordinary(text))


def _bundled_tables() -> Path:
    """Return the folder of tables that llama-index-core ships, without importing it."""
    spec = importlib.util.find_spec("llama_index")
    for location in (spec.submodule_search_locations or ()) if spec else ():
        folder = Path(location) / "core" / "_static" / "tiktoken_cache"
        if folder.is_dir():
            return folder
    return Path()
