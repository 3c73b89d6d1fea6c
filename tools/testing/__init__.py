"""The layers of ./test: what runs, in which order, how it is counted."""
