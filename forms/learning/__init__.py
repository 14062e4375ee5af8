"""A blank workbook becomes a form: its titles, tables, lines, types and the sums that it states."""
