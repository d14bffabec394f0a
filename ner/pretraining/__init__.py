"""A pretrained transformer trained on, on raw text, to fill in what is masked."""
