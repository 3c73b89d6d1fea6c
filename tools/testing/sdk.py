"""The layer of clients that others publish: SDKs, the gRPC stacks under those that cannot be had, a SCIM suite."""
import subprocess

from testing import results, toolchain
from testing.console import ROOT, run
from testing.outside import LAYER_TIMEOUT_SECONDS, collect, prepared
from testing.results import Count
from testing.toolchain import Missing

FOLDER = ROOT / "tests" / "sdk"
NPM_SECONDS = 600


def sdk(context, text):
    """Every part, one part when the text names it, or of every part the tests whose name contains the text."""
    count = Count()
    report = prepared("sdk", context, count)
    if report is None:
        return count
    wanted = {text: PARTS[text]} if text in PARTS else PARTS
    for name, part in wanted.items():
        try:
            count += part(context, report.with_name(f"{name}.xml"), "" if text in PARTS else text)
        except Missing as missing:
            count.fail(f"sdk {name}: {missing}")
    return count


def node(context, report, text):
    install_node_packages("node")
    command = ["node", "--test", "--test-reporter=spec", "--test-reporter-destination=stdout",
               "--test-reporter=junit", f"--test-reporter-destination={report}"]
    if text:
        command += [f"--test-name-pattern={text}"]
    tests = sorted(str(path.relative_to(FOLDER / "node")) for path in (FOLDER / "node").glob("*.test.js"))
    good = run("Node SDK tests", [*command, *tests], log="sdk-node.log", echo=True, env=context.environment(),
               cwd=FOLDER / "node", timeout=LAYER_TIMEOUT_SECONDS)
    return collect("sdk-node", good, report, Count())


def install_node_packages(part):
    lock = FOLDER / part / "package-lock.json"
    installed = FOLDER / part / "node_modules" / ".package-lock.json"
    if not installed.exists() or installed.stat().st_mtime < lock.stat().st_mtime:
        if not run(f"installing the packages of tests/sdk/{part}", ["npm", "ci", "--no-audit", "--no-fund"],
                   log=f"sdk-npm-{part}.log", cwd=FOLDER / part, timeout=NPM_SECONDS):
            raise Missing(f"npm ci failed; see build/logs/sdk-npm-{part}.log")


def python(context, report, text):
    interpreter = toolchain.python("sdk", FOLDER / "python" / "requirements.txt")
    return pytest("python", [interpreter], ["tests/sdk/python", "-p", "no:warnings"], context.environment(), report, text)


def seed(context, report, text):
    install_node_packages("node")
    environment = {**context.environment(),
                   "DOORWARD_SDK_PYTHON": str(toolchain.python("sdk", FOLDER / "python" / "requirements.txt"))}
    return pytest("seed", ["/usr/bin/python3"], ["tests/sdk/seed"], environment, report, text)


def go(context, report, text):
    program = toolchain.go_build(FOLDER / "transports" / "go", name="caller")
    return pytest("go", ["/usr/bin/python3"], ["tests/sdk/transports", "--transport=go"],
                  {**context.environment(), "DOORWARD_GO_CALLER": str(program)}, report, text)


def java(context, report, text):
    environment = {**context.environment(), **toolchain.java(),
                   "DOORWARD_JAVA_CALLER": toolchain.java_classes(FOLDER / "transports" / "java", name="caller"),
                   # The database listens in the network outside; its socket is a file, which both networks reach.
                   "DOORWARD_TEST_POSTGRES_URL": context.postgres.socket_url}
    return pytest("java", [*own_network(), "/usr/bin/python3"], ["tests/sdk/transports", "--transport=java"], environment,
                  report, text)


def pytest(part, interpreter, arguments, environment, report, text):
    command = [*interpreter, "-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments, f"--junitxml={report}"]
    if text:
        command += ["-k", text]
    good = run(f"SDK tests ({part})", [str(word) for word in command], log=f"sdk-{part}.log", echo=True, env=environment,
               timeout=LAYER_TIMEOUT_SECONDS)
    if text and not good and report.exists() and results.from_xml(report).total == 0:
        return Count()  # pytest exits 5 when -k leaves nothing
    return collect(f"sdk-{part}", good, report, Count())


def receivers(context, report, text):
    """The receivers of docs/webhooks.md; each builds itself with the toolchain of its language."""
    install_node_packages("node")
    interpreter = toolchain.python("sdk", FOLDER / "python" / "requirements.txt")
    toolchain.go(), toolchain.java()
    return pytest("receivers", [interpreter], ["tests/sdk/receivers", "-p", "no:warnings"], context.environment(), report,
                  text)


def applications(context, report, text):
    """The applications of docs/sso.md, in the same way; the Java one takes a library of the Java SDK's."""
    install_node_packages("node")
    interpreter = toolchain.python("sdk", FOLDER / "python" / "requirements.txt")
    toolchain.go(), toolchain.java_libraries(FOLDER / "transports" / "java", name="caller")
    return pytest("applications", [interpreter], ["tests/sdk/applications", "-p", "no:warnings"], context.environment(),
                  report, text)


def providers(context, report, text):
    """Identity providers and relying parties that others publish, around the server."""
    install_node_packages("providers")
    count, environment = Count(), context.environment()
    # Without one of them its own tests fail, and those of the others say what they have to say.
    for tool in (lambda: toolchain.keycloak(FOLDER / "providers" / "keycloak"),
                 lambda: {"DOORWARD_SIMPLESAMLPHP": str(toolchain.simplesamlphp())}):
        try:
            environment |= tool()
        except Missing as missing:
            count.fail(f"sdk providers: {missing}")
    count += pytest("providers", ["/usr/bin/python3"], ["tests/sdk/providers"], environment, report, text)
    return count


def scim(context, report, text):
    interpreter = toolchain.python("scim", FOLDER / "scim" / "requirements.txt")
    return pytest("scim", [interpreter], ["tests/sdk/scim", "-p", "no:warnings"], context.environment(), report, text)


def own_network():
    """What to put before a command so that it runs in a network namespace whose loopback is up and whose ports are free."""
    up = ["sh", "-c", 'ip link set lo up && exec "$@"', "sh"]
    for unshare in (["unshare", "--net"], ["unshare", "--map-root-user", "--net"]):
        tried = subprocess.run([*unshare, *up, "true"], capture_output=True, text=True)
        if tried.returncode == 0:
            return [*unshare, *up]
    raise Missing("port 443 needs a network namespace of its own, and this machine gives none: run ./test as root, or let "
                  f"users make user namespaces ({tried.stderr.strip()})")


PARTS = {"node": node, "python": python, "seed": seed, "receivers": receivers, "applications": applications,
         "providers": providers, "scim": scim, "go": go, "java": java}
