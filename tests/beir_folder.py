"""Writes a folder in the form of BEIR."""

import gzip
import json


def write_lines(path, rows):
    """One line a row, as JSON unless it is text already; packed if the name says so."""
    lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
    data = "".join(f"{line}\n" for line in lines).encode("utf-8", "surrogatepass")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)


def document(document_id, title="", text=""):
    return {"_id": document_id, "title": title, "text": text}


def query(query_id, text):
    return {"_id": query_id, "text": text}


def write_beir(folder, documents, queries, qrels, header="query-id\tcorpus-id\tscore"):
    """`qrels` are (query, document, grade), or such lists by split."""
    write_lines(folder / "corpus.jsonl", documents)
    write_lines(folder / "queries.jsonl", queries)
    splits = qrels if isinstance(qrels, dict) else {"test": qrels}
    for split, rows in splits.items():
        lines = ["\t".join(map(str, row)) for row in rows]
        write_lines(folder / "qrels" / f"{split}.tsv", [header, *lines] if header else lines)
    return folder
