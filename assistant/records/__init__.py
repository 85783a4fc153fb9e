"""Answers as the library keeps them: recorded, made again without a model, held against today."""
