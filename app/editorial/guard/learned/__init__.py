"""A second opinion beside the rules, learned from every labelled line: for what is told in words that no rule has."""

import os

# Before numpy is imported: its threads take longer to call than they help with matrices this small, and a process with threads should not fork.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
