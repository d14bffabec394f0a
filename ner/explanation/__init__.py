"""What a model looked at: collected from a text, shown as a page and as pictures."""
