"""A second opinion beside the rules, learned from every labelled line: for what is told in words that no rule has."""
