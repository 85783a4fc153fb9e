"""Giving a library the vectors of another embedder."""

import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import islice
from pathlib import Path

from assistant.config import Config
from assistant.embedding import Embedder, load_embedder
from assistant.errors import LibraryError
from assistant.library import BATCH_PAPERS, SERVER_TIMEOUT_S, WAIT_FOR_WRITER_S, Library
from assistant.store.lock import Notify, writer_lock
from assistant.store.made_with import settings_of, write_note
from assistant.store.record import Record, open_record
from assistant.store.writer import embed

SCRATCH = ".reembedding"
"""The folder, in the library's, of vectors that are not the library's yet."""


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
    Until then the new vectors lie in a record of their own beside the library's, so that
    memory does not grow with it. The rest is as for `Library`.

    Raises:
        LibraryError: there is no library in `path`, or it can't be written.
        LibraryBusyError: another process is writing.
        ProviderError: the embedding server failed.
    """
    if not Library.exists(path):
        raise LibraryError(f"no library in {path}; make one: paper-assistant ingest FILE")
    settings = settings_of(embedder)
    with closing(open_record(path)) as record, writer_lock(path, wait_s, notify):
        with _scratch_record(path / SCRATCH) as fresh:
            fresh.put([], settings=settings)
            papers = record.papers()
            while batch := list(islice(papers, BATCH_PAPERS)):
                fresh.put(embed(batch, embedder))
            embedded = map(fresh.embedded, fresh.papers())
            record.put(embedded, settings=settings | {"indexed_generation": "0"})
        write_note(path, embedder)
        count = record.count()
    Library(path, embedder, chroma_url=chroma_url, timeout_s=timeout_s).close()
    return count


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


@contextmanager
def _scratch_record(folder: Path) -> Iterator[Record]:
    """Give an empty record in `folder`, for the one who holds the lock; it is gone at the end."""
    shutil.rmtree(folder, ignore_errors=True)  # of a process that was killed
    try:
        with closing(open_record(folder)) as record:
            yield record
    finally:
        shutil.rmtree(folder, ignore_errors=True)
