"""The network: MiniLM, with a head of entailment and a head of answers over the same reading."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer
from torch import Tensor, nn
from transformers import AutoModel

from eval.checker.pairs import ANSWERS, ENTAILMENT, Pair


class Checker(nn.Module):
    """Logits of both heads, from [CLS] and the mean over the tokens of a pair."""

    def __init__(self, base: Path) -> None:
        """Read the weights of the base, a folder as transformers saves it.

        Plain attention and no dropout within the encoder: on a CPU both cost more time than
        all the rest of a step, and so few epochs do without.
        """
        super().__init__()
        self.encoder: Any = AutoModel.from_pretrained(
            base,
            add_pooling_layer=False,
            attn_implementation="eager",
            hidden_dropout_prob=0.0,
            attention_probs_dropout_prob=0.0,
        )
        width = 2 * self.encoder.config.hidden_size
        self.dropout = nn.Dropout(0.1)
        self.entailment = nn.Linear(width, len(ENTAILMENT))
        self.answers = nn.Linear(width, len(ANSWERS))

    def forward(
        self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor
    ) -> tuple[Tensor, Tensor]:
        """Return logits, shapes (pairs, 3) and (pairs, 2), of token ids, shape (pairs, tokens)."""
        states = self.encoder(
            input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids
        ).last_hidden_state
        mask = attention_mask.unsqueeze(-1).to(states.dtype)
        mean = (states * mask).sum(1) / mask.sum(1)
        read = self.dropout(torch.cat([states[:, 0], mean], dim=-1))
        return self.entailment(read), self.answers(read)


class Reader:
    """Turns pairs into tensors; the longer text is cut where a pair is too long."""

    def __init__(self, tokenizer: Path, max_tokens: int) -> None:
        """Read the tokenizer and set the length of a pair, in tokens."""
        self._tokenizer = Tokenizer.from_file(str(tokenizer))
        self._tokenizer.no_padding()
        self._tokenizer.enable_padding()
        self._tokenizer.enable_truncation(max_tokens, strategy="longest_first")

    def tensors(self, pairs: Sequence[Pair]) -> dict[str, Tensor]:
        """Return what the network takes, each of shape (pairs, tokens)."""
        found = self._tokenizer.encode_batch([(pair.first, pair.second) for pair in pairs])
        return {
            "input_ids": torch.tensor([each.ids for each in found]),
            "attention_mask": torch.tensor([each.attention_mask for each in found]),
            "token_type_ids": torch.tensor([each.type_ids for each in found]),
        }
