"""A provider of OpenID Connect on loopback: discovery, authorisation code with PKCE, signed tokens, claims of a person.

It logs in whoever is set as `person` without asking, as a provider does that has a session already.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

CLIENT, SECRET = "kwaliteitsmonitor", "geheim-van-de-client-4b"


def plain(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


@dataclass
class Provider:
    """A provider under way. `person` are the claims of who logs in; `refused` says why a request was not answered."""

    url: str = ""
    person: dict[str, Any] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)
    codes: dict[str, dict[str, Any]] = field(default_factory=dict)
    tokens: dict[str, dict[str, Any]] = field(default_factory=dict)
    key: rsa.RSAPrivateKey = field(default_factory=lambda: rsa.generate_private_key(65537, 2048))

    def metadata(self) -> dict[str, Any]:
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "userinfo_endpoint": f"{self.url}/userinfo",
            "jwks_uri": f"{self.url}/keys",
            "response_types_supported": ["code"],
            "subject_types_supported": ["pairwise"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic"],
            "code_challenge_methods_supported": ["S256"],
        }

    def keys(self) -> dict[str, Any]:
        numbers = self.key.public_key().public_numbers()
        size = (numbers.n.bit_length() + 7) // 8
        own = {"n": plain(numbers.n.to_bytes(size, "big")), "e": plain(numbers.e.to_bytes(3, "big"))}
        return {"keys": [{"kty": "RSA", "use": "sig", "alg": "RS256", "kid": "one", **own}]}

    def code(self, request: dict[str, str]) -> str:
        """Where the browser goes on, with a code."""
        code = secrets.token_urlsafe(16)
        self.codes[code] = {**request, "person": self.person}
        return f"{request['redirect_uri']}?{urlencode({'code': code, 'state': request['state']})}"

    def token(self, request: dict[str, str], authorization: str) -> dict[str, Any] | None:
        """The tokens for a code, once; none where client, code or proof do not hold."""
        if base64.b64decode(authorization.removeprefix("Basic ")).decode() != f"{CLIENT}:{SECRET}":
            self.refused.append("client")
            return None
        known = self.codes.pop(request["code"], None)
        proof = plain(hashlib.sha256(request.get("code_verifier", "").encode()).digest())
        if known is None or proof != known["code_challenge"] or request["redirect_uri"] != known["redirect_uri"]:
            self.refused.append("code")
            return None
        now = int(time.time())
        token = secrets.token_urlsafe(16)
        self.tokens[token] = known["person"]
        claims = {"iss": self.url, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": known["nonce"]}
        identity = {**claims, "sub": known["person"]["sub"]}
        return {"access_token": token, "token_type": "Bearer", "expires_in": 300, "id_token": self.signed(identity)}

    def signed(self, claims: dict[str, Any]) -> str:
        parts = ({"alg": "RS256", "kid": "one", "typ": "JWT"}, claims)
        text = ".".join(plain(json.dumps(part).encode()) for part in parts)
        return f"{text}.{plain(self.key.sign(text.encode(), padding.PKCS1v15(), hashes.SHA256()))}"


@contextmanager
def provider() -> Iterator[Provider]:
    running = Provider()

    class Answering(BaseHTTPRequestHandler):
        def log_message(self, *_: Any) -> None:
            return

        def say(self, data: Any, status: int = 200) -> None:
            content = json.dumps(data).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def do_GET(self) -> None:
            address = urlsplit(self.path)
            if address.path == "/.well-known/openid-configuration":
                self.say(running.metadata())
            elif address.path == "/keys":
                self.say(running.keys())
            elif address.path == "/authorize":
                self.send_response(302)
                self.send_header("Location", running.code(dict(parse_qsl(address.query))))
                self.end_headers()
            elif address.path == "/userinfo":
                token = self.headers.get("Authorization", "").removeprefix("Bearer ")
                self.say(running.tokens.get(token, {}), 200 if token in running.tokens else 401)
            else:
                self.say({}, 404)

        def do_POST(self) -> None:
            content = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
            token = running.token(dict(parse_qsl(content)), self.headers.get("Authorization", ""))
            self.say(token or {"error": "invalid_grant"}, 200 if token else 400)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    running.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield running
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=10)
