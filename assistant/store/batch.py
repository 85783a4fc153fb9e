"""Which paper each record of a batch belongs to; nothing is written here."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import Enum
from itertools import chain, count

from assistant.identity import contradict, identifiers, same_text, similarity
from assistant.store.merging import Work
from assistant.store.record import Record
from assistant.store.rows import keys_of, record_hash
from assistant.store.seen import Seen
from assistant.types import Paper

_NEW = 2**62
"""The age from which on works are not stored yet."""


class Outcome(Enum):
    """What a record is to the library; see `IngestReport`."""

    ADDED = "added"
    UPDATED = "updated"
    MERGED = "merged"
    UNCHANGED = "unchanged"


@dataclass(slots=True)
class _Open:
    """A work that the batch may still change. The lower its `age`, the earlier it came."""

    paper_id: str
    age: int
    records: list[Paper]
    former_ids: list[str] = field(default_factory=list)

    @property
    def identifiers(self) -> frozenset[str]:
        return frozenset(chain.from_iterable(map(identifiers, self.records)))


class Batch:
    """Sorts records one by one into the works that they are about.

    A work is looked up by the keys of the record; `seen` are the records that this
    ingest has met, in earlier batches too.
    """

    def __init__(self, record: Record, seen: Seen) -> None:
        """Sort by what `record` holds."""
        self._record = record
        self._seen = seen
        self._open: dict[str, _Open] = {}
        self._absorbed: dict[str, str] = {}
        self._changed: set[str] = set()
        self._new_keys: defaultdict[str, set[str]] = defaultdict(set)
        self._replaced: set[tuple[str | None, str]] = set()
        self._ages = count(_NEW)

    def take(self, given: Paper) -> Outcome:
        """Put a record where it belongs, and say what it is to the library.

        It takes the place of an earlier record of its source about the same work, unless
        this ingest has met that one as well: then the source has both, and so do we.
        """
        digest = record_hash(given)
        known = self._seen.holds(given.source, digest) or self._is_stored(given.source, digest)
        self._seen.add(given.source, digest)
        if known:
            return Outcome.UNCHANGED
        same = self._same_work(given)
        old = self._outdated(given, same or self._same_place(given))
        if old is not None:
            same = same or [old[0]]
            old[0].records.remove(old[1])
            self._replaced.add((old[1].source, record_hash(old[1])))
        work = self._joined(same) if same else self._new(given)
        work.records.append(given)
        self._changed.add(work.paper_id)
        for key in keys_of([given]):
            self._new_keys[key].add(work.paper_id)
        if old is not None:
            return Outcome.UPDATED
        return Outcome.MERGED if same else Outcome.ADDED

    def works(self) -> list[Work]:
        """Return the works that are new or changed."""
        changed = [work for work in self._open.values() if work.paper_id in self._changed]
        return [Work(w.paper_id, tuple(w.records), tuple(w.former_ids)) for w in changed]

    def _is_stored(self, source: str | None, digest: str) -> bool:
        return (source, digest) not in self._replaced and self._record.holds(source, digest)

    def _same_work(self, given: Paper) -> list[_Open]:
        """Return the works that a record is about, the oldest first.

        They are more than one if it shows that they are the same.
        """
        near = self._found_by(keys_of([given]))
        known = identifiers(given)
        same = [work for work in near if work.identifiers & known]
        for work in near:
            sure = frozenset(chain(known, *(each.identifiers for each in same)))
            if work in same or contradict(sure, work.identifiers):
                continue
            if any(same_text(given, record) for record in work.records):
                same.append(work)
        return sorted(same, key=lambda work: work.age)

    def _same_place(self, given: Paper) -> list[_Open]:
        """Return the works that a changed record may have been about.

        They go by its title; where no source is named, by the id that the caller gave it.
        """
        if given.source is None:
            paper_id = self._current(given.paper_id)
            return [work] if (work := self._get(paper_id)) else []
        title = frozenset(key for key in keys_of([given]) if key.startswith("title:"))
        known = identifiers(given)
        return [w for w in self._found_by(title) if not contradict(known, w.identifiers)]

    def _outdated(self, given: Paper, works: Iterable[_Open]) -> tuple[_Open, Paper] | None:
        """Return the record that `given` takes the place of, the most similar one, and its work."""
        old = [
            (work, record)
            for work in works
            for record in work.records
            if record.source == given.source
            and not self._seen.holds(record.source, record_hash(record))
        ]
        if len(old) < 2:
            return old[0] if old else None
        return max(old, key=lambda pair: similarity(given.abstract, pair[1].abstract))

    def _joined(self, works: list[_Open]) -> _Open:
        """Return the oldest of works that are one, with the records of the others."""
        first, *others = works
        for other in others:
            first.records += other.records
            first.former_ids += other.former_ids
            first.former_ids += [other.paper_id] if other.age < _NEW else []
            del self._open[other.paper_id]
            for former in (*other.former_ids, other.paper_id):
                self._absorbed[former] = first.paper_id
        return first

    def _new(self, given: Paper) -> _Open:
        paper_id = next(i for i in self._ids(given.paper_id) if not self._is_taken(i))
        work = _Open(paper_id, next(self._ages), [])
        self._open[paper_id] = work
        return work

    def _ids(self, wanted: str) -> Iterator[str]:
        yield wanted
        yield from (f"{wanted}-{number}" for number in count(2))

    def _is_taken(self, paper_id: str) -> bool:
        return self._current(paper_id) != paper_id or self._get(paper_id) is not None

    def _current(self, paper_id: str) -> str:
        """Return the id of the paper that an id leads to by now, over however many joins."""
        current = self._record.current_id(paper_id)
        while current in self._absorbed:
            current = self._absorbed[current]
        return current

    def _found_by(self, keys: frozenset[str]) -> list[_Open]:
        """Return the works that any of the keys finds, the oldest first."""
        ids = {
            self._current(paper_id)
            for key in keys
            for paper_id in (*self._record.ids_of_key(key), *self._new_keys.get(key, ()))
        }
        found = (self._get(paper_id) for paper_id in ids)
        return sorted((work for work in found if work), key=lambda work: work.age)

    def _get(self, paper_id: str) -> _Open | None:
        if paper_id not in self._open:
            age = self._record.age(paper_id)
            if age is None:
                return None
            self._open[paper_id] = _Open(paper_id, age, self._record.records(paper_id))
        return self._open[paper_id]
