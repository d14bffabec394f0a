"""The command line from a checkout: ``python cli.py VERB`` is ``ner VERB``."""

from ner.cli import main

if __name__ == "__main__":
    main()
