"""An add-on: keeps the shared secret of each site, and verifies the JWT of each webhook."""

import os

import atlassian_jwt
import jwt
import requests
from flask import Flask, abort, jsonify, request

PORT = int(os.environ.get("PORT", "3103"))
BASE_URL = f"http://127.0.0.1:{PORT}"
KEY_SERVER = os.environ.get("KEY_SERVER", "http://127.0.0.1:2990/keys")

app = Flask(__name__)
secrets = {}


class Authenticator(atlassian_jwt.Authenticator):
    def get_shared_secret(self, client_key):
        return secrets[client_key]


authenticator = Authenticator()


@app.get("/atlassian-connect.json")
def descriptor():
    return jsonify(
        key="flask-addon",
        name="Flask add-on",
        baseUrl=BASE_URL,
        authentication={"type": "jwt"},
        scopes=["READ"],
        lifecycle={"installed": "/installed"},
        modules={"webhooks": [{"event": "jira:issue_created", "url": "/issue-created"}]},
    )


@app.post("/installed")
def installed():
    """The callback is signed with a private key of the host, whose public half is at the key server."""
    token = request.headers.get("Authorization", "").removeprefix("JWT ")
    try:
        key = requests.get(f"{KEY_SERVER}/{jwt.get_unverified_header(token)['kid']}", timeout=5).text
        claims = jwt.decode(token, key, algorithms=["RS256"], audience=BASE_URL)
    except (jwt.PyJWTError, KeyError):
        abort(401)
    if claims["iss"] != request.json["clientKey"]:
        abort(401)
    secrets[claims["iss"]] = request.json["sharedSecret"]
    return "", 204


@app.post("/issue-created")
def issue_created():
    try:
        client_key, _claims = authenticator.authenticate("POST", request.full_path.rstrip("?"), request.headers)
    except (atlassian_jwt.DecodeError, jwt.PyJWTError, KeyError):
        abort(401)
    print(f"verified: {request.json['issue']['key']} from {client_key}", flush=True)
    return "", 204


if __name__ == "__main__":
    app.run(port=PORT)
