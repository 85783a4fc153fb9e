"""``paper-assistant library doctor``: examine the library, and say what mends it."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from assistant.views.library import facts_text
from assistant.views.text import printable

if TYPE_CHECKING:
    from assistant.commands.library import Call
    from assistant.store.diagnosis import Diagnosis


def doctor(call: "Call") -> int:
    """Examine the library; 0 is healthy, 1 needs a command, 3 is unusable as it is.

    Raises:
        LibraryError: there is no library.
        LibraryBusyError: another process was writing all the time.
    """
    from assistant.commands.library import check_exists
    from assistant.embedding import load_embedder
    from assistant.store.doctor import diagnose

    config = call.config
    check_exists(config.library)
    diagnosis = diagnose(
        config.library,
        load_embedder(config),
        chroma_url=config.chroma_url,
        timeout_s=config.timeout_s,
        wait_s=config.wait_s,
        notify=call.say,
    )
    call.tell(diagnosis.to_dict(), diagnosis_text(diagnosis))
    return diagnosis.exit_code


def diagnosis_text(diagnosis: "Diagnosis") -> str:
    """Return the state of a library: what was counted, what was found, and the upshot."""
    return printable("\n".join([facts_text(dict(_facts(diagnosis))), *_findings(diagnosis)]))


def _facts(diagnosis: "Diagnosis") -> Iterator[tuple[str, object]]:
    yield "path", diagnosis.path
    if diagnosis.papers is None:
        return
    yield "embedder", f"{diagnosis.embedder}, {diagnosis.dimension} numbers a vector"
    lexical = _held(diagnosis.papers_in_lexical, "lexical")
    yield "papers", f"{diagnosis.papers} in the record, {lexical}"
    chroma = _held(diagnosis.chunks_in_chroma, "chroma")
    yield "chunks", f"{diagnosis.chunks} in the record, {chroma}"
    yield "vectors", f"{diagnosis.asked} looked up, {diagnosis.found} found by themselves"


def _held(count: int | None, part: str) -> str:
    return f"not counted in {part}" if count is None else f"{count} in {part}"


def _findings(diagnosis: "Diagnosis") -> Iterator[str]:
    for finding in diagnosis.findings:
        yield f"{finding.severity}: {finding.part}: {finding.what}"
        yield f"    {finding.mend}"
    yield {0: "healthy", 1: "needs a command"}.get(diagnosis.exit_code, "unusable as it is")
