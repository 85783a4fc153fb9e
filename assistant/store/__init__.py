"""What a library folder holds: the record (SQLite), and two indexes that can be rebuilt from it."""
