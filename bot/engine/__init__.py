"""The way to Rasa: one protocol, and its embedded, remote and scripted forms."""
