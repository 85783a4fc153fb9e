"""Records of tagged lines, as RIS and MEDLINE have them: grouped, with wrapped lines joined."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from assistant.readers.record import Broken
from assistant.readers.text import MAX_RECORD_CHARACTERS, Text, too_long


@dataclass(slots=True)
class Tagged:
    """The tags and values of one record, in order; `line` is where it begins."""

    line: int
    fields: list[tuple[str, list[str]]] = field(default_factory=list)
    size: int = 0

    def add(self, tag: str, value: str) -> None:
        """Add a tagged line, or a wrapped one (no tag) to the last."""
        self.size += len(value) + len(tag) + 8
        if self.size <= MAX_RECORD_CHARACTERS:
            if tag:
                self.fields.append((tag, [value]))
            elif self.fields:
                self.fields[-1][1].append(value)

    def values(self, *tags: str) -> list[str]:
        """Return the values of the first of `tags` that there is."""
        for tag in tags:
            found = [unwrapped(parts) for name, parts in self.fields if name == tag]
            if any(found):
                return [value for value in found if value]
        return []

    def to_the_letter(self, tag: str) -> str:
        """Return the value of a tag with its lines as they are, but for four spaces ahead."""
        parts = next((parts for name, parts in self.fields if name == tag), [])
        return "\n".join(part.removeprefix("    ") for part in parts)


def unwrapped(parts: Sequence[str]) -> str:
    """Return a value and its wrapped lines as one line."""
    return " ".join(part.strip() for part in parts).strip()


def tagged_records(
    text: Text, line: re.Pattern[str], begin: str, end: str | None
) -> Iterator[Tagged | Broken]:
    """Yield each record: from a line tagged `begin` to one tagged `end`, or to the next `begin`.

    `line` matches a tagged line, with the tag and the value as its groups.
    """
    record: Tagged | None = None
    for number, content in text.lines():
        if content is None:
            yield Broken(f"line {number}", too_long())
            record = None
            continue
        match = line.match(content)
        tag = match[1].upper() if match else ""
        if tag == begin or tag == end or record is None:
            if record is not None:
                yield _checked(record)
            record = Tagged(number) if tag == begin else None
        if record is not None:
            record.add(tag, (match[2] or "") if match else content)
            text.check_passed_over(record.size, f"the record at line {record.line}")
    if record is not None:
        yield _checked(record)


def _checked(record: Tagged) -> Tagged | Broken:
    if record.size > MAX_RECORD_CHARACTERS:
        return Broken(f"line {record.line}", too_long())
    return record
