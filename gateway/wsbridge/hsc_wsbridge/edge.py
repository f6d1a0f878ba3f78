"""What the gateway may ask of callers, and TLS: additions to Envoy's configuration where settings ask for them.

    python -m hsc_wsbridge.edge /app/share/hsc/envoy.yaml /edge/envoy.yaml

writes the committed file with what the environment asks for, as compose and k8s/components/edge do it before Envoy
starts. With API keys it holds them, so it is a secret like their file.
"""

import base64
import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from re import fullmatch
from typing import Any
from urllib.parse import urlsplit

from grpc import StatusCode
from hsc_rpc.edge import (
    API_KEY_HEADER,
    CLOCKS_DIFFER_S,
    JWKS_REFRESH_S,
    REASON,
    REFUSAL,
    EdgeSettings,
    admin_paths,
)
from hsc_rpc.errors import Failure
from hsc_rpc.settings import load as settings_of
from pydantic import model_validator

Config = dict[str, Any]

_TYPES = "type.googleapis.com/envoy.extensions"
_OFF = {"@type": "type.googleapis.com/envoy.config.route.v3.FilterConfig", "disabled": True}
# Answered by Envoy or the page's server; the bridge checks its sockets itself.
_OPEN = {"health", "websocket", "no such service", "page", "not for the page"}
_PUBLIC_ROOTS = "/etc/ssl/certs/ca-certificates.crt"


class ImageSettings(EdgeSettings):
    """What the image's configuration is made from."""

    # The certificate chain and key with which Envoy ends TLS itself, as PEM; the paths are inside its container.
    hsc_tls_certificate_file: Path | None = None
    hsc_tls_key_file: Path | None = None

    @model_validator(mode="after")
    def _both_or_none(self) -> "ImageSettings":
        if (self.hsc_tls_certificate_file is None) != (self.hsc_tls_key_file is None):
            raise ValueError("HSC_TLS_CERTIFICATE_FILE and HSC_TLS_KEY_FILE belong together")
        return self


def asking(config: Mapping[str, Any], settings: EdgeSettings) -> Config:
    """`config` whose public calls need what the settings ask for; the same where they ask for nothing."""
    ours: Config = json.loads(json.dumps(config))
    if keys := settings.api_keys():
        name, check = "envoy.filters.http.api_key_auth", _api_keys(keys)
    elif settings.hsc_jwt_jwks_url:
        name, check = "envoy.filters.http.jwt_authn", _tokens(settings)
        ours["static_resources"]["clusters"].append(_issuer(settings.hsc_jwt_jwks_url))
    else:
        return ours
    manager = _edge(ours)["filters"][0]["typed_config"]
    filters = manager["http_filters"]
    # Last but one: what is refused is counted, logged and limited like any call.
    filters.insert(len(filters) - 1, {"name": name, "typed_config": check})
    manager["local_reply_config"]["mappers"].insert(0, _refusal())
    host = manager["route_config"]["virtual_hosts"][0]
    host["routes"] = list(_routes(host["routes"], name))
    return ours


def encrypted(config: Mapping[str, Any], certificate: Path, key: Path) -> Config:
    """`config` whose public door speaks TLS alone."""
    ours: Config = json.loads(json.dumps(config))
    _edge(ours)["transport_socket"] = {
        "name": "envoy.transport_sockets.tls",
        "typed_config": {
            "@type": f"{_TYPES}.transport_sockets.tls.v3.DownstreamTlsContext",
            "common_tls_context": {
                "alpn_protocols": ["h2", "http/1.1"],
                "tls_params": {"tls_minimum_protocol_version": "TLSv1_2"},
                "tls_certificates": [
                    {"certificate_chain": {"filename": str(certificate)}, "private_key": {"filename": str(key)}}
                ],
            },
        },
    }
    return ours


def _edge(config: Config) -> Config:
    listener = next(each for each in config["static_resources"]["listeners"] if each["name"] == "edge")
    chain: Config = listener["filter_chains"][0]
    return chain


def _routes(routes: list[Config], name: str) -> Iterator[Config]:
    """The routes with the check taken off what is open, and off an admin's method, whose token its service checks."""
    admins = admin_paths()
    for route in routes:
        if route["name"] in _OPEN:
            yield _without(route, name)
            continue
        taken = [path for path in admins if _takes(route["match"], path)]
        admins = [path for path in admins if path not in taken]
        for path in taken:
            yield _without({**route, "name": f"{route['name']}, admin", "match": {"path": path}}, name)
        yield route


