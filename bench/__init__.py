"""Benchmarks: each measures ours beside a floor in the same run, and reports ratios (bench/README.md)."""
