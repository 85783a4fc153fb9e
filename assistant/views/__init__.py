"""Answers, hits and reports as text, Markdown, tables and plain JSON values; pure."""
