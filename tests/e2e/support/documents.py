"""Code blocks of the documentation, by name: ```sh name=token begins one."""
import pathlib
import re

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


def unnamed(document):
    """First lines of the blocks that nobody can run."""
    fences = re.findall(r"^```(\w[^\n]*)$", (DOCS / document).read_text(), re.MULTILINE)
    return [fence for fence in fences if " name=" not in fence]
