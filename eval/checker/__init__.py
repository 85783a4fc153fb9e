"""How the checker is made: its data, its training, its measures and its export.

The checker reads two texts together and tells whether the first says the second, and whether
it answers it. Nothing of the product imports this; `make checker` runs it from end to end.
"""
