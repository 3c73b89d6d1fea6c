"""./test [filter]: runs the layers in order and ends with "N passed, M failed"."""
import fcntl
import signal
import sys
import time

from testing import native, outside, sdk, source
from testing.console import ROOT, say, stop_children
from testing.postgres import Postgres
from testing.results import Count

# Quick answers first; what needs the sanitizer build follows it.
LAYERS = {
    "format": source.format_,
    "shell": source.shell,
    "includes": source.includes,
    "unit": native.unit,
    "tidy": source.tidy,
    "tsan": native.tsan,
    "fuzz": native.fuzz,
    "e2e": outside.e2e,
    "sdk": sdk.sdk,
}


class Context:
    """What layers share: builds and, once one asks for it, a PostgreSQL."""

    def __init__(self):
        self.builds = native.Builds()
        self.postgres = None

    def environment(self):
        """For programs under test: where the server binary and the database are."""
        if self.postgres is None:
            self.postgres = Postgres()
        return {"DOORWARD_BINARY": str(ROOT / "build/asan/doorward"), "DOORWARD_TEST_POSTGRES_URL": self.postgres.url,
                "DOORWARD_SOURCE_DIR": str(ROOT)}

    def close(self):
        stop_children()
        if self.postgres is not None:
            self.postgres.stop()


def selection(argument):
    """The layers to run and the text that names must contain."""
    if not argument:
        return list(LAYERS), ""
    layer, slash, text = argument.partition("/")
    if layer in LAYERS and (slash or layer == argument):
        return [layer], text
    return list(LAYERS), argument


def lock():
    """One ./test at a time in a working copy. Released by the system however this ends."""
    (ROOT / "build").mkdir(exist_ok=True)
    held = open(ROOT / "build" / ".test.lock", "w")
    while True:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return held
        except BlockingIOError:
            say("waiting for another ./test in this folder")
            time.sleep(30)


def main(arguments):
    if arguments == ["--list"]:
        print("\n".join(LAYERS))
        return 0
    if len(arguments) > 1 or (arguments and arguments[0].startswith("-")):
        print("usage: ./test [LAYER | LAYER/TEXT | TEXT]   layers: " + " ".join(LAYERS))
        return 2
    for name in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, lambda number, frame: sys.exit(128 + number))
    held = lock()
    layers, text = selection(arguments[0] if arguments else "")
    context, total, started = Context(), Count(), time.monotonic()
    try:
        for layer in layers:
            began = time.monotonic()
            say(f"== {layer}")
            try:
                count = LAYERS[layer](context, text)
                if count.total == 0 and not text:
                    count.fail(f"{layer}: nothing ran, though nothing was asked to be left out")
            except Exception as fault:  # a broken layer is a failure of that layer, and the others still run
                count = Count(failed=1, failures=[f"{layer}: {type(fault).__name__}: {fault}"])
            say(f"== {layer}: {count.passed} passed, {count.failed} failed ({time.monotonic() - began:.0f} s)")
            total += count
    finally:
        context.close()
        held.close()
    if total.total == 0:
        total.fail(f"no test matches {text!r}")
    for failure in total.failures:
        print(f"FAILED {failure}")
    say(f"{time.monotonic() - started:.0f} s")
    print(f"{total.passed} passed, {total.failed} failed", flush=True)
    return 1 if total.failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
