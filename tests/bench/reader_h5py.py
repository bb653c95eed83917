#!/usr/bin/python3
"""The first array of a dataset file read whole by h5py: MB/s, the median of 9 reads.

    reader_h5py.py FILE.h5 [PLUGIN_DIR]
"""
import statistics
import sys
import time

import h5py
import numpy as np

if len(sys.argv) > 2:
    h5py.h5pl.append(sys.argv[2].encode())
found = []
with h5py.File(sys.argv[1]) as file:
    file.visititems(lambda name, item: found.append(name) if isinstance(item, h5py.Dataset) and not name.startswith("_") else None)
    array = file[min(found)]
    out, rates = np.empty(array.shape, array.dtype), []
    for _ in range(9):
        start = time.perf_counter()
        array.read_direct(out)
        rates.append(out.nbytes / (time.perf_counter() - start) / 1e6)
print(f"h5py {statistics.median(rates):.0f} MB/s")
