"""The text of files, read by a process that can do nothing else: see launcher.py (ours) and child.py (its)."""
