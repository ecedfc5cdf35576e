"""OpenID Connect: authorization code with PKCE, state and nonce; discovery and keys from the provider; the ID token checked."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import jwt
from aiohttp import BasicAuth, ClientError, ClientSession, ClientTimeout

from bot.errors import ConfigurationError, OkienkoError, TemporaryError
from bot.settings import Settings
from bot.staff.sessions import derived

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "ES256", "ES384", "EdDSA")
"""Only signatures that need the provider's private key; never "none" or a shared key."""
ATTEMPT_SECONDS = 600
KEEP_SECONDS = 3600
"""How long what the provider publishes is kept."""
LEEWAY = 60
_TIMEOUT = ClientTimeout(total=10)
_LOCAL = ("localhost", "127.0.0.1", "::1")


class OidcError(OkienkoError):
    """What came back is not what a provider sends to this attempt."""

    code = "oidc"
    status = 403


@dataclass(frozen=True)
class Known:
    """Whom the provider vouches for; ``email`` only when it says that it has verified it."""

    subject: str
    email: str | None


@dataclass(frozen=True)
class Attempt:
    """One try to sign in. It is kept nowhere: all of it follows from the secret in the browser's cookie and the ``state``."""

    token: str
    payload: str
    onward: str

    @classmethod
    def begin(cls, token: str, onward: str) -> Attempt:
        """A new one for this browser."""
        written = json.dumps([onward, int(time.time()), secrets.token_urlsafe(12)])
        return cls(token, _b64(written.encode()), onward)

    @classmethod
    def of(cls, token: str, state: str) -> Attempt:
        """The one that this state belongs to. Raises OidcError when it is not of this browser, or old."""
        payload, _, seal = state.partition(".")
        expected = derived(token, f"oidc-state:{payload}").hex()
        if not token or not hmac.compare_digest(expected.encode(), seal.encode()):
            raise OidcError("the state is not of this browser")
        onward, began, _ = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        if not 0 <= time.time() - began < ATTEMPT_SECONDS:
            raise OidcError("the attempt is old")
        return cls(token, payload, onward)

    @property
    def state(self) -> str:
        """What goes there and back in the address."""
        return f"{self.payload}.{derived(self.token, f'oidc-state:{self.payload}').hex()}"

    @property
    def nonce(self) -> str:
        """What the ID token has to hold."""
        return derived(self.token, f"oidc-nonce:{self.payload}").hex()

    @property
    def verifier(self) -> str:
        """PKCE's secret, shown only when the code is exchanged."""
        return _b64(derived(self.token, f"oidc-pkce:{self.payload}"))


