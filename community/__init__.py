"""People and where they meet: accounts, organisations, communities, labels and audiences. The base of the house."""
