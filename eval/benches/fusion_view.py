"""Renders the cross-validation of the fusion weights for the terminal. Pure."""

from assistant.views.text import printable
from eval.benches.fusion_fit import FEEDBACK, FITTED, LEXICAL, SENTENCE
from eval.benches.fusion_report import FitReport, MixScore, fitted
from eval.benches.retrieval_view import collection_lines
from eval.table import align, value_and_interval


def render_fit(report: FitReport) -> str:
    """Return the report as text: what was measured, means, folds, and how flat the grid is."""
    parts = [_settings_lines(report), _means(report), _folds(report), _plateau(report)]
    return printable("\n\n".join("\n".join(lines) for lines in parts))


def _settings_lines(report: FitReport) -> list[str]:
    settings = report.settings
    steps = ("lexical", LEXICAL), ("sentence", SENTENCE), ("feedback", FEEDBACK)
    told = "; ".join(f"{name} {', '.join(f'{each:g}' for each in of)}" for name, of in steps)
    return [
        *collection_lines(settings, report.counts, report.first_skipped),
        f"embedder  {settings.embedder}; before any reranking",
        f"grid      {len(report.grid)} mixes: {told};",
        "          chunk what lexical and sentence leave of 1; the other weights as shipped",
        "feedback  is of the papers that the shipped weights put first, whatever the mix",
        f"folds     {settings.folds}, no group in two of them, seed {settings.seed}; the best mix "
        f"by {settings.metric} outside a fold is scored inside",
        f"interval  95%, from {settings.resamples} resamples of the groups",
        f"version   {settings.version}",
    ]


def _means(report: FitReport) -> list[str]:
    rows = [
        ["shipped weights", *value_and_interval(report.shipped)],
        ["cross-validated", *value_and_interval(report.cross_validated)],
        ["cross-validated minus shipped", *value_and_interval(report.difference, "+")],
    ]
    return align([["", report.settings.metric, "95%"], *rows])


def _folds(report: FitReport) -> list[str]:
    header = ["fold", "queries", *FITTED, "outside", "inside", "shipped inside"]
    rows = [
        [
            str(number),
            str(fold.queries),
            *_weights(fold.chosen),
            *(f"{score:.3f}" for score in (fold.chosen.score, fold.score, fold.shipped)),
        ]
        for number, fold in enumerate(report.folds, start=1)
    ]
    return align([header, *rows])


def _plateau(report: FitReport) -> list[str]:
    """Tell how much the weights matter at all."""
    told = (
        ("best of the grid", report.best),
        ("shipped", report.grid[0]),
        ("worst of the grid", report.worst),
    )
    rows = [[name, *_weights(mix), f"{mix.score:.3f}"] for name, mix in told]
    return [
        *align([["over all queries", *FITTED, report.settings.metric], *rows]),
        f"within {report.settings.near_best:g} of the best: {report.near_best} of "
        f"{len(report.grid)} mixes",
    ]


def _weights(mix: MixScore) -> list[str]:
    return [f"{weight:g}" for weight in fitted(mix.weights).values()]
