"""numba compiles the loop and runs the rows on its own threads (`prange`).

    python3 matrix_numba.py ROWS COLUMNS THREADS

Compiled before the clock starts; its threads start with the clock running, as in the other cells.
"""

import sys
import time

from answer import print_absent
from matrix_common import STEPS, print_matrix_answer, random_matrix

try:
    import numba
    import numpy as np
except ImportError as error:
    print_absent(error)
    sys.exit()


@numba.njit
def made(x):
    y = x
    for _ in range(STEPS):
        if y < 0.5:
            y = np.sqrt(y + 0.1)
        else:
            y = 3.9 * y * (1 - y)
    return y


@numba.njit(parallel=True)
def compute(source, target):
    for row in numba.prange(source.shape[0]):
        for i in range(source.shape[1]):
            target[row, i] = made(source[row, i])


def main():
    rows, columns, threads = map(int, sys.argv[1:4])
    numba.set_num_threads(threads)
    source = random_matrix(np, rows, columns)
    target = np.ones_like(source)
    compute(source[:1, :1].copy(), target[:1, :1].copy())
    began = time.perf_counter()
    compute(source, target)
    seconds = time.perf_counter() - began
    print_matrix_answer(seconds, target.sum())


main()
