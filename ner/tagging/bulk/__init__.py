"""FILES → FILES: blocks of documents are read, tagged on all cores, and written in order.

A block is what the tagger looks at together, so who tags it, and when, changes no byte. A run that
writes files keeps a journal, by which another run goes on at the last whole block.
"""
