"""The long forms of tests: `python -m bench.soak PART`, also `run.py soak PART`. Each prints its figures with their n."""
