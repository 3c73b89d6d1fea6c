"""Waiting for a condition, never for time."""
import time

# Generous, because the server under test may be a sanitizer build on a busy machine: a passing test never waits this
# long.
PATIENCE_SECONDS = 60
POLL_SECONDS = 0.02


def wait_until(condition, what, seconds=PATIENCE_SECONDS):
    """Returns the first truthy result of condition(); after `seconds` fails with what was awaited."""
    deadline = time.monotonic() + seconds
    while True:
        result = condition()
        if result:
            return result
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {seconds} s for {what() if callable(what) else what}")
        time.sleep(POLL_SECONDS)
