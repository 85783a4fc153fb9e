"""What a question asks for, read from its words: kinds of answer, parts, one paper or several."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from functools import cached_property

from assistant.embedding import Embedder, Vectors
from assistant.errors import UsageError
from assistant.length import sentences_wanted
from assistant.words import STOP_WORDS, any_of, stem, stems, words

MAX_QUESTION_CHARACTERS = 4000
"""A longer question or query is refused."""


class Asked(Enum):
    """A kind of answer."""

    DEFINITION = auto()
    NUMBER = auto()
    METHOD = auto()
    RESULT = auto()
    DATA = auto()
    COMPARISON = auto()
    REASON = auto()
    AVAILABILITY = auto()


_ASKS_FOR = {
    Asked.NUMBER: any_of("""
        how many, how much, how large, how big, how fast, how often, how long, how far, how few
        how high, how low, how accurate, what share, what fraction, what percentage
        what proportion, what number, what size, what factor*, what accuracy, what rate, what score
        what range, by what factor*, by which factor*, by what margin, percent*, number of
    """),
    Asked.METHOD: any_of("""
        how do*, how did, how can, how could, how should, how would, how is, how are, method
        approach, technique, mechanism, procedure, algorithm
    """),
    Asked.RESULT: any_of("""
        find, found, finding, result, show, effect, outperform, beat, better, improve, help
        conclu*, does, do, is, are, can
    """),
    Asked.DATA: any_of("""
        dataset*, data set*, data, benchmark*, corpus, corpora, tested, evaluated, tried
        experiment*, applied to, on which, on what, for which, for what, in which, in what
    """),
    Asked.COMPARISON: any_of("""
        compar*, versus, vs, than, differ*, against, instead of, relative to, unlike
    """),
    Asked.REASON: any_of("why, reason, cause, causes, caused, explain*, because, due to"),
    Asked.AVAILABILITY: any_of("code, github, repository, open source, availab*, download, url"),
}
_ASKS_FOR_DEFINITION = re.compile(
    r"\b(define[sd]?|definition|meaning|stands? for|explain (what|the concept)|what does .+ mean"
    r"|what (is|are) (an? |the )?[\w-]+( [\w-]+){0,3}( and\b|\?|$))",
    re.IGNORECASE,
)

_WANTS_SEVERAL = any_of("""
    papers that, papers which, papers on, papers about, papers here, studies that, studies on
    studies of, work on, works on, works that, different papers, across papers, survey, overview
    in this collection, in this library, in the library, in the literature, in these papers
    in these abstracts, does the library, do the papers, the library say, the literature say
    the papers say, how have people, how have researchers, how have others, how have authors
    what is known, what has been, what have been, have been used, have been tried
    have been proposed, who has, who have, who works, who work, compare, share a, share an
    differences between, difference between, contrast, abstracts that, abstracts which
""")
_WHICH_OF_MANY = re.compile(
    r"\b(which|what)\s+(\S+\s+){0,3}?(papers|works?|studies|methods|approaches|techniques|ways"
    r"|algorithms|architectures|proposals|systems|strategies)\b(?!\s+\S*\s(is|was|does|did)\s)"
    r"|(?<!\bin )(?<!\bon )(?<!\bfor )\b(which|what)\s+(\S+\s+){0,3}?(abstracts|models|networks"
    r"|schemes|frameworks|measures|explanations)\b(?!\s+\S*\s(is|was|does|did)\s)"
    r"|\b(which|what)\s+([\w-]+\s+){0,3}?[\w-]+s\s+(have|are there|exist)\b"
    r"|\bwhat (have|do) ([\w-]+ ){1,5}?(found|find|shown|show|learned|learnt)\b"
    r"|\bhow do\b.+\b(differ|compare)\b"
    r"|\b(list|name|summari[sz]e)\b.+\b(papers|methods|approaches|work)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Question:
    """A question as the rest of the main path reads it.

    `about` is the title that a follow-up question points to, or empty. `query` is what is
    searched: the text with slips of spelling mended, and what it is about. `vector` is that
    of the text and `query_vector` that of the query; both of unit length, shape (dimension,).
    `whole` is the question that it is a part of, or empty.
    """

    text: str
    about: str
    query: str
    vector: Vectors
    query_vector: Vectors
    whole: str = ""

    @cached_property
    def stems(self) -> tuple[str, ...]:
        """The stems of its content words, each once, in order.

        Of a follow-up without the ordinals that only point: "the first one".
        """
        found = content_stems(self.text)
        return tuple(each for each in found if each not in _ORDINALS) if self.about else found

    @cached_property
    def asked(self) -> frozenset[Asked]:
        """The kinds of answer it asks for."""
        asking = self.whole or self.text
        kinds = {kind for kind, asks in _ASKS_FOR.items() if asks.search(asking)}
        if _ASKS_FOR_DEFINITION.search(asking):
            kinds.add(Asked.DEFINITION)
        return frozenset(kinds)

    @cached_property
    def wants_several(self) -> bool:
        """Whether it asks for more than one paper; a part is of one thing."""
        return not self.whole and bool(
            _WANTS_SEVERAL.search(self.text) or _WHICH_OF_MANY.search(self.text)
        )

    @property
    def sentences(self) -> int:
        """How many sentences its answer may have; a part's is that of the whole."""
        return sentences_wanted(self.whole or self.text)


def usable(question: str) -> str:
    """Return the question on one line.

    Raises:
        UsageError: it is empty or too long.
    """
    text = " ".join(question.split())
    if not text.isprintable() and text != text.encode("utf-8", "ignore").decode():
        raise UsageError("the question holds bytes that are no text; type it in UTF-8")
    if not text:
        raise UsageError("the question is empty; ask one in a sentence")
    if len(text) > MAX_QUESTION_CHARACTERS:
        raise UsageError(
            f"the question has {len(text)} characters; ask it in {MAX_QUESTION_CHARACTERS} at most"
        )
    return text


def content_stems(text: str) -> tuple[str, ...]:
    """Return the stems of the words that say what `text` asks about, each once, in order."""
    return tuple(dict.fromkeys(stem for stem in stems(text) if stem not in _ASKING))


def read_question(
    text: str, embedder: Embedder, about: str = "", spell: Callable[[str], str] = str
) -> Question:
    """Return the question, embedded; see `read_questions`."""
    return read_questions((text,), embedder, about, spell)[0]


def read_questions(
    texts: Sequence[str],
    embedder: Embedder,
    about: str = "",
    spell: Callable[[str], str] = str,
    whole: str = "",
) -> list[Question]:
    """Return questions, embedded in one call.

    Args:
        texts: as they were asked.
        embedder: what turns them into vectors.
        about: the title that they point to without naming it, if any.
        spell: what mends slips of spelling, for the search.
        whole: the question that they are the parts of, if they are.
    """
    queries = [f"{spell(text)} {about}".strip() for text in texts]
    distinct = list(dict.fromkeys([*texts, *queries]))
    vectors = dict(zip(distinct, embedder.embed(distinct), strict=True))
    return [
        Question(text, about, query, vectors[text], vectors[query], whole)
        for text, query in zip(texts, queries, strict=True)
    ]


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

_ORDINALS = frozenset(map(stem, "first second third fourth fifth last".split()))
