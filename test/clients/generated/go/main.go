// Lists, creates and shows with the client that oapi-codegen generates.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log"
	"net/http"
	"os"
	"time"

	"example.org/client/api"
)

func must[T any](value T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return value
}

// found ends the program where the response is not the expected one.
func found[T any](value *T, status string) *T {
	if value == nil {
		log.Fatal(status)
	}
	return value
}

func ptr[T any](value T) *T { return &value }

func main() {
	ctx := context.Background()
	client := must(api.NewClientWithResponses(os.Getenv("CALLBOARD_URL"), api.WithRequestEditorFn(
		func(_ context.Context, request *http.Request) error {
			request.Header.Set("Authorization", "Bearer "+os.Getenv("CALLBOARD_TOKEN"))
			return nil
		})))

	sites := must(client.ListSitesWithResponse(ctx, &api.ListSitesParams{Limit: ptr(100)}))
	isListed := false
	for _, site := range found(sites.JSON200, sites.Status()).Items {
		isListed = isListed || site.Key == "jira"
	}
	if !isListed {
		log.Fatal("the site is not listed")
	}

	createdSite := must(client.CreateSiteWithResponse(ctx, &api.CreateSiteParams{IdempotencyKey: ptr("site-go")},
		api.CreateSiteJSONRequestBody{Key: "go", Product: api.CreateSiteJSONBodyProductJira, Name: "Go"}))
	site := found(createdSite.JSON201, createdSite.Status())
	createdWebhook := must(client.CreateWebhookWithResponse(ctx, site.Key, &api.CreateWebhookParams{},
		api.CreateWebhookJSONRequestBody{
			Name:           "Board",
			Url:            os.Getenv("RECEIVER"),
			Signature:      ptr(api.CreateWebhookJSONBodySignatureStandard),
			GenerateSecret: ptr(true),
		}))
	shownWebhook := must(client.ShowWebhookWithResponse(ctx, site.Key,
		found(createdWebhook.JSON201, createdWebhook.Status()).Id))
	webhook := found(shownWebhook.JSON200, shownWebhook.Status())
	if webhook.Signature != api.WebhookSignatureStandard {
		log.Fatal("the signature is another one")
	}

	payload := map[string]any{"issue": map[string]any{"key": "DEMO-7"}}
	published := must(client.PublishEventWithResponse(ctx, site.Key, &api.PublishEventParams{},
		api.NewEvent{Event: "jira:issue_created", Payload: &payload}))
	id := found(published.JSON202, published.Status()).Deliveries[0].Id
	var delivery *api.DeliveryDetail
	for {
		time.Sleep(50 * time.Millisecond)
		shown := must(client.ShowDeliveryWithResponse(ctx, id))
		delivery = found(shown.JSON200, shown.Status())
		if delivery.State != api.DeliveryDetailStateWaiting && delivery.State != api.DeliveryDetailStateLeased {
			break
		}
	}
	listed := must(client.ListDeliveriesWithResponse(ctx, &api.ListDeliveriesParams{
		Site:  &site.Key,
		State: ptr(api.ListDeliveriesParamsStateDelivered),
	}))

	unknown := must(client.ShowSiteWithResponse(ctx, "nowhere"))
	problem := found(unknown.ApplicationproblemJSON404, unknown.Status())
	if problem.Code != api.ProblemCodeSITENOTFOUND {
		log.Fatal("another code")
	}

	fmt.Println(string(must(json.Marshal(map[string]any{
		"site":     site.Key,
		"webhook":  webhook.Id,
		"delivery": delivery.Id,
		"state":    delivery.State,
		"listed":   len(found(listed.JSON200, listed.Status()).Items),
		"code":     problem.Code,
	}))))
}
