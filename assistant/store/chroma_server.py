"""The dense index on a Chroma server.

What is there is what the embedded store would hold, and no more: the chunks with
their vectors. The record (SQLite) and the lexical index stay in the library's
folder, and what the server loses is refilled from there.

What that means for several machines. A server holds any number of libraries, from
any number of machines, each in a collection of its own; searching and writing at
once is the server's business, so neither damages it. A collection belongs to one
record, though, and one library to one folder: a paper is found where its record
is, not on every machine that reaches the server. Two copies of a folder start out
with one collection. The first that writes marks it with its generation, the other
is told so instead of finding half of its papers, and takes a collection of its own
when it is rebuilt.
"""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from typing import Any, TypeVar

from assistant.errors import AssistantError, LibraryError, ProviderError
from assistant.in_time import in_time
from assistant.store.collection import DenseIndex

T = TypeVar("T")


class ServerStore:
    """Chunks and vectors in one collection of a Chroma server, as `DenseStore` has it."""

    def __init__(self, url: str, collection: str, timeout_s: float) -> None:
        """Use `collection` of the server at `url`; each call may take `timeout_s` seconds."""
        self.place = f"{url}, collection {collection}"
        self._url = url
        self._collection = collection
        self._new = f"{collection}.new"
        self._timeout_s = timeout_s

    def is_there(self) -> bool:
        """Whether there is something to open: asking would cost every start a connection."""
        return True

    def open(self, *, create: bool = False) -> DenseIndex:
        """Connect to the collection.

        Raises:
            ProviderError: the server can't be reached, is too slow, or no Chroma server.
            LibraryError: it has no such collection.
        """
        return self._open(self._collection, create=create)

    def make(self) -> DenseIndex:
        """Make an empty collection beside the one in use."""
        self.discard()
        return self._open(self._new, create=True)

    def adopt(self) -> None:
        """Put the collection that was made in place of the one in use."""
        with closing(self._open(self._new, create=False)) as made:
            self._delete(self._collection)
            made.rename(self._collection)

    def discard(self) -> None:
        """Delete what an interrupted `make` left."""
        self._delete(self._new)

    def is_of_another(self, generation: int) -> bool:
        """Whether another record has written here: a later generation than this one's."""
        try:
            with closing(self.open()) as index:
                return index.generation is not None and index.generation > generation
        except LibraryError:  # there is no such collection, or none of ours
            return False

    def _open(self, collection: str, *, create: bool) -> DenseIndex:
        access = _InTime(self.place, self._timeout_s)
        with access.closed_on_failure():
            client = access.connect(self._url)
            return access.reading(
                lambda: DenseIndex(client, collection, self.place, access, create=create)
            )

    def _delete(self, collection: str) -> None:
        def delete() -> None:
            from chromadb.errors import NotFoundError

            with suppress(NotFoundError):
                client.delete_collection(collection)

        with closing(_InTime(self.place, self._timeout_s)) as access:
            client = access.connect(self._url)
            access.writing(delete)


class _InTime:
    """Access to a server: every call ends, and what goes wrong is told apart."""

    def __init__(self, place: str, timeout_s: float) -> None:
        self._client: Any = None
        self._place = place
        self._timeout_s = timeout_s

    def connect(self, url: str) -> Any:
        """Return a client of Chroma's for the server at `url`."""
        self._client = self.reading(lambda: _client(url, self._timeout_s))
        return self._client

    def reading(self, call: Callable[[], T]) -> T:
        with self._errors_named():
            [(answer,)] = in_time(lambda _: iter([(call(),)]), self._timeout_s)
            return answer

    writing = reading

    def close(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            for part in (client, client._admin_client):  # each has connections of its own
                part._server._session.close()

    @contextmanager
    def closed_on_failure(self) -> Iterator[None]:
        try:
            yield
        except BaseException:
            self.close()
            raise

    @contextmanager
    def _errors_named(self) -> Iterator[None]:
        """Turn what goes wrong into an error that names the place and what to do."""
        from chromadb.errors import ChromaError, InternalError

        try:
            yield
        except AssistantError:
            raise
        except TimeoutError as error:
            raise ProviderError(
                f"{self._place}: the Chroma server took longer than {self._timeout_s:g} s; "
                "see what keeps it, or raise timeout_s"
            ) from error
        except Exception as error:  # whatever its client makes of what came back
            if isinstance(error, ChromaError) and not isinstance(error, InternalError):
                raise LibraryError(
                    f"{self._place}: Chroma refuses ({error}); run: paper-assistant library rebuild"
                ) from error
            raise ProviderError(
                f"{self._place}: no Chroma server answers as it should ({_short(error)}); "
                "start it with: chroma run, or mend chroma_url"
            ) from error


def _client(url: str, timeout_s: float) -> Any:
    import chromadb
    import chromadb.config

    client: Any = chromadb.HttpClient(
        host=url, settings=chromadb.config.Settings(anonymized_telemetry=False)
    )
    client._server._session.timeout = timeout_s  # the end of a thread that nobody waits for
    return client


def _short(error: Exception) -> str:
    said = " ".join(str(error).split()) or type(error).__name__
    return said if len(said) <= 200 else f"{said[:200]} ..."
