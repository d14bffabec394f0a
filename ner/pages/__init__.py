"""FIGURES → HTML: what the pages of all verbs share: colours, tables, templates.

A page is one file that needs nothing else, in light and dark, on screens and paper.
"""
