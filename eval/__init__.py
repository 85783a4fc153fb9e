"""The evaluation harness: cases, metrics, runner, gate and reports over `assistant`."""