class Provider:
    """A provider of identity."""

    def __init__(self, issuer: str, client_id: str, secret: str = "") -> None:
        self.issuer = issuer
        self._client_id = client_id
        self._secret = secret
        self._kept: dict[str, tuple[float, dict[str, Any]]] = {}

    @classmethod
    def of(cls, settings: Settings) -> Provider | None:
        """The one in the settings, if any. Raises ConfigurationError."""
        if not settings.oidc_issuer:
            return None
        issuer = urlsplit(settings.oidc_issuer)
        if issuer.scheme != "https" and not (issuer.scheme == "http" and issuer.hostname in _LOCAL):
            raise ConfigurationError("OKIENKO_OIDC_ISSUER ma być adresem https://…")
        if not settings.oidc_client_id:
            raise ConfigurationError("Z OKIENKO_OIDC_ISSUER podaj też OKIENKO_OIDC_CLIENT_ID.")
        return cls(settings.oidc_issuer, settings.oidc_client_id, settings.oidc_client_secret)

    async def authorization(self, attempt: Attempt, back: str) -> str:
        """The address at the provider where the person signs in. Raises TemporaryError."""
        metadata = await self._metadata()
        challenge = _b64(hashlib.sha256(attempt.verifier.encode()).digest())
        asked = {"response_type": "code", "client_id": self._client_id, "redirect_uri": back, "scope": "openid email", "state": attempt.state,
                 "nonce": attempt.nonce, "code_challenge": challenge, "code_challenge_method": "S256"}  # fmt: skip
        place = str(metadata["authorization_endpoint"])
        return f"{place}{'&' if '?' in place else '?'}{urlencode(asked)}"

    async def known(self, attempt: Attempt, code: str, back: str, issuer: str | None = None) -> Known:
        """Who came back with this code. Raises OidcError and TemporaryError."""
        if not code or issuer not in (None, self.issuer):
            raise OidcError("no code, or another issuer")
        token = await self._exchange(attempt, code, back)
        claims = await self._checked(token)
        nonce = claims.get("nonce")
        if not isinstance(nonce, str) or not hmac.compare_digest(nonce.encode(), attempt.nonce.encode()):
            raise OidcError("the nonce is of another attempt")
        email = claims.get("email")
        return Known(str(claims["sub"]), str(email) if email and claims.get("email_verified") is True else None)

    async def _exchange(self, attempt: Attempt, code: str, back: str) -> str:
        metadata = await self._metadata()
        fields = {"grant_type": "authorization_code", "code": code, "redirect_uri": back, "code_verifier": attempt.verifier}
        auth = None
        if self._secret and "client_secret_basic" in metadata.get("token_endpoint_auth_methods_supported", ["client_secret_basic"]):
            auth = BasicAuth(quote(self._client_id, safe=""), quote(self._secret, safe=""))
        else:
            fields |= {"client_id": self._client_id, **({"client_secret": self._secret} if self._secret else {})}
        answered = await _ask("POST", str(metadata["token_endpoint"]), data=fields, auth=auth)
        if not isinstance(answered.get("id_token"), str):
            raise OidcError("no ID token")
        return str(answered["id_token"])

    async def _checked(self, token: str) -> dict[str, Any]:
        """The claims of an ID token that this provider signed for us and that has not expired. Raises OidcError."""
        try:
            header = jwt.get_unverified_header(token)
            if header.get("alg") not in ALGORITHMS:
                raise OidcError("an algorithm that is not allowed")
            key = await self._key(header.get("kid"))
            claims: dict[str, Any] = jwt.decode(
                token, key.key, algorithms=[header["alg"]], audience=self._client_id, issuer=self.issuer, leeway=LEEWAY,
                options={"require": ["exp", "iat", "iss", "aud", "sub"]},
            )  # fmt: skip
        except (jwt.PyJWTError, TypeError, ValueError) as error:
            raise OidcError("the ID token is not good") from error
        audience = claims["aud"]
        if claims.get("azp", self._client_id) != self._client_id or (isinstance(audience, list) and len(audience) > 1 and "azp" not in claims):
            raise OidcError("the ID token is for another client")
        return claims

    async def _key(self, name: str | None) -> jwt.PyJWK:
        """The provider's key of that name; fetched again once when it is not among those kept."""
        address = str((await self._metadata())["jwks_uri"])
        for fresh in (False, True):
            published = await self._published(address, fresh=fresh)
            keys = [key for key in published.get("keys", []) if key.get("use", "sig") == "sig"]
            named = [key for key in keys if key.get("kid") == name] if name is not None else keys
            if len(named) == 1:
                return jwt.PyJWK(named[0])
        raise OidcError("a key that the provider does not publish")

    async def _metadata(self) -> dict[str, Any]:
        found = await self._published(f"{self.issuer.rstrip('/')}/.well-known/openid-configuration")
        places = [str(found.get(name, "")) for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")]
        secure = self.issuer.startswith("https://")
        if found.get("issuer") != self.issuer or not all(place.startswith("https://" if secure else "http") for place in places):
            raise TemporaryError("Dostawca tożsamości jest źle ustawiony. Powiedz o tym administratorowi.")
        return found

    async def _published(self, address: str, *, fresh: bool = False) -> dict[str, Any]:
        kept = self._kept.get(address)
        if kept is not None and not fresh and time.monotonic() - kept[0] < KEEP_SECONDS:
            return kept[1]
        found = await _ask("GET", address)
        self._kept[address] = (time.monotonic(), found)
        return found


async def _ask(method: str, address: str, *, data: Mapping[str, str] | None = None, auth: BasicAuth | None = None) -> dict[str, Any]:
    """A JSON object from the provider. Raises OidcError when it refuses, TemporaryError when it does not answer."""
    try:
        async with ClientSession(timeout=_TIMEOUT) as session, session.request(
            method, address, data=data, auth=auth, allow_redirects=False, headers={"Accept": "application/json"}
        ) as response:
            if 400 <= response.status < 500:
                raise OidcError(f"the provider refused: {response.status}")
            response.raise_for_status()
            found = await response.json(content_type=None)
    except (ClientError, asyncio.TimeoutError, OSError, ValueError) as error:
        raise TemporaryError("Dostawca tożsamości nie odpowiada. Spróbuj ponownie za chwilę.") from error
    if not isinstance(found, dict):
        raise TemporaryError("Dostawca tożsamości odpowiada niezrozumiale. Spróbuj ponownie za chwilę.")
    return found


def _b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
