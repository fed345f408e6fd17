"""The verbs of what people write: one file per noun. Pages, commands and imports all call these."""
