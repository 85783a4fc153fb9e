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
_TABLE_SHA256 = "223921b76ee99bde995b7ff738513eef100fb51d18c93597a113bcffe865b2a7"

_CHARACTERS_PER_TOKEN = 3.5


def count_tokens(text: str) -> int:
    """Return the number of `cl100k_base` tokens of `text`.

    Without tiktoken's table on this machine it is an estimate, one token for
    each 3.5 characters: English abstracts have 4 to 6, so it errs high.
    """
    return _counter()(text)


@lru_cache(maxsize=1)
def _counter() -> Callable[[str], int]:
    if not _has_table(tiktoken_cache_dir(_bundled_tables())):
        return lambda text: math.ceil(len(text) / _CHARACTERS_PER_TOKEN)
    import tiktoken

    encoding = tiktoken.get_encoding(ENCODING)
    return lambda text: len(encoding.encode_ordinary(text))


def _has_table(folder: Path | None) -> bool:
    """Whether the table lies there whole; tiktoken would download one that is not."""
    path = folder / _TABLE_FILE if folder else None
    if path is None or not path.is_file():
        return False
    return hashlib.sha256(path.read_bytes()).hexdigest() == _TABLE_SHA256


def _bundled_tables() -> Path | None:
    """Return the folder of tables that llama-index-core ships, without importing it."""
    spec = importlib.util.find_spec("llama_index")
    for location in (spec.submodule_search_locations or ()) if spec else ():
        folder = Path(location) / "core" / "_static" / "tiktoken_cache"
        if folder.is_dir():
            return folder
    return None
