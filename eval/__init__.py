"""The evaluation: cases, pure metrics, a runner, a gate and its reports.

From Python: ``from eval import evaluate``. The public names load on first use.
"""

from importlib import import_module
from typing import Any

_HOME = {
    "Run": "eval.suite_run",
    "evaluate": "eval.evaluating",
}

__all__ = sorted(_HOME)


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'eval' has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    return __all__
