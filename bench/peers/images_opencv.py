"""Photos into one shared (N, H, W, 3) array by OpenCV in a pool of processes.

    python3 images_opencv.py FOLDER COUNT PROCESSES
"""

import json
import os
import sys
import time
from multiprocessing import Pool, shared_memory

from answer import own_peak_rss_mb, print_absent

try:
    import cv2
    import numpy as np
except ImportError as error:
    print_absent(error)
    sys.exit()

cv2.setNumThreads(1)
HEIGHT, WIDTH = 2100, 1400


def open_array(name, count):
    global memory, array
    memory = shared_memory.SharedMemory(name=name)
    array = np.ndarray((count, HEIGHT, WIDTH, 3), np.uint8, buffer=memory.buf)


def load(job):
    start, files = job
    for i, file in enumerate(files):
        array[start + i] = cv2.imread(file)
    return own_peak_rss_mb()


def main():
    folder, count, processes = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    files = [os.path.join(folder, name) for name in sorted(os.listdir(folder))][:count]
    began = time.perf_counter()
    memory = shared_memory.SharedMemory(create=True, size=len(files) * HEIGHT * WIDTH * 3)
    try:
        # As the article does: a start and a count for each; pieces of eight keep both busy to the end.
        jobs = [(i, files[i : i + 8]) for i in range(0, len(files), 8)]
        with Pool(processes, open_array, (memory.name, len(files))) as pool:
            peaks = pool.map(load, jobs, chunksize=1)
        seconds = time.perf_counter() - began
        levels = np.ndarray(len(files) * HEIGHT * WIDTH * 3, np.uint8, buffer=memory.buf)
        mean, size = float(levels[::997].mean()), int(levels.size)
        del levels
    finally:
        memory.unlink()
    times = os.times()
    print(json.dumps(dict(
        seconds=seconds, bytes=size, mean=mean, peakRssMB=own_peak_rss_mb() + sum(sorted(peaks)[-processes:]),
        cpuSeconds=times.user + times.system + times.children_user + times.children_system)))


if __name__ == "__main__":
    main()
