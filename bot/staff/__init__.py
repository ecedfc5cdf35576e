"""The people behind the window: who they are, how they come in, what they may do, and what was done."""
