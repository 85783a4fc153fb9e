"""One question on its way to an answer: drafts are checked as they come, and only then shown."""

import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from itertools import islice

from assistant.assembly import CUT_OFF, REPETITION, Assembly, Frame, build_answer, refuse
from assistant.drafting import MAX_SENTENCES, draft_by_model, draft_parts
from assistant.embedding import Embedder
from assistant.errors import ProviderError
from assistant.filters import NO_FILTERS, Filters
from assistant.grounding import Idf, Source, check
from assistant.inquiry import Inquiry
from assistant.llm import ChatModel
from assistant.parts import split_by_model
from assistant.types import (
    Answer,
    DraftSentence,
    Event,
    Label,
    LibraryStamp,
    Verdict,
)

MAX_DRAFTS = 40
"""How many sentences of a draft are looked at: some models repeat themselves without end."""


class Answering:
    """The state of one answer while it is made."""

    def __init__(
        self,
        question: str,
        engine: str,
        library: LibraryStamp,
        embedder: Embedder,
        idf: Idf,
        filters: Filters = NO_FILTERS,
    ) -> None:
        """Start the clock; `inquiry` is set once it is made, and `filters` are only told of."""
        self.inquiry = Inquiry()
        self._question = question
        self._engine = engine
        self._library = library
        self._embedder = embedder
        self._idf = idf
        self._filters = filters
        self._assembly = Assembly()
        self._model_name: str | None = None
        self._spent: Mapping[str, int] = {}
        self._usage: Mapping[str, int] = {}
        self._notice = ""
        self._timings: dict[str, float] = {}
        self._began = self._lap = time.perf_counter()

    def finished(self, stage: str) -> None:
        """Note how long a stage took, in seconds."""
        now = time.perf_counter()
        self._timings[stage] = now - self._lap
        self._lap = now

    def split(self, model: ChatModel) -> tuple[str, ...]:
        """Return the parts of the question as a model tells them; itself, where it fails."""
        try:
            parts = split_by_model(self._question, model)
        except ProviderError:  # which the draft will meet again, and tell
            return (self._question,)
        self._spent = dict(model.usage)
        return parts

    def extract(self, sources: Sequence[Source]) -> Iterator[Event]:
        """Draft by selecting sentences, and check them like any others."""
        parts = [(strand.question, strand.papers) for strand in self.inquiry.answered]
        yield from self._check_each(draft_parts(parts), sources)

    def write(
        self, sources: Sequence[Source], model: ChatModel, max_prompt_tokens: int
    ) -> Iterator[Event]:
        """Draft by a model; where it fails before a sentence is shown, `extract` takes over."""
        drafts = draft_by_model(self._question, self.inquiry.papers, model, max_prompt_tokens)
        try:
            self._model_name = model.name
            yield from self._check_each(drafts, sources)
        except ProviderError as error:
            if self._assembly.sentences:
                self._notice = f"the model broke off: {error}"
            else:
                self._notice = f"extractive answer, because the model failed: {error}"
                self._engine, self._model_name = "extractive", None
                yield from self.extract(sources)
        self._usage = Counter(self._spent) + Counter(model.usage)

    def answer(self) -> Answer:
        """Return the answer as it stands; nothing left is a refusal."""
        self.finished("drafting")
        caveats = (self.inquiry.reason, self._notice, self._filters.restriction())
        notices = "; ".join(filter(None, caveats))
        return build_answer(self._assembly, self._frame(), notices or None)

    def refusal(self) -> Answer:
        """Return a refusal; where no paper could be found, for that reason."""
        if self._filters and not self.inquiry.hits:
            return refuse(self._frame(), f"the library holds no {self._filters.scope()}")
        reasons = (self.inquiry.reason, self._filters.restriction())
        return refuse(self._frame(), "; ".join(filter(None, reasons)))

    def _check_each(
        self, drafts: Iterator[DraftSentence], sources: Sequence[Source]
    ) -> Iterator[Event]:
        """Yield a `sentence` or `dropped` event for each draft, until the answer is long enough."""
        with closing(drafts):  # type: ignore[type-var]  # the drafts are generators
            for draft in islice(drafts, MAX_DRAFTS):
                verdict = self._verdict(draft, sources)
                if verdict.label.shown:
                    new = self._assembly.show(draft, verdict)
                    shown = self._assembly.sentences[-1]
                    yield Event("sentence", sentence=shown, citations=new)
                else:
                    yield Event("dropped", dropped=self._assembly.drop(draft, verdict))
                if len(self._assembly.sentences) == MAX_SENTENCES:
                    return

    def _verdict(self, draft: DraftSentence, sources: Sequence[Source]) -> Verdict:
        """Check a draft against the papers it names; failing that, against all retrieved ones."""
        if self._assembly.repeats(draft):
            return REPETITION
        named = {hint.paper.paper_id for hint in draft.hints}
        first = [source for source in sources if source.paper.paper_id in named]
        verdict = check(draft.text, first, self._embedder, self._idf) if first else None
        if verdict is None or not verdict.label.shown:
            verdict = check(draft.text, sources, self._embedder, self._idf)
        if verdict.label is Label.ATTRIBUTED and not draft.complete:
            return CUT_OFF
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
        )


def _note_invented(verdict: Verdict, draft: DraftSentence) -> Verdict:
    """Add to the reasons which markers of the draft named nothing."""
    if not draft.invented:
        return verdict
    note = f"citation: {', '.join(draft.invented)} named no evidence, and was taken out"
    return Verdict(verdict.label, verdict.score, verdict.evidence, (*verdict.reasons, note))
