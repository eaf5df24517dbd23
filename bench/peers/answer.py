"""What every Python cell of the benchmark shares: the windows it reads and the line it prints."""

import json
import os
import resource

os.environ.setdefault("GDAL_PAM_ENABLED", "NO")

NODATA = -32768
CUTS = {"elev": [200, 300, 400, 500], "australia": [1, 151, 401]}

# Whole tiles of 256 x 256, 4 MiB of pixels, and a small block cache: the fastest here of the
# windows from 256 x 256 to 1024 full rows and of the caches from 32 MB to GDAL's default of 5 % of
# the memory. The usual loop over `block_windows` takes about twice as long.
WINDOW_ROWS = 256
WINDOW_COLS = 8192
CACHE_MB = "64"


def tune_gdal():
    """Call before rasterio is imported."""
    os.environ.setdefault("GDAL_CACHEMAX", CACHE_MB)


def windows(rows, cols, share=0, shares=1, width=WINDOW_COLS):
    """(row, col, height, width) of the windows in every `shares`-th row of tiles, from row `share` on."""
    for top in range(share * WINDOW_ROWS, rows, shares * WINDOW_ROWS):
        height = min(WINDOW_ROWS, rows - top)
        for left in range(0, cols, width):
            yield top, left, height, min(width, cols - left)


def print_answer(seconds, counts, nodata, peak_rss_mb=None, **more):
    """One JSON line, read by the harness. `peak_rss_mb` is for cells that are several processes."""
    times = os.times()
    answer = dict(
        seconds=seconds, counts=[int(n) for n in counts], nodata=int(nodata),
        cpuSeconds=times.user + times.system + times.children_user + times.children_system,
        peakRssMB=own_peak_rss_mb() if peak_rss_mb is None else peak_rss_mb, **more)
    print(json.dumps(answer), flush=True)


def print_absent(error):
    print(json.dumps({"absent": str(error)}), flush=True)


def own_peak_rss_mb():
    """Peak resident set of this process in MB. A sum over processes counts shared pages more than once."""
    try:
        with open("/proc/self/status") as status:
            kib = next(line.split()[1] for line in status if line.startswith("VmHWM"))
    except OSError:
        kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return int(kib) * 1024 / 1e6
