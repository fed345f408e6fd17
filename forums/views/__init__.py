"""The pages of what people write: one file per noun."""
