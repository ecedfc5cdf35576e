"""Letters by e-mail: what a letter is, the outbox in which it waits, and the way to a mail server."""
