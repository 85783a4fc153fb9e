"""The chat in the browser: Gradio pages and HTTP routes over `assistant`."""
