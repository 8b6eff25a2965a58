"""The words that the guard's rules know, by what they are for. Folded: lower case, without accents."""
