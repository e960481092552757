"""Peak memory of the largest process that a command starts (Linux): what it allocated, and the pages of files that it maps.

    python compare/memory.py ./graft export --model M --out D

Mapped pages are the system's to take back; a checkpoint is read through them.
"""

import pathlib
import re
import subprocess
import sys
import time


def descendants(pid):
    for task in pathlib.Path(f"/proc/{pid}/task").glob("*/children"):
        for child in task.read_text().split():
            yield int(child)
            yield from descendants(child)


def memory(pid):
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    return [int(re.search(rf"{name}:\s+(\d+)", status)[1]) / 1024 for name in ("RssAnon", "RssFile")]


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    start = time.perf_counter()
    process = subprocess.Popen(sys.argv[1:])
    peak = [0, 0]
    while process.poll() is None:
        try:
            for pid in [process.pid, *descendants(process.pid)]:
                peak = [max(pair) for pair in zip(peak, memory(pid))]
        except (FileNotFoundError, ProcessLookupError, TypeError):
            pass  # one has just ended
        time.sleep(0.05)
    print(f"{time.perf_counter() - start:.1f} s, {peak[0]:.0f} MiB allocated, {peak[1]:.0f} MiB of mapped files")
    sys.exit(process.returncode)


main()
