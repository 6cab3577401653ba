"""What a comparison says to those who decide: one page with the answer first, and every number with its source."""
