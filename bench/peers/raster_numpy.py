"""rasterio reads, numpy classifies, one process per share of the tile rows.

    python3 raster_numpy.py lut|digitize FILE PROCESSES [elev|australia]

lut: a table of 65,536 classes and a histogram; digitize: numpy.digitize on the valid pixels.
"""

import sys
import time
from multiprocessing import Pool

from answer import CUTS, NODATA, own_peak_rss_mb, print_absent, print_answer, tune_gdal, windows

tune_gdal()
try:
    import numpy as np
    import rasterio
    from rasterio.windows import Window
except ImportError as error:
    print_absent(error)
    sys.exit()


def lut_counter(cuts):
    values = np.arange(65536, dtype=np.uint16).view(np.int16)
    table = np.digitize(values, cuts).astype(np.uint8)
    table[values == NODATA] = len(cuts) + 1

    def count(pixels):
        return np.bincount(np.take(table, pixels.view(np.uint16)), minlength=len(cuts) + 2)

    return count


def digitize_counter(cuts):
    def count(pixels):
        valid = pixels[pixels != NODATA]
        counts = np.bincount(np.digitize(valid, cuts), minlength=len(cuts) + 1)
        return np.append(counts, pixels.size - valid.size)

    return count


def work(job):
    mode, path, cuts, share, shares = job
    count = (lut_counter if mode == "lut" else digitize_counter)(cuts)
    counts = np.zeros(len(cuts) + 2, np.int64)
    with rasterio.open(path) as source:
        for top, left, height, width in windows(source.height, source.width, share, shares):
            counts += count(source.read(1, window=Window(left, top, width, height)).reshape(-1))
    return counts, own_peak_rss_mb()


def main():
    mode, path, processes = sys.argv[1], sys.argv[2], int(sys.argv[3])
    cuts = CUTS[sys.argv[4] if len(sys.argv) > 4 else "elev"]
    began = time.perf_counter()
    with Pool(processes) as pool:
        parts = pool.map(work, [(mode, path, cuts, k, processes) for k in range(processes)], chunksize=1)
    seconds = time.perf_counter() - began
    *counts, nodata = sum(part[0] for part in parts)
    print_answer(seconds, counts, nodata, own_peak_rss_mb() + sum(part[1] for part in parts))


if __name__ == "__main__":
    main()
