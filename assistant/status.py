"""The start-up line: what is in use, and what lies unused; pure."""

from collections.abc import Iterator

from assistant.config import Config
from assistant.library import Library


def status_line(config: Config, library: Library, calibration: str | None, skips: str = "") -> str:
    """Say in one line which engine, embedder and library are in use, and what lies unused.

    Args:
        config: the settings.
        library: what is open.
        calibration: what is known of the library's calibration, if it has one.
        skips: why the checker reads nothing, as far as that is known; empty if it does.
    """
    return "; ".join(_parts(config, library, calibration, skips))


def _parts(config: Config, library: Library, calibration: str | None, skips: str) -> Iterator[str]:
    server = f", chunks and vectors on {config.chroma_url}" if config.chroma_url else ""
    yield (
        f"engine {config.engine}, embedder {library.embedder.name}, "
        f"library {library.path} ({library.count} papers){server}"
    )
    if calibration:
        yield calibration
    if skips:
        yield f"sentences are not checked for entailment: {skips}"
    if config.key_unused:
        yield "OPENAI_API_KEY is set and not used (--engine openai would use it)"
    if library.notice:
        yield library.notice
