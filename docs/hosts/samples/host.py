"""A small host: people log in to it with WeChat. Python 3.9 or later, nothing to install: python3 host.py"""

import base64
import hashlib
import html
import json
import os
import secrets
import sys
import uuid
from http.cookies import SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.error import HTTPError
from urllib.parse import parse_qsl, urlencode, urlsplit
from urllib.request import Request, urlopen

SERVICE = os.environ.get("LOGIN_SERVICE_URL", "http://127.0.0.1:8081")
ENT_ID = os.environ.get("ENT_ID", "acme")
API_KEY = os.environ.get("API_KEY", "")
PORT = int(os.environ.get("PORT", "3000"))
# Who has an account here already. Yours are in a database, with hashed passwords.
PASSWORDS = {"alice": "wonderland", "bob": "builder"}
# By the browser's cookie: "login" is the one that it has begun, "person" who is logged in. Yours end some day.
SESSIONS = {}


def ask(path, body):
    """What the login service answers, also when it refuses: "error". Raises when it is away."""
    credentials = base64.b64encode(f"{ENT_ID}:{API_KEY}".encode()).decode()
    headers = {
        "Authorization": f"Basic {credentials}",
        "Content-Type": "application/json",
        # The same key again gets the same answer, should the first have been lost.
        "Idempotency-Key": str(uuid.uuid4()),
    }
    request = Request(SERVICE + path, json.dumps(body).encode(), headers)

    def send():
        try:
            with urlopen(request, timeout=5) as answer:
                return answer.status, json.load(answer)
        except HTTPError as refusal:
            return refusal.code, json.load(refusal)

    try:
        status, told = send()
    except OSError:
        status, told = 503, {}
    if status == 503:
        status, told = send()
    if status != 200 and told.get("error") not in ("invalid_grant", "conflict"):
        raise OSError(f"the login service answered {status}")
    return told


def begin(query, session):
    """initiate_login_uri: a login begins in a session of ours."""
    state, verifier = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    link = {"ent_id": ENT_ID, "state": state, "code_challenge": challenge, "code_challenge_method": "S256"}
    # What the link in the message said: it is lost unless it is handed on.
    if "target_link_uri" in query:
        link["target"] = query["target_link_uri"]
    if "lang" in query:
        link["lang"] = query["lang"]
    begun = {**session, "login": {"state": state, "verifier": verifier}}
    return redirect(302, f"{SERVICE}/wechatTransfer?{urlencode(link)}", begun)


def begun_here(query, session):
    """The login that this very browser began; an address that somebody else sent it has another state, or none."""
    login = session.get("login")
    return login if login and login["state"] == query.get("state") else None


def log_in(query, session):
    """login_url: the ticket becomes the person."""
    login = begun_here(query, session)
    if login is None:
        return START_AGAIN
    body = {"ticket": query.get("ticket", ""), "code_verifier": login["verifier"]}
    return finish(ask("/v1/tickets/redeem", body))


def show_bind(query, session):
    """bind_url: WeChat knows the person, we do not yet. Shows whose WeChat it is, and asks who that is here."""
    if begun_here(query, session) is None:
        return START_AGAIN
    bind_ticket = query.get("bind_ticket", "")
    seen = ask("/v1/bind-tickets/look", {"bind_ticket": bind_ticket})
    if "error" in seen:
        return START_AGAIN
    return page(200, f"""<p>Your WeChat is {html.escape(seen["nickname"])}. Who are you here?</p>
      <form method="post">
        <input type="hidden" name="state" value="{html.escape(query["state"])}">
        <input type="hidden" name="bind_ticket" value="{html.escape(bind_ticket)}">
        <input name="user"> <input name="password" type="password"> <button>Log in</button>
      </form>""")


def bind(query, session):
    login = begun_here(query, session)
    if login is None:
        return START_AGAIN
    user = query.get("user", "")
    if user not in PASSWORDS or PASSWORDS[user] != query.get("password"):
        return page(403, "That is not right. Go back and try again.")
    bind_ticket = query.get("bind_ticket", "")
    body = {"bind_ticket": bind_ticket, "user_id": user, "code_verifier": login["verifier"]}
    return finish(ask("/v1/bindings", body))


def finish(person):
    """The session that has logged in gets a new cookie, and an address without a ticket."""
    if person.get("error") == "conflict":
        return page(409, "This WeChat belongs to another user.")
    if "error" in person:
        return START_AGAIN
    return redirect(303, person.get("continue_url") or person.get("target") or "/", {"person": person})


def home(query, session):
    person = session.get("person")
    if person is None:
        return page(200, 'Nobody is logged in. <a href="/begin">Log in with WeChat</a>')
    # A nickname is what a person typed: text, never HTML.
    return page(200, f'You are {html.escape(person["nickname"])}, user {html.escape(person["user_id"])}.')


def page(status, text):
    return status, text, None, None


def redirect(status, location, session):
    return status, "", location, session


START_AGAIN = page(400, 'This login is over. <a href="/begin">Start again</a>')
ROUTES = {
    "GET /": home,
    "GET /begin": begin,
    "GET /wechat/login": log_in,
    "GET /wechat/bind": show_bind,
    "POST /wechat/bind": bind,
}


class Host(BaseHTTPRequestHandler):
    def do_GET(self):
        self.answer(urlsplit(self.path).query)

    def do_POST(self):
        length = int(self.headers.get("Content-Length", 0))
        if length > 10_000:
            return self.send(page(413, "Too much."))
        self.answer(self.rfile.read(length).decode())

    def answer(self, query):
        route = ROUTES.get(f"{self.command} {urlsplit(self.path).path}")
        cookie = SimpleCookie(self.headers.get("Cookie", "")).get("session")
        session = SESSIONS.get(cookie and cookie.value, {})
        if route is None:
            return self.send(page(404, "There is no such page."))
        try:
            answered = route(dict(parse_qsl(query)), session)
        except OSError as error:
            # Not the request: a ticket is in it.
            print(error, file=sys.stderr)
            return self.send(page(502, "WeChat login is away. Try again in a moment."))
        if answered[3] is not None:
            SESSIONS.pop(cookie and cookie.value, None)
        self.send(answered)

    def send(self, answered):
        status, text, location, session = answered
        self.send_response(status)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(text.encode())))
        self.send_header("Cache-Control", "no-store")
        self.send_header("Referrer-Policy", "no-referrer")
        if location is not None:
            self.send_header("Location", location)
        if session is not None:
            new_id = secrets.token_urlsafe(32)
            SESSIONS[new_id] = session
            # Behind https add "; Secure".
            self.send_header("Set-Cookie", f"session={new_id}; Path=/; HttpOnly; SameSite=Lax")
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_):
        """The address of a request has a ticket in it: no line."""


ThreadingHTTPServer(("127.0.0.1", PORT), Host).serve_forever()
