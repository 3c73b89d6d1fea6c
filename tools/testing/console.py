"""Running commands with a sign of life, for a console or a log file."""
import collections
import os
import pathlib
import signal
import subprocess
import sys
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
LOGS = ROOT / "build" / "logs"
HEARTBEAT_SECONDS = 30
TAIL_LINES = 60

_children = set()


def say(text):
    print(f"{time.strftime('%H:%M:%S', time.gmtime())} {text}", flush=True)


def stop_children():
    """Ends every command that run() started and that still works, with its whole process group."""
    for process in list(_children):
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass


def run(what, command, *, log, echo=False, env=None, timeout=None, cwd=None):
    """Runs a command in a process group of its own; True when it exits 0.

    Its output goes to build/logs/LOG. With `echo` every line is shown as well; otherwise a line every 30 s says that it
    still works, and the end of the output is shown on failure. After `timeout` seconds the group is killed.
    """
    LOGS.mkdir(parents=True, exist_ok=True)
    started = time.monotonic()
    tail = collections.deque(maxlen=TAIL_LINES)
    last_shown = [started]
    with open(LOGS / log, "w") as out:
        process = subprocess.Popen(command, cwd=cwd or ROOT, env={**os.environ, **(env or {})}, stdin=subprocess.DEVNULL,
                                   stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
                                   start_new_session=True)
        _children.add(process)

        def read():
            for line in process.stdout:
                out.write(line)
                tail.append(line.rstrip("\n"))
                if echo:
                    last_shown[0] = time.monotonic()
                    sys.stdout.write(line)
                    sys.stdout.flush()

        reader = threading.Thread(target=read, daemon=True)
        reader.start()
        try:
            while True:
                try:
                    process.wait(timeout=1)
                    break
                except subprocess.TimeoutExpired:
                    pass
                now = time.monotonic()
                if timeout is not None and now - started > timeout:
                    os.killpg(process.pid, signal.SIGKILL)
                    process.wait()
                    say(f"{what}: killed after {timeout} s")
                    break
                if now - last_shown[0] >= HEARTBEAT_SECONDS:
                    last_shown[0] = now
                    latest = next((t for t in reversed(tail) if t.strip()), "")
                    say(f"{what}: {int(now - started)} s, {latest.strip()[:100]}")
        finally:
            _children.discard(process)
            try:
                os.killpg(process.pid, signal.SIGKILL)  # nothing that it started outlives it
            except ProcessLookupError:
                pass
        reader.join(timeout=10)
    if process.returncode != 0 and not echo:
        print("\n".join(tail), flush=True)
    return process.returncode == 0
