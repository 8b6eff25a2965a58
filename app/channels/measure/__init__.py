"""How each platform counts: pure rules, nothing else."""
