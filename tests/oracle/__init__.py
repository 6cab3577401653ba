"""The same year told a second time, slowly: every patch, government, firm and investor an ordinary Python object.

Written from the equations and docstrings of the mechanisms, with loops, dicts, floats and whole numbers. It shares
with the model only what is given to both: the landscape, the forms' parameters, the vocabulary and the dice.
"""
