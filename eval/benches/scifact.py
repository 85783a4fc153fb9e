"""SciFact's claims: what each says, and which sentences of which abstracts bear on it.

A folder with ``claims_train.jsonl`` and ``corpus.jsonl``, packed or not (Wadden et al. 2020).
"""

import gzip
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.errors import UsageError
from assistant.types import Paper, Span
from eval.benches.fusion_fit import split_folds

CLAIMS = "claims_train.jsonl"
CORPUS = "corpus.jsonl"
SUPPORT = "SUPPORT"
FOLDS = 5


@dataclass(frozen=True, slots=True)
class Gold:
    """What one abstract says of a claim: for it or against it, and the rationales.

    Each rationale is a set of sentences, by their number, that suffices alone.
    """

    supports: bool
    rationales: tuple[frozenset[int], ...]


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim, the abstracts that decide it by their id, and those that were cited for it."""

    claim_id: str
    text: str
    gold: Mapping[str, Gold]
    cited: frozenset[str]


def read_claims(folder: Path) -> list[Claim]:
    """Return the claims that some abstract decides.

    Raises:
        UsageError: the file is missing, or a line is not a claim.
    """
    claims = [_claim(row) for row in _rows(folder, CLAIMS)]
    return [claim for claim in claims if claim.gold]


def read_documents(folder: Path) -> dict[str, tuple[Paper, tuple[Span, ...]]]:
    """Return each document of the corpus as a paper, with its sentences as SciFact counts them.

    Raises:
        UsageError: the file is missing, or a line is not a document.
    """
    try:
        return {str(row["doc_id"]): _document(row) for row in _rows(folder, CORPUS)}
    except (KeyError, TypeError, AttributeError) as error:
        raise _malformed(folder / CORPUS, "doc_id, title and abstract, as sentences") from error


def claim_folds(decided: Iterable[tuple[str, str]]) -> dict[str, int]:
    """Return the fold of each claim, from 0; claims that one abstract decides share a fold.

    Args:
        decided: each claim's id with the document of an abstract that decides it.

    Raises:
        UsageError: there are fewer groups of such claims than folds.
    """
    leader: dict[str, str] = {}

    def find(name: str) -> str:
        while leader.setdefault(name, name) != name:
            name = leader[name]
        return name

    pairs = sorted(decided)
    for claim, document in pairs:
        leader[find(f"claim {claim}")] = find(f"document {document}")
    claims = sorted({claim for claim, _ in pairs})
    groups = [find(f"claim {claim}") for claim in claims]
    if (count := len(set(groups))) < FOLDS:
        raise UsageError(
            f"the claims are of {count} groups that share no abstract, and {FOLDS} are needed to "
            "cross-validate; give a folder with more"
        )
    return dict(zip(claims, split_folds(groups, FOLDS).tolist(), strict=True))


def _document(row: Mapping[str, Any]) -> tuple[Paper, tuple[Span, ...]]:
    spans: list[Span] = []
    abstract = ""
    for sentence in row["abstract"]:
        abstract += " " if abstract else ""
        spans.append(Span(len(abstract), len(abstract) + len(sentence.strip())))
        abstract += sentence.strip()
    return Paper(f"scifact:{row['doc_id']}", row["title"], abstract), tuple(spans)


def _claim(row: Mapping[str, Any]) -> Claim:
    try:
        gold = {
            str(document): Gold(
                supports=sets[0]["label"] == SUPPORT,
                rationales=tuple(frozenset(each["sentences"]) for each in sets),
            )
            for document, sets in row["evidence"].items()
        }
        cited = frozenset(str(document) for document in row["cited_doc_ids"])
        return Claim(str(row["id"]), row["claim"], gold, cited)
    except (KeyError, TypeError, AttributeError, IndexError) as error:
        raise _malformed(Path(CLAIMS), "id, claim, evidence and cited_doc_ids") from error


def _rows(folder: Path, name: str) -> Iterator[Any]:
    packed = folder / f"{name}.gz"
    path = packed if packed.exists() else folder / name
    try:
        data = gzip.decompress(path.read_bytes()) if path == packed else path.read_bytes()
        yield from (json.loads(line) for line in data.decode("utf-8").splitlines() if line.strip())
    except (OSError, EOFError) as error:
        raise UsageError(f"{path}: can't be read; give the folder of SciFact") from error
    except ValueError as error:
        raise _malformed(path, "one JSON object a line") from error


def _malformed(path: Path, wanted: str) -> UsageError:
    return UsageError(f"{path}: not as SciFact has it; each line needs {wanted}")