def _takes(match: Mapping[str, Any], path: str) -> bool:
    regex = match.get("safe_regex", {}).get("regex")
    return bool(
        match.get("path") == path
        or ("prefix" in match and path.startswith(match["prefix"]))
        or (regex and fullmatch(regex, path))
    )


def _without(route: Config, name: str) -> Config:
    return {**route, "typed_per_filter_config": {**route.get("typed_per_filter_config", {}), name: _OFF}}


def _api_keys(keys: Mapping[str, str]) -> Config:
    return {
        "@type": f"{_TYPES}.filters.http.api_key_auth.v3.ApiKeyAuth",
        "credentials": [{"client": client, "key": key} for client, key in keys.items()],
        "key_sources": [{"header": API_KEY_HEADER}],
        "forwarding": {"hide_credentials": True},
    }


def _tokens(settings: EdgeSettings) -> Config:
    return {
        "@type": f"{_TYPES}.filters.http.jwt_authn.v3.JwtAuthentication",
        "providers": {
            "issuer": {
                "issuer": settings.hsc_jwt_issuer,
                "audiences": [settings.hsc_jwt_audience],
                "require_expiration": True,
                "clock_skew_seconds": CLOCKS_DIFFER_S,
                "from_headers": [{"name": "authorization", "value_prefix": "Bearer "}],
                "remote_jwks": {
                    "http_uri": {"uri": settings.hsc_jwt_jwks_url, "cluster": "jwt_issuer", "timeout": "5s"},
                    "cache_duration": f"{JWKS_REFRESH_S}s",
                    "async_fetch": {"failed_refetch_duration": "1s"},
                },
            }
        },
        "rules": [{"match": {"prefix": "/"}, "requires": {"provider_name": "issuer"}}],
    }


def _issuer(url: str) -> Config:
    parts = urlsplit(url)
    secure = parts.scheme == "https"
    address = {"address": parts.hostname, "port_value": parts.port or (443 if secure else 80)}
    cluster: Config = {
        "name": "jwt_issuer",
        "type": "STRICT_DNS",
        "connect_timeout": "5s",
        "load_assignment": {
            "cluster_name": "jwt_issuer",
            "endpoints": [{"lb_endpoints": [{"endpoint": {"address": {"socket_address": address}}}]}],
        },
    }
    if secure:
        cluster["transport_socket"] = {
            "name": "envoy.transport_sockets.tls",
            "typed_config": {
                "@type": f"{_TYPES}.transport_sockets.tls.v3.UpstreamTlsContext",
                "sni": parts.hostname,
                "common_tls_context": {
                    "validation_context": {
                        "trusted_ca": {"filename": _PUBLIC_ROOTS},
                        "match_typed_subject_alt_names": [{"san_type": "DNS", "matcher": {"exact": parts.hostname}}],
                    }
                },
            },
        }
    return cluster


def _refusal() -> Config:
    """Both filters' refusals (a wrong audience is 403 to Envoy) as the one that the bridge gives."""
    details = Failure(StatusCode.UNAUTHENTICATED, REASON, REFUSAL).status().SerializeToString()
    said = {"grpc-status": "16", "grpc-status-details-bin": base64.b64encode(details).decode().rstrip("=")}

    def status(number: int) -> Config:
        value = {"default_value": number, "runtime_key": f"local_reply.refused_{number}"}
        return {"status_code_filter": {"comparison": {"op": "EQ", "value": value}}}

    return {
        "filter": {"or_filter": {"filters": [status(401), status(403)]}},
        "status_code": 401,
        "body": {"inline_string": REFUSAL},
        "headers_to_add": [
            {"header": {"key": key, "value": value}, "append_action": "OVERWRITE_IF_EXISTS_OR_ADD"}
            for key, value in said.items()
        ],
    }


def write(path: Path, config: Mapping[str, Any]) -> None:
    """As JSON, which Envoy reads too; for its owner alone, since callers' keys may be in it."""
    path.touch(0o600)
    path.chmod(0o600)
    path.write_text(json.dumps(config, indent=1) + "\n")


def main() -> None:
    from ruamel.yaml import YAML

    committed, written = map(Path, sys.argv[1:])
    settings = settings_of(ImageSettings)
    config = asking(YAML(typ="safe", pure=True).load(committed), settings)
    if settings.hsc_tls_certificate_file and settings.hsc_tls_key_file:
        config = encrypted(config, settings.hsc_tls_certificate_file, settings.hsc_tls_key_file)
    write(written, config)


if __name__ == "__main__":
    main()
