"""No method that a client may call is forgotten: the API's own list against the tests beside this one."""
import pathlib

import caller
import surface

ANNOUNCED = caller.PROTO / "announced.tsv"


def test_every_method_is_exercised():
    methods = [line.split("\t")[0] for line in ANNOUNCED.read_text().splitlines() if not line.startswith("#")]
    offered = [method.rsplit(".", 1)[1] for method in methods if method.rsplit(".", 1)[0] in caller.SERVICES.values()]
    assert len(offered) > 30
    surface.check(offered, pathlib.Path(__file__).parent, r'"(\w+)"')
