"""Checks a person's own text against a library: each sentence, and its list of references."""

from collections.abc import Sequence

from assistant.checking import CheckedReference, check_sentences, look_up
from assistant.entailment import Hear
from assistant.filters import NO_FILTERS
from assistant.inquiring import Inquirer
from assistant.library import Library
from assistant.markers import read_markers
from assistant.question import MAX_QUESTION_CHARACTERS, usable
from assistant.records.notes import Notes
from assistant.reference_list import read_reference_list
from assistant.types import CheckedSentence, Hit, Label, Paper, Verdict

PAPERS_PER_CLAIM = 5
"""How many papers each sentence is held against, where it names none."""


class TextChecker:
    """What checks texts against one library."""

    def __init__(self, library: Library, inquirer: Inquirer, hear: Hear) -> None:
        """Search by `inquirer`, read by its checker; `hear` asks the judges after it."""
        self._library = library
        self._inquirer = inquirer
        self._hear = hear

    def check(self, text: str, references: Sequence[CheckedReference]) -> list[CheckedSentence]:
        """Check every sentence of a text; `references` are those of its own list."""
        return check_sentences(text[: read_reference_list(text).start], references, self._judge)

    def references(self, text: str) -> list[CheckedReference]:
        """Find the entries of a text's own list of references in the library."""
        entries = read_reference_list(text).entries
        return [look_up(self._library, self._nearest, entry) for entry in entries]

    def _nearest(self, text: str) -> Sequence[Hit]:
        query = usable(text[:MAX_QUESTION_CHARACTERS])
        return self._inquirer.search(query, PAPERS_PER_CLAIM, NO_FILTERS).hits

    def _judge(self, sentence: str, papers: Sequence[Paper] | None) -> Verdict:
        """Check a sentence as it stands; failing that, without its citation marks."""
        held = [hit.paper for hit in self._nearest(sentence)] if papers is None else papers
        sources = [self._inquirer.source(paper) for paper in held]
        library, checker = self._library, self._inquirer.checker
        notes = Notes(library.embedder, library.idf, checker, self._hear)
        verdict, bare = notes.check(sentence, sources), read_markers(sentence)
        if verdict.label is Label.SUPPORTED or not (bare.numbers or bare.remembered):
            return verdict
        without = notes.check(bare.text, sources)
        return verdict if verdict.label.shown and without.label is not Label.SUPPORTED else without
