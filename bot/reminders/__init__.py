"""Reminders of deadlines by e-mail: only after the owner of the address agreed, and gone with one click."""
