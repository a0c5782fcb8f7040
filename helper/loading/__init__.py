"""Files in, frozen content out."""
