"""Judges that a person sets up: does a passage entail a sentence, or contradict it?

They are heard after the checker that ships, on what is still only `attributed`. One who is sure
turns it into `supported` or `contradicted`.
"""

import functools
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from assistant.checker import softmax
from assistant.config import Config
from assistant.errors import ProviderError, UsageError
from assistant.llm import ChatModel, load_model
from assistant.pair_model import PairModel
from assistant.prompts import render_prompt
from assistant.types import Evidence, Label, Verdict

SURE = 0.8
"""Least probability at which a model's word is taken; one of yours is not calibrated here."""

_ADVICE = "give an entailment model: /path/model.onnx"
_MEANINGS = {
    **dict.fromkeys(("entailment", "entail", "supports", "supported"), "entailment"),
    **dict.fromkeys(("contradiction", "contradict", "refutes", "contradicted"), "contradiction"),
    **dict.fromkeys(("neutral", "nei", "unrelated", "not_enough_info"), "neutral"),
}
_WANTED = "wanted entailment, neutral and contradiction, each once, in the order of its logits"
_DECIDES = re.compile(r"[\W_]*(?:verdict\W+)?(supported|contradicted)\b", re.IGNORECASE)
_SHORTEST_QUOTE = 3
"""Words that a judge must quote at least."""


@dataclass(frozen=True, slots=True)
class Opinion:
    """What a judge says; `label` is None where it isn't sure."""

    label: Label | None
    reason: str


Hear = Callable[[str, Evidence], tuple[Opinion, ...]]
"""Gives the opinion of each judge on a claim, given a passage."""


class EntailmentJudge(Protocol):
    """What decides whether a passage says a sentence."""

    def opinion(self, claim: str, evidence: Evidence) -> Opinion:
        """Return what it makes of `claim`, given a passage of an abstract."""
        ...


def load_judges(config: Config) -> tuple[EntailmentJudge, ...]:
    """Return the judges of the settings ``entailment`` and ``judge``; none by default.

    Raises:
        UsageError: a file is missing, the labels are not usable, or no engine has a model.
    """
    judges: list[EntailmentJudge] = []
    if config.entailment is not None:
        judges.append(EntailmentModel(config.entailment, config.entailment_labels))
    if config.judge:
        if config.engine == "extractive":
            raise UsageError("judge is set, and the engine is extractive; choose openai or local")
        judges.append(ModelJudge(functools.cache(lambda: load_model(config))))
    return tuple(judges)


def hear_each(judges: Sequence[EntailmentJudge]) -> Hear:
    """Return what asks each of the judges."""
    return lambda claim, evidence: tuple(judge.opinion(claim, evidence) for judge in judges)


def second_opinion(claim: str, verdict: Verdict, hear: Hear) -> Verdict:
    """Return the verdict after the judges were heard on a sentence that is `attributed`.

    One contradiction decides; else one that is sure of support does.
    """
    if verdict.label is not Label.ATTRIBUTED or not verdict.evidence:
        return verdict
    opinions = hear(claim, verdict.evidence[0])
    reasons = tuple(opinion.reason for opinion in opinions)
    said = {opinion.label for opinion in opinions}
    label = next((each for each in (Label.CONTRADICTED, Label.SUPPORTED) if each in said), None)
    return Verdict(
        label or verdict.label, verdict.score, verdict.evidence, (*verdict.reasons, *reasons)
    )


class EntailmentModel:
    """A natural-language-inference model in ONNX: premise first, hypothesis second."""

    def __init__(self, path: Path, labels: str | None = None) -> None:
        """Look for the files; they are read on first use.

        Args:
            path: the model, with its ``tokenizer.json`` beside it.
            labels: the names of its logits in order, separated by commas; those of its
                ``config.json`` if None.

        Raises:
            UsageError: a file is missing, or the labels are not usable.
        """
        self._model = PairModel(path, "entailment", _ADVICE)
        self._labels = read_labels(path, labels)

    def opinion(self, claim: str, evidence: Evidence) -> Opinion:
        """Return what the model makes of `claim`, given a passage.

        Raises:
            UsageError: the files hold no tokenizer or no usable model.
        """
        (logits,) = self._model.logits([(evidence.quote, claim)])
        if len(logits) != len(self._labels):
            raise self._model.unusable(f"gives {len(logits)} logits a pair; {_WANTED}")
        (shares,) = softmax(logits[None, :])
        sure = dict(zip(self._labels, shares.tolist(), strict=True))
        name = self._model.path.name
        for meaning, label in (
            ("contradiction", Label.CONTRADICTED),
            ("entailment", Label.SUPPORTED),
        ):
            if sure[meaning] >= SURE:
                return Opinion(label, f"entailment: {name} says {meaning} ({sure[meaning]:.2f})")
        told = ", ".join(f"{meaning} {share:.2f}" for meaning, share in sure.items())
        return Opinion(None, f"entailment: {name} is not sure ({told})")


class ModelJudge:
    """The configured chat model as a judge; what it quotes for its verdict is checked."""

    def __init__(self, load: Callable[[], ChatModel]) -> None:
        """Remember what loads the model; nothing is sent before it is asked."""
        self._load = load

    def opinion(self, claim: str, evidence: Evidence) -> Opinion:
        """Return what the model makes of `claim`; a model that fails has no opinion."""
        paper = evidence.paper
        prompt = render_prompt("judge", title=paper.title, passage=evidence.quote, claim=claim)
        try:
            reply = "".join(self._load().stream(prompt))
        except ProviderError as error:
            return Opinion(None, f"judge: skipped, the model failed: {error}")
        return read_judgement(reply, evidence.quote)


def read_judgement(reply: str, passage: str) -> Opinion:
    """Return what a model wrote for the prompt ``judge``: a word, and a quotation of `passage`.

    A word without a quotation, or with one that the passage does not hold, counts for nothing.
    """
    first, _, rest = reply.strip().partition("\n")
    said = _DECIDES.match(first)
    if said is None:
        return Opinion(None, "judge: not sure")
    label = Label(said[1].lower())
    quote = " ".join(rest.strip().strip("\"“”'`*> ").split())
    if len(quote.split()) < _SHORTEST_QUOTE or quote not in " ".join(passage.split()):
        return Opinion(None, f"judge: says {label}, and its quotation is not in the passage")
    return Opinion(label, f"judge: says {label} by “{quote}”")


def read_labels(path: Path, declared: str | None) -> tuple[str, ...]:
    """Return what each logit of a model stands for, in our words.

    Args:
        path: the model; the ``id2label`` of the ``config.json`` beside it counts.
        declared: the names in order, separated by commas, which win over it.

    Raises:
        UsageError: they are not the three that are wanted, or can't be found.
    """
    names = declared.split(",") if declared is not None else _labels_beside(path)
    meanings = tuple(_MEANINGS.get(name.strip().lower(), name.strip()) for name in names)
    if sorted(meanings) != sorted({*_MEANINGS.values()}):
        raise UsageError(
            f"entailment_labels are {', '.join(meanings) or 'not known'} for {path}; {_WANTED}"
        )
    return meanings


def _labels_beside(path: Path) -> list[str]:
    config = path.with_name("config.json")
    if not config.is_file():
        return []
    try:
        labels = json.loads(config.read_text("utf-8")).get("id2label", {})
        return [str(labels[number]) for number in sorted(labels, key=int)]
    except (OSError, ValueError, AttributeError, TypeError) as error:
        raise UsageError(f"{config}: can't be read ({error}); set entailment_labels") from error
