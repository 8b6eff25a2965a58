"""Who may call the X simulator: OAuth 1.0a signatures, OAuth 2.0 tokens, the app-only bearer."""

import base64
import hashlib
import time
from urllib.parse import parse_qs, urlsplit

import pytest

from app.channels.simulators.x.oauth1 import signature
from tests.channels.simulators.x_client import sign, x_served

VECTOR = (
    ("oauth_consumer_key", "xvz1evFS4wEEPTGEFPHBog"),
    ("oauth_nonce", "kYjzVBB8Y0ZFabxSWbWovY3uYSQ2pTgmZeNu2VS4cg"),
    ("oauth_signature_method", "HMAC-SHA1"),
    ("oauth_timestamp", "1318622958"),
    ("oauth_token", "370773112-GmHxMAgYyLbNEtIKZeRNFsMKPR9EyMZeS9weJAEb"),
    ("oauth_version", "1.0"),
)
SECRETS = ("kAcSOqF21Fu85e7zjz7ZN2U4ZRhfV3WpwPAoE3Z7kBw", "LswwdoUaIvS8ltyTt5jkRh4J50vUPVVHtR2YPi5kE")


class TestSignatureVectors:
    """The documented example of X's signing guide, and two more computed with the same keys."""

    @pytest.mark.parametrize(
        ("method", "url", "more", "expected"),
        [
            (
                "POST",
                "https://api.x.com/1.1/statuses/update.json",
                (
                    ("include_entities", "true"),
                    ("status", "Hello Ladies + Gentlemen, a signed OAuth request!"),
                ),
                "Ls93hJiZbQ3akF3HF3x1Bz8/zU4=",
            ),
            ("POST", "https://api.x.com/2/tweets", (), "lr+tV/DKclEvXKVjG6tgaSSLV0k="),
            (
                "GET",
                "https://api.x.com/2/tweets/search/recent",
                (("query", "conversation_id:123 -is:retweet"), ("max_results", "100")),
                "TgqOVnqW0yC1/83yftzDVxHzHJo=",
            ),
        ],
    )
    def test_the_signature_is_the_documented_one(self, method, url, more, expected):
        """Form and query parameters are signed, a JSON body is not."""
        assert signature(method, url, [*VECTOR, *more], *SECRETS) == expected


class TestOAuth1:
    async def test_a_good_signature_is_let_in(self, x):
        """Own account, with a query that needs careful encoding."""
        assert (await x.get("/2/users/me", **{"user.fields": "name,verified_type"}))["data"][
            "username"
        ] == "valdora_general"
        assert await x.search("conversation_id:1 -is:retweet") == []

    @pytest.mark.parametrize(
        ("changed", "code"),
        [
            ({"consumer_secret": "wrong"}, 32),
            ({"access_token_secret": "wrong"}, 32),
            ({"consumer_key": "wrong"}, None),
            ({"access_token": "wrong"}, None),
        ],
    )
    async def test_a_wrong_key_is_401_and_does_nothing(self, x, changed, code):
        """Each of the four parts is checked."""
        x.keys |= changed
        answer = await x.post()
        assert answer.status_code == 401
        assert code is None or answer.json()["errors"][0]["code"] == code
        assert (await x.client.get("/_sim/state")).json()["x"]["posts"] == []

    async def test_a_changed_query_breaks_the_signature(self, x):
        """What was signed is what must arrive."""
        url = x.base + "/2/users/me"
        header = {"authorization": sign("GET", url, {}, x.keys)}
        assert (await x.client.get(url, headers=header, params={"user.fields": "name"})).status_code == 401

    async def test_a_clock_five_minutes_off_is_401(self, x):
        """Old and future stamps alike; a platform whose own clock is wrong says the same."""
        url = x.base + "/2/users/me"
        for shift in (-301, 310):
            header = sign("GET", url, {}, x.keys, oauth_timestamp=str(int(time.time()) + shift))
            answer = await x.client.get(url, headers={"authorization": header})
            assert (answer.status_code, answer.json()["errors"][0]["code"]) == (401, 135)
        await x.fault("clock_skew", seconds=600)
        assert (await x.call("GET", "/2/users/me")).status_code == 401

    async def test_a_nonce_works_once(self, x):
        """A replayed request is refused."""
        url = x.base + "/2/users/me"
        header = {"authorization": sign("GET", url, {}, x.keys)}
        assert (await x.client.get(url, headers=header)).status_code == 200
        assert (await x.client.get(url, headers=header)).status_code == 401

    async def test_moving_the_simulated_clock_does_not_break_signatures(self, x):
        """Callers keep their own time."""
        await x.sim("/clock", advance_s=7200)
        assert (await x.post()).status_code == 201

    @pytest.mark.parametrize("header", ["", "OAuth nonsense", "Basic eDp5", "Bearer nobody"])
    async def test_nobody_is_401(self, x, header):
        """No header, a broken one, another scheme, an unknown token."""
        answer = await x.client.get(
            x.base + "/2/users/me", headers={"authorization": header} if header else {}
        )
        assert (answer.status_code, answer.json()["title"]) == (401, "Unauthorized")

    async def test_a_revoked_token_stays_revoked_until_reset(self, x):
        """Legacy code 89 from then on."""
        await x.fault("revoke_token", times=1)
        assert (await x.post()).status_code == 401
        assert (await x.post()).json()["errors"][0]["code"] == 89
        await x.sim("/reset")
        assert (await x.post()).status_code == 201


