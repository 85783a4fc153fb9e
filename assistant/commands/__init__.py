"""The subcommands of ``paper-assistant``, a module each: their options, and what they print."""
