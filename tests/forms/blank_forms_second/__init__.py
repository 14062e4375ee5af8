"""More blank reporting forms, of other kinds and drawn in other ways, each with its truth."""
