"""``python -m ner VERB`` is ``ner VERB``."""

from ner.cli import main

if __name__ == "__main__":
    main()
