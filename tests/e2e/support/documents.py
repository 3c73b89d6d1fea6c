"""Code blocks of the documentation, by name: ```sh name=token begins one."""
import pathlib
import re
import subprocess

DOCS = pathlib.Path(__file__).resolve().parents[3] / "docs"
BLOCK = re.compile(r"^```(\w+) name=([\w-]+)[^\n]*\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(document, language):
    """name -> text, in the order of the page."""
    found = {}
    for block_language, name, text in BLOCK.findall((DOCS / document).read_text()):
        assert name not in found, f"{document} has two blocks named {name}"
        if block_language == language:
            found[name] = text
    return found


def named(document, key):
    """name -> text of the blocks that begin with ```LANGUAGE KEY=NAME."""
    found = re.findall(rf"^```\w+ {key}=([\w-]+)\n(.*?)^```$", (DOCS / document).read_text(), re.MULTILINE | re.DOTALL)
    assert len(dict(found)) == len(found), f"{document} has a name twice"
    return dict(found)


def unnamed(document):
    """First lines of the blocks that nobody can run."""
    fences = re.findall(r"^```(\w[^\n]*)$", (DOCS / document).read_text(), re.MULTILINE)
    return [fence for fence in fences if " name=" not in fence]


def run_shell(document, server, folder, leave_out=(), before=""):
    """What each shell block prints, by name: all run in one shell in the order of the page, beside the server's data
    folder. `before` is what the page takes for granted."""
    (folder / "data").symlink_to(server.data_dir)
    script = "set -euo pipefail\n" + before
    names = [name for name in blocks(document, "sh") if name not in leave_out]
    for name in names:
        script += f"printf '\\n=== {name}\\n'\n{blocks(document, 'sh')[name]}"
    done = subprocess.run(["bash", "-c", script], cwd=folder, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    parts = re.split(r"^=== ([\w-]+)\n", done.stdout, flags=re.MULTILINE)
    found = dict(zip(parts[1::2], parts[2::2]))
    assert list(found) == names
    return found
