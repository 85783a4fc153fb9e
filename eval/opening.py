"""Opens the library that a suite is run over."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.cli import SAMPLE
from assistant.commands.library import check_exists
from assistant.config import Config, load_config, sample_library_folder
from assistant.errors import LibraryError

if TYPE_CHECKING:
    from assistant.ask import Assistant


def open_library(
    folder: str | Path | None = None,
    config: Config | None = None,
    notify: Callable[[str], None] | None = None,
) -> "Assistant":
    """Open a library that has papers; without a `folder` the sample library, made if missing.

    Args:
        folder: the library's folder.
        config: the other settings; by default those of file and environment.
        notify: told what the person should know meanwhile.

    Raises:
        UsageError: a setting is unusable.
        LibraryError: there is no library, it is empty, or it can't be read.
    """
    from assistant.ask import Assistant

    named = sample_library_folder() if folder is None else Path(folder)
    config = replace(config or load_config(), library=named)
    if folder is None:
        with Assistant.open(config=config) as assistant:
            assistant.ingest(SAMPLE)
    check_exists(named)
    assistant = Assistant.open(config=config)
    assistant.library.notify = notify
    if assistant.library.count == 0:
        assistant.close()
        raise LibraryError(f"the library in {named} holds no papers; name one that has some")
    return assistant
