"""Puts statements to the check: paraphrases are to pass, false sentences are to be caught."""

from collections.abc import Iterable, Iterator
from functools import partial

from assistant.types import CheckedSentence, Label
from eval.cases import Falsehood, Paraphrase
from eval.jobs import Job
from eval.results import Result
from eval.runner import describe
from eval.scores import Score
from eval.subject import Subject

PARAPHRASE_METRICS = ("paraphrase_passed", "paraphrase_supported", "paraphrase_source_found")
FALSEHOOD_METRICS = ("falsehood_caught", "falsehood_contradicted")


def statement_jobs(subject: Subject, statements: Iterable[Paraphrase | Falsehood]) -> Iterator[Job]:
    """Yield a job a statement: it is checked against the whole library."""
    for statement in statements:
        yield Job(statement.id, partial(_run_statement, subject, statement))


def _run_statement(subject: Subject, statement: Paraphrase | Falsehood) -> tuple[Result]:
    true = isinstance(statement, Paraphrase)
    remark = ""
    try:
        checked = subject.check(statement.text)
        if not checked:  # every sentence of none would pass
            raise ValueError("no sentence is found in it; write it as one")
        scores = _true_scores(statement.title, checked) if true else _false_scores(checked)
        remark = "; ".join(f"{c.verdict.label}: {', '.join(c.verdict.reasons)}" for c in checked)
    except Exception as error:
        failed = Score(error=describe("check", error))
        scores = dict.fromkeys(PARAPHRASE_METRICS if true else FALSEHOOD_METRICS, failed)
    result = Result(
        id=statement.id,
        kind="paraphrase" if true else "falsehood",
        split=statement.split,
        cluster=statement.title,
        asked=statement.text,
        scores=scores,
        remark=remark,
    )
    return (result,)


def _true_scores(title: str, checked: Iterable[CheckedSentence]) -> dict[str, Score]:
    """Score a statement that is true of the paper `title`: every sentence of it has to pass."""
    verdicts = [sentence.verdict for sentence in checked]
    passed = all(verdict.label.shown for verdict in verdicts)
    right = all(any(e.paper.title == title for e in verdict.evidence) for verdict in verdicts)
    return {
        "paraphrase_passed": Score(float(passed)),
        "paraphrase_supported": Score(float(all(v.label is Label.SUPPORTED for v in verdicts))),
        "paraphrase_source_found": (
            Score(float(right)) if passed else Score(not_applicable="did not pass")
        ),
    }


def _false_scores(checked: Iterable[CheckedSentence]) -> dict[str, Score]:
    """Score a false statement: it is caught if any sentence of it is not shown."""
    labels = [sentence.verdict.label for sentence in checked]
    return {
        "falsehood_caught": Score(float(not all(label.shown for label in labels))),
        "falsehood_contradicted": Score(float(Label.CONTRADICTED in labels)),
    }
