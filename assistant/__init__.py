"""Ask a library of paper abstracts; every sentence of an answer carries a checked citation.

The public names load on first use, so that ``import assistant`` stays light.
"""

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

_HOME = {
    "Assistant": "assistant.ask",
    "Answer": "assistant.types",
    "Citation": "assistant.types",
    "Config": "assistant.config",
    "Evidence": "assistant.types",
    "Hit": "assistant.types",
    "IngestReport": "assistant.ingest_report",
    "Label": "assistant.types",
    "Paper": "assistant.types",
    "Verdict": "assistant.types",
    "AssistantError": "assistant.errors",
    "load_config": "assistant.config",
    "verify": "assistant.grounding",
}

__all__ = ["__version__", *sorted(_HOME)]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'assistant' has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    return __all__
