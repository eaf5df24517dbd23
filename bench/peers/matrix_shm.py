"""multiprocessing with shared memory, a task per row: the published program.

    python3 matrix_shm.py ROWS COLUMNS PROCESSES numpy|loop [MEASURED_ROWS]

numpy: whole rows at a time; loop: plain Python, element by element, on MEASURED_ROWS rows only, the
seconds multiplied up to all of them ("extrapolated").
"""

import math
import sys
import time
from multiprocessing import Pool
from multiprocessing.shared_memory import SharedMemory

from answer import own_peak_rss_mb, print_absent
from matrix_common import STEPS, print_matrix_answer, random_matrix

try:
    import numpy as np
except ImportError as error:
    print_absent(error)
    sys.exit()


def attach(name, shape):
    memory = SharedMemory(name=name)
    return memory, np.ndarray(shape, dtype=np.float64, buffer=memory.buf)


def start(source, target, shape, how):
    global state
    state = attach(source, shape), attach(target, shape), how


def work(row):
    (_, source), (_, target), how = state
    if how == "loop":
        target[row] = [made(x) for x in source[row].tolist()]
    else:
        y = source[row].copy()
        for _ in range(STEPS):
            y = np.where(y < 0.5, np.sqrt(y + 0.1), 3.9 * y * (1 - y))
        target[row] = y
    return own_peak_rss_mb()


def made(x):
    y = x
    for _ in range(STEPS):
        y = math.sqrt(y + 0.1) if y < 0.5 else 3.9 * y * (1 - y)
    return y


def main():
    rows, columns, processes = map(int, sys.argv[1:4])
    how = sys.argv[4]
    measured = int(sys.argv[5]) if len(sys.argv) > 5 else rows
    shape = (rows, columns)
    memories = [SharedMemory(create=True, size=8 * rows * columns) for _ in range(2)]
    try:
        source, target = (np.ndarray(shape, dtype=np.float64, buffer=m.buf) for m in memories)
        source[:] = random_matrix(np, rows, columns)
        target[:] = 1
        began = time.perf_counter()
        with Pool(processes, start, (memories[0].name, memories[1].name, shape, how)) as pool:
            peaks = pool.map(work, range(measured), chunksize=1)
        seconds = (time.perf_counter() - began) * rows / measured
        total = target[:measured].sum()
        print_matrix_answer(seconds, total, own_peak_rss_mb() + processes * max(peaks), rows=measured)
        del source, target
    finally:
        for memory in memories:
            memory.close()
            memory.unlink()


if __name__ == "__main__":
    main()
