"""What the checker's reading adds to the gate: fitted on questions that the checker has not seen.

The gate's own score and the checker's log-odds come to one by a logistic regression; all that
is reported is cross-validated, the questions of an abstract in one fold.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from assistant.calibration import Curve
from assistant.checker import Checker, NoChecker
from assistant.logistic import fit_logistic
from assistant.sufficiency import WithReading
from eval.benches.fusion_fit import FOLDS, Floats, split_folds
from eval.benches.gate_fit import labels
from eval.benches.gate_rows import GateRow
from eval.benches.written import Written
from eval.checker.written_pairs import held_out

_SHRINKAGE = (1.0, 1.0, 1e-6)
_SEEN = NoChecker("it was trained on this question")


@dataclass(frozen=True, slots=True)
class ReadQuestions:
    """Questions that the checker read, with the gate's score without it."""

    rows: Sequence[GateRow]
    unread: Floats

    @property
    def columns(self) -> Floats:
        """The gate's score and the checker's log-odds, shape (questions, 2)."""
        answering = np.array([row.signs.answering for row in self.rows], np.float64)
        return np.column_stack([self.unread, answering])


def checker_for(checker: Checker, written: Written) -> Checker:
    """Return the checker for questions that it was not trained on, and none for the others."""
    return checker if held_out(written.abstract) else _SEEN


def only_read(rows: Sequence[GateRow], unread: Floats) -> ReadQuestions:
    """Return the questions that the checker read, of all."""
    places = [place for place, row in enumerate(rows) if row.signs.answering is not None]
    return ReadQuestions([rows[place] for place in places], unread[places])


def fit_reading(questions: ReadQuestions, development: ReadQuestions) -> WithReading:
    """Return the weights that tell answered questions from near misses; its curve comes later."""
    columns = np.vstack([questions.columns, development.columns])
    answered = np.r_[labels(questions.rows), labels(development.rows)]
    score, answering, constant = fit_logistic(columns, answered, _SHRINKAGE)
    return WithReading(float(score), float(answering), float(constant), Curve())


def read_scores(questions: ReadQuestions, weights: WithReading) -> Floats:
    """Return the scores that come of both."""
    both = np.array([weights.score, weights.answering])
    return np.asarray(questions.columns @ both + weights.constant)


def out_of_fold_reading(questions: ReadQuestions) -> Floats:
    """Return for each question its score by weights fitted on other abstracts."""
    folds = split_folds([row.written.abstract for row in questions.rows])
    columns, answered = questions.columns, labels(questions.rows)
    scores = np.empty(len(columns))
    for fold in range(FOLDS):
        others = folds != fold
        found = fit_logistic(columns[others], answered[others], _SHRINKAGE)
        scores[~others] = columns[~others] @ found[:-1] + found[-1]
    return scores
