"""Counting test cases from the XML that googletest, pytest and Node write."""
import xml.etree.ElementTree as ElementTree


class Count:
    def __init__(self, passed=0, failed=0, failures=()):
        self.passed = passed
        self.failed = failed
        self.failures = list(failures)  # names with a reason, for the summary

    def __iadd__(self, other):
        self.passed += other.passed
        self.failed += other.failed
        self.failures += other.failures
        return self

    def fail(self, sentence):
        self.failed += 1
        self.failures.append(sentence)

    def check(self, good, sentence):
        if good:
            self.passed += 1
        else:
            self.fail(sentence)

    @property
    def total(self):
        return self.passed + self.failed


def from_xml(path):
    """Counts the cases of one report. A skipped case is a failure: a test that cannot run must say so loudly."""
    count = Count()
    for case in ElementTree.parse(path).getroot().iter("testcase"):
        name = ".".join(n for n in (case.get("classname"), case.get("name")) if n)
        if case.get("status") == "notrun":
            count.fail(f"{name}: disabled")
        elif case.find("skipped") is not None or case.get("result") == "skipped":
            count.fail(f"{name}: skipped")
        elif case.find("failure") is not None or case.find("error") is not None:
            count.fail(name)
        else:
            count.passed += 1
    return count
