"""800,000 boxes by shapely: in one process, or in two that send them back.

    python3 boxes_shapely.py serial|pool COUNT

Seconds are those of making the list; the sum is taken afterwards.
"""

import json
import sys
import time
from multiprocessing import Pool

from answer import own_peak_rss_mb, print_absent

try:
    from shapely.geometry import box
except ImportError as error:
    print_absent(error)
    sys.exit()

ROWS = 800
PROCESSES = 2


def create_box(xy):
    x, y = xy
    return box(x - 1, y, x, y - 1)


def main(mode, count):
    grid = [(i // ROWS + 1, i % ROWS + 1) for i in range(count)]
    if mode == "serial":
        began = time.perf_counter()
        boxes = list(map(create_box, grid))
    else:
        with Pool(PROCESSES) as pool:
            began = time.perf_counter()
            boxes = pool.map(create_box, grid)
    seconds = time.perf_counter() - began
    total = sum(b.bounds[2] for b in boxes)
    print(json.dumps(dict(seconds=seconds, sum=total, peakRssMB=own_peak_rss_mb())), flush=True)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
