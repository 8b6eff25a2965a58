"""Every screen and state that `bench shots` walks through, and the table it writes of what it saw."""
