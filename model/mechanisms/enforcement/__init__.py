"""Enforcement, a room for each channel: who looks, from where, how often; and what follows."""
