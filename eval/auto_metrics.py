"""What a library is tested by itself with: metrics from 0 to 1, of which higher is better."""

AUTO = "auto"
PAPERS, SEED = 30, 0
"""How many papers are drawn, and the seed, unless others are asked for."""

FOUND_METRICS = ("auto_found_at_1", "auto_found_at_5")
REST_METRICS = ("auto_rest_found_at_1", "auto_rest_found_at_5")
ASKED_METRICS = ("auto_answered", "auto_cites_source")
WITHHELD = "auto_withheld_refused"
OWN = "auto_own_sentence_passed"
SWAPPED = "auto_swapped_citation_caught"
NUMBER = "auto_swapped_number_caught"
FLIPPED = "auto_flipped_caught"
AUTO_METRICS = (
    *FOUND_METRICS,
    *REST_METRICS,
    *ASKED_METRICS,
    *(WITHHELD, OWN, SWAPPED, NUMBER, FLIPPED),
)
