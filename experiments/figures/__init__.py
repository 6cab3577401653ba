"""Pictures of what was computed: they show, and never compute."""
