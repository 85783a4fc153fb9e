"""What ``paper-assistant bench`` measures: each ``*_bench.py`` is a bench, the rest serves them."""
