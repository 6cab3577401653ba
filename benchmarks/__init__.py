"""How fast the model is: each figure as a ratio to its reference, measured in one run (``python -m benchmarks``)."""
