"""The evaluation: cases, pure metrics, a runner, a gate and its reports."""
