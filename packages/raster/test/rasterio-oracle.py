"""A second opinion, by rasterio (GDAL) and numpy.

usage: rasterio-oracle.py QUESTION < jobs.json; prints one JSON list with an answer for each job.
"""
import json
import sys
import warnings

import numpy as np
import rasterio

warnings.simplefilter("ignore")


def flagship(job):
    """Writes elevations repeated over rows x cols with the given creation options."""
    elev = np.loadtxt(job["csv"], delimiter=",", dtype=np.int16)
    rows = np.arange(job["rows"]) % elev.shape[0]
    cols = np.arange(job["cols"]) % elev.shape[1]
    profile = dict(driver="GTiff", width=job["cols"], height=job["rows"], count=1, dtype="int16", nodata=-32768)
    try:
        with rasterio.open(job["path"], "w", **profile, **job["creation"]) as out:
            out.write(elev[rows][:, cols], 1)
    except Exception as error:
        return dict(skipped=str(error))
    return dict(skipped=None)


def is_nodata(pixels, nodata):
    missing = np.isnan(pixels) if pixels.dtype.kind == "f" else np.zeros(pixels.shape, bool)
    if nodata is not None and not np.isnan(nodata):
        missing |= pixels == np.asarray(nodata).astype(pixels.dtype)
    return missing


def classes(job):
    """Compares a written class raster with numpy's classes of its input."""
    with rasterio.open(job["input"]) as f:
        pixels = f.read(job["band"])
        nodata, crs, transform = f.nodata, f.crs, f.transform
    if nodata is not None and pixels.dtype.kind in "iu":
        info = np.iinfo(pixels.dtype)
        nodata = nodata if info.min <= nodata <= info.max else None
    expected = np.digitize(pixels, job["breaks"]).astype(np.uint8)
    missing = is_nodata(pixels, nodata)
    expected[missing] = 255
    with rasterio.open(job["output"]) as f:
        got = f.read(1)
        colors = f.colormap(1)
        structure = f.tags(ns="IMAGE_STRUCTURE")
        return dict(
            different=int((got != expected).sum()),
            missing=int(missing.sum()),
            sameCrs=f.crs == crs,
            sameTransform=f.transform == transform,
            dtype=f.dtypes[0],
            nodata=f.nodata,
            checksum=f.checksum(1),
            block=f.block_shapes[0],
            tiled=f.profile["tiled"],
            compression=structure.get("COMPRESSION"),
            colors=[colors[i] for i in range(len(job["breaks"]) + 1)],
        )


def mean3(job):
    """The largest difference of a written raster from scipy's 3 x 3 mean of its input."""
    from scipy.ndimage import uniform_filter

    with rasterio.open(job["input"]) as f:
        pixels, nodata = f.read(1).astype(np.float64), f.nodata
    # Beyond the edge there is nodata, or 0 where there is none.
    expected = uniform_filter(pixels, size=3, mode="constant", cval=0 if nodata is None else nodata)
    with rasterio.open(job["output"]) as f:
        got = f.read(1).astype(np.float64)
        scale = max(1.0, float(np.abs(expected).max()))
        return dict(difference=float(np.abs(got - expected).max()) / scale, dtype=f.dtypes[0])


if __name__ == "__main__":
    answer = dict(flagship=flagship, classes=classes, mean3=mean3)[sys.argv[1]]
    print(json.dumps([answer(job) for job in json.load(sys.stdin)]))
