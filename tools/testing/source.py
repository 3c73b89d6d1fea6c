"""Layers on the source text: format, include direction, shell scripts, clang-tidy."""
import concurrent.futures
import hashlib
import json
import os
import pathlib
import re
import subprocess
import threading
import time

from testing.console import HEARTBEAT_SECONDS, ROOT, say
from testing.results import Count

TIDY_JOBS = 2
PRECOMPILED = re.compile(r" -Winvalid-pch| -Xclang -include-pch -Xclang \S+")
UNREAD_BY_TIDY = re.compile(r" -f(?:no-)?sanitize\S*")
OWN_INCLUDE = re.compile(r'^#include "([^"]+)"', re.MULTILINE)
CACHE = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "doorward" / "tidy"


def native_sources():
    found = []
    for folder in ("src", "tests", "bench", "tools"):
        found += [p for p in (ROOT / folder).rglob("*") if p.suffix in (".h", ".cc") and "node_modules" not in p.parts]
    return sorted(found)


def each_file(files, command, text):
    """Runs one command a file; the file passes when it exits 0."""
    count = Count()
    files = [f for f in files if not text or text in str(f.relative_to(ROOT))]

    def one(path):
        done = subprocess.run([*command, str(path)], cwd=ROOT, capture_output=True, text=True)
        return path, done.returncode == 0, done.stdout + done.stderr

    with concurrent.futures.ThreadPoolExecutor(max(2, os.cpu_count() or 2)) as pool:
        for path, good, output in pool.map(one, files):
            if not good:
                print(output.strip(), flush=True)
            count.check(good, f"{command[0]}: {path.relative_to(ROOT)}")
    return count


def format_(context, text):
    return each_file(native_sources(), ["clang-format-19", "--dry-run", "-Werror"], text)


def includes(context, text):
    count = Count()
    checked = subprocess.run(["tools/check-includes"], cwd=ROOT, capture_output=True, text=True)
    print(checked.stdout + checked.stderr, end="", flush=True)
    wrong = {line.split(":")[0] for line in checked.stdout.splitlines()}
    for path in sorted(p for p in (ROOT / "src").rglob("*") if p.suffix in (".h", ".cc", ".def")):
        name = str(path.relative_to(ROOT))
        if not text or text in name:
            count.check(name not in wrong, f"includes: {name}")
    if checked.returncode not in (0, 1) or (checked.returncode == 1 and not wrong):
        count.fail("includes: tools/check-includes itself failed")
    return count


def shell(context, text):
    return each_file([ROOT / "run", ROOT / "test", ROOT / "tools/lib.sh", ROOT / ".ci/run"], ["bash", "-n"], text)


class Fingerprints:
    """A key for each unit: its text and that of the project's headers that it includes itself, its command, the checks and
    the tool. What those headers include in turn does not count: a change there is read with the units that name it, and
    a type that everything sees would else have every unit read again."""

    def __init__(self):
        version = subprocess.run(["clang-tidy-19", "--version"], capture_output=True, text=True).stdout
        self.common = version + (ROOT / ".clang-tidy").read_text()

    def key(self, entry):
        command = UNREAD_BY_TIDY.sub("", entry["command"].replace(str(ROOT), ""))
        text = pathlib.Path(entry["file"]).read_text()
        digest = hashlib.sha256((self.common + command + text).encode())
        for name in sorted(set(OWN_INCLUDE.findall(text))):
            header = ROOT / "src" / name
            if header.exists():
                digest.update(name.encode() + header.read_bytes())
        return digest.hexdigest()


def without_precompiled(build):
    """The build's commands in a folder of their own, without its precompiled headers: clang-tidy would look through all
    of them for each unit. It also notices a unit that does not include what it uses."""
    commands = json.loads((build / "compile_commands.json").read_text())
    for entry in commands:
        entry["command"] = PRECOMPILED.sub("", entry["command"])
    folder = build / "tidy"
    folder.mkdir(exist_ok=True)
    (folder / "compile_commands.json").write_text(json.dumps(commands))
    return folder, commands


def tidy(context, text):
    """clang-tidy on every unit of src/ but tests, with the asan build's commands; an unchanged unit is not read again."""
    count = Count()
    if not context.builds.build("asan"):
        count.fail("tidy: needs the asan build, which failed; see build/logs/asan-build.log")
        return count
    build = ROOT / "build" / "asan"
    entries = {}
    database, commands = without_precompiled(build)
    for entry in commands:
        path = pathlib.Path(entry["file"])
        if path.is_relative_to(ROOT / "src") and not path.name.endswith("_test.cc"):
            if not text or text in str(path.relative_to(ROOT)):
                entries[path] = entry
    fingerprints = Fingerprints()
    CACHE.mkdir(parents=True, exist_ok=True)
    waiting = []
    for path, entry in sorted(entries.items()):
        key = fingerprints.key(entry)
        if (CACHE / key).exists():
            os.utime(CACHE / key)
            count.passed += 1
        else:
            waiting.append((path, key))
    say(f"tidy: {count.passed} units known to be clean, {len(waiting)} to read")
    done = [0]
    finished = threading.Event()

    def heartbeat():
        while not finished.wait(HEARTBEAT_SECONDS):
            say(f"tidy: {done[0]} of {len(waiting)}")

    def one(item):
        path, key = item
        process = subprocess.run(["clang-tidy-19", "-p", str(database), "--quiet", "--warnings-as-errors=*", str(path)],
                                 cwd=ROOT, capture_output=True, text=True)
        done[0] += 1
        return path, key, process

    threading.Thread(target=heartbeat, daemon=True).start()
    with concurrent.futures.ThreadPoolExecutor(TIDY_JOBS) as pool:
        for path, key, process in pool.map(one, waiting):
            if process.returncode == 0:
                (CACHE / key).touch()
            else:
                print(process.stdout.strip() or process.stderr.strip(), flush=True)
            count.check(process.returncode == 0, f"tidy: {path.relative_to(ROOT)}")
    finished.set()
    forget_old()
    return count


def forget_old(days=60):
    limit = time.time() - days * 86400
    for path in CACHE.iterdir():
        if path.stat().st_mtime < limit:
            path.unlink(missing_ok=True)
