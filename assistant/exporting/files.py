"""An export as a file."""

import itertools
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

from assistant.exporting import Exporter
from assistant.store.disk import written
from assistant.types import Paper


def write_file(file: Path, exporter: Exporter, papers: Iterable[Paper]) -> int:
    """Write papers to a file, whose old content stays until all is written; return how many.

    Raises:
        LibraryError: it can't be written.
    """
    count = itertools.count()
    counted = (paper for paper, _ in zip(papers, count, strict=False))
    with written(file), TemporaryDirectory(prefix=".export-", dir=file.parent) as folder:
        new = Path(folder) / file.name
        with new.open("w", encoding=exporter.ENCODING, newline="\n") as out:
            out.writelines(f"{block}\n" for block in exporter.blocks(counted))
        new.replace(file)
    return next(count)
