"""Instruments that bring money to restoration (A16): one folder each, one file a form."""
