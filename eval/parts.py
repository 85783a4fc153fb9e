"""The parts of a suite: what each puts to the assistant, and the metrics that it gives.

All of them need no model: what a model wrote is recorded (`recordings.jsonl`).
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from eval.attacks import ATTACK_METRICS, attack_jobs
from eval.auto_metrics import AUTO, AUTO_METRICS
from eval.cases import Row
from eval.dialogues import FOLLOW_UP_METRICS, dialogue_jobs
from eval.jobs import Job
from eval.judging import JUDGE, JUDGE_METRICS
from eval.live import LIVE, LIVE_METRICS
from eval.perturbed import PERTURBED_METRICS, perturbation_jobs
from eval.replayed import REPLAY_METRICS, replay_jobs
from eval.runner import ASKED, SEARCHED, case_jobs
from eval.scoring import ANSWER_METRICS, REFUSAL_METRICS, RETRIEVAL_METRICS
from eval.statements import FALSEHOOD_METRICS, PARAPHRASE_METRICS, statement_jobs
from eval.suite import Suite, changed_id

R = TypeVar("R", bound=Row)

if TYPE_CHECKING:
    from assistant.ask import Assistant


@dataclass(frozen=True, slots=True)
class Part:
    """One line of help, the metrics that it gives, and the files that its rows are in."""

    help: str
    metrics: tuple[str, ...]
    files: tuple[str, ...]


PARTS: Mapping[str, Part] = {
    "retrieval": Part("are the right papers found", RETRIEVAL_METRICS, ("cases",)),
    "answers": Part("do answers answer, and stand on what they cite", ANSWER_METRICS, ("cases",)),
    "refusal": Part("is refused what has no answer, and nothing else", REFUSAL_METRICS, ("cases",)),
    "conversation": Part("are follow-ups understood", FOLLOW_UP_METRICS, ("conversations",)),
    "verifier": Part(
        "do true statements pass the check, and false ones not",
        (*PARAPHRASE_METRICS, *FALSEHOOD_METRICS, *PERTURBED_METRICS),
        ("paraphrases", "falsehoods"),
    ),
    "adversarial": Part("has an attack its effect", ATTACK_METRICS, ("adversarial",)),
    "replay": Part(
        "what is shown of drafts that models once wrote", REPLAY_METRICS, ("recordings",)
    ),
}
"""Each part by its name, in the order in which they run."""

PART_OF: Mapping[str, str] = {
    **{metric: name for name, part in PARTS.items() for metric in part.metrics},
    **dict.fromkeys(LIVE_METRICS, LIVE),
    **dict.fromkeys(AUTO_METRICS, AUTO),
    **dict.fromkeys(JUDGE_METRICS, JUDGE),
}
"""The part that gives a metric, or the run that alone does."""


def parts_in(suite: Suite) -> tuple[str, ...]:
    """Return the parts that a suite has rows for."""
    return tuple(
        name for name, part in PARTS.items() if any(getattr(suite, file) for file in part.files)
    )


def job_ids(suite: Suite, parts: Collection[str]) -> tuple[str, ...]:
    """Return the ids of the jobs that `jobs_of` yields, in its order."""
    checked: tuple[Row, ...] = (*suite.paraphrases, *suite.falsehoods)
    of_part: Sequence[tuple[bool, Iterable[Row]]] = (
        (bool(_steps(parts)), suite.cases),
        ("verifier" in parts, checked),
        ("conversation" in parts, suite.conversations),
        ("replay" in parts, suite.recordings),
        ("adversarial" in parts, suite.adversarial),
    )
    ids = [[row.id for row in rows] if chosen else [] for chosen, rows in of_part]
    if "verifier" in parts:
        ids[1] += [changed_id(row.id) for row in suite.paraphrases]
    return tuple(each for of_rows in ids for each in of_rows)


def jobs_of(
    suite: Suite,
    parts: Collection[str],
    assistant: "Assistant",
    copies: ExitStack,
    done: Collection[str] = (),
) -> Iterator[Job]:
    """Yield what the parts put to the assistant, but for what is `done`, by the ids of jobs.

    What writes to a library does so in a copy, which is there until `copies` is closed.
    """
    from eval.sandbox import sandbox

    chosen = frozenset(parts)

    def left(rows: Iterable[R], *wanted: str) -> list[R]:
        return [] if chosen.isdisjoint(wanted) else [row for row in rows if row.id not in done]

    cases = left(suite.cases, "retrieval", "answers", "refusal")
    yield from case_jobs(assistant, cases, steps=_steps(chosen))
    yield from statement_jobs(assistant, left((*suite.paraphrases, *suite.falsehoods), "verifier"))
    if "verifier" in chosen:
        unchanged = [row for row in suite.paraphrases if changed_id(row.id) not in done]
        yield from perturbation_jobs(assistant, unchanged)
    talks = left(suite.conversations, "conversation")
    recordings = left(suite.recordings, "replay")
    attacks = left(suite.adversarial, "adversarial")
    if talks or recordings or attacks:
        plain = copies.enter_context(sandbox(assistant))
        yield from dialogue_jobs(plain, talks)
        yield from replay_jobs(plain, recordings)
    if attacks:
        plants = [plant for attack in attacks for plant in attack.plants]
        infected = copies.enter_context(sandbox(assistant, plants))
        yield from attack_jobs(plain, infected, attacks)


def _steps(parts: Collection[str]) -> frozenset[str]:
    searched = {SEARCHED} if "retrieval" in parts else set()
    asked = {ASKED} if "answers" in parts or "refusal" in parts else set()
    return frozenset(searched | asked)
