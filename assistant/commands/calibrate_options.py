"""The options of the command ``calibrate``; apart, because the command itself loads numpy."""

import argparse


def add_arguments(calibrate: argparse.ArgumentParser) -> None:
    """Add the options of ``calibrate``."""
    calibrate.add_argument("suite", metavar="SUITE", help="a folder with questions: cases.jsonl")
    calibrate.add_argument(
        "--risk",
        type=float,
        default=0.1,
        metavar="SHARE",
        help="of the answers that may be wrong (0.1)",
    )
    calibrate.add_argument(
        "--confidence",
        type=float,
        default=0.95,
        metavar="SHARE",
        help="with which this is to hold (0.95)",
    )
