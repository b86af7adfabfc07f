"""One repository per record, by subject."""
