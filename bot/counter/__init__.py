"""The use cases of the counter: dialogue, tickets and a store, joined; no HTTP, SQL or Rasa."""
