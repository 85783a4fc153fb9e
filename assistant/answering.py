"""One question on its way to an answer: drafts are checked as they come, and only then shown."""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from itertools import islice

from assistant.assembly import CUT_OFF, REPETITION, Assembly, Frame, build_answer, refuse
from assistant.drafting import MAX_SENTENCES, Ranked, draft_by_model, draft_extractive
from assistant.embedding import Embedder
from assistant.errors import ProviderError
from assistant.filters import NO_FILTERS, Filters
from assistant.grounding import Idf, Source, check
from assistant.llm import ChatModel
from assistant.question import Question
from assistant.types import (
    Answer,
    Coverage,
    DraftSentence,
    Event,
    Hit,
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
        """Start the clock; filters are only told of here, what they found comes as `hits`."""
        self.hits: Sequence[Hit] = ()
        self.coverage = Coverage()
        self.caveat = ""
        self._question = question
        self._engine = engine
        self._library = library
        self._embedder = embedder
        self._idf = idf
        self._filters = filters
        self._assembly = Assembly()
        self._model_name: str | None = None
        self._usage: Mapping[str, int] = {}
        self._notice = ""
        self._timings: dict[str, float] = {}
        self._began = self._lap = time.perf_counter()

    def finished(self, stage: str) -> None:
        """Note how long a stage took, in seconds."""
        now = time.perf_counter()
        self._timings[stage] = now - self._lap
        self._lap = now

    def extract(
        self, question: Question, papers: Ranked, sources: Sequence[Source]
    ) -> Iterator[Event]:
        """Draft by selecting sentences, and check them like any others."""
        yield from self._check_each(draft_extractive(question, papers), sources)

    def write(
        self,
        question: Question,
        papers: Ranked,
        sources: Sequence[Source],
        model: ChatModel,
        max_prompt_tokens: int,
    ) -> Iterator[Event]:
        """Draft by a model; where it fails before a sentence is shown, `extract` takes over."""
        drafts = draft_by_model(question, papers, model, max_prompt_tokens)
        try:
            self._model_name = model.name
            yield from self._check_each(drafts, sources)
        except ProviderError as error:
            if self._assembly.sentences:
                self._notice = f"the model broke off: {error}"
            else:
                self._notice = f"extractive answer, because the model failed: {error}"
                self._engine, self._model_name = "extractive", None
                yield from self.extract(question, papers, sources)
        self._usage = model.usage

    def answer(self) -> Answer:
        """Return the answer as it stands; nothing left is a refusal."""
        self.finished("drafting")
        notices = "; ".join(filter(None, (self.caveat, self._notice, self._restriction)))
        return build_answer(self._assembly, self._frame(), notices or None)

    def refusal(self, reason: str) -> Answer:
        """Return a refusal for this reason; where no paper could be found, for that one."""
        if self._filters and not self.hits:
            return refuse(self._frame(), f"the library holds no {self._filters.scope()}")
        return refuse(self._frame(), "; ".join(filter(None, (reason, self._restriction))))

    @property
    def _restriction(self) -> str:
        """What keeps an answer from speaking for the whole library; empty without filters."""
        return f"only {self._filters.scope()} were searched" if self._filters else ""

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
            hits=self.hits,
            coverage=self.coverage,
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
