"""Compiled kernels: arrays in, arrays out; they know numpy, numba and the law of chance, nothing else."""
