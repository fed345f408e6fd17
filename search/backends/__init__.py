"""Where the index lives: one contract (base.py), and what fulfils it."""
