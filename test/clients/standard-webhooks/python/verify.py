"""Verifies the requests of the file that is named: v1 with the library, v1a with cryptography, which the library has not."""

import base64
import sys

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

with open(sys.argv[1], encoding="utf-8") as file:
    given = dict(line.rstrip("\n").split("=", 1) for line in file)


def read(name):
    body = base64.b64decode(given[f"{name}.body"])
    return given[f"{name}.id"], given[f"{name}.timestamp"], given[f"{name}.signature"], body.decode()


id, timestamp, signature, body = read("hmac")
headers = {"webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": signature}
webhook = Webhook(given["secret"])
webhook.verify(body, headers)
try:
    webhook.verify(body + " ", headers)
    sys.exit("another body was verified with the secret")
except WebhookVerificationError:
    pass

id, timestamp, signature, body = read("ed25519")
key = Ed25519PublicKey.from_public_bytes(base64.b64decode(given["public"].removeprefix("whpk_")))


def is_genuine(text):
    for each in signature.split(" "):
        if each.startswith("v1a,"):
            try:
                key.verify(base64.b64decode(each[4:]), f"{id}.{timestamp}.{text}".encode())
                return True
            except InvalidSignature:
                pass
    return False


assert is_genuine(body)
assert not is_genuine(body + " ")
print("verified")
