"""The checker that a bench measures with: one that reads, or none because a person said so."""

from assistant.checker import Checker, load_checker
from assistant.config import Config
from assistant.errors import UsageError


def working_checker(config: Config) -> Checker:
    """Return the checker of the settings.

    Raises:
        UsageError: its weights are missing or broken: what was measured would not be it.
    """
    checker = load_checker(config)
    return working(checker) if config.checker else checker


def working(checker: Checker) -> Checker:
    """Return a checker that reads.

    Raises:
        UsageError: it reads nothing.
    """
    checker.read(["A passage."], "A sentence.")
    if checker.skips:
        raise UsageError(checker.skips)
    return checker
