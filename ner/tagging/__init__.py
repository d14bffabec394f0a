"""TEXT → DOCUMENTS: the tagger, the windows it cuts long texts into, and files in bulk."""
