"""Okienko: a helpdesk that leads a client of a public office through a matter, act by act."""

__version__ = "0.5.0"
