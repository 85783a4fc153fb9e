"""``python -m eval.checker``: train, anneal, finish and export the checker."""

import argparse
import logging
import sys
from pathlib import Path

from assistant.errors import AssistantError
from eval.checker.base import find_base
from eval.checker.data import Places


def main(argv: list[str] | None = None) -> int:
    """Run one of the steps; what is done is told on standard error."""
    arguments = _parser().parse_args(argv)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", datefmt="%H:%M:%S")
    try:
        from eval.checker.steps import STEPS

        base = arguments.base or find_base()
        places = Places(arguments.nli, arguments.arxiv, arguments.scifact, base)
        STEPS[arguments.step](places, arguments.out)
    except AssistantError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m eval.checker", description=__doc__)
    parser.add_argument("step", choices=("train", "anneal", "finish", "export"))
    parser.add_argument("--nli", type=Path, required=True, help="folder of entailment pairs")
    parser.add_argument("--arxiv", type=Path, required=True, help="abstracts.jsonl.gz of arXiv")
    parser.add_argument("--scifact", type=Path, required=True, help="folder of SciFact")
    parser.add_argument("--base", type=Path, help="folder of other weights to start from")
    parser.add_argument("--out", type=Path, required=True, help="folder for checkpoints and models")
    return parser


if __name__ == "__main__":
    sys.exit(main())
