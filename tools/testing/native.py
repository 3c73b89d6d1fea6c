"""Layers on the C++ build: unit and suite tests under sanitizers, fuzz targets."""
import concurrent.futures
import json
import os
import pathlib
import shutil
import subprocess

from testing import results
from testing.console import LOGS, ROOT, run, say
from testing.results import Count

JOBS = max(2, os.cpu_count() or 2)
TEST_TIMEOUT_SECONDS = 900
FUZZ_SECONDS = 10
# Where threads meet: these programs also run under ThreadSanitizer.
CONCURRENT = ("async", "net", "net_outbound", "server", "store_suite", "webhooks_suite", "logout_tokens_suite",
              "sign_in_suite", "saml_keys_suite", "auth_log_suite")


class Builds:
    """Builds each preset at most once in a run."""

    def __init__(self):
        self.done = {}

    def build(self, preset, targets=("all",)):
        key = (preset, tuple(targets))
        if key not in self.done:
            self.done[key] = self.configure(preset) and run(
                f"building ({preset})", ["ninja", "-C", f"build/{preset}", *targets], log=f"{preset}-build.log")
        return self.done[key]

    def configure(self, preset):
        folder = ROOT / "build" / preset
        if (folder / "build.ninja").exists() and (folder / "CMakeCache.txt").exists():
            return True
        (folder / "CMakeCache.txt").unlink(missing_ok=True)
        say(f"configuring ({preset})")
        return run(f"configuring ({preset})", ["cmake", "--preset", preset], log=f"{preset}-configure.log")


def programs(preset):
    """ctest's tests of a preset: name -> command."""
    listing = subprocess.run(["ctest", "--test-dir", f"build/{preset}", "--show-only=json-v1"], cwd=ROOT, check=True,
                             capture_output=True, text=True).stdout
    return {t["name"]: t["command"] for t in json.loads(listing)["tests"] if "command" in t}


def run_programs(layer, preset, names, text, env):
    """Runs test programs, two at a time, and counts their cases. `text` keeps only cases whose full name contains it."""
    count = Count()
    reports = ROOT / "build" / "results" / layer
    shutil.rmtree(reports, ignore_errors=True)
    reports.mkdir(parents=True)
    commands = {n: c for n, c in programs(preset).items() if n in names}
    if text:
        commands = {n: c for n, c in commands.items() if text in n or lists_case(c, text, env)}
    if not commands:
        return count
    environment = {**env, "GTEST_OUTPUT": f"xml:{reports}/",
                   "ASAN_OPTIONS": "detect_stack_use_after_return=1:strict_string_checks=1",
                   "UBSAN_OPTIONS": "print_stacktrace=1", "TSAN_OPTIONS": "halt_on_error=1:second_deadlock_stack=1"}
    if text and not any(text in n for n in commands):
        environment["GTEST_FILTER"] = f"*{text}*"
    pattern = "^(" + "|".join(commands) + ")$"
    good = run(f"{layer} tests", ["ctest", "--test-dir", f"build/{preset}", "-j2", "--timeout", str(TEST_TIMEOUT_SECONDS),
                                  "--output-on-failure", "-R", pattern], log=f"{layer}.log", echo=True, env=environment)
    for name, command in sorted(commands.items()):
        report = reports / (pathlib.Path(command[0]).name + ".xml")
        if report.exists():
            count += results.from_xml(report)
        else:
            count.fail(f"{name}: ended without a report (crash or time-out); see build/logs/{layer}.log")
    if not good and count.failed == 0:
        count.fail(f"{layer}: a program failed outside its cases; see build/logs/{layer}.log")
    return count


def lists_case(command, text, env):
    listing = subprocess.run([*command, f"--gtest_filter=*{text}*", "--gtest_list_tests"], capture_output=True, text=True,
                             cwd=ROOT, env={**os.environ, **env})
    return any(line.startswith("  ") for line in listing.stdout.splitlines())


def target_of(name):
    """The build target of a ctest name: a suite is doorward_NAME, a folder's unit tests are doorward_NAME_tests."""
    return f"doorward_{name}" if name.endswith("_suite") else f"doorward_{name}_tests"


def unit(context, text):
    if not context.builds.build("asan"):
        return Count(failed=1, failures=["unit: the asan build failed; see build/logs/asan-build.log"])
    return run_programs("unit", "asan", set(programs("asan")), text, context.environment())


def tsan(context, text):
    count = Count()
    if not context.builds.configure("tsan"):
        count.fail("tsan: configuring failed; see build/logs/tsan-configure.log")
        return count
    if not context.builds.build("tsan", [target_of(name) for name in CONCURRENT]):
        count.fail("tsan: the build failed; see build/logs/tsan-build.log")
        return count
    return run_programs("tsan", "tsan", set(CONCURRENT), text, context.environment())


def fuzz(context, text):
    """Each target for a few seconds from its corpus: a regression check, not a campaign."""
    count = Count()
    targets = sorted(p.stem for p in (ROOT / "tests/fuzz/target").glob("*.cc"))
    if text:
        targets = [t for t in targets if text in t]
    if not targets:
        return count
    if not context.builds.build("asan"):
        count.fail("fuzz: the asan build failed; see build/logs/asan-build.log")
        return count
    with concurrent.futures.ThreadPoolExecutor(JOBS) as workers:
        for name, good in zip(targets, workers.map(fuzz_target, targets)):
            count.check(good, f"fuzz {name}: see {LOGS.relative_to(ROOT)}/fuzz-{name}.log")
    return count


def fuzz_target(name):
    found = ROOT / "build" / "fuzz" / name
    found.mkdir(parents=True, exist_ok=True)
    corpus = ROOT / "tests/fuzz/corpus" / name
    good = run(f"fuzz {name}", [str(ROOT / f"build/asan/fuzz/fuzz_{name}"), f"-max_total_time={FUZZ_SECONDS}",
                                "-rss_limit_mb=2048", "-timeout=10", f"-artifact_prefix={found}/",
                                str(found), *([str(corpus)] if corpus.is_dir() else [])],
               log=f"fuzz-{name}.log", timeout=FUZZ_SECONDS * 6)
    say(f"fuzz {name}: {'clean' if good else 'FAILED, input in build/fuzz/' + name}")
    return good
