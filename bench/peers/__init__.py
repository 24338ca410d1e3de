"""Other servers that answer the same four questions about the same courses, to be measured beside ours.

Run it from the root of the repository: `python -m bench.peers`. It needs Node and npm.
"""
