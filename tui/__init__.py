"""Everything a person sees: the terminal program and the command line."""
