"""One question on its way to an answer: drafts are checked as they come, and only then shown."""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from itertools import islice

from assistant.assembly import CUT_OFF, REPETITION, Assembly, Frame, build_answer, refuse
from assistant.attributes import Attribute
from assistant.config import Config
from assistant.drafting import draft_by_model, draft_parts
from assistant.errors import ProviderError
from assistant.filters import NO_FILTERS, Filters
from assistant.inquiry import Inquiry
from assistant.length import sentences_wanted
from assistant.llm import ChatModel
from assistant.model_context import prompt_budget
from assistant.paper_table import PaperTable, build_table, nothing_stated, refused_table
from assistant.parts import split_by_model
from assistant.showing import why_not_shown
from assistant.sources import Source
from assistant.synthesis import opening
from assistant.tabling import rows_of
from assistant.types import (
    Answer,
    DraftSentence,
    Event,
    Label,
    LibraryStamp,
    Verdict,
)

Check = Callable[[str, Sequence[Source]], Verdict]
"""Checks a sentence against sources."""

MAX_DRAFTS = 40
"""How many sentences of a draft are looked at: some models repeat themselves without end."""


class Answering:
    """The state of one answer while it is made."""

    def __init__(
        self,
        question: str,
        engine: str,
        library: LibraryStamp,
        check: Check,
        filters: Filters = NO_FILTERS,
    ) -> None:
        """Start the clock; `inquiry` is set once it is made, and `filters` are only told of."""
        self.inquiry = Inquiry()
        self.checked: list[tuple[DraftSentence, Verdict]] = []
        self._question = question
        self._engine = engine
        self._library = library
        self._check = check
        self._filters = filters
        self._assembly = Assembly()
        self._model_name: str | None = None
        self._spent: Mapping[str, int] = {}
        self._usage: Mapping[str, int] = {}
        self._notice = ""
        self._failure: ProviderError | None = None
        self._timings: dict[str, float] = {}
        self._began = self._lap = time.perf_counter()

    def finished(self, stage: str) -> None:
        """Note how long a stage took, in seconds."""
        now = time.perf_counter()
        self._timings[stage] = now - self._lap
        self._lap = now

    def split(self, load: Callable[[], ChatModel]) -> tuple[str, ...]:
        """Return the parts of the question as a model tells them; itself, where it fails."""
        try:
            model = load()
            parts = split_by_model(self._question, model)
        except ProviderError as error:  # nor is it waited for once more
            self._failure = error
            return (self._question,)
        self._spent = dict(model.usage)
        return parts

    def extract(self, sources: Sequence[Source]) -> Iterator[Event]:
        """Draft by selecting sentences, and check them like any others."""
        parts = [(strand.question, strand.papers) for strand in self.inquiry.answered]
        drafts = list(draft_parts(parts))
        yield from self._open(drafts, sources)
        yield from self._check_each((draft for draft in drafts), sources)

    def _open(self, drafts: Sequence[DraftSentence], sources: Sequence[Source]) -> Iterator[Event]:
        """Say beforehand of how many papers the quotations are, where they are of several."""
        if line := opening(drafts, sources, sentences_wanted(self._question)):
            yield Event("sentence", sentence=self._assembly.connect(line))

    def write(
        self, sources: Sequence[Source], load: Callable[[], ChatModel], config: Config
    ) -> Iterator[Event]:
        """Draft by a model; where nothing of it can be shown, `extract` takes over.

        A model that declines is believed.
        """
        try:
            if self._failure:
                raise self._failure
            yield from self._check_each(self._drafts_of(load(), config), sources)
            if self.checked and not self._assembly.sentences:
                yield from self._quote_instead(
                    "nothing that the model wrote passed the check", sources
                )
        except ProviderError as error:
            self._failure = error
            if self._assembly.sentences:
                self._notice = f"the model broke off: {error}"
            else:
                yield from self._quote_instead(f"the model failed: {error}", sources)

    def _quote_instead(self, why: str, sources: Sequence[Source]) -> Iterator[Event]:
        """Let `extract` take over, and say so."""
        self._notice = f"extractive answer, because {why}"
        self._engine, self._model_name = "extractive", None
        yield from self.extract(sources)

    def _drafts_of(self, model: ChatModel, config: Config) -> Iterator[DraftSentence]:
        """Yield what a model drafts, and note its name and what it cost, however it ends."""
        self._model_name = model.name
        budget = prompt_budget(
            config.max_prompt_tokens, model.context_tokens, config.max_answer_tokens
        )
        try:
            yield from draft_by_model(self._question, self.inquiry.papers, model, budget)
        finally:
            self._usage = Counter(self._spent) + Counter(model.usage)

    def answer(self) -> Answer:
        """Return the answer as it stands; nothing left is a refusal."""
        self.finished("drafting")
        return build_answer(self._assembly, self._frame(), self.caveats or None)

    @property
    def caveats(self) -> str:
        """What the reader must know beforehand."""
        caveats = (self.inquiry.reason, self._notice, self._filters.restriction())
        return "; ".join(filter(None, caveats))

    def table(self, attributes: Sequence[Attribute]) -> PaperTable:
        """Return the papers by what is asked; a table without a single quotation is a refusal."""
        columns = tuple(attribute.name for attribute in attributes)
        rows = rows_of(self.inquiry, attributes)
        self.finished("tabulating")
        if any(cell for row in rows for cell in row.cells):
            reasons = (self.inquiry.reason, self._filters.restriction())
            reason = "; ".join(filter(None, reasons)) or None
            return build_table(self._frame(), columns, rows, reason)
        return refused_table(self.refusal(nothing_stated(columns) if rows else ""), columns)

    def refusal(self, reason: str = "") -> Answer:
        """Return a refusal, for its own reason if none is given; where no paper is found, so."""
        if self._filters and not self.inquiry.hits:
            return refuse(self._frame(), f"the library holds no {self._filters.scope()}")
        reasons = (reason or self.inquiry.reason, self._filters.restriction())
        return refuse(self._frame(), "; ".join(filter(None, reasons)))

    def check_again(self, drafts: Sequence[DraftSentence], sources: Sequence[Source]) -> Assembly:
        """Check drafts of before as they would be now; return what is left of them."""
        if self._engine == "extractive":
            for _ in self._open(drafts, sources):
                pass
        for draft in drafts:
            for _ in self._check_each((each for each in (draft,)), sources):
                pass
        return self._assembly

    def _check_each(
        self, drafts: Iterator[DraftSentence], sources: Sequence[Source]
    ) -> Iterator[Event]:
        """Yield a `sentence` or `dropped` event for each draft, until the answer is long enough."""
        most = sentences_wanted(self._question)
        with closing(drafts):  # type: ignore[type-var]  # the drafts are generators
            for draft in islice(drafts, MAX_DRAFTS):
                verdict = self._verdict(draft, sources)
                self.checked.append((draft, verdict))
                if verdict.label.shown:
                    self._timings.setdefault("first_sentence", time.perf_counter() - self._began)
                    new = self._assembly.show(draft, verdict)
                    shown = self._assembly.sentences[-1]
                    yield Event("sentence", sentence=shown, citations=new)
                else:
                    yield Event("dropped", dropped=self._assembly.drop(draft, verdict))
                if self._assembly.claims == most:
                    return

    def _verdict(self, draft: DraftSentence, sources: Sequence[Source]) -> Verdict:
        """Check a draft against the papers it names; failing that, against all retrieved ones."""
        if self._assembly.repeats(draft):
            return REPETITION
        named = {hint.paper.paper_id for hint in draft.hints}
        first = [source for source in sources if source.paper.paper_id in named]
        verdict = self._check(draft.text, first) if first else None
        if verdict is None or not verdict.label.shown:
            verdict = self._check(draft.text, sources)
        if verdict.label.shown and not verdict.is_verbatim:
            if not draft.complete:
                return CUT_OFF
            if why := why_not_shown(draft.text, verdict, self._question, sources):
                verdict = replace(verdict, label=Label.UNSUPPORTED, reasons=(why, *verdict.reasons))
        return _note_invented(verdict, draft)

    def _frame(self) -> Frame:
        return Frame(
            question=self._question,
            engine=self._engine,
            model=self._model_name,
            hits=self.inquiry.hits,
            coverage=self.inquiry.coverage,
            confidence=self.inquiry.confidence,
            library=self._library,
            usage=self._usage,
            timings={**self._timings, "total": time.perf_counter() - self._began},
            failure=str(self._failure) if self._failure else None,
        )


def _note_invented(verdict: Verdict, draft: DraftSentence) -> Verdict:
    """Add to the reasons which markers of the draft named nothing."""
    if not draft.invented:
        return verdict
    note = f"citation: {', '.join(draft.invented)} named no evidence, and was taken out"
    return Verdict(verdict.label, verdict.score, verdict.evidence, (*verdict.reasons, note))
