"""What a run of a suite is told by: terminal, Markdown, JUnit XML, a page."""
