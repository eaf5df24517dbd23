"""Counts the classes in a written raster, to check it: an independent reader and other arithmetic.

    python3 class_counts.py FILE CLASSES
"""

import sys

from answer import print_absent, print_answer, tune_gdal, windows

tune_gdal()


def class_counts(path, classes):
    """Pixels of each class 0 … classes-1, and those that equal the file's no-data value."""
    import numpy as np
    import rasterio
    from rasterio.windows import Window

    totals = np.zeros(256, np.int64)
    with rasterio.open(path) as source:
        if source.dtypes[0] != "uint8" or source.nodata is None:
            raise SystemExit(f"{path}: expected uint8 with no data, got {source.dtypes[0]}, {source.nodata}")
        nodata = int(source.nodata)
        for top, left, height, width in windows(source.height, source.width):
            pixels = source.read(1, window=Window(left, top, width, height))
            totals += np.bincount(pixels.reshape(-1), minlength=256)
    missing = int(totals[nodata])
    totals[nodata] = 0
    if totals[classes:].any():
        raise SystemExit(f"{path}: values outside the classes: {np.flatnonzero(totals).tolist()}")
    return totals[:classes], missing


if __name__ == "__main__":
    try:
        print_answer(0.0, *class_counts(sys.argv[1], int(sys.argv[2])))
    except ImportError as error:
        print_absent(error)
