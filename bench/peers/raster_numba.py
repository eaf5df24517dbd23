"""rasterio reads, a compiled loop counts; threads share nothing but the queue of windows.

    python3 raster_numba.py FILE THREADS [elev|australia] [tuned|bands|blocks]

Compiled before the clock starts. The per-pixel function is ordinary Python to numba, as in swath.
tuned: the fastest windows and cache that were found; bands: full rows, a tile's height of them at a
time, and blocks: the usual loop over `block_windows`, both with GDAL's default cache.
"""

import sys
import time
from concurrent.futures import ThreadPoolExecutor

from answer import NODATA, WINDOW_COLS, print_absent, print_answer, tune_gdal, windows

WORKLOAD = sys.argv[3] if len(sys.argv) > 3 else "elev"
WAY = sys.argv[4] if len(sys.argv) > 4 else "tuned"
if WAY not in ("tuned", "bands", "blocks"):
    sys.exit(f"Expected tuned, bands or blocks; got {WAY}")
if WAY == "tuned":
    tune_gdal()
try:
    import numpy as np
    import rasterio
    from numba import njit
    from rasterio.windows import Window
except ImportError as error:
    print_absent(error)
    sys.exit()


@njit(nogil=True)
def classify_elev(v):
    if v < 200:
        return 0
    if v < 300:
        return 1
    if v < 400:
        return 2
    if v < 500:
        return 3
    return 4


@njit(nogil=True)
def classify_australia(v):
    if v <= 0:
        return 0
    if v > 400:
        return 3
    if v > 150:
        return 2
    return 1


def counter(classify):
    @njit(nogil=True)
    def count(pixels, counts):
        nodata = 0
        for v in pixels:
            if v == NODATA:
                nodata += 1
            else:
                counts[classify(v)] += 1
        return nodata

    return count


def windows_of(source, share, shares):
    if WAY == "blocks":
        return (window for (row, _), window in source.block_windows(1) if row % shares == share)
    cols = source.width if WAY == "bands" else WINDOW_COLS
    boxes = windows(source.height, source.width, share, shares, cols)
    return (Window(left, top, width, height) for top, left, height, width in boxes)


def work(path, count, classes, share, shares):
    counts = np.zeros(classes, np.int64)
    nodata = 0
    with rasterio.open(path) as source:
        buffer = None
        for window in windows_of(source, share, shares):
            shape = (int(window.height), int(window.width))
            if buffer is None or buffer.shape != shape:
                buffer = np.empty(shape, np.int16)
            source.read(1, window=window, out=buffer)
            nodata += count(buffer.reshape(-1), counts)
    return counts, nodata


def main():
    path, threads = sys.argv[1], int(sys.argv[2])
    classify, classes = {"elev": (classify_elev, 5), "australia": (classify_australia, 4)}[WORKLOAD]
    count = counter(classify)
    count(np.zeros(4, np.int16), np.zeros(classes, np.int64))
    began = time.perf_counter()
    with ThreadPoolExecutor(threads) as pool:
        parts = list(pool.map(lambda k: work(path, count, classes, k, threads), range(threads)))
    counts = sum(part[0] for part in parts)
    nodata = sum(part[1] for part in parts)
    print_answer(time.perf_counter() - began, counts, nodata)


main()
