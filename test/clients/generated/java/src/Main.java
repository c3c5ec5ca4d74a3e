import client.ApiClient;
import client.ApiException;
import client.api.DeliveriesApi;
import client.api.EventsApi;
import client.api.OutgoingWebhooksApi;
import client.api.SitesApi;
import client.model.CreateSiteRequest;
import client.model.CreateWebhookRequest;
import client.model.DeliveryDetail;
import client.model.DeliveryPage;
import client.model.NewEvent;
import client.model.Problem;
import client.model.Site;
import client.model.Webhook;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.LinkedHashMap;
import java.util.Map;

/** Lists, creates and shows with the client that openapi-generator generates. */
public class Main {
  public static void main(String[] arguments) throws Exception {
    ApiClient client = new ApiClient();
    client.updateBaseUri(System.getenv("CALLBOARD_URL"));
    String token = System.getenv("CALLBOARD_TOKEN");
    client.setRequestInterceptor(request -> request.header("Authorization", "Bearer " + token));
    SitesApi sites = new SitesApi(client);
    OutgoingWebhooksApi webhooks = new OutgoingWebhooksApi(client);
    DeliveriesApi deliveries = new DeliveriesApi(client);

    boolean isListed = sites.listSites(100, null).getItems().stream().anyMatch(each -> each.getKey().equals("jira"));
    if (!isListed) throw new IllegalStateException("the site is not listed");

    CreateSiteRequest newSite =
        new CreateSiteRequest().key("java").product(CreateSiteRequest.ProductEnum.JIRA).name("Java");
    Site site = sites.createSite(newSite, "site-java");
    CreateWebhookRequest newWebhook =
        new CreateWebhookRequest()
            .name("Board")
            .url(System.getenv("RECEIVER"))
            .signature(CreateWebhookRequest.SignatureEnum.STANDARD)
            .generateSecret(true);
    String created = webhooks.createWebhook(site.getKey(), newWebhook, null).getId();
    Webhook webhook = webhooks.showWebhook(site.getKey(), created);
    if (webhook.getSignature() != Webhook.SignatureEnum.STANDARD)
      throw new IllegalStateException("the signature is another one");

    NewEvent event = new NewEvent().event("jira:issue_created").payload(Map.of("issue", Map.of("key", "DEMO-7")));
    String id = new EventsApi(client).publishEvent(site.getKey(), event, null).getDeliveries().get(0).getId();
    DeliveryDetail delivery;
    do {
      Thread.sleep(50);
      delivery = deliveries.showDelivery(id);
    } while (delivery.getState() == DeliveryDetail.StateEnum.WAITING
        || delivery.getState() == DeliveryDetail.StateEnum.LEASED);
    DeliveryPage page =
        deliveries.listDeliveries(site.getKey(), null, null, null, null, "delivered", null, null, null, null, null, null, null);

    ObjectMapper mapper = client.getObjectMapper();
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("site", site.getKey());
    result.put("webhook", webhook.getId());
    result.put("delivery", delivery.getId());
    result.put("state", delivery.getState());
    result.put("listed", page.getItems().size());
    try {
      sites.showSite("nowhere");
    } catch (ApiException refusal) {
      Problem problem = mapper.readValue(refusal.getResponseBody(), Problem.class);
      if (problem.getCode() != Problem.CodeEnum.SITE_NOT_FOUND) throw new IllegalStateException("another code");
      result.put("code", problem.getCode());
    }
    System.out.println(mapper.writeValueAsString(result));
  }
}
