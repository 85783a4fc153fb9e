"""One run of a suite: its settings, its results, what they come to, and the gate's verdict."""

import hashlib
import platform
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from assistant import __version__
from assistant.cores import cores
from assistant.prompts import VARIABLES, template_text
from eval.baseline import Baseline, Comparison, compare
from eval.gate import Threshold, Verdict, judge_summary
from eval.jobs import Job
from eval.judge import JUDGE_NAME
from eval.parts import PART_OF, jobs_of
from eval.results import Result
from eval.running import JobsBut, Unfinished, run_jobs
from eval.suite import Suite, row_hashes
from eval.summary import TIME_METRICS, Settings, Summary, summarise

if TYPE_CHECKING:
    from assistant.ask import Assistant


@dataclass(frozen=True, slots=True)
class Run:
    """What a run gave, and the `thresholds` that it was held against.

    `comparison` is None where there was no baseline.
    """

    results: tuple[Result, ...]
    summary: Summary
    verdict: Verdict
    comparison: Comparison | None = None
    thresholds: tuple[Threshold, ...] = ()


def run_suite(
    suite: Suite,
    parts: Sequence[str],
    assistant: "Assistant",
    unfinished: Unfinished | None = None,
    jobs: JobsBut | None = None,
) -> tuple[Result, ...]:
    """Run the parts of a suite; of what a case gives, the metrics of these parts are kept.

    Args:
        suite: the suite.
        parts: names of `eval.parts.PARTS`.
        assistant: what is measured.
        unfinished: where what is done is kept, and taken up from.
        jobs: what is run instead of `eval.parts.jobs_of`, one after the other; what that
            gives is run on as many threads as there are cores.
    """
    with ExitStack() as copies:

        def all_jobs(done: Collection[str]) -> Iterator[Job]:
            return jobs_of(suite, parts, assistant, copies, done)

        at_once = cores() if jobs is None else 1
        found = run_jobs(jobs or all_jobs, row_hashes(suite), unfinished, at_once)
    return tuple(of_parts(result, parts) for result in found)


def judge_run(
    results: Sequence[Result],
    settings: Settings,
    thresholds: Sequence[Threshold],
    baseline: Baseline | None = None,
) -> Run:
    """Hold the results against the thresholds, and against a baseline if there is one."""
    summary = summarise(results, settings)
    comparison = compare(results, baseline, thresholds) if baseline else None
    regressions = comparison.regressions if comparison else ()
    verdict = judge_summary(summary, thresholds, regressions, results)
    return Run(tuple(results), summary, verdict, comparison, tuple(thresholds))


def thresholds_of(thresholds: Sequence[Threshold], parts: Sequence[str]) -> list[Threshold]:
    """Return those of the metrics that the parts give."""
    return [
        each for each in thresholds if each.metric in TIME_METRICS or PART_OF[each.metric] in parts
    ]


CONFIGURED = ("model", "rerank", "papers_per_answer", "max_prompt_tokens", "max_answer_tokens")
"""What of the configuration changes answers, besides what `Settings` names."""


def settings_of(
    suite: Suite,
    parts: Sequence[str],
    assistant: "Assistant",
    options: Mapping[str, str | int] | None = None,
) -> Settings:
    """Return what the numbers of a run hold for; `options` are the run's own."""
    from assistant.checker import load_checker

    configured = {name: getattr(assistant.config, name) for name in CONFIGURED}
    prompts = "".join(template_text(name) for name in sorted(VARIABLES))
    return Settings(
        library_fingerprint=assistant.library.fingerprint,
        library_papers=assistant.library.count,
        engine=assistant.config.engine,
        embedder=assistant.config.embedder,
        judge=JUDGE_NAME,
        suite=suite.folder.name,
        suite_sha256=suite.sha256,
        version=__version__,
        parts=tuple(parts),
        checker=load_checker(assistant.config).name,
        prompts_sha256=hashlib.sha256(prompts.encode()).hexdigest(),
        python=platform.python_version(),
        options={**{k: v for k, v in configured.items() if v is not None}, **(options or {})},
    )


def begin(out: Path | None, settings: Settings, say: Callable[[str], None]) -> Unfinished | None:
    """Return where a run keeps what it has done: in the folder of its reports, if it has one."""
    if out is None:
        return None
    unfinished = Unfinished(out, asdict(settings))
    if unfinished.done:
        say(f"taking up a stopped run: {len(unfinished.done)} rows are done")
    return unfinished


def of_parts(result: Result, parts: Collection[str]) -> Result:
    """Return a result with the scores that the parts give, and no other."""
    scores = {name: s for name, s in result.scores.items() if PART_OF[name] in parts}
    return replace(result, scores=scores)
