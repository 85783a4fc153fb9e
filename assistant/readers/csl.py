"""CSL-JSON: the list of references that Zotero, Mendeley and pandoc exchange."""

import re
from collections.abc import Iterator

from assistant.readers import json_array
from assistant.readers.record import Broken, Record
from assistant.readers.text import Text

KEY = "csl-json"
NAME = "CSL-JSON"

_MARKS = re.compile(r"\"(?:container-title|issued|citation-key|date-parts)\"\s*:")


def recognises(text: Text) -> bool:
    """Whether a list of objects with CSL's names begins here."""
    return text.head.lstrip().startswith("[") and (
        json_array.recognises(text) and _MARKS.search(text.head) is not None
    )


def read(text: Text) -> Iterator[Record | Broken]:
    """Yield one record an object."""
    return json_array.read(text)
