"""Lets tokens expire: gazu refreshes what can be refreshed, and asks its callback
for the rest. The server's tokens live for 4 seconds, and 12 to refresh them."""
import os
import time

import gazu

host, user, password = os.environ["TURNOVER_HOST"] + "/api", "admin@example.com", "correct horse"
asked = []


def log_in_again(client, path):
    asked.append(path)
    gazu.log_in(user, password, client=client)
    return True


def new_client(**options):
    client = gazu.client.create_client(host, **options)
    assert gazu.log_in(user, password, client=client)["login"]
    return client


def projects(client):
    return [p["name"] for p in gazu.client.get("data/projects", client=client)]


refreshing = new_client(callback_not_authenticated=log_in_again, use_refresh_token=True)
asking = new_client(callback_not_authenticated=log_in_again)
strict = new_client()
began = time.monotonic()
first, refresh = refreshing.access_token, refreshing.refresh_token
assert projects(refreshing) == projects(asking) == projects(strict) == ["tv"]
assert refreshing.access_token == first and not asked

time.sleep(5.1)  # the access tokens are over
assert projects(refreshing) == ["tv"]
assert refreshing.access_token != first, "the token was not refreshed"
assert refreshing.refresh_token == refresh and not asked, asked
made = gazu.client.post("data/departments", {"name": "Paint"}, client=refreshing)
assert made["name"] == "Paint"
assert projects(asking) == ["tv"] and asked == ["data/projects"], asked
try:
    projects(strict)
    raise SystemExit("an expired token is good")
except gazu.exception.NotAuthenticatedException:
    pass

time.sleep(max(0, 13.1 - (time.monotonic() - began)))  # so is the refresh token
asked.clear()
try:
    refreshing.refresh_access_token()
    raise SystemExit("an expired refresh token is good")
except gazu.exception.NotAuthenticatedException:
    pass
assert projects(refreshing) == ["tv"] and asked == ["data/projects"], asked
assert refreshing.refresh_token != refresh
refreshing.callback_not_authenticated = None
time.sleep(5.1)
assert projects(refreshing) == ["tv"], "the new refresh token is not good"
