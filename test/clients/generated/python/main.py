"""Lists, creates and shows with the client that openapi-python-client generates."""

import json
import os
import time
from typing import TypeVar

from callboard_api import AuthenticatedClient
from callboard_api.api.deliveries import list_deliveries, show_delivery
from callboard_api.api.events import publish_event
from callboard_api.api.outgoing_webhooks import create_webhook, show_webhook
from callboard_api.api.sites import create_site, list_sites, show_site
from callboard_api.models import (
    ChangedWebhook,
    CreateSiteBody,
    CreateSiteBodyProduct,
    CreateWebhookBody,
    CreateWebhookBodySignature,
    DeliveryDetail,
    DeliveryDetailState,
    DeliveryPage,
    ListDeliveriesState,
    NewEvent,
    NewEventPayload,
    Problem,
    ProblemCode,
    PublishedEvent,
    Site,
    SitePage,
    Webhook,
    WebhookSignature,
)

T = TypeVar("T")
client = AuthenticatedClient(base_url=os.environ["CALLBOARD_URL"], token=os.environ["CALLBOARD_TOKEN"])


def expect(kind: type[T], value: object) -> T:
    assert isinstance(value, kind), value
    return value


sites = expect(SitePage, list_sites.sync(client=client, limit=100))
assert "jira" in [site.key for site in sites.items]

new_site = CreateSiteBody(key="python", product=CreateSiteBodyProduct.JIRA, name="Python")
site = expect(Site, create_site.sync(client=client, body=new_site, idempotency_key="site-python"))
new_webhook = CreateWebhookBody(
    name="Board",
    url=os.environ["RECEIVER"],
    signature=CreateWebhookBodySignature.STANDARD,
    generate_secret=True,
)
created = expect(ChangedWebhook, create_webhook.sync(site.key, client=client, body=new_webhook))
webhook = expect(Webhook, show_webhook.sync(site.key, created.id, client=client))
assert webhook.signature is WebhookSignature.STANDARD

payload = NewEventPayload.from_dict({"issue": {"key": "DEMO-7"}})
event = NewEvent(event="jira:issue_created", payload=payload)
published = expect(PublishedEvent, publish_event.sync(site.key, client=client, body=event))
delivery_id = published.deliveries[0].id
while True:
    time.sleep(0.05)
    delivery = expect(DeliveryDetail, show_delivery.sync(delivery_id, client=client))
    if delivery.state not in (DeliveryDetailState.WAITING, DeliveryDetailState.LEASED):
        break
delivered = list_deliveries.sync(client=client, site=site.key, state=ListDeliveriesState.DELIVERED)
page = expect(DeliveryPage, delivered)

problem = expect(Problem, show_site.sync("nowhere", client=client))
assert problem.code is ProblemCode.SITE_NOT_FOUND

result = {
    "site": site.key,
    "webhook": webhook.id,
    "delivery": delivery.id,
    "state": delivery.state.value,
    "listed": len(page.items),
    "code": problem.code.value,
}
print(json.dumps(result))
