"""Who may do what: every route asked by everybody, as `table.txt` says (X-01)."""
