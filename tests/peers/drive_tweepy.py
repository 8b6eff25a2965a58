"""A round trip with tweepy. Runs in the peers' environment: standard input tells where, standard output what came of it."""

import json
import sys

import requests
import tweepy

told = json.load(sys.stdin)
keys = told["credentials"]


class Redirected(requests.Session):
    """tweepy knows one host only; its requests go to the simulator instead."""

    def request(self, method, url, **more):
        for host in ("https://api.twitter.com", "https://api.x.com"):
            url = url.replace(host, told["base"])
        return super().request(method, url, **more)


def client(**credentials):
    made = tweepy.Client(**credentials)
    made.session = Redirected()
    return made


def public(text, in_reply_to):
    body = {"handle": "ada_quill", "name": "Ada Quill", "text": text, "in_reply_to": in_reply_to}
    return requests.post(told["origin"] + "/_sim/x/reply", json=body, timeout=10).json()["id"]


user = client(
    consumer_key=keys["consumer_key"],
    consumer_secret=keys["consumer_secret"],
    access_token=keys["access_token"],
    access_token_secret=keys["access_token_secret"],
)
app = client(bearer_token=keys["bearer_token"])
out = {"me": user.get_me().data.username}

root = user.create_tweet(text="Surgery has begun & all is well: hospital.org").data
part = user.create_tweet(text="2/2 The surgeon explains.", in_reply_to_tweet_id=root["id"]).data
out["thread"] = [root["id"], part["id"]]

replies = [public(f"Question {n}?", root["id"]) for n in range(7)]
out["replies"] = replies
pages = tweepy.Paginator(
    user.get_users_mentions,
    keys["user_id"],
    max_results=5,
    user_auth=True,
    expansions=["author_id"],
    tweet_fields=["created_at", "author_id", "conversation_id"],
    user_fields=["username"],
)
mentions, names = [], set()
for page in pages:
    mentions += page.data or []
    names |= {person.username for person in page.includes.get("users", [])}
out["mentions"] = [str(tweet.id) for tweet in mentions]
out["conversations"] = sorted({str(tweet.conversation_id) for tweet in mentions})
out["aware"] = all(tweet.created_at.tzinfo is not None for tweet in mentions)
out["names"] = sorted(names)

found = app.search_recent_tweets(f"conversation_id:{root['id']} -from:{keys['username']}", max_results=10)
out["searched"] = [str(tweet.id) for tweet in found.data]

own = user.get_users_tweets(keys["user_id"], max_results=5, user_auth=True)
out["timeline"] = [str(tweet.id) for tweet in own.data]
out["hidden"] = user.hide_reply(replies[0]).data["hidden"]

try:
    user.create_tweet(text="2/2 The surgeon explains.")
except tweepy.Forbidden as refusal:
    out["duplicate"] = str(refusal)
try:
    client(
        consumer_key=keys["consumer_key"],
        consumer_secret="wrong",
        access_token=keys["access_token"],
        access_token_secret=keys["access_token_secret"],
    ).create_tweet(text="forged")
except tweepy.Unauthorized as refusal:
    out["forged"] = str(refusal)
requests.post(
    told["origin"] + "/_sim/faults",
    json={"platform": "x", "name": "rate_limit_now", "times": 1},
    timeout=10,
)
try:
    user.create_tweet(text="too fast")
except tweepy.TooManyRequests as refusal:
    out["limited"] = refusal.response.headers["x-rate-limit-remaining"]
out["deleted"] = user.delete_tweet(part["id"]).data["deleted"]

app.session = Redirected()
stream = tweepy.StreamingClient(keys["bearer_token"])
stream.session = Redirected()
added = stream.add_rules(tweepy.StreamRule(f"conversation_id:{root['id']}", tag="live"))
out["rules"] = [rule.tag for rule in added.data]


class Listener(tweepy.StreamingClient):
    def on_connect(self):
        out["streamed_wanted"] = public("On the stream?", root["id"])

    def on_tweet(self, tweet):
        out["streamed"] = str(tweet.id)
        self.disconnect()


listener = Listener(keys["bearer_token"])
listener.session = Redirected()
listener.filter()
print(json.dumps(out))
