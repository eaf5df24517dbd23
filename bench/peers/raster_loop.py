"""The published program: a plain Python loop over every pixel, one process per strip.

    python3 raster_loop.py FILE PROCESSES ROWS [elev|australia]

Only the first ROWS rows are run, as it takes minutes for all; the seconds printed are multiplied up
to the whole file ("extrapolated"), the counts are those of the part.
"""

import sys
import time
from multiprocessing import Pool

from answer import NODATA, own_peak_rss_mb, print_absent, print_answer, tune_gdal

tune_gdal()
try:
    import rasterio
    from rasterio.windows import Window
except ImportError as error:
    print_absent(error)
    sys.exit()


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


def classify_australia(v):
    if v <= 0:
        return 0
    if v > 400:
        return 3
    if v > 150:
        return 2
    return 1


def work(job):
    strip, workload = job
    classify, classes = {"elev": (classify_elev, 5), "australia": (classify_australia, 4)}[workload]
    counts = [0] * classes
    nodata = 0
    for row in strip:
        for v in row:
            if v == NODATA:
                nodata += 1
            else:
                counts[classify(v)] += 1
    return counts, nodata, own_peak_rss_mb()


def main():
    path, processes, rows = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    workload = sys.argv[4] if len(sys.argv) > 4 else "elev"
    began = time.perf_counter()
    with rasterio.open(path) as source:
        total = source.height
        data = source.read(1, window=Window(0, 0, source.width, rows))
    share = -(-rows // processes)
    with Pool(processes) as pool:
        parts = pool.map(work, [(data[k * share : (k + 1) * share], workload) for k in range(processes)], chunksize=1)
    seconds = time.perf_counter() - began
    counts = [sum(column) for column in zip(*(part[0] for part in parts))]
    nodata = sum(part[1] for part in parts)
    peak = own_peak_rss_mb() + sum(part[2] for part in parts)
    print_answer(seconds * total / rows, counts, nodata, peak, rows=rows, measuredSeconds=seconds)


if __name__ == "__main__":
    main()
