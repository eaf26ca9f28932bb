"""The pieces of the demo: options, processes, database and sample content. `tests/simulator/__main__.py` joins them."""
