"""What readers need to say which work a record is about; see `assistant.identity`."""

from assistant.identity import bare_arxiv_id, normalise_title, paper_id

__all__ = ["bare_arxiv_id", "normalise_title", "paper_id"]
