"""One file a verb: what `shanshui VERB` does. Imported only once the verb is known; each has ``answer``."""
