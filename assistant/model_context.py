"""How much a model can read: what its server tells, or what it is known for by its name."""

import math
from collections.abc import Mapping
from typing import Any

_KNOWN = (
    ("gpt-3.5-turbo-instruct", 4096),
    ("gpt-3.5", 16_385),
    ("gpt-4o", 128_000),
    ("gpt-4-turbo", 128_000),
    ("gpt-4.1", 1_000_000),
    ("gpt-4", 8192),
    ("tinyllama", 2048),
    ("phi-2", 2048),
    ("pythia", 2048),
    ("llama-2", 4096),
    ("llama2", 4096),
    ("smollm2", 8192),
    ("smollm", 2048),
)
"""Beginnings of names, the longer ones first, with the context that their makers tell."""

_TOLD_AS = ("max_model_len", "context_length", "context_window", "max_context_length", "n_ctx")
"""What vLLM, OpenRouter, Groq, LM Studio and llama.cpp call it in their lists of models."""

_SPARE = 0.9
"""tiktoken's tokens are not the model's own: so much of a context is used."""


def known_context(name: str) -> int | None:
    """Return the tokens that a model of this name reads, or None; a maker before / is left out."""
    bare = name.rpartition("/")[2].lower()
    return next((tokens for start, tokens in _KNOWN if bare.startswith(start)), None)


def context_told(row: Mapping[str, Any]) -> int | None:
    """Return the tokens that a server's list tells of a model, or None."""
    meta = row.get("meta")
    rows = [row, meta if isinstance(meta, Mapping) else {}]
    told = (each.get(key) for each in rows for key in _TOLD_AS)
    return next((n for n in told if isinstance(n, int) and n > 0), None)


def prompt_budget(wanted: int, context: int | None, max_answer_tokens: int) -> int:
    """Return how many tokens a prompt may have: `wanted`, or less where the context is short."""
    if context is None:
        return wanted
    return max(0, min(wanted, math.floor(_SPARE * context) - max_answer_tokens))
