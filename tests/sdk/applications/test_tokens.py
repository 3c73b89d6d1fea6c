"""The applications of docs/sso.md that verify tokens themselves, before a stand-in that signs what Doorward never
would."""
import pytest

from stand_in import CLIENT_ID, altered, new_key
from support.http import Client
from support.jwt import forged

BY_THEMSELVES = pytest.mark.parametrize("command", ["go", "java"], indirect=True)


def wrong_tokens(stand_in, right):
    """What is wrong with each: the same for every kind of token."""
    token = stand_in.sign(right)
    signed = token.rpartition(".")[0]
    return {"another signature": forged(token), "other claims": altered(token, email="eve@example.com"),
            "another key": stand_in.sign(right, key=new_key()), "a key of another kind": stand_in.sign(right, kid="k0"),
            "an unknown key": stand_in.sign(right, kid="k2"), "no signature": signed + ".",
            "no algorithm": stand_in.sign(right, alg="none"), "another algorithm": stand_in.sign(right, alg="HS256"),
            "another issuer": stand_in.sign({**right, "iss": stand_in.url + "/"}),
            "expired": stand_in.sign({**right, "exp": right["iat"]}),
            "endless": stand_in.sign({name: value for name, value in right.items() if name != "exp"}),
            "no token": "x", "two parts": signed}


class Visitor:
    """A browser that has begun a login."""

    def __init__(self, program):
        self.client = Client(f"http://127.0.0.1:{program.port}")
        self.state = self.client.get("/login?email=ann@example.com").expect(302).headers["set-cookie"].split(";")[0]

    def comes_back(self):
        return self.client.get(f"/callback?code=c&{self.state}", headers={"Cookie": self.state})

    def begins(self, token):
        return self.client.get("/login?idp_initiated_login=" + token)


@BY_THEMSELVES
def test_believes_no_wrong_id_token(application_of_stand_in, stand_in):
    visitor, right = Visitor(application_of_stand_in), stand_in.claims()
    wrong = {**wrong_tokens(stand_in, right), "another client's": stand_in.sign(stand_in.claims(aud=["skc_2"])),
             "nobody's": stand_in.sign(stand_in.claims(aud=None)), "none": ""}
    for what, token in wrong.items():
        stand_in.id_token = token
        assert visitor.comes_back().status == 400, what
    for audience in ([CLIENT_ID], ["skc_2", CLIENT_ID]):
        stand_in.id_token = stand_in.sign(stand_in.claims(aud=audience))
        visitor.comes_back().expect(302)


@BY_THEMSELVES
def test_begins_no_login_by_a_wrong_token(application_of_stand_in, stand_in):
    visitor = Visitor(application_of_stand_in)
    right = stand_in.claims(aud=None, email=None, sub=None, token_use="idp_initiated_login", connection_id="conn_1")
    wrong = {**wrong_tokens(stand_in, right), "an ID token": stand_in.sign(stand_in.claims())}
    for what, token in wrong.items():
        assert visitor.begins(token).status == 400, what
    assert "connection_id=conn_1" in visitor.begins(stand_in.sign(right)).expect(302).headers["location"]


@BY_THEMSELVES
def test_goes_to_no_page_of_somebody_else(application_of_stand_in, stand_in):
    """Doorward lets no such relay state through; the application does not count on it."""
    visitor = Visitor(application_of_stand_in)
    home = f"http://localhost:{application_of_stand_in.port}"
    stand_in.id_token = stand_in.sign(stand_in.claims())
    pages = {"/reports": "/reports", home + "/reports?a=1": "/reports?a=1", "//evil.example/": "//evil.example/",
             "https://evil.example/": "/", home + ".evil.example/": "/", "": "/"}
    for wanted, page in pages.items():
        begun = stand_in.claims(aud=None, token_use="idp_initiated_login", connection_id="conn_1", relay_state=wanted)
        visitor.state = visitor.begins(stand_in.sign(begun)).expect(302).headers["set-cookie"].split(";")[0]
        assert visitor.comes_back().expect(302).headers["location"] == home + page, wanted
