"""Benchmarks: `make bench`, or `python -m benchmarks`. One core: numba and the linear algebra get one thread each."""

import os

for _name in ("NUMBA_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_name] = "1"  # read when numba and numpy are imported, so before anything else
