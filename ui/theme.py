"""Gradio's theme for the chat: quiet colours, and only fonts that the machine has."""

import gradio as gr

_SANS = ["system-ui", "-apple-system", "Segoe UI", "Roboto", "Liberation Sans", "sans-serif"]
_MONO = ["ui-monospace", "SFMono-Regular", "Menlo", "Liberation Mono", "monospace"]


def calm_theme() -> gr.themes.Base:
    """Return the theme; plain font names keep Gradio from fetching any from the web."""
    theme = gr.themes.Base(
        primary_hue=gr.themes.colors.teal,
        neutral_hue=gr.themes.colors.stone,
        font=_SANS,
        font_mono=_MONO,
    )
    return theme.set(
        body_background_fill="#faf9f6",
        body_background_fill_dark="#16181a",
        body_text_color="#22262a",
        body_text_color_dark="#e4e2dc",
        input_background_fill="#ffffff",
        input_background_fill_dark="#1e2124",
        button_primary_background_fill="#1c6b63",
        button_primary_background_fill_hover="#17574f",
        button_primary_background_fill_dark="#2b8a7f",
        button_primary_text_color="#ffffff",
        button_primary_text_color_dark="#ffffff",
    )
