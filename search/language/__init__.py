"""What is known of Dutch and of this field: inflection, compounds, abbreviations; lists are text files beside it."""
