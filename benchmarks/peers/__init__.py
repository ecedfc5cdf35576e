"""Systems measured beside one another on the same sentences; each is a program that trains, then answers, in processes of its own."""
