"""Rasa SDK actions: each reads the tracker, calls the counter, utters; nothing happens when the package is imported."""
