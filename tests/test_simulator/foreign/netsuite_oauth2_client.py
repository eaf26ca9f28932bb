"""Authlib's OAuth 2.0 client (client credentials, signed assertion) against what it takes for NetSuite; prints JSON.

python netsuite_oauth2_client.py LABEL CLIENT_ID CERTIFICATE_ID ALGORITHM < private key as PEM
"""

import json
import sys
from typing import Any

from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc7523 import PrivateKeyJWT
from joserfc.jwk import ECKey, RSAKey


def signed_in(url: str, client_id: str, certificate_id: str, algorithm: str, key: str) -> OAuth2Session:
    read = ECKey.import_key(key) if algorithm.startswith("ES") else RSAKey.import_key(key)
    session = OAuth2Session(client_id, read, token_endpoint_auth_method="private_key_jwt")
    claims, headers = {"scope": "rest_webservices"}, {"kid": certificate_id, "typ": "JWT"}
    session.register_client_auth_method(PrivateKeyJWT(url, claims=claims, headers=headers, alg=algorithm))
    session.fetch_token(url, grant_type="client_credentials")
    return session


def seen(label: str, client_id: str, certificate_id: str, algorithm: str, key: str) -> dict[str, Any]:
    rest = f"https://{label}.suitetalk.api.netsuite.com/services/rest"
    token_url = f"{rest}/auth/oauth2/v1/token"
    session = signed_in(token_url, client_id, certificate_id, algorithm, key)
    found: dict[str, Any] = {"token": [session.token["token_type"].lower(), session.token["expires_at"] > 0]}

    made = session.post(f"{rest}/record/v1/customer", json={"companyName": "Fourth Coffee", "externalId": "crm-4"})
    found["made"] = [made.status_code, made.text]
    followed = session.get(made.headers["Location"]).json()
    read = session.get(f"{rest}/record/v1/customer/eid:crm-4", params={"fields": "id,companyName"}).json()
    found["read"] = [read["companyName"], read["id"] == followed["id"]]
    found["nobody"] = session.get(f"{rest}/record/v1/customer/eid:crm-5").status_code

    def ask(query: str, **headers: str) -> Any:
        return session.post(f"{rest}/query/v1/suiteql?limit=5", json={"q": query}, headers=headers)

    query = "SELECT id, companyname FROM customer WHERE companyname = 'Fourth Coffee' ORDER BY id"
    rows = ask(query, Prefer="transient").json()
    names = [one["companyname"] for one in rows["items"]]
    found["rows"] = [names, rows["count"], rows["hasMore"], rows["totalResults"], rows["items"][0]["id"] == read["id"]]
    found["unprepared"] = ask(query).status_code
    found["deleted"] = session.delete(f"{rest}/record/v1/customer/{read['id']}").status_code
    found["gone"] = ask(query, Prefer="transient").json()["items"]
    restlet = rest.replace("suitetalk", "restlets").replace("/services/rest", "/app/site/hosting/restlet.nl")
    found["other scope"] = session.post(restlet, params={"script": "1501", "deploy": "1"}, json={}).status_code
    try:
        signed_in(token_url, client_id, "another-certificate", algorithm, key)
    except OAuthError as error:
        found["stranger"] = error.error
    return found


if __name__ == "__main__":
    sys.stdout.write(json.dumps(seen(*sys.argv[1:], sys.stdin.read())))
