"""Where a run starts: invented land of any size, Xiamen Bay, or a table of one's own."""
