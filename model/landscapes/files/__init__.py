"""A land of one's own: what somebody measured or mapped, as tables in a folder."""
