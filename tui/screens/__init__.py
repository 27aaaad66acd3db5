"""One file a screen: what is on it, which keys, what each does."""
