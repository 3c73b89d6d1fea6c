"""docs/simulator.md says what is so: its commands run as they stand there, its tables name what there is."""
import json
import re

import pytest

from support import documents
from support.sign_in import parameters

from test_saml_simulator import FAILURES as SAML_FAILURES, SUCCESSES
from test_simulator import FAILURES

PAGE = "simulator.md"


@pytest.fixture(scope="module")
def outputs(server, tmp_path_factory):
    return documents.run_shell(PAGE, server, tmp_path_factory.mktemp("docs"))


def test_every_block_has_a_name():
    assert not documents.unnamed(PAGE)


def test_the_commands_sign_in_and_find_it_in_the_log(outputs):
    told = parameters(outputs["login"].strip())
    assert told["state"] == "s" and told["code"]
    assert parameters(outputs["saml_login"].strip())["code"]
    newest = json.loads(outputs["log"])["authRequests"][0]
    assert newest["email"] == "ann@example.com" and newest["status"] == "PENDING"


def outcomes(header):
    """outcome -> reason of the table that begins so."""
    table = (documents.DOCS / PAGE).read_text().partition(f"| {header} | what happens |")[2].partition("\n\n")[0]
    return dict(re.findall(r"^\| `([a-z_]+)` \| [^|]+ \| `?([a-z_]*)`? ?\|$", table, re.MULTILINE))


def test_the_tables_of_outcomes_tell_the_reasons_that_the_log_has():
    assert outcomes("outcome") == {"success": "", "idp_initiated": "",
                                   **{outcome: why for outcome, (_, why, _) in FAILURES.items()}}
    assert outcomes("SAML outcome") == {**dict.fromkeys(SUCCESSES, ""), "idp_initiated": "", **SAML_FAILURES}
