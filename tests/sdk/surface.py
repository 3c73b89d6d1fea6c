"""Whether every method is exercised: what a client offers, against what the tests beside it call."""
import json
import pathlib
import re

NOT_YET = json.loads((pathlib.Path(__file__).parent / "not-yet.json").read_text())


def folded(name):
    """One spelling of a method's name in every language."""
    return name.replace("_", "").lower()


def check(offered, folder, called):
    """`offered`: method names. `called`: a pattern with one group that finds the calls in the tests of `folder`."""
    sources = "".join(path.read_text() for path in sorted(pathlib.Path(folder).glob("test_*.py")))
    exercised = {folded(name) for name in re.findall(called, sources)}
    later = {folded(name) for name in NOT_YET}
    forgotten = sorted(name for name in offered if folded(name) not in exercised | later)
    assert not forgotten, f"neither exercised nor named in not-yet.json: {', '.join(forgotten)}"
    outdated = sorted(name for name in offered if folded(name) in exercised & later)
    assert not outdated, f"exercised, and still named in not-yet.json: {', '.join(outdated)}"
