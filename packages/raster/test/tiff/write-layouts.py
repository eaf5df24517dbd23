"""Write rasters in many layouts with rasterio, and their pixels as plain bytes beside them.

usage: write-layouts.py FOLDER; prints one JSON line per file.
"""
import itertools
import json
import os
import sys
import warnings

os.environ["GDAL_PAM_ENABLED"] = "NO"
import numpy as np
import rasterio

warnings.filterwarnings("ignore")
WIDTH, HEIGHT, BANDS = 75, 53, 3
folder = sys.argv[1]
random = np.random.default_rng(7)


def pixels(dtype):
    """Smooth with noise, over the whole range of the type, so that sums wrap around."""
    rows, cols = np.mgrid[0:HEIGHT, 0:WIDTH]
    bands = []
    for band in range(BANDS):
        values = rows * 3 + cols * (band + 1) + random.integers(0, 5, (HEIGHT, WIDTH))
        if np.dtype(dtype).kind == "f":
            bands.append((values * 1.37e3 - 1e5) / 7)
        else:
            info = np.iinfo(dtype)
            span = int(info.max) - int(info.min) + 1
            bands.append(values.astype(np.int64) * max(1, span // 400) % span + int(info.min))
    return np.array(bands).astype(dtype)


def write(name, data, **options):
    profile = dict(driver="GTiff", width=WIDTH, height=HEIGHT, count=BANDS, dtype=data.dtype.name)
    try:
        with rasterio.open(os.path.join(folder, name + ".tif"), "w", **profile, **options) as out:
            out.write(data)
    except Exception as error:
        print(json.dumps({"name": name, "skipped": str(error)}))
        return
    with rasterio.open(os.path.join(folder, name + ".tif")) as back:
        with open(os.path.join(folder, name + ".raw"), "wb") as raw:
            raw.write(back.read().tobytes())
        sums = [back.checksum(band + 1) for band in range(BANDS)]
    print(json.dumps({"name": name, "dtype": data.dtype.name, "checksums": sums}))


TYPES = ["uint8", "uint16", "int16", "uint32", "int32", "float32", "float64"]
LAYOUTS = {
    "strips": dict(blockysize=7),
    "tiles": dict(tiled=True, blockxsize=32, blockysize=16),
}
for dtype, codec in itertools.product(TYPES, ["none", "deflate", "lzw", "packbits", "zstd", "lerc", "lerc_deflate", "lerc_zstd"]):
    data = pixels(dtype)
    predictors = [1] if codec in ("none", "packbits") or codec.startswith("lerc") else [1, 2]
    if len(predictors) > 1 and data.dtype.kind == "f":
        predictors.append(3)
    for predictor, endian, layout, interleave, big in itertools.product(
        predictors, ["little", "big"], LAYOUTS, ["pixel", "band"], ["no", "yes"]
    ):
        if big == "yes" and (layout == "strips" or dtype == "uint32"):
            continue
        name = f"{dtype}-{codec}-p{predictor}-{endian}-{layout}-{interleave}-big_{big}"
        options = dict(LAYOUTS[layout], interleave=interleave, ENDIANNESS=endian.upper(), BIGTIFF=big.upper())
        if codec != "none":
            options["compress"] = codec
        if predictor != 1:
            options["predictor"] = predictor
        write(name, data, **options)