class TestKinds:
    async def test_posting_with_the_app_only_bearer_is_unsupported(self, x):
        """403 whose type ends in unsupported-authentication."""
        answer = await x.call("POST", "/2/tweets", bearer=x.keys["bearer_token"], json={"text": "x"})
        assert answer.status_code == 403
        assert answer.json()["type"].endswith("/unsupported-authentication")

    async def test_streams_need_the_app_only_bearer(self, x):
        """A user's signature is of the wrong kind there."""
        for path in ("/2/tweets/search/stream/rules", "/2/activity/stream"):
            assert (await x.call("GET", path)).json()["type"].endswith("/unsupported-authentication")

    async def test_a_missing_scope_is_403(self, x):
        """A token that may read may not write."""
        token = await x.token("tweet.read", "users.read")
        assert (await x.call("POST", "/2/tweets", bearer=token, json={"text": "x"})).status_code == 403
        assert (await x.call("GET", "/2/users/me", bearer=token)).status_code == 200


class TestOAuth2:
    verifier = "a-verifier-of-some-length-0123456789-0123456789"

    async def authorize(self, x, **changed):
        challenge = (
            base64.urlsafe_b64encode(hashlib.sha256(self.verifier.encode()).digest()).decode().rstrip("=")
        )
        query = {
            "response_type": "code",
            "client_id": x.keys["client_id"],
            "redirect_uri": x.keys["redirect_uri"],
            "scope": "tweet.read tweet.write users.read offline.access",
            "state": "s1",
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        } | changed
        return await x.client.get(x.base + "/i/oauth2/authorize", params=query)

    async def code(self, x):
        answer = await self.authorize(x)
        assert answer.status_code == 302
        query = parse_qs(urlsplit(answer.headers["location"]).query)
        assert query["state"] == ["s1"]
        return query["code"][0]

    async def token(self, x, secret=None, **form):
        client = (x.keys["client_id"], secret or x.keys["client_secret"])
        return await x.client.post(x.base + "/2/oauth2/token", data=form, auth=client)

    async def exchange(self, x, code, **changed):
        form = {"grant_type": "authorization_code", "code": code, "code_verifier": self.verifier}
        return await self.token(x, **(form | {"redirect_uri": x.keys["redirect_uri"]} | changed))

    async def test_code_to_token_to_post(self, x):
        """The whole dance ends in a post."""
        answer = (await self.exchange(x, await self.code(x))).json()
        assert answer["expires_in"] == 7200
        posted = await x.call("POST", "/2/tweets", bearer=answer["access_token"], json={"text": "by token"})
        assert posted.status_code == 201

    @pytest.mark.parametrize(
        "changed",
        [
            {"redirect_uri": "http://elsewhere.example/"},
            {"redirect_uri": "http://localhost:8000/elsewhere"},
            {"redirect_uri": "https://localhost:8000/channels/x/callback"},
            {"client_id": "x"},
            {"scope": "everything"},
            {"state": "s" * 501},
            {"code_challenge_method": "plain"},
        ],
    )
    async def test_a_wrong_authorize_request_is_400(self, x, changed):
        """Every part of the address is checked."""
        assert (await self.authorize(x, **changed)).status_code == 400

    async def test_a_code_works_once_for_thirty_seconds_and_with_its_verifier(self, x):
        """Used, late or with another verifier: 400."""
        code = await self.code(x)
        assert (await self.exchange(x, code)).status_code == 200
        assert (await self.exchange(x, code)).status_code == 400
        assert (await self.exchange(x, await self.code(x), code_verifier="another")).status_code == 400
        late = await self.code(x)
        await x.sim("/clock", advance_s=31)
        assert (await self.exchange(x, late)).status_code == 400

    async def test_a_wrong_client_secret_is_401(self, x):
        """A confidential client proves itself."""
        assert (
            await self.token(x, secret="wrong", grant_type="refresh_token", refresh_token="x")
        ).status_code == 401

    async def test_a_refresh_token_works_once(self, x):
        """The second use of the same one locks its user out; the new pair works."""
        first = (await self.exchange(x, await self.code(x))).json()
        second = (
            await self.token(x, grant_type="refresh_token", refresh_token=first["refresh_token"])
        ).json()
        assert second["refresh_token"] != first["refresh_token"]
        again = await self.token(x, grant_type="refresh_token", refresh_token=first["refresh_token"])
        assert (again.status_code, again.json()["error"]) == (400, "invalid_request")
        assert (await x.call("GET", "/2/users/me", bearer=second["access_token"])).status_code == 200

    async def test_an_access_token_dies_after_its_lifetime(self):
        """Shortened here; 401 afterwards."""
        async with x_served(access_token_lifetime_s=60) as x:
            token = await x.token()
            assert (await x.call("GET", "/2/users/me", bearer=token)).status_code == 200
            await x.sim("/clock", advance_s=61)
            assert (await x.call("GET", "/2/users/me", bearer=token)).status_code == 401

    async def test_a_revoked_token_is_dead(self, x):
        """`/2/oauth2/revoke` takes it back."""
        token = await x.token()
        form = {"token": token, "client_id": x.keys["client_id"]}
        assert (await x.client.post(x.base + "/2/oauth2/revoke", data=form)).json() == {"revoked": True}
        assert (await x.call("GET", "/2/users/me", bearer=token)).status_code == 401
