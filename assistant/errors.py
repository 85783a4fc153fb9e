"""Everything that can go wrong, as one tree; each message says what happened, the value, the fix.

AssistantError           any error of ours
├── UsageError           a wrong argument or setting                        exit code 2
│   └── ReadError        a file that no reader understands, or a bad record
├── LibraryError         the library is missing, mismatched or damaged      exit code 3
│   └── LibraryBusyError another process holds the writer's lock
├── ProviderError        a model or embedding server failed                 exit code 4
└── RecordingMissingError  a call that was to be played was not recorded    exit code 7
"""


class AssistantError(Exception):
    """Any error of ours; `exit_code` is what the command ends with."""

    exit_code = 1


class UsageError(AssistantError):
    """A wrong argument or setting."""

    exit_code = 2


class ReadError(UsageError):
    """A file that no reader understands, or a record that is not a paper."""


class LibraryError(AssistantError):
    """The library is missing, made with something else, or damaged."""

    exit_code = 3


class LibraryBusyError(LibraryError):
    """Another process holds the writer's lock."""


class ProviderError(AssistantError):
    """A model or embedding server failed, or answered with something unusable."""

    exit_code = 4


class RecordingMissingError(AssistantError):
    """A call of a model that was to be played from a recording was not recorded."""

    exit_code = 7
