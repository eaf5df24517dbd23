"""The matrix of the matrix cells, and the line that they print."""

import json
import os

from answer import own_peak_rss_mb

STEPS = 8


def random_matrix(np, rows, columns):
    """The same numbers as in the Node cells; made with few temporary arrays, row by row."""
    data = np.empty((rows, columns))
    for row in range(rows):
        h = np.arange(row * columns, (row + 1) * columns, dtype=np.uint32) * np.uint32(0x9E3779B1)
        h = (h ^ (h >> np.uint32(15))) * np.uint32(0x85EBCA6B)
        data[row] = (h ^ (h >> np.uint32(13))) / 4294967296.0
    return data


def print_matrix_answer(seconds, total, peak_rss_mb=None, **more):
    times = os.times()
    print(json.dumps(dict(
        seconds=seconds, sum=float(total),
        cpuSeconds=times.user + times.system + times.children_user + times.children_system,
        peakRssMB=own_peak_rss_mb() if peak_rss_mb is None else peak_rss_mb, **more)), flush=True)
