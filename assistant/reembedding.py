"""Giving a library the vectors of another embedder."""

from pathlib import Path

from assistant.config import Config
from assistant.embedding import Embedder, load_embedder
from assistant.errors import LibraryError
from assistant.library import SERVER_TIMEOUT_S, WAIT_FOR_WRITER_S, Library
from assistant.store.lock import Notify, writer_lock
from assistant.store.made_with import settings_of, write_note
from assistant.store.record import open_record
from assistant.store.writer import embed


def reembed(
    path: Path,
    embedder: Embedder,
    *,
    chroma_url: str | None = None,
    timeout_s: float = SERVER_TIMEOUT_S,
    wait_s: float = WAIT_FOR_WRITER_S,
    notify: Notify | None = None,
) -> int:
    """Embed every paper of the library in `path` with another embedder; return how many.

    The new vectors replace the old ones in one step, so a failure changes nothing. The
    indexes count for nothing from then on: they hold what the other embedder gave.
    The rest is as for `Library`.

    Raises:
        LibraryError: there is no library in `path`.
        LibraryBusyError: another process is writing.
        ProviderError: the embedding server failed.
    """
    if not Library.exists(path):
        raise LibraryError(f"no library in {path}; make one: paper-assistant ingest FILE")
    record = open_record(path)
    try:
        with writer_lock(path, wait_s, notify):
            embedded = embed(list(record.papers()), embedder)
            record.put(embedded, settings=settings_of(embedder) | {"indexed_generation": "0"})
            write_note(path, embedder)
    finally:
        record.close()
    Library(path, embedder, chroma_url=chroma_url, timeout_s=timeout_s).close()
    return len(embedded)


def reembed_configured(config: Config, notify: Notify | None = None) -> int:
    """Embed every paper of the configured library with the configured embedder, as `reembed`."""
    return reembed(
        config.library,
        load_embedder(config),
        chroma_url=config.chroma_url,
        timeout_s=config.timeout_s,
        wait_s=config.wait_s,
        notify=notify,
    )
