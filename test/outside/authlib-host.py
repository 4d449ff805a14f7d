"""A host that logs people in with Authlib, as its documentation says: issuer, client id, secret and port are the arguments."""

import os
import sys

from authlib.integrations.flask_client import OAuth
from flask import Flask, jsonify

issuer, client_id, client_secret, port = sys.argv[1:]
app = Flask(__name__)
app.secret_key = os.urandom(16)
oauth = OAuth(app)
oauth.register(
    "wechat",
    server_metadata_url=f"{issuer}/.well-known/openid-configuration",
    client_id=client_id,
    client_secret=client_secret,
    client_kwargs={"scope": "openid profile wechat", "code_challenge_method": "S256"},
)


@app.get("/login")
def login():
    return oauth.wechat.authorize_redirect(f"http://127.0.0.1:{port}/cb")


@app.get("/cb")
def callback():
    return jsonify(oauth.wechat.authorize_access_token()["userinfo"])


app.run(port=int(port))
