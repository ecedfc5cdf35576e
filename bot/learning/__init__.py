"""Learning from people: closed tickets give sentences, editors review them, models are tested with them and then taught."""
