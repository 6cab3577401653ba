"""The science of single patches: cases under glass, the patterns they must show, and their figures.

``python -m experiments.recovery`` draws every figure of ``docs/recovery.md`` and writes its table of numbers.
"""
