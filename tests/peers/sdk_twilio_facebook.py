"""
Run by the interpreter of the peers environment: the official Twilio and Facebook libraries against the simulators.

Reads what it needs as one JSON object on standard input, writes what it saw as one on standard output; an assertion
of its own never stands here, so that the test alone says what is right.
"""

import json
import sys

from facebook_business.adobjects.page import Page
from facebook_business.adobjects.pagepost import PagePost
from facebook_business.api import FacebookAdsApi
from facebook_business.exceptions import FacebookRequestError
from facebook_business.session import FacebookSession
from twilio.base.exceptions import TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.request_validator import RequestValidator
from twilio.rest import Client


class Loopback(TwilioHttpClient):
    def __init__(self, base):
        super().__init__()
        self.base = base

    def request(self, method, url, *args, **kwargs):
        return super().request(method, url.replace("https://api.twilio.com", self.base), *args, **kwargs)


def twilio(given):
    credentials = given["twilio"]
    client = Client(
        credentials["api_key_sid"],
        credentials["api_key_secret"],
        account_sid=credentials["account_sid"],
        http_client=Loopback(given["origin"] + "/twilio"),
    )
    message = client.messages.create(
        to="+12025550161",
        messaging_service_sid=credentials["messaging_service_sid"],
        body="où est le café ?",
        validity_period=300,
        status_callback=given["callback"],
    )
    for n in range(3):
        client.messages.create(to=f"+1202555017{n}", from_="55501", body=f"number {n}")
    seen = {
        "status": message.status,
        "created_is_aware": message.date_created.tzinfo is not None,
        "listed": [one.to for one in client.messages.list(page_size=2)],
        "fetched": client.messages(message.sid).fetch().body,
    }
    waiting = client.messages.create(to="+12025550181", from_="+12025550101", body="first")
    waiting = client.messages.create(to="+12025550181", from_="+12025550101", body="second")
    seen["cancelled"] = client.messages(waiting.sid).update(status="canceled").status
    try:
        client.messages.create(to="+15005550004", from_="55501", body="x")
    except TwilioRestException as refused:
        seen["refused"] = [refused.status, refused.code, refused.msg]
    seen["sid"] = message.sid
    return seen


def facebook(given):
    credentials = given["facebook"]
    FacebookSession.GRAPH = given["origin"] + "/facebook"
    FacebookAdsApi.init(
        credentials["app_id"],
        credentials["app_secret"],
        credentials["page_token"],
        api_version=credentials["api_version"],
    )
    page = Page(credentials["page_id"])
    post = page.create_feed(params={"message": "où est le café ?"})
    seen = {"id": post["id"], "name": page.api_get(fields=["name"])["name"]}
    PagePost(post["id"]).api_update(params={"message": "edited"})
    for n in range(3):
        PagePost(post["id"]).create_comment(params={"message": f"comment {n}"})
    seen["published"] = [one["message"] for one in page.get_published_posts(fields=["message"])]
    comments = PagePost(post["id"]).get_comments(fields=["message"], params={"limit": 2, "filter": "stream"})
    seen["comments"] = [one["message"] for one in comments]
    try:
        page.create_feed(params={"message": "edited"})
    except FacebookRequestError as refused:
        seen["refused"] = [refused.http_status(), refused.api_error_code()]
    PagePost(post["id"]).api_delete()
    seen["left"] = len(page.get_published_posts())
    return seen


def main():
    given = json.load(sys.stdin)
    if "check" in given:
        check = given["check"]
        valid = RequestValidator(check["token"]).validate(check["url"], check["params"], check["signature"])
        told = {"valid": valid}
    else:
        told = {"twilio": twilio(given), "facebook": facebook(given)}
    json.dump(told, sys.stdout)


if __name__ == "__main__":
    main()
