"""What a question asks for, read from its words: kinds of answer, parts, one paper or several."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cached_property

from assistant.embedding import Embedder, Vectors
from assistant.words import STOP_WORDS, stem, stems, words


class Asked(Enum):
    """A kind of answer, and how a question asks for it."""

    DEFINITION = (
        r"\b(define[sd]?|definition|what (is|are) (an? |the )?[\w-]+( [\w-]+){0,4}\?|meaning)"
    )
    NUMBER = (
        r"\b(how (many|much|large|big|fast|often|long|far|few|high|low|accurate)|what (share|"
        r"fraction|percentage|proportion|number|size|factors?|accuracy|rate|score|range)|"
        r"by (what|which) (factor|margin)s?|percent\w*|number of|at (what|which) \w+ (rate|speed))"
    )
    METHOD = r"\b(how (does|do|can|is|are|did|could|should|would)|method|approach|technique|mechanism|procedure|algorithm)"
    RESULT = (
        r"\b(find|found|finding|result|show|effect|outperform|beat|better|improve|help|conclu\w+|"
        r"does|do|is|are|can)\b"
    )
    DATA = (
        r"\b(data ?sets?|data|benchmarks?|corpus|corpora|tested|evaluated|tried|experiments?|"
        r"applied to|(on|for|in) (which|what))\b"
    )
    COMPARISON = r"\b(compar\w+|versus|vs|than|differ\w*|against|instead of|relative to|unlike)\b"
    REASON = r"\b(why|reason|cause[sd]?|explains?|because|due to)\b"
    AVAILABILITY = r"\b(code|github|repository|open.?source|availab\w+|download|url|link)\b"


_SEVERAL = re.compile(
    r"""
    \b(which|what)\ (\S+\ ){0,3}(papers|works?|studies|methods|approaches|techniques|models|ways|
        architectures|algorithms|metrics|measures|benchmarks|datasets|proposals|results|guarantees|
        systems|inputs|kinds|types|strategies|tools)\b(?!\ \S*\ (is|was|does|did)\ )
    | \b(papers|studies|works)\ (here\ )?(that|which|on|about|of|show|use|try|weigh|in)\b
    | \b(in|across|from)\ (this|the|your|our)\ (collection|library|papers|abstracts|literature)\b
    | \bthe\ (library|literature|collection|papers)\ (say|hold|know|offer|report)s?\b
    | \bdoes\ the\ library\b
    | \bhow\ have\ (people|researchers|others|authors|studies|papers)\b
    | \bwhat\ (is\ known|has\ been|have\ been)\b | \bhave\ been\ (used|tried|proposed|made)\b
    | \bwho\ (has|have|works?)\b | \bsurvey\b | \boverview\b | \bdifferent\ papers\b
    | \bhow\ do\b.+\b(differ|compare)\b | \bdifferences?\ between\b | \bcompare\b
    | \b(list|name|summari[sz]e)\b.+\b(papers|methods|approaches|work)\b | \bshare\ an?\b
    """,
    re.IGNORECASE | re.VERBOSE,
)
_PART_BREAK = re.compile(
    r"[?;.]\s+|,?\s+and\s+(?=(?:by|on|in|for|to|with|at|under|from|of)?\s*"
    r"(?:what|which|how|why|who|where|when|does|do|is|are|was|were|can|did)\b)",
    re.IGNORECASE,
)
_SHORTEST_PART_STEMS = 2


@dataclass(frozen=True)
class Question:
    """A question as the rest of the main path reads it.

    `vector` has shape (dimension,); `part_vectors` has a row for each of `parts`.
    """

    text: str
    parts: tuple[str, ...]
    vector: Vectors
    part_vectors: Vectors

    @cached_property
    def stems(self) -> tuple[str, ...]:
        """The stems of its content words, each once, in order."""
        return tuple(dict.fromkeys(stem for stem in stems(self.text) if stem not in _ASKING))

    @cached_property
    def asked(self) -> frozenset[Asked]:
        """The kinds of answer it asks for."""
        return frozenset(kind for kind in Asked if re.search(kind.value, self.text, re.IGNORECASE))

    @cached_property
    def wants_several(self) -> bool:
        """Whether it asks for more than one paper."""
        return bool(_SEVERAL.search(self.text))


def read_question(text: str, embedder: Embedder) -> Question:
    """Return the question with its parts, all embedded in one call."""
    parts = split_parts(text)
    vectors = embedder.embed([text, *parts])
    return Question(text, tuple(parts), vectors[0], vectors[1:])


def split_parts(text: str) -> Sequence[str]:
    """Return the questions within a question; one that says too little joins its neighbour."""
    parts: list[str] = []
    for piece in _PART_BREAK.split(text):
        piece = piece.strip(" ?.,;")
        if not piece:
            continue
        if parts and len(set(stems(piece)) - _ASKING) < _SHORTEST_PART_STEMS:
            parts[-1] = f"{parts[-1]}, {piece}"
        else:
            parts.append(piece)
    return parts or [text]


_ASKING = frozenset(
    stem(word)
    for word in words(
        """
        paper papers study studies work author authors abstract article library describe explain
        tell show give find found define definition mean use used using propose proposed method
        approach question answer know say says reported report many much kind kinds type types
        way ways thing things one two get make made good best better compare compared comparison
        """
    )
    if word not in STOP_WORDS
)
"""Stems of words that ask, and that say nothing about the topic."""
