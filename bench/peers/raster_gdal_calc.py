"""GDAL's raster calculator writes the class of every pixel into an uncompressed uint8 GeoTIFF.

    python3 raster_gdal_calc.py FILE OUT [elev|australia]

Called inside this process, so that the start of Python does not count. It has one thread. The sum of
comparisons in uint8 is the fastest expression tried; no data becomes 255.
"""

import sys
import time

from answer import CUTS, own_peak_rss_mb, print_absent, print_answer

try:
    from osgeo import gdal
    from osgeo_utils.gdal_calc import Calc

    from class_counts import class_counts
except ImportError as error:
    print_absent(error)
    sys.exit()


def main():
    path, out = sys.argv[1], sys.argv[2]
    cuts = CUTS[sys.argv[3] if len(sys.argv) > 3 else "elev"]
    gdal.UseExceptions()
    expression = "+".join(f"(A>={cut}).view(uint8)" for cut in cuts)
    began = time.perf_counter()
    Calc(calc=expression, A=path, outfile=out, NoDataValue=255, type="Byte", overwrite=True, quiet=True,
         creation_options=["TILED=YES"])
    seconds = time.perf_counter() - began
    peak = own_peak_rss_mb()
    counts, nodata = class_counts(out, len(cuts) + 1)
    print_answer(seconds, counts, nodata, peak, output=out)


main()
