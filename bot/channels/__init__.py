"""The doors for chats: one folder a platform, alike inside, and what they share; ``registry`` lists them."""
