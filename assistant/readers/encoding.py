"""Bytes to characters: by byte-order mark, as UTF-8, or by a guess that must be a sure one.

A byte that fits nowhere becomes `BAD`, which no file can hold, so that it costs
the record that it stands in and nothing else.
"""

import codecs
import re
from collections.abc import Iterator

from assistant.errors import ReadError

BAD = "\udc80"
"""Stands for bytes that are no character in the file's encoding."""
SAMPLE_BYTES = 1 << 16

_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}  # in this order: the mark of UTF-32 begins with that of UTF-16
_DECLARED = re.compile(rb"\s*<\?xml[^>]*?\bencoding\s*=\s*[\"']([\w.-]{1,40})[\"']")
_EAST_ASIAN = ("gb18030", "big5", "shift_jis", "euc_jp", "euc_kr")
_CANDIDATES = [
    *("cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "iso8859_2", "iso8859_7", "koi8_r"),
    *("mac_roman", *_EAST_ASIAN),
]
_ALPHABETS = (
    *("àâæçéèêëîïôœùûüÿ", "äöüß", "áéíñóúü", "ãáàâçéêíóôõúü", "àèéìîòóùú", "äåéàö", "æøåéòóô"),
    *("áčďéěíňóřšťúůýž", "áäčďéíĺľňóôŕšťúýž", "ąćęłńóśźż", "áéíóöőúüű", "çğıöşüâîû", "ăâîșțşţ"),
    *("čćđšž", "áéëèïíóöúü"),
)
"""French, German, Spanish, Portuguese, Italian, Swedish, Danish and Norwegian; Czech, Slovak,
Polish, Hungarian, Turkish, Romanian; Croatian, Dutch: their letters beyond ASCII."""
_SURE = 0.4
_MARGIN = 0.1
_SIGN_IN_WORD = re.compile(
    r"(?i)[a-zß-ÿ][^\W\d_]*[¡-¿×÷†‡‰•™ƒ„‚…€][^\W\d_]|[†‡‰•ƒ][^\W\d_]|[À-ÿ]\d[À-ÿ]"
)
_MANY_LINES = 0.1


def decode(blocks: Iterator[bytes], name: str, encoding: str | None = None) -> Iterator[str]:
    """Yield the characters of `blocks`; a person's `encoding` goes before all that is seen.

    Raises:
        ReadError: the input is empty, binary, or in an encoding that can't be told for sure.
    """
    first = _sample(b"", blocks)
    marked = next((codec for mark, codec in _MARKS.items() if first.startswith(mark)), None)
    declared = None if marked else _declared(first)
    if not first.strip() or marked == "utf-8-sig" and not first[3:].strip():
        raise ReadError(f"{name}: the file is empty; give a file with papers in it")
    known = encoding or marked or declared
    if known is None or known in ("utf-8", "utf-8-sig"):
        _refuse_binary(first, name)
    if known is not None:
        yield from _decoded(first, blocks, known)
    else:
        yield from _unmarked(first, blocks, name)


def known_encoding(name: str) -> bool:
    """Whether Python has a text encoding of this name."""
    try:
        return bool(codecs.lookup(name)._is_text_encoding)
    except (LookupError, ValueError):
        return False


def _unmarked(block: bytes, blocks: Iterator[bytes], name: str) -> Iterator[str]:
    """Pass plain ASCII on; decide at the first byte that is more than that."""
    lines = 0
    while block.isascii():
        yield block.decode("ascii")
        lines += block.count(b"\n")
        if not (block := next(blocks, b"")):
            return
    sample = _sample(block, blocks)
    yield from _decoded(sample, blocks, _choose(sample, name, lines + 1))


def _decoded(first: bytes, blocks: Iterator[bytes], encoding: str) -> Iterator[str]:
    codecs.register_error("mark-bad", _mark)
    decoder = codecs.getincrementaldecoder(encoding)("mark-bad")
    yield decoder.decode(first)
    for block in blocks:
        yield decoder.decode(block)
    yield decoder.decode(b"", final=True)


def _mark(error: UnicodeError) -> tuple[str, int]:
    """Decode what can't be decoded to `BAD`, for `codecs`."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return BAD, error.end


def _choose(sample: bytes, name: str, line: int) -> str:
    """Return the encoding of a sample that is not all ASCII.

    Raises:
        ReadError: none fits it beyond doubt.
    """
    as_utf8 = "".join(_decoded(sample, iter(()), "utf-8")).removesuffix(BAD)  # it may be cut
    bad = as_utf8.count(BAD)
    if sum(not character.isascii() for character in as_utf8) >= 2 * bad:
        return "utf-8"
    lines = sample.split(b"\n")
    strange = [each for each in lines if not each.isascii()]
    if guess := _guess(b"\n".join(strange)):
        return guess
    if len(strange) < _MANY_LINES * len(lines):
        return "utf-8"  # a few bad lines: they alone are skipped
    raise ReadError(
        f"{name}:{line + lines.index(strange[0])}: not UTF-8 text, and in no encoding that can be "
        "told for sure; save the file as UTF-8, or name it, such as --encoding cp1252"
    )


def _guess(sample: bytes) -> str | None:
    """Return the encoding of which `charset_normalizer` is sure, if there is one.

    Where it can't choose between two readings, the one whose letters are all of one
    language is right, if the other's are not.
    """
    from charset_normalizer import from_bytes

    matches = list(from_bytes(sample, cp_isolation=_CANDIDATES))
    if not matches:
        return None
    best = matches[0]
    if best.coherence < _SURE and not (best.encoding in _EAST_ASIAN and len(str(best)) > 20):
        return None
    readings = {
        str(match): match.encoding
        for match in reversed(matches)
        if match.coherence > best.coherence - _MARGIN
    }
    if len(readings) > 1:
        readings = {text: codec for text, codec in readings.items() if _is_of_one_language(text)}
    text, codec = next(iter(readings.items()), ("", None))
    return codec if len(readings) == 1 and not _SIGN_IN_WORD.search(text) else None


def _is_of_one_language(text: str) -> bool:
    letters = {c for c in text.lower() if c.isalpha() and not c.isascii()}
    return len(letters) > 2 and any(letters <= set(alphabet) for alphabet in _ALPHABETS)


def _declared(first: bytes) -> str | None:
    """Return the encoding that an XML file states, if Python has it."""
    match = _DECLARED.match(first)
    if match is None:
        return None
    encoding = match[1].decode("ascii").lower()
    usable = known_encoding(encoding) and not encoding.startswith(("utf-16", "utf-32"))
    return encoding if usable and encoding not in ("utf8", "utf-8", "us-ascii", "ascii") else None


def _refuse_binary(first: bytes, name: str) -> None:
    if b"\0" not in first or _is_text_with_nuls(first):
        return
    even, odd = first[::2].count(0), first[1::2].count(0)
    if len(first) >= 8 and not min(even, odd) and max(even, odd) > 0.2 * len(first):
        raise ReadError(
            f"{name}: looks like UTF-16 without a byte-order mark; save the file as UTF-8, "
            f"or name its encoding with --encoding utf-16-{'be' if even else 'le'}"
        )
    raise ReadError(f"{name}: a binary file; give a text file with papers in it")


def _is_text_with_nuls(first: bytes) -> bool:
    """Whether a few NULs have strayed into what is text otherwise: they cost their records."""
    text = first.decode("utf-8", "replace")
    strange = sum(text.count(chr(code)) for code in (*range(1, 9), *range(14, 32), 0xFFFD))
    return len(first) >= 64 and not strange and text.count("\0") <= max(3, len(first) // 1000)


def _sample(start: bytes, blocks: Iterator[bytes]) -> bytes:
    """Return `start` and enough of what follows to judge by."""
    sample = start
    while len(sample) < SAMPLE_BYTES and (block := next(blocks, b"")):
        sample += block
    return sample
