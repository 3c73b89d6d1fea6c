"""The layer that drives the built server from outside, and what it shares with the SDKs' layer."""
import shutil

from testing import results
from testing.console import ROOT, run
from testing.results import Count

LAYER_TIMEOUT_SECONDS = 1800
E2E_PROCESSES = 2  # one for each database


def collect(layer, good, report, count):
    if report.exists() and report.stat().st_size:
        count += results.from_xml(report)
    elif not good:
        count.fail(f"{layer}: ended without a report; see build/logs/{layer}.log")
    if not good and count.failed == 0:
        count.fail(f"{layer}: failed outside its cases; see build/logs/{layer}.log")
    return count


def prepared(layer, context, count):
    """A fresh place for reports, and the server binary."""
    if not context.builds.build("asan"):
        count.fail(f"{layer}: needs the asan build, which failed; see build/logs/asan-build.log")
        return None
    folder = ROOT / "build" / "results" / layer
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder / "report.xml"


def e2e(context, text):
    count = Count()
    if not list((ROOT / "tests/e2e").glob("**/test_*.py")):
        return count
    report = prepared("e2e", context, count)
    if report is None:
        return count
    command = ["/usr/bin/python3", "-m", "pytest", "-q", "-p", "no:cacheprovider", "-n", str(E2E_PROCESSES),
               "--dist=loadgroup", "tests/e2e", f"--junitxml={report}"]
    if text:
        command += ["-k", text]
    good = run("e2e tests", command, log="e2e.log", echo=True, env=context.environment(), timeout=LAYER_TIMEOUT_SECONDS)
    if text and not good and report.exists() and results.from_xml(report).total == 0:
        return count  # pytest exits 5 when -k leaves nothing
    return collect("e2e", good, report, count)
