"""Thumbnails of 128 pixels by Pillow in a pool of processes.

    python3 images_pillow.py FOLDER COUNT OUT PROCESSES thumbnail|draft

`thumbnail` is the usual call, which loads JPEGs at no less than twice the size that is wanted;
`draft` lets them be loaded at the smallest size that suffices, as sharp does.
"""

import json
import os
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from functools import partial

from answer import own_peak_rss_mb, print_absent

try:
    from PIL import Image, ImageOps
except ImportError as error:
    print_absent(error)
    sys.exit()

SIZE = (128, 128)


def make_thumbnail(file, out, how):
    with Image.open(file) as image:
        if how == "draft":
            image.draft("RGB", SIZE)
        upright = image if image.getexif().get(0x0112, 1) == 1 else ImageOps.exif_transpose(image)
        upright.thumbnail(SIZE, reducing_gap=None if how == "draft" else 2.0)
        upright.save(os.path.join(out, os.path.basename(file)), quality=80)
        return "%dx%d" % upright.size


def main():
    folder, count, out, processes, how = sys.argv[1], int(sys.argv[2]), sys.argv[3], int(sys.argv[4]), sys.argv[5]
    files = [os.path.join(folder, name) for name in sorted(os.listdir(folder))][:count]
    work = partial(make_thumbnail, out=out, how=how)
    began = time.perf_counter()
    with ProcessPoolExecutor(processes) as executor:
        sizes = list(executor.map(work, files, chunksize=8))
    seconds = time.perf_counter() - began
    times = os.times()
    print(json.dumps(dict(
        seconds=seconds, sizes=sizes, peakRssMB=own_peak_rss_mb(),
        cpuSeconds=times.user + times.system + times.children_user + times.children_system)))


if __name__ == "__main__":
    main()
