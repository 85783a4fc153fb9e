"""BibTeX, for LaTeX and reference managers: text is escaped, mathematics stays as it is."""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from urllib.parse import quote

from assistant.exporting.fields import DATABASE, parted_by_semicolons, without_carriage_returns
from assistant.types import Paper

KEY = "bibtex"
NAME = "BibTeX"
SUFFIXES: tuple[str, ...] = (".bib", ".bibtex")
ENCODING = "utf-8"

_MATH = re.compile(r"(?<![\\$])(\$(?![\s$])[^$]{0,1999}[^$\s\\]\$(?![$\d]))")
_MATH_UNFIT = re.compile(r"(?<!\\)%|\n\s*@|\n\s*\n")
_ESCAPED = str.maketrans(
    {
        "\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
        **{sign: f"\\{sign}" for sign in "{}$&%#_"},
    }
)  # fmt: skip
_LONE_BRACES = {r"\{": r"\textbraceleft{}", r"\}": r"\textbraceright{}"}
_LIGATURE = re.compile(r"([-`'])(?=\1)")
_ENTRY_LIKE = re.compile(r"^(\s*)@", re.MULTILINE)
_IN_LINK = re.compile(r"[{}\\\"]")
_WORD = re.compile(r"[a-z0-9]+")
_SMALL_WORDS = frozenset("a an the on of in for to and is are with how what why do does".split())


def blocks(papers: Iterable[Paper]) -> Iterator[str]:
    """Yield an entry for each paper, with an empty line after it; every key is another."""
    for paper, key in _keyed(papers):
        fields = "".join(f"  {name} = {{{value}}},\n" for name, value in _fields(paper))
        yield f"@{'article' if paper.venue else 'misc'}{{{key},\n{fields}}}\n"


def cite_keys(papers: Iterable[Paper]) -> list[str]:
    """Return the key of each paper's entry, as `blocks` of the same papers gives it."""
    return [key for _, key in _keyed(papers)]


def latex(text: str) -> str:
    """Return `text` as LaTeX that prints it; what stands between dollar signs is mathematics."""
    parts = _MATH.split(without_carriage_returns(text))
    written = "".join(
        part if place % 2 and _is_fit(part) else _escaped(part) for place, part in enumerate(parts)
    )
    return _ENTRY_LIKE.sub(r"\1{}@", written)


def _fields(paper: Paper) -> Iterator[tuple[str, str]]:
    yield "title", f"{{{latex(paper.title)}}}"  # braced twice: styles leave its capitals alone
    if paper.authors:
        yield "author", " and ".join(map(_name, paper.authors))
    if paper.year is not None:
        yield "year", str(paper.year)
    if paper.venue:
        yield "journal", latex(paper.venue)
    if paper.doi:
        yield "doi", _doi(paper.doi)
    if paper.arxiv_id:
        yield from (("eprint", paper.arxiv_id), ("archiveprefix", "arXiv"))
    if paper.url:
        yield "url", _link(paper.url)
    if paper.other_urls:
        yield "other_urls", " ".join(map(_link, paper.other_urls))
    if paper.tags:
        yield "keywords", latex(_keywords(paper.tags))
    if paper.abstract:
        yield "abstract", latex(paper.abstract)
    yield "database", DATABASE


def _keywords(tags: Sequence[str]) -> str:
    """Return tags with commas between, as BibLaTeX wants them, unless one has a comma in it."""
    return parted_by_semicolons(tags) if "," in "".join(tags) else ", ".join(tags)


def _name(name: str) -> str:
    """Return a name, in braces where its words would be taken for several or be reordered."""
    written = latex(name)
    whole = all(part[:1].isalpha() for part in name.split()) and not re.search(
        r"[,{}\\~]|(?i:\band\b|\bothers\b)", name
    )
    return written if whole and " " in name else f"{{{written}}}"


def _is_fit(mathematics: str) -> bool:
    """Whether braces pair up, however one counts escaped ones, and no line starts an entry."""
    bare = re.sub(r"\\.", "", mathematics, flags=re.DOTALL)
    return (
        not _MATH_UNFIT.search(mathematics)
        and _pair_up(mathematics)
        and _pair_up(bare)
        and "\\(" not in mathematics
        and "\\[" not in mathematics
    )


def _pair_up(text: str) -> bool:
    depth = 0
    for sign in re.findall(r"[{}]", text):
        depth += 1 if sign == "{" else -1
        if depth < 0:
            return False
    return depth == 0


def _escaped(text: str) -> str:
    escaped = text.translate(_ESCAPED)
    if not _pair_up(text):
        escaped = re.sub(r"\\[{}]", lambda match: _LONE_BRACES[match[0]], escaped)
    return _LIGATURE.sub(r"\1\\/", escaped)


def _doi(doi: str) -> str:
    """Return a DOI; one with signs that mean something to BibTeX as a link, where they can hide."""
    return f"https://doi.org/{quote(doi, safe='/:;()<>')}" if _IN_LINK.search(doi) else doi


def _link(url: str) -> str:
    return _IN_LINK.sub(lambda match: quote(match[0]), url)


def _keyed(papers: Iterable[Paper]) -> Iterator[tuple[Paper, str]]:
    keys: set[str] = set()
    for paper in papers:
        key = _unused(paper, keys)
        keys.add(key)
        yield paper, key


def _unused(paper: Paper, keys: set[str]) -> str:
    """Return ``lind2021drift``, lengthened by digits of the paper's id where that is taken."""
    family = _letters(paper.authors[0].split(",")[0].split(" ")[-1]) if paper.authors else []
    title = [word for word in _letters(paper.title) if word not in _SMALL_WORDS] or ["paper"]
    key = "".join([*family, str(paper.year or ""), title[0]])
    digits = hashlib.sha256(paper.paper_id.encode()).hexdigest()
    lengthened = (f"{key}-{digits[:length]}" for length in range(4, len(digits)))
    return key if key not in keys else next(each for each in lengthened if each not in keys)


def _letters(text: str) -> list[str]:
    """Return the words of `text` in plain small letters."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return _WORD.findall("".join(sign for sign in plain if not unicodedata.combining(sign)))
