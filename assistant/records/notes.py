"""What the checks of one answer were told, noted so that they can be repeated untold."""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from assistant.checker import Checker, Reading
from assistant.embedding import Embedder, Vectors
from assistant.entailment import Hear, Opinion, second_opinion
from assistant.errors import LibraryError
from assistant.grounding import check
from assistant.llm import ChatModel
from assistant.prompts import template_of
from assistant.sources import Idf, Source
from assistant.types import Evidence, Verdict
from assistant.wrapped_model import WrappedModel

Opinions = Mapping[tuple[str, str], tuple[Opinion, ...]]
"""What the judges said, by claim and passage."""

Readings = Mapping[tuple[str, str], Reading]
"""What the checker made of a sentence, by sentence and passage."""


@dataclass(frozen=True, slots=True)
class SentPrompt:
    """A prompt that a model got: its file, and the SHA-256 of the file and of what was sent."""

    name: str
    template_sha256: str
    sha256: str

    @classmethod
    def of(cls, prompt: str) -> "SentPrompt":
        """Note a prompt."""
        name, template = template_of(prompt)
        return cls(name, sha256(template) if name else "", sha256(prompt))


class Notes:
    """An embedder, the rarity of stems, the checker and the judges; none is asked twice."""

    def __init__(
        self,
        embedder: Embedder,
        idf: Idf,
        checker: Checker,
        hear: Hear,
        vectors: Mapping[str, Vectors] | None = None,
        rarities: Mapping[str, float] | None = None,
        readings: Readings | None = None,
        opinions: Opinions | None = None,
        made_with: str = "",
    ) -> None:
        """Ask `embedder`, `idf`, `checker` and `hear` for what the rest doesn't hold.

        `made_with` names the embedder of `vectors`; no other is asked beside it.
        """
        self.vectors = dict(vectors or {})
        self.rarities = dict(rarities or {})
        self.readings = dict(readings or {})
        self.opinions = dict(opinions or {})
        self.prompts: list[SentPrompt] = []
        self._embedder = embedder
        self._idf = idf
        self._checker = checker
        self._hear = hear
        self._made_with = made_with

    @property
    def name(self) -> str:
        """The embedder's name."""
        return self._embedder.name

    @property
    def dimension(self) -> int:
        """The length of its vectors."""
        return self._embedder.dimension

    def prepare(self) -> None:
        """Begin to load the embedder."""
        self._embedder.prepare()

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return one unit vector a text, and note them.

        Raises:
            LibraryError: one is not known, and was to come from another embedder.
        """
        if missing := [text for text in dict.fromkeys(texts) if text not in self.vectors]:
            if self._made_with not in ("", self._embedder.name):
                raise LibraryError(
                    f"made with the embedder {self._made_with}, the library has "
                    f"{self._embedder.name} now: today's checks can't compare “{missing[0]}”; "
                    "ask the question again"
                )
            self.vectors.update(zip(missing, self._embedder.embed(missing), strict=True))
        rows = [self.vectors[text] for text in texts]
        return np.stack(rows) if rows else self._embedder.embed(texts)

    def fits(self, text: str) -> bool:
        """Whether the embedder reads `text` whole."""
        return self._embedder.fits(text)

    def idf(self, stem: str) -> float:
        """Return the rarity of a stem, and note it."""
        if stem not in self.rarities:
            self.rarities[stem] = self._idf(stem)
        return self.rarities[stem]

    def read(self, passages: Sequence[str], sentence: str) -> list[Reading]:
        """Return what the checker makes of a sentence, given each passage, and note it.

        If one is not known all are read: those of two checkers are not mixed.
        """
        keys = [(sentence, passage) for passage in passages]
        if any(key not in self.readings for key in keys):
            found = self._checker.read(passages, sentence)
            self.readings.update(zip(keys, found, strict=True))
        return [self.readings[key] for key in keys]

    def hear(self, claim: str, evidence: Evidence) -> tuple[Opinion, ...]:
        """Return what the judges make of a claim, given a passage, and note it."""
        key = (claim, evidence.quote)
        if key not in self.opinions:
            self.opinions[key] = self._hear(claim, evidence)
        return self.opinions[key]

    def check(self, sentence: str, sources: Sequence[Source]) -> Verdict:
        """Check a sentence against sources, by all steps of the verifier."""
        verdict = check(sentence, sources, self, self.idf, self.read)
        return second_opinion(sentence, verdict, self.hear)

    def of(self, load: Callable[[], ChatModel]) -> Callable[[], ChatModel]:
        """Return what loads a model whose prompts are noted."""
        return lambda: NotedModel(load(), self.prompts)


class NotedModel(WrappedModel):
    """A model whose prompts are noted."""

    def __init__(self, model: ChatModel, prompts: list[SentPrompt]) -> None:
        """Note in `prompts` what `model` is sent."""
        super().__init__(model)
        self._prompts = prompts

    def stream(self, prompt: str) -> Iterator[str]:
        """Yield the answer piece by piece."""
        self._prompts.append(SentPrompt.of(prompt))
        return self._model.stream(prompt)


def sha256(text: str) -> str:
    """Return the SHA-256 of a text, in hexadecimal."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
