/** Generated from the OpenAPI document by `npm run client`. */
export interface paths {
  "/api/v1/sites": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List the sites
     * @description Needs a token with the scope `read` or `events:write`.
     */
    get: operations["listSites"];
    put?: never;
    /**
     * Create a site
     * @description Needs a token with the scope `admin`.
     */
    post: operations["createSite"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/sites/{site}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Show a site
     * @description Needs a token with the scope `read` or `events:write`.
     */
    get: operations["showSite"];
    put?: never;
    post?: never;
    /**
     * Delete a site with its deliveries, and uninstall its add-ons
     * @description Needs a token with the scope `admin`.
     */
    delete: operations["deleteSite"];
    options?: never;
    head?: never;
    /**
     * Change a site; a new baseUrl is sent to its add-ons
     * @description Needs a token with the scope `admin`.
     */
    patch: operations["changeSite"];
    trace?: never;
  };
  "/api/v1/sites/{site}/addons": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List the add-ons of a site
     * @description Needs a token with the scope `read`.
     */
    get: operations["listAddons"];
    put?: never;
    /**
     * Install, upgrade or reinstall an add-on
     * @description Needs a token with the scope `admin`.
     */
    post: operations["installAddon"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/sites/{site}/addons/preview": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Preview an install and its scopes; installs nothing
     * @description Needs a token with the scope `admin`.
     */
    post: operations["previewInstall"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/sites/{site}/addons/{key}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Show an add-on with its webhooks and lifecycle history
     * @description Needs a token with the scope `read`.
     */
    get: operations["showAddon"];
    put?: never;
    post?: never;
    /**
     * Uninstall an add-on
     * @description Needs a token with the scope `admin`.
     */
    delete: operations["uninstallAddon"];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/sites/{site}/addons/{key}/enable": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Enable an add-on
     * @description Needs a token with the scope `admin`.
     */
    post: operations["enableAddon"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/sites/{site}/addons/{key}/disable": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Disable an add-on; its deliveries are held for up to 24 hours
     * @description Needs a token with the scope `admin`.
     */
    post: operations["disableAddon"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/sites/{site}/addons/{key}/resume": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Resume an add-on's paused endpoints, and subscriptions made inactive by 410 or webhook-delivery: disable
     * @description Needs a token with the scope `admin`.
     */
    post: operations["resumeAddon"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/sites/{site}/addons/{key}/upgrade": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Upgrade an add-on from its descriptor URL
     * @description Needs a token with the scope `admin`.
     */
    post: operations["upgradeAddon"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/sites/{site}/addons/{key}/rotate-secret": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Send an add-on a new shared secret in an installed callback
     * @description Needs a token with the scope `admin`.
     */
    post: operations["rotateAddonSecret"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/descriptors/validate": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Check a descriptor and install nothing; descriptorUrl requires admin
     * @description Needs a token with the scope `read`.
     */
    post: operations["validateDescriptor"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/directory": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List the add-ons of the directory, with their installations on the sites that the token reaches
     * @description Needs a token with the scope `read`.
     */
    get: operations["listDirectory"];
    put?: never;
    /**
     * Add an add-on to the directory, after a check of its descriptor
     * @description Needs a token with the scope `admin`.
     */
    post: operations["addToDirectory"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/directory/refresh": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Read every descriptor of the directory again, in the background
     * @description Needs a token with the scope `admin`.
     */
    post: operations["refreshDirectory"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/directory/{key}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Show an add-on of the directory
     * @description Needs a token with the scope `read`.
     */
    get: operations["showDirectoryEntry"];
    put?: never;
    post?: never;
    /**
     * Remove an add-on from the directory; its installations stay
     * @description Needs a token with the scope `admin`.
     */
    delete: operations["removeFromDirectory"];
    options?: never;
    head?: never;
    /**
     * Change the texts of an add-on of the directory, or its descriptor URL
     * @description Needs a token with the scope `admin`.
     */
    patch: operations["changeDirectoryEntry"];
    trace?: never;
  };
  "/api/v1/directory/{key}/refresh": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Read the descriptor of an add-on of the directory again
     * @description Needs a token with the scope `admin`.
     */
    post: operations["refreshDirectoryEntry"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/sites/{site}/webhooks": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List the outgoing webhooks of a site, with the status of the last attempt
     * @description Needs a token with the scope `read`.
     */
    get: operations["listWebhooks"];
    put?: never;
    /**
     * Create an outgoing webhook
     * @description Needs a token with the scope `admin`.
     */
    post: operations["createWebhook"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/sites/{site}/webhooks/execute": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Send a test delivery with values that are not saved
     * @description Needs a token with the scope `admin`.
     */
    post: operations["testUnsavedWebhook"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/sites/{site}/webhooks/{id}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Show an outgoing webhook
     * @description Needs a token with the scope `read`.
     */
    get: operations["showWebhook"];
    /**
     * Replace the values of an outgoing webhook, also for its waiting deliveries
     * @description Needs a token with the scope `admin`.
     */
    put: operations["replaceWebhook"];
    post?: never;
    /**
     * Delete an outgoing webhook: waiting deliveries fail as unsubscribed, past ones are kept
     * @description Needs a token with the scope `admin`.
     */
    delete: operations["deleteWebhook"];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/sites/{site}/webhooks/{id}/rotate-secret": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Rotate the signing secret; the old one also signs for 24 hours
     * @description Needs a token with the scope `admin`.
     */
    post: operations["rotateWebhookSecret"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/sites/{site}/webhooks/{id}/resume": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Resume an outgoing webhook that is paused, or made inactive by 410 or webhook-delivery: disable
     * @description Needs a token with the scope `admin`.
     */
    post: operations["resumeWebhook"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/sites/{site}/webhooks/{id}/execute": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Send a test delivery with a saved webhook, and wait for its result
     * @description Needs a token with the scope `admin`.
     */
    post: operations["testWebhook"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/sites/{site}/webhooks/preview": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Show what a webhook would send: for a sample, and for the latest events; nothing is sent or saved
     * @description Needs a token with the scope `admin`.
     */
    post: operations["previewWebhook"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/sites/{site}/body-filters/try": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Try a body filter on the latest events of a site; nothing is saved
     * @description Needs a token with the scope `read`.
     */
    post: operations["tryBodyFilter"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/sites/{site}/events": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List the accepted events, newest first, without their bodies
     * @description Needs a token with the scope `read`.
     */
    get: operations["listEvents"];
    put?: never;
    /**
     * Publish an event; 202 means that the event and its deliveries are committed
     * @description Needs a token with the scope `events:write`.
     */
    post: operations["publishEvent"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/sites/{site}/events/batch": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Publish up to 1,000 events in one transaction
     * @description Needs a token with the scope `events:write`.
     */
    post: operations["publishEvents"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/sites/{site}/events/{id}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Show an event with its deliveries and the skipped subscriptions
     * @description Needs a token with the scope `read`.
     */
    get: operations["showEvent"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/sites/{site}/events/{id}/why": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Explain for each receiver why it did or didn't get an event
     * @description Needs a token with the scope `read`.
     */
    get: operations["explainEvent"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/deliveries": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List deliveries, newest first
     * @description Needs a token with the scope `read`.
     */
    get: operations["listDeliveries"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/deliveries/{id}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Show a delivery with every attempt, the body as sent and the responses
     * @description Needs a token with the scope `read`.
     */
    get: operations["showDelivery"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/deliveries/{id}/redeliver": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Redeliver an ended delivery, or make a waiting one due now
     * @description Needs a token with the scope `admin`.
     */
    post: operations["redeliver"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/deliveries/{id}/cancel": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Cancel a waiting delivery
     * @description Needs a token with the scope `admin`.
     */
    post: operations["cancelDelivery"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/redeliveries": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Redeliver every ended delivery that matches a filter, in the secondary lane
     * @description Needs a token with the scope `admin`.
     */
    post: operations["redeliverMany"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/cancellations": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Cancel every waiting delivery that matches a filter
     * @description Needs a token with the scope `admin`.
     */
    post: operations["cancelMany"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/endpoints": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List the endpoints in use on all sites; those that need attention come first
     * @description Needs a token with the scope `read`.
     */
    get: operations["listEndpoints"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/sites/{site}/endpoints": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List the endpoints in use on a site; those that need attention come first
     * @description Needs a token with the scope `read`.
     */
    get: operations["listSiteEndpoints"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/sites/{site}/endpoints/{number}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Show an endpoint, and why nothing is being sent to it
     * @description Needs a token with the scope `read`.
     */
    get: operations["showEndpoint"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    /**
     * Change the settings of an add-on's endpoint (an outgoing webhook has its own)
     * @description Needs a token with the scope `admin`.
     */
    patch: operations["updateEndpoint"];
    trace?: never;
  };
  "/api/v1/sites/{site}/endpoints/{number}/try": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Send the delivery that has waited longest now, even if the endpoint is paused or its circuit is open
     * @description Needs a token with the scope `admin`.
     */
    post: operations["tryEndpoint"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/sites/{site}/endpoints/{number}/resume": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Resume a paused endpoint, and subscriptions made inactive by 410 or webhook-delivery: disable
     * @description Needs a token with the scope `admin`.
     */
    post: operations["resumeEndpoint"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/sites/{site}/replays": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List the replays of a site, newest first
     * @description Needs a token with the scope `read`.
     */
    get: operations["listReplays"];
    put?: never;
    /**
     * Send past events to a receiver that did not get them
     * @description Needs a token with the scope `admin`.
     */
    post: operations["createReplay"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/sites/{site}/replays/{id}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Show a replay: its progress, and why events were left out
     * @description Needs a token with the scope `read`.
     */
    get: operations["showReplay"];
    put?: never;
    post?: never;
    /**
     * Cancel a replay and its waiting deliveries
     * @description Needs a token with the scope `admin`.
     */
    delete: operations["cancelReplay"];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/sites/{site}/listeners": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List the listeners of a site, oldest first
     * @description Needs a token with the scope `read`.
     */
    get: operations["listListeners"];
    put?: never;
    /**
     * Create a listener, in place of an add-on or with a temporary webhook
     * @description Needs a token with the scope `admin`.
     */
    post: operations["createListener"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/sites/{site}/listeners/{id}/stream": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Stream the deliveries of a listener
     * @description Needs a token with the scope `admin`.
     */
    get: operations["streamListener"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/sites/{site}/listeners/{id}/responses": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Send responses of the local application; without any, signal that the listener is alive
     * @description Needs a token with the scope `admin`.
     */
    post: operations["respondAsListener"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/sites/{site}/listeners/{id}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    post?: never;
    /**
     * End a listener: its temporary webhook is deleted, or the add-on gets its deliveries again
     * @description Needs a token with the scope `admin`.
     */
    delete: operations["endListener"];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/catalogue": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List the event types of all products
     * @description Needs a token with the scope `read` or `events:write`.
     */
    get: operations["listEventTypes"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/catalogue/{product}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List the event types of a product
     * @description Needs a token with the scope `read` or `events:write`.
     */
    get: operations["listProductEventTypes"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/catalogue/{product}/{event}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Show an event type with its fields, schema and sample
     * @description Needs a token with the scope `read` or `events:write`.
     */
    get: operations["showEventType"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/products": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List the products
     * @description Needs a token with the scope `read` or `events:write`.
     */
    get: operations["listProducts"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/products/{product}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Show a product with its document
     * @description Needs a token with the scope `read` or `events:write`.
     */
    get: operations["showProduct"];
    /**
     * Create or replace one of your own products
     * @description Needs a token with the scope `admin`.
     */
    put: operations["putProduct"];
    post?: never;
    /**
     * Delete one of your own products that has no site
     * @description Needs a token with the scope `admin`.
     */
    delete: operations["deleteProduct"];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/products/{product}/deprecated": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List the deprecated event types with their remaining receivers
     * @description Needs a token with the scope `read`.
     */
    get: operations["listDeprecatedEventTypes"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/products/{product}/events/{event}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    /**
     * Change or create an event type of one of your own products, by a JSON merge patch (RFC 7396)
     * @description Needs a token with the scope `admin`.
     */
    patch: operations["patchEventType"];
    trace?: never;
  };
  "/api/v1/products/{product}/catalogue": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    /**
     * Publish the catalogue of a product at /catalogue/{product}, or end that
     * @description Needs a token with the scope `admin`.
     */
    put: operations["publishCatalogue"];
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/products/{product}/changes": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List the changes of one of your own products, newest first
     * @description Needs a token with the scope `admin`.
     */
    get: operations["listProductChanges"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/products/{product}/changes/{version}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Show a change of one of your own products with the document after it
     * @description Needs a token with the scope `admin`.
     */
    get: operations["showProductChange"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/tokens": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List the API tokens, those used last first; revoked and expired ones are included
     * @description Needs a token with the scope `admin`.
     */
    get: operations["listTokens"];
    put?: never;
    /**
     * Create an API token
     * @description Needs a token with the scope `admin`.
     */
    post: operations["createToken"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/tokens/{id}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    post?: never;
    /**
     * Revoke an API token
     * @description Needs a token with the scope `admin`.
     */
    delete: operations["revokeToken"];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/login-links": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Create a login link with the rights of this token, which works once
     * @description Needs a token with the scope `read`.
     */
    post: operations["createLoginLink"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/portal-links": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Create a login link for one add-on or for one owner of outgoing webhooks, which works once
     * @description Needs a token with the scope `admin`.
     */
    post: operations["createPortalLink"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/portal-look": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Show the title and logo of portals, and the origins that may embed them
     * @description Needs a token with the scope `admin`.
     */
    get: operations["showPortalLook"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    /**
     * Change the title and logo of portals, and the origins that may embed them
     * @description Needs a token with the scope `admin`.
     */
    patch: operations["changePortalLook"];
    trace?: never;
  };
  "/api/v1/sites/{site}/export/events": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Export the accepted events with their bodies as NDJSON, newest first
     * @description Needs a token with the scope `read`.
     */
    get: operations["exportEvents"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/sites/{site}/export/deliveries": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Export the deliveries as NDJSON, newest first
     * @description Needs a token with the scope `read`.
     */
    get: operations["exportDeliveries"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/backups": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Start a backup of the SQLite file, which is kept for 10 minutes once it is ready
     * @description Needs a token with the scope `admin`.
     */
    post: operations["createBackup"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/backups/{id}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Show the progress of a backup
     * @description Needs a token with the scope `admin`.
     */
    get: operations["showBackup"];
    put?: never;
    post?: never;
    /**
     * Delete a backup, or cancel a running one
     * @description Needs a token with the scope `admin`.
     */
    delete: operations["deleteBackup"];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/backups/{id}/file": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Download the file of a backup that is ready
     * @description Needs a token with the scope `admin`.
     */
    get: operations["downloadBackup"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/erasures": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Find a text in what was sent and recorded, and erase it with confirm; repeat with cursor until it is null
     * @description Needs a token with the scope `admin`.
     */
    post: operations["erase"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/status": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Show the deliveries of the last 24 hours, the waiting ones, and why nothing is being sent
     * @description Needs a token with the scope `read`.
     */
    get: operations["showStatus"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/limits": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List the limits with their current levels in this process
     * @description Needs a token with the scope `read`.
     */
    get: operations["listLimits"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/keys": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List the signing keys of signed install
     * @description Needs a token with the scope `read`.
     */
    get: operations["listKeys"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/keys/rotate": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Make a new key for signed install; the public half of the old one is served for another 3.5 minutes
     * @description Needs a token with the scope `admin`.
     */
    post: operations["rotateKey"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/keys/{kid}/withdraw": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Stop serving the public key of a retired signing key now
     * @description Needs a token with the scope `admin`.
     */
    post: operations["withdrawKey"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/master-key/rekey": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Encrypt up to 100 more secrets with CALLBOARD_MASTER_KEY_NEXT; repeat until nothing remains
     * @description Needs a token with the scope `admin`.
     */
    post: operations["rekey"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/settings": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Show the settings in force
     * @description Needs a token with the scope `admin`.
     */
    get: operations["showSettings"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    /**
     * Change the retention periods, and the sources that sites can install add-ons from
     * @description Needs a token with the scope `admin`.
     */
    patch: operations["changeSettings"];
    trace?: never;
  };
  "/api/v1/audit": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List the entries of the audit log, newest first
     * @description Needs a token with the scope `admin`.
     */
    get: operations["listAudit"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/audit/verify": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Check that no entry of the audit log was altered, removed or inserted
     * @description Needs a token with the scope `admin`.
     */
    get: operations["verifyAudit"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
}

export interface components {
  schemas: {
    /** @description An installed add-on with its webhooks and lifecycle callbacks */
    Addon: {
      /** @description Key of the add-on */
      key: string;
      /** @description Display name */
      name: string;
      /** @description Version of the descriptor */
      version: string | null;
      /** @description Description of the descriptor */
      description: string | null;
      /** @description Vendor */
      vendor: {
        /** @description Name */
        name?: string;
        /** @description Web site */
        url?: string;
      } | null;
      /**
       * @description State of the installation
       * @enum {string}
       */
      state: "enabled" | "disabled";
      /** @description Base URL of the add-on */
      baseUrl: string;
      /** @description URL of the descriptor; null if the descriptor itself was posted */
      descriptorUrl: string | null;
      /**
       * @description Authentication of requests to the add-on
       * @enum {string}
       */
      authentication: "jwt" | "none";
      /** @description Scopes as the descriptor lists them */
      scopes: string[];
      /** @description Scopes of the site's product that were accepted */
      grantedScopes: components["schemas"]["GrantedScope"][];
      /** @description Modules of the descriptor that are not served here */
      otherModules: string[];
      /**
       * Format: date-time
       * @description Time of the first install
       */
      installedAt: string;
      /**
       * Format: date-time
       * @description Time of the last change
       */
      updatedAt: string;
      /**
       * Format: date-time
       * @description Time of disabling; null while it is enabled
       */
      disabledAt: string | null;
      /** @description Pending reinstall, after the shared secret was lost with the master key */
      reinstall: {
        /** @description Attempts so far */
        attempts: number;
        /**
         * Format: date-time
         * @description Time of the next attempt
         */
        nextAt: string;
        /** @description Result of the last attempt */
        detail: string | null;
      } | null;
      /** @description A later version that the directory has */
      availableVersion: string | null;
      /** @description Its webhooks */
      webhooks: components["schemas"]["AddonWebhook"][];
      /** @description Lifecycle callbacks, newest first */
      lifecycle: components["schemas"]["LifecycleCall"][];
    };
    /** @description The add-on after the install, with the lifecycle callbacks made */
    AddonInstalled: {
      /** @description Key of the add-on */
      key: string;
      /** @description Display name */
      name: string;
      /** @description Version of the descriptor */
      version: string | null;
      /** @description Description of the descriptor */
      description: string | null;
      /** @description Vendor */
      vendor: {
        /** @description Name */
        name?: string;
        /** @description Web site */
        url?: string;
      } | null;
      /**
       * @description State of the installation
       * @enum {string}
       */
      state: "enabled" | "disabled";
      /** @description Base URL of the add-on */
      baseUrl: string;
      /** @description URL of the descriptor; null if the descriptor itself was posted */
      descriptorUrl: string | null;
      /**
       * @description Authentication of requests to the add-on
       * @enum {string}
       */
      authentication: "jwt" | "none";
      /** @description Scopes as the descriptor lists them */
      scopes: string[];
      /** @description Scopes of the site's product that were accepted */
      grantedScopes: components["schemas"]["GrantedScope"][];
      /** @description Modules of the descriptor that are not served here */
      otherModules: string[];
      /**
       * Format: date-time
       * @description Time of the first install
       */
      installedAt: string;
      /**
       * Format: date-time
       * @description Time of the last change
       */
      updatedAt: string;
      /**
       * Format: date-time
       * @description Time of disabling; null while it is enabled
       */
      disabledAt: string | null;
      /** @description Pending reinstall, after the shared secret was lost with the master key */
      reinstall: {
        /** @description Attempts so far */
        attempts: number;
        /**
         * Format: date-time
         * @description Time of the next attempt
         */
        nextAt: string;
        /** @description Result of the last attempt */
        detail: string | null;
      } | null;
      /** @description A later version that the directory has */
      availableVersion: string | null;
      /** @description Its webhooks */
      webhooks: components["schemas"]["AddonWebhook"][];
      /** @description Lifecycle callbacks, newest first */
      lifecycle: components["schemas"]["LifecycleCall"][];
      /** @description Warnings about the descriptor */
      warnings: components["schemas"]["Warning"][];
      plan: components["schemas"]["InstallPlan"];
    };
    /** @description Installed add-ons */
    AddonPage: {
      /** @description The items of this page; a page can be short, even empty, and still have a next one */
      items: components["schemas"]["AddonSummary"][];
      /** @description The `cursor` of the next page; null on the last page */
      next: string | null;
    };
    /** @description An installed add-on */
    AddonSummary: {
      /** @description Key of the add-on */
      key: string;
      /** @description Display name */
      name: string;
      /** @description Version of the descriptor */
      version: string | null;
      /** @description Description of the descriptor */
      description: string | null;
      /** @description Vendor */
      vendor: {
        /** @description Name */
        name?: string;
        /** @description Web site */
        url?: string;
      } | null;
      /**
       * @description State of the installation
       * @enum {string}
       */
      state: "enabled" | "disabled";
      /** @description Base URL of the add-on */
      baseUrl: string;
      /** @description URL of the descriptor; null if the descriptor itself was posted */
      descriptorUrl: string | null;
      /**
       * @description Authentication of requests to the add-on
       * @enum {string}
       */
      authentication: "jwt" | "none";
      /** @description Scopes as the descriptor lists them */
      scopes: string[];
      /** @description Scopes of the site's product that were accepted */
      grantedScopes: components["schemas"]["GrantedScope"][];
      /** @description Modules of the descriptor that are not served here */
      otherModules: string[];
      /**
       * Format: date-time
       * @description Time of the first install
       */
      installedAt: string;
      /**
       * Format: date-time
       * @description Time of the last change
       */
      updatedAt: string;
      /**
       * Format: date-time
       * @description Time of disabling; null while it is enabled
       */
      disabledAt: string | null;
      /** @description Pending reinstall, after the shared secret was lost with the master key */
      reinstall: {
        /** @description Attempts so far */
        attempts: number;
        /**
         * Format: date-time
         * @description Time of the next attempt
         */
        nextAt: string;
        /** @description Result of the last attempt */
        detail: string | null;
      } | null;
      /** @description A later version that the directory has */
      availableVersion: string | null;
    };
    /** @description The result of an uninstall */
    AddonUninstalled: {
      /** @description Lifecycle callbacks, newest first */
      lifecycle: components["schemas"]["LifecycleCall"][];
    };
    /** @description A webhook of an add-on */
    AddonWebhook: {
      /** @description Number on the site */
      no: number;
      /**
       * @description Origin of the webhook
       * @enum {string}
       */
      source: "module" | "dynamic" | "webhook";
      /** @description Event type */
      event: string;
      /** @description True if the event type is deprecated */
      deprecated: boolean;
      /** @description Event type to use in its place */
      replacedBy: string | null;
      /** @description URL as the descriptor has it */
      url: string;
      /** @description Full URL, with variables */
      resolvedUrl: string;
      /** @description Query parameters that are added to the URL */
      params: {
        [key: string]: string;
      };
      /** @description JQL filter */
      filter: string | null;
      /** @description Conditions on the body */
      bodyFilter: {
        [key: string]: unknown;
      } | null;
      /** @description Issue properties that are sent along */
      propertyKeys: string[] | null;
      /** @description True if the body is left out */
      excludeBody: boolean;
      /** @description True if it gets events */
      active: boolean;
      /** @description Reason for being inactive */
      inactiveBecause: string | null;
      /**
       * Format: date-time
       * @description Time of the response that made it inactive: 410, or webhook-delivery: disable
       */
      goneSince: string | null;
      /**
       * Format: date-time
       * @description Expiry of a dynamic webhook
       */
      expiresAt: string | null;
    };
    /** @description A receiver that a change concerns */
    AffectedReceiver: {
      /** @description Key of the site */
      site: string;
      /** @description Key of the add-on that receives; null for an outgoing webhook */
      addonKey: string | null;
      /** @description ID of the outgoing webhook that receives; null for an add-on */
      webhookId: string | null;
      /** @description Name of the receiver */
      name: string;
      /** @description Event types that it gets and that change */
      events: string[];
      /** @description Scopes that it was granted and that change */
      scopes: string[];
    };
    /** @description A scope that the descriptor asks for */
    AskedScope: {
      /** @description Name of the scope */
      name: string;
      /** @description The product's description */
      description: string;
    };
    /** @description One request of a delivery */
    Attempt: {
      /** @description Number, from 1 */
      number: number;
      /**
       * Format: date-time
       * @description Start
       */
      startedAt: string;
      /** @description Duration in milliseconds */
      durationMs: number;
      /** @description Result, such as accepted, refused or unreachable:timeout */
      outcome: string;
      /** @description Group of failures, such as timeout or http-5xx */
      errorClass: string | null;
      /** @description Cause of the failure */
      cause: string | null;
      /** @description What to do about it */
      remedy: string | null;
      /** @description Further detail */
      detail: string | null;
      /** @description The request */
      request: {
        /**
         * @description Method
         * @enum {string}
         */
        method: "POST";
        /** @description URL */
        url: string;
        /** @description Headers, as pairs of name and value */
        headers: string[][];
        /** @description Claims of the token */
        claims: {
          [key: string]: unknown;
        } | null;
        /** @description Size of the body in bytes */
        bodyBytes: number;
      };
      /** @description The response; null if there was none */
      response: {
        /** @description Status */
        status: number;
        /** @description Headers, as pairs of name and value */
        headers: string[][];
        /** @description Stored part of the body, as UTF-8 */
        body: string;
        /** @description True if the body was longer */
        cut: boolean;
        /**
         * @description Limit that cut it: of one response, or of the receiver in 24 hours
         * @enum {string|null}
         */
        cutBecause: "size" | "budget" | null;
      } | null;
    };
    /** @description Result of a check of the audit log */
    AuditCheck: {
      /** @description True if the chain is intact */
      verified: boolean;
      /** @description Entries that were checked and fit */
      entries: number;
      /** @description The last of them */
      last: {
        /** @description ID of the entry */
        id: string;
        /**
         * Format: date-time
         * @description Time
         */
        at: string;
      } | null;
      /** @description Entries from before the chain began */
      unchained: number;
      /** @description Entries whose key was lost with a master key */
      keyLost: number;
      /** @description The first problem */
      problem: {
        /**
         * @description Kind
         * @enum {string}
         */
        kind: "altered" | "missing" | "forged" | "unchained" | "checkpoint";
        /** @description ID of the entry */
        id: string | null;
        /** @description One sentence */
        detail: string;
      } | null;
      /** @description Names the end of the chain, for a later check */
      checkpoint: string | null;
    };
    /** @description An administrative change */
    AuditEntry: {
      /** @description ID of the entry */
      id: string;
      /**
       * Format: date-time
       * @description Time
       */
      at: string;
      /** @description Actor */
      actor: string;
      /** @description Action, such as addon.installed */
      action: string;
      /** @description Target */
      object: string;
      /** @description Detail */
      detail: string;
      /** @description Client address */
      address: string;
    };
    /** @description Administrative changes, newest first */
    AuditPage: {
      /** @description The items of this page; a page can be short, even empty, and still have a next one */
      items: components["schemas"]["AuditEntry"][];
      /** @description The `cursor` of the next page; null on the last page */
      next: string | null;
    };
    /** @description How Callboard authenticates itself; no secret is ever shown */
    Authentication: {
      /**
       * @description Kind
       * @enum {string}
       */
      kind: "basic" | "bearer" | "oauth2";
      /**
       * Format: date-time
       * @description End of a bearer token, if it is known
       */
      expiresAt: string | null;
      /** @description Origin of the token URL; null for other kinds than oauth2 */
      tokenServer: string | null;
      /**
       * Format: date-time
       * @description Time until which the previous value is sent if the receiver refuses the new one
       */
      previousUntil: string | null;
    };
    /** @description A copy of the database of a server that runs */
    Backup: {
      /** @description ID of the backup, bak_… */
      id: string;
      /**
       * @description State; a backup that is ready can be downloaded
       * @enum {string}
       */
      state: "running" | "ready" | "failed";
      /** @description Share of the database that is copied, from 0 to 1 */
      share: number;
      /** @description What the file of a backup is */
      contents: {
        /** @description Size of the file, in bytes */
        bytes: number;
        /** @description SHA-256 of the file, in hexadecimal */
        sha256: string;
        /** @description Version of Callboard that made it */
        version: string;
        /**
         * Format: date-time
         * @description Time at which it was completed
         */
        createdAt: string;
        /** @description Migrations that its schema has */
        schema: string[];
        /** @description IDs of the master keys that its secrets are encrypted with; a restore needs these keys */
        masterKeys: string[];
        /** @description Number of rows in each table */
        rows: {
          [key: string]: number;
        };
      } | null;
      /** @description Why it failed */
      failure: {
        /** @description Error code */
        code: string;
        /** @description What went wrong */
        detail: string;
      } | null;
    };
    /** @description The SQLite file */
    BackupFile: string;
    /** @description Several events in one request */
    Batch: {
      /** @description Maximum number of events in one request */
      max: number;
      /** @description Time for which a batch gathers after its first event, in milliseconds */
      withinMs: number;
    };
    /** @description Events that a body filter was tried on */
    BodyFilterTrial: {
      /** @description Events, newest first */
      items: {
        /** @description ID of the event, evt_… */
        eventId: string;
        /** @description Event type */
        event: string;
        /**
         * Format: date-time
         * @description Time of acceptance
         */
        createdAt: string;
        /**
         * @description Result
         * @enum {string}
         */
        result: "matched" | "not-matched" | "body-deleted";
        /** @description Why it does not match */
        reason: string | null;
      }[];
      /** @description Events by result */
      counts: {
        /** @description All events */
        events: number;
        /** @description Events that match */
        matched: number;
        /** @description Events that don't match */
        notMatched: number;
        /** @description Events whose body was deleted after the retention period */
        bodyDeleted: number;
      };
    };
    /** @description How many deliveries were, or would be, changed */
    BulkResult: {
      /** @description Number of deliveries */
      count: number;
      /** @description True if more deliveries match than one request changes: repeat it */
      more: boolean;
      /** @description True if they were only counted */
      dryRun: boolean;
    };
    /** @description A certificate */
    Certificate: {
      /** @description Subject; can be empty */
      subject: string;
      /** @description SHA-256 of the certificate, as pairs of hexadecimal digits */
      fingerprint: string;
      /**
       * Format: date-time
       * @description End of its validity
       */
      expiresAt: string;
    };
    /** @description A product after a change */
    ChangedProduct: {
      /** @description Key of the product */
      product: string;
      /** @description Display name */
      name: string;
      /** @description Description */
      description: string;
      /**
       * @description Origin
       * @enum {string}
       */
      origin: "built-in" | "own" | "file";
      /** @description Version; null for a built-in product */
      version: number | null;
      /**
       * Format: date-time
       * @description Time of the last change; null for a built-in product
       */
      updatedAt: string | null;
      /**
       * @description Treatment of bodies that are off their schema
       * @enum {string}
       */
      schemaPolicy: "note" | "refuse" | "off";
      /** @description Number of event types */
      eventTypes: number;
      /** @description Number of sites */
      sites: number;
      /** @description True if everyone can read its catalogue */
      public: boolean;
      /** @description True if the product is new */
      created: boolean;
      /** @description The changes */
      changes: components["schemas"]["ProductChange"][];
      /** @description Receivers that breaking changes concern */
      receivers: components["schemas"]["AffectedReceiver"][];
    };
    /** @description An outgoing webhook after a change */
    ChangedWebhook: {
      /** @description ID of the webhook, whk_… */
      id: string;
      /** @description Tenant that it belongs to; null for none */
      owner: string | null;
      /** @description Display name */
      name: string;
      /** @description URL, with variables */
      url: string;
      /** @description Format of the body */
      format: string;
      /** @description Text of the format template */
      template: string | null;
      /** @description True if the format pagerduty has its routing key */
      hasRoutingKey: boolean;
      /** @description Key or ID of the only project; null for all */
      project: string | null;
      /** @description True for all event types */
      allEvents: boolean;
      /** @description Event types, with * for any text; null for all */
      events: string[] | null;
      /** @description Deprecated event types that it names */
      deprecatedEvents: {
        /** @description Event type */
        event: string;
        /** @description Event type to use in its place */
        replacedBy: string | null;
      }[];
      /** @description JQL filter */
      filter: string | null;
      /** @description Conditions on the body */
      bodyFilter: {
        [key: string]: unknown;
      } | null;
      /** @description True if the body is left out */
      excludeBody: boolean;
      /** @description Description */
      description: string;
      /** @description True if requests are signed */
      hasSecret: boolean;
      /**
       * @description Signature scheme
       * @enum {string}
       */
      signature: "standard" | "ed25519" | "hub" | "hub-256";
      /** @description Keys that verify the signature ed25519, the current one first; empty for others */
      publicKeys: {
        /** @description ID in the key set */
        kid: string;
        /** @description Public key, whpk_… */
        key: string;
        /**
         * Format: date-time
         * @description End of the overlap of a key that was replaced
         */
        until: string | null;
      }[];
      /**
       * Format: date-time
       * @description Time until which the previous secret signs too
       */
      previousSecretUntil: string | null;
      /** @description Names of the custom headers; their values are never shown */
      headerNames: string[];
      /**
       * Format: date-time
       * @description Time until which the previous value is sent if the receiver refuses the new one
       */
      previousHeadersUntil: string | null;
      authentication: components["schemas"]["Authentication"] | null;
      tls: components["schemas"]["TlsSettings"] | null;
      /** @description Retry schedule; null for that of the site */
      retryProfile: string | null;
      pace: components["schemas"]["Pace"] | null;
      /** @description JSON pointer to the key in whose order deliveries go; null for any order */
      orderBy: string | null;
      batch: components["schemas"]["Batch"] | null;
      /** @description True if it gets events */
      active: boolean;
      /** @description Reason for being inactive */
      inactiveBecause: string | null;
      /**
       * Format: date-time
       * @description Time of the response that made it inactive: 410, or webhook-delivery: disable
       */
      goneSince: string | null;
      /**
       * @description Result of the last attempt: OK for any 2xx
       * @enum {string|null}
       */
      status: "OK" | "ERROR" | null;
      /** @description Status of the last response */
      lastStatusCode: number | null;
      /** @description Result of the last attempt, such as unreachable:timeout */
      lastOutcome: string | null;
      /**
       * Format: date-time
       * @description Time of the last attempt
       */
      lastExecutionAt: string | null;
      /**
       * Format: date-time
       * @description Time of creation
       */
      createdAt: string;
      /** @description Actor, as the audit log names it */
      createdBy: string;
      /**
       * Format: date-time
       * @description Time of the last change
       */
      updatedAt: string;
      /** @description Actor, as the audit log names it */
      updatedBy: string;
      /** @description Warnings about its values */
      warnings: components["schemas"]["Warning"][];
      /** @description The generated secret; this is the only time it is shown */
      secret?: string;
    };
    /** @description One event for one receiver and URL */
    Delivery: {
      /** @description ID of the delivery, dlv_… */
      id: string;
      /** @description Key of the site; null if it was deleted */
      site: string | null;
      /** @description ID of the event, evt_… */
      eventId: string;
      /** @description Event type; null after the retention period */
      event: string | null;
      /** @description Key of the add-on that receives; null for an outgoing webhook */
      addonKey: string | null;
      /** @description ID of the outgoing webhook that receives; null for an add-on */
      webhookId: string | null;
      /** @description URL of the last attempt, else that of the subscription; null if both are gone */
      url: string | null;
      /**
       * @description State of the delivery
       * @enum {string}
       */
      state: "waiting" | "leased" | "delivered" | "failed";
      /**
       * @description Failure reason; null unless the delivery failed
       * @enum {string|null}
       */
      reason:
        | "exhausted"
        | "rejected"
        | "gone"
        | "aborted"
        | "forbidden"
        | "cancelled"
        | "unsubscribed"
        | "backlog-full"
        | "not-retried"
        | "over-limit"
        | "template-failed"
        | "expired"
        | null;
      /**
       * @description What it waits for: an active receiver, the resumption of its endpoint, an earlier delivery of its key, its planned time, a batch, a retry, a closed circuit, the rate of its endpoint, a slot; null unless it waits
       * @enum {string|null}
       */
      waitingFor:
        "receiver" | "resume" | "order" | "time" | "batch" | "retry" | "circuit" | "rate" | "slot" | null;
      /**
       * @description Lane: primary, or secondary for bulk work
       * @enum {string}
       */
      flow: "primary" | "secondary";
      /** @description True for a test delivery */
      test: boolean;
      /** @description True for a test of values that are not saved */
      unsaved: boolean;
      /** @description Attempts so far */
      attempts: number;
      /** @description Manual redeliveries */
      redeliveries: number;
      /** @description ID of the replay that sends it */
      replayId: string | null;
      /** @description Its place in the order of its key; null without a key */
      order: {
        /** @description Value in the body */
        key: string;
        /** @description Number among the deliveries of the key, from 1; null until it is given */
        sequence: number | null;
        /** @description True while an earlier delivery of the key has not ended */
        behind: boolean;
      } | null;
      /** @description ID of the batch that it was put into last, bat_…; null if it was not sent with others */
      batchId: string | null;
      /** @description Status of the last response */
      lastStatus: number | null;
      /** @description Result of the last attempt, such as accepted or unreachable:timeout */
      lastOutcome: string | null;
      /** @description Duration of the last attempt in milliseconds */
      lastDurationMs: number | null;
      /**
       * Format: date-time
       * @description Time of acceptance
       */
      createdAt: string;
      /**
       * Format: date-time
       * @description Time of the next attempt, while it waits
       */
      nextAttemptAt: string | null;
      /**
       * Format: date-time
       * @description Time at which it was delivered or failed
       */
      settledAt: string | null;
    };
    /** @description A delivery with its body and attempts */
    DeliveryDetail: {
      /** @description ID of the delivery, dlv_… */
      id: string;
      /** @description Key of the site; null if it was deleted */
      site: string | null;
      /** @description ID of the event, evt_… */
      eventId: string;
      /** @description Event type; null after the retention period */
      event: string | null;
      /** @description Key of the add-on that receives; null for an outgoing webhook */
      addonKey: string | null;
      /** @description ID of the outgoing webhook that receives; null for an add-on */
      webhookId: string | null;
      /** @description URL of the last attempt, else that of the subscription; null if both are gone */
      url: string | null;
      /**
       * @description State of the delivery
       * @enum {string}
       */
      state: "waiting" | "leased" | "delivered" | "failed";
      /**
       * @description Failure reason; null unless the delivery failed
       * @enum {string|null}
       */
      reason:
        | "exhausted"
        | "rejected"
        | "gone"
        | "aborted"
        | "forbidden"
        | "cancelled"
        | "unsubscribed"
        | "backlog-full"
        | "not-retried"
        | "over-limit"
        | "template-failed"
        | "expired"
        | null;
      /**
       * @description What it waits for: an active receiver, the resumption of its endpoint, an earlier delivery of its key, its planned time, a batch, a retry, a closed circuit, the rate of its endpoint, a slot; null unless it waits
       * @enum {string|null}
       */
      waitingFor:
        "receiver" | "resume" | "order" | "time" | "batch" | "retry" | "circuit" | "rate" | "slot" | null;
      /**
       * @description Lane: primary, or secondary for bulk work
       * @enum {string}
       */
      flow: "primary" | "secondary";
      /** @description True for a test delivery */
      test: boolean;
      /** @description True for a test of values that are not saved */
      unsaved: boolean;
      /** @description Its attempts, oldest first */
      attempts: components["schemas"]["Attempt"][];
      /** @description Manual redeliveries */
      redeliveries: number;
      /** @description ID of the replay that sends it */
      replayId: string | null;
      /** @description Its place in the order of its key; null without a key */
      order: {
        /** @description Value in the body */
        key: string;
        /** @description Number among the deliveries of the key, from 1; null until it is given */
        sequence: number | null;
        /** @description True while an earlier delivery of the key has not ended */
        behind: boolean;
      } | null;
      /** @description ID of the batch that it was put into last, bat_…; null if it was not sent with others */
      batchId: string | null;
      /** @description Status of the last response */
      lastStatus: number | null;
      /** @description Result of the last attempt, such as accepted or unreachable:timeout */
      lastOutcome: string | null;
      /** @description Duration of the last attempt in milliseconds */
      lastDurationMs: number | null;
      /**
       * Format: date-time
       * @description Time of acceptance
       */
      createdAt: string;
      /**
       * Format: date-time
       * @description Time of the next attempt, while it waits
       */
      nextAttemptAt: string | null;
      /**
       * Format: date-time
       * @description Time at which it was delivered or failed
       */
      settledAt: string | null;
      /** @description The failure reason as a sentence */
      reasonMeaning: string | null;
      /** @description What it waits for, as a sentence */
      waitingMeaning: string | null;
      /** @description Query parameters of the subscription */
      params: {
        [key: string]: string;
      };
      /** @description Body as sent, without a routing key; null after the retention period */
      body: string | null;
      /** @description Why the webhook's format makes no body of the event */
      bodyProblem: string | null;
    };
    /** @description One JSON object on each line: a Delivery */
    DeliveryLines: string;
    /** @description Deliveries, newest first */
    DeliveryPage: {
      /** @description The items of this page; a page can be short, even empty, and still have a next one */
      items: components["schemas"]["Delivery"][];
      /** @description The `cursor` of the next page; null on the last page */
      next: string | null;
    };
    /** @description A deprecated event type and its receivers */
    DeprecatedEventType: {
      /** @description Event type */
      event: string;
      /** @description Event type to use in its place */
      replacedBy: string | null;
      /** @description Subscriptions that name it */
      subscriptions: number;
      /** @description Its receivers, at most 200 */
      receivers: {
        /** @description Key of the site */
        site: string;
        /** @description Key of the add-on that receives; null for an outgoing webhook */
        addonKey: string | null;
        /** @description ID of the outgoing webhook that receives; null for an add-on */
        webhookId: string | null;
        /** @description Name of the receiver */
        name: string;
        /** @description Its subscriptions that name it */
        subscriptions: number;
      }[];
      /** @description Receivers that are not listed */
      moreReceivers: number;
    };
    /** @description Deprecated event types */
    DeprecatedEventTypePage: {
      /** @description The items of this page; a page can be short, even empty, and still have a next one */
      items: components["schemas"]["DeprecatedEventType"][];
      /** @description The `cursor` of the next page; null on the last page */
      next: string | null;
    };
    /** @description Result of a descriptor check */
    DescriptorCheck: {
      /** @description True if it can be installed */
      valid: boolean;
      /** @description Every error of the descriptor */
      errors: {
        /** @description JSON pointer into the descriptor */
        pointer: string;
        /** @description One sentence */
        detail: string;
        /** @description Error code */
        code?: string;
      }[];
      /** @description Warnings about the descriptor */
      warnings: components["schemas"]["Warning"][];
      /** @description Key of the add-on; valid descriptors only */
      key?: string;
      /** @description Display name; valid descriptors only */
      name?: string;
      /** @description Digest of the descriptor; valid descriptors only */
      digest?: string;
      /** @description Webhook modules; valid descriptors only */
      webhooks?: components["schemas"]["ResolvedWebhook"][];
    };
    /** @description An add-on of the directory */
    DirectoryEntry: {
      /** @description Key of the add-on */
      key: string;
      /** @description Display name */
      name: string;
      /** @description Vendor */
      vendor: string | null;
      /** @description Description */
      description: string | null;
      /** @description Version of the descriptor */
      version: string | null;
      /** @description URL of the descriptor */
      descriptorUrl: string;
      /** @description Texts that an administrator wrote */
      edited: ("name" | "vendor" | "description")[];
      /**
       * Format: date-time
       * @description Time of the addition
       */
      addedAt: string;
      /** @description Actor, as the audit log names it */
      addedBy: string;
      /**
       * Format: date-time
       * @description Time at which the descriptor was last read
       */
      readAt: string;
      /** @description Why the descriptor can't be read */
      failure: {
        /**
         * Format: date-time
         * @description Time of the first failure
         */
        since: string;
        /** @description Error code */
        code: string | null;
        /** @description One sentence */
        detail: string | null;
      } | null;
      /** @description Its installations on the sites that the token reaches */
      installations: {
        /** @description Key of the site */
        site: string;
        /** @description Installed version */
        version: string | null;
        /**
         * @description State
         * @enum {string}
         */
        state: "enabled" | "disabled";
        /** @description A later version that the directory has */
        availableVersion: string | null;
      }[];
    };
    /** @description Add-ons, by key */
    DirectoryPage: {
      /** @description The items of this page; a page can be short, even empty, and still have a next one */
      items: components["schemas"]["DirectoryEntry"][];
      /** @description The `cursor` of the next page; null on the last page */
      next: string | null;
    };
    /** @description The refresh that was begun */
    DirectoryRefresh: {
      /** @description Add-ons whose descriptors are read again */
      due: number;
    };
    /** @description A receiver and a URL origin: the unit of concurrency, circuit breaker and pause */
    Endpoint: {
      /** @description Key of the site */
      site: string;
      /** @description Number on the site */
      number: number;
      /** @description Name of the receiver */
      receiver: string;
      /** @description Key of the add-on that receives; null for an outgoing webhook */
      addonKey: string | null;
      /** @description ID of the outgoing webhook that receives; null for an add-on */
      webhookId: string | null;
      /** @description URL origin */
      origin: string;
      /**
       * @description State
       * @enum {string}
       */
      state: "healthy" | "failing" | "circuit-open" | "paused";
      /**
       * @description State of the receiver
       * @enum {string}
       */
      receiverState: "active" | "disabled" | "inactive";
      /**
       * Format: date-time
       * @description Time of a 410, or of webhook-delivery: disable
       */
      goneSince: string | null;
      /** @description Waiting deliveries, counted up to 10,000 */
      waiting: number;
      /** @description True if more wait than were counted */
      waitingIsMore: boolean;
      /**
       * Format: date-time
       * @description Acceptance of the oldest waiting delivery
       */
      oldestWaitingAt: string | null;
      /**
       * Format: date-time
       * @description Time of the next attempt or probe
       */
      nextAttemptAt: string | null;
      /** @description The last attempt */
      last: {
        /** @description ID of the delivery, dlv_… */
        deliveryId: string;
        /** @description Result */
        outcome: string;
        /** @description Status of the response */
        status: number | null;
        /** @description Duration in milliseconds */
        durationMs: number | null;
      } | null;
      /** @description Attempts of the last hour, day and week */
      rates: {
        "1h": components["schemas"]["EndpointRate"];
        "24h": components["schemas"]["EndpointRate"];
        "7d": components["schemas"]["EndpointRate"];
      };
      /** @description The last 24 hours by hour, oldest first */
      series: components["schemas"]["Slot"][];
      /**
       * @description Circuit breaker
       * @enum {string}
       */
      breaker: "closed" | "open" | "probing";
      /** @description Attempts in a row without a response */
      failures: number;
      /**
       * Format: date-time
       * @description Time until which the circuit is open
       */
      openUntil: string | null;
      /**
       * Format: date-time
       * @description Time of the pause
       */
      pausedAt: string | null;
      /**
       * Format: date-time
       * @description Time of the next probe, while paused
       */
      nextProbeAt: string | null;
      /**
       * Format: date-time
       * @description Time since when every attempt has failed
       */
      failingSince: string | null;
      /** @description Failed attempts since then */
      failedAttempts: number;
      /** @description Failed deliveries since then */
      failedDeliveries: number;
      /** @description Deliveries that expired during the pause */
      expired: number;
      pace: components["schemas"]["Pace"] | null;
      /** @description JSON pointer to the key in whose order an add-on's deliveries go; null for any order */
      orderBy: string | null;
    };
    /** @description An endpoint, and why nothing is being sent to it */
    EndpointDetail: {
      /** @description Key of the site */
      site: string;
      /** @description Number on the site */
      number: number;
      /** @description Name of the receiver */
      receiver: string;
      /** @description Key of the add-on that receives; null for an outgoing webhook */
      addonKey: string | null;
      /** @description ID of the outgoing webhook that receives; null for an add-on */
      webhookId: string | null;
      /** @description URL origin */
      origin: string;
      /**
       * @description State
       * @enum {string}
       */
      state: "healthy" | "failing" | "circuit-open" | "paused";
      /**
       * @description State of the receiver
       * @enum {string}
       */
      receiverState: "active" | "disabled" | "inactive";
      /**
       * Format: date-time
       * @description Time of a 410, or of webhook-delivery: disable
       */
      goneSince: string | null;
      /** @description Waiting deliveries, counted up to 10,000 */
      waiting: number;
      /** @description True if more wait than were counted */
      waitingIsMore: boolean;
      /**
       * Format: date-time
       * @description Acceptance of the oldest waiting delivery
       */
      oldestWaitingAt: string | null;
      /**
       * Format: date-time
       * @description Time of the next attempt or probe
       */
      nextAttemptAt: string | null;
      /** @description The last attempt */
      last: {
        /** @description ID of the delivery, dlv_… */
        deliveryId: string;
        /** @description Result */
        outcome: string;
        /** @description Status of the response */
        status: number | null;
        /** @description Duration in milliseconds */
        durationMs: number | null;
      } | null;
      /** @description Attempts of the last hour, day and week */
      rates: {
        "1h": components["schemas"]["EndpointRate"];
        "24h": components["schemas"]["EndpointRate"];
        "7d": components["schemas"]["EndpointRate"];
      };
      /** @description The last 24 hours by hour, oldest first */
      series: components["schemas"]["Slot"][];
      /**
       * @description Circuit breaker
       * @enum {string}
       */
      breaker: "closed" | "open" | "probing";
      /** @description Attempts in a row without a response */
      failures: number;
      /**
       * Format: date-time
       * @description Time until which the circuit is open
       */
      openUntil: string | null;
      /**
       * Format: date-time
       * @description Time of the pause
       */
      pausedAt: string | null;
      /**
       * Format: date-time
       * @description Time of the next probe, while paused
       */
      nextProbeAt: string | null;
      /**
       * Format: date-time
       * @description Time since when every attempt has failed
       */
      failingSince: string | null;
      /** @description Failed attempts since then */
      failedAttempts: number;
      /** @description Failed deliveries since then */
      failedDeliveries: number;
      /** @description Deliveries that expired during the pause */
      expired: number;
      pace: components["schemas"]["Pace"] | null;
      /** @description JSON pointer to the key in whose order an add-on's deliveries go; null for any order */
      orderBy: string | null;
      /** @description Names of the custom headers; their values are never shown */
      headerNames: string[];
      /**
       * Format: date-time
       * @description Time until which the previous value is sent if the receiver refuses the new one
       */
      previousHeadersUntil: string | null;
      tls: components["schemas"]["TlsSettings"] | null;
      notSending: components["schemas"]["NotSending"] | null;
      /** @description Warnings about its settings */
      warnings: components["schemas"]["Warning"][];
      /** @description Keys whose deliveries wait behind one that is being retried, the first hundred */
      stuckKeys: {
        /** @description Value in the body */
        key: string;
        /** @description ID of the delivery that is being retried, dlv_… */
        deliveryId: string;
        /** @description Its number */
        sequence: number;
        /** @description Its attempts so far */
        attempts: number;
        /** @description Result of the last attempt */
        lastOutcome: string | null;
        /** @description Status of the last response */
        lastStatus: number | null;
        /**
         * Format: date-time
         * @description Time of the next attempt
         */
        nextAttemptAt: string;
        /** @description Deliveries behind it, counted up to 1,000 */
        behind: number;
        /** @description True if more are behind it than were counted */
        behindIsMore: boolean;
      }[];
    };
    /** @description Endpoints, those that need attention first */
    EndpointPage: {
      /** @description The items of this page; a page can be short, even empty, and still have a next one */
      items: components["schemas"]["Endpoint"][];
      /** @description The `cursor` of the next page; null on the last page */
      next: string | null;
      /** @description Endpoints on all pages */
      total: number;
    };
    /** @description Attempts over some time */
    EndpointRate: {
      /** @description Attempts */
      attempts: number;
      /** @description Share of attempts with a 2xx response, 0 to 1; null without attempts */
      success: number | null;
      /** @description Average duration in milliseconds */
      averageMs: number | null;
      /** @description Deliveries that failed */
      failedDeliveries: number;
    };
    /** @description The delivery that is sent at once */
    EndpointTry: {
      /** @description ID of the delivery, dlv_… */
      deliveryId: string;
    };
    /** @description What one step of an erasure found */
    ErasureStep: {
      /** @description Values that were erased, or would be, by table and column */
      found: {
        [key: string]: number;
      };
      /** @description Values of the configuration that hold the subject, and stay, by table and column */
      left: {
        [key: string]: number;
      };
      /** @description Waiting deliveries that were canceled */
      canceled: number;
      /** @description Rows that this step looked through */
      scanned: number;
      /** @description The `cursor` of the next step; null after the last one */
      cursor: string | null;
    };
    /** @description An accepted event */
    Event: {
      /** @description ID of the event, evt_… */
      id: string;
      /** @description ID that the publisher gave */
      clientId: string | null;
      /** @description Event type */
      event: string;
      /** @description Project that the publisher named */
      project: string | null;
      /** @description User that the publisher named */
      user: string | null;
      /**
       * @description Lane: primary, or secondary for bulk work
       * @enum {string}
       */
      flow: "primary" | "secondary";
      terms: components["schemas"]["EventTerms"] | null;
      /** @description Notes about the event type, the payload and variables of URLs */
      notes: string[];
      /** @description Size of the body in bytes */
      bodyBytes: number;
      /**
       * Format: date-time
       * @description Time of acceptance
       */
      createdAt: string;
    };
    /** @description An event with its body and its fan-out */
    EventDetail: {
      /** @description ID of the event, evt_… */
      id: string;
      /** @description ID that the publisher gave */
      clientId: string | null;
      /** @description Event type */
      event: string;
      /** @description Project that the publisher named */
      project: string | null;
      /** @description User that the publisher named */
      user: string | null;
      /**
       * @description Lane: primary, or secondary for bulk work
       * @enum {string}
       */
      flow: "primary" | "secondary";
      terms: components["schemas"]["EventTerms"] | null;
      /** @description Notes about the event type, the payload and variables of URLs */
      notes: string[];
      /** @description Size of the body in bytes */
      bodyBytes: number;
      /**
       * Format: date-time
       * @description Time of acceptance
       */
      createdAt: string;
      /** @description Body as JSON text; null after the retention period */
      body: string | null;
      /** @description Its deliveries */
      matched: components["schemas"]["Delivery"][];
      /** @description Subscriptions to the event type that were skipped, at most 200 */
      skipped: components["schemas"]["SkippedSubscription"][];
      /** @description Subscriptions of the site to other event types */
      others: number;
      /** @description Variables of URLs without a value in the event */
      missing: string[];
    };
    /** @description One JSON object on each line: an Event, with its payload as text in `body`; null once it was deleted */
    EventLines: string;
    /** @description Accepted events, newest first */
    EventPage: {
      /** @description The items of this page; a page can be short, even empty, and still have a next one */
      items: components["schemas"]["Event"][];
      /** @description The `cursor` of the next page; null on the last page */
      next: string | null;
    };
    /** @description What the publisher asked of its deliveries */
    EventTerms: {
      /**
       * Format: date-time
       * @description Time at which deliveries that wait end as expired
       */
      expiresAt: string | null;
      /** @description False if each delivery is attempted once */
      retry: boolean;
      /**
       * Format: date-time
       * @description Time of the first attempt
       */
      deliverAfter: string | null;
    };
    /** @description An event type of the catalogue */
    EventType: {
      /** @description Key of the product */
      product: string;
      /** @description Name of the event type */
      event: string;
      /** @description Label */
      name: string;
      /** @description Group */
      group: string;
      /**
       * @description Status
       * @enum {string}
       */
      status: "current" | "legacy" | "deprecated";
      /** @description Event type that replaces a deprecated one */
      replacedBy: string | null;
    };
    /** @description An event type with its fields, schema and sample */
    EventTypeDetail: {
      /** @description Key of the product */
      product: string;
      /** @description Name of the event type */
      event: string;
      /** @description Label */
      name: string;
      /** @description Group */
      group: string;
      /**
       * @description Status
       * @enum {string}
       */
      status: "current" | "legacy" | "deprecated";
      /** @description Event type that replaces a deprecated one */
      replacedBy: string | null;
      /** @description One sentence: what has happened */
      description: string;
      /**
       * @description How well the shape of the body is known, best first
       * @enum {string}
       */
      confidence: "source" | "capture" | "documentation" | "derived" | "guessed";
      /** @description Note about the shape */
      note: string | null;
      /** @description True if only the add-on that it concerns gets it */
      ownAddonOnly: boolean;
      /** @description Number of the event type, in Backlog */
      typeId: number | null;
      /** @description URL variables that the body has */
      variables: string[];
      /** @description Fields of the body */
      fields: {
        /** @description Dotted path; [] stands for the items of an array */
        path: string;
        /**
         * @description Type
         * @enum {string}
         */
        type: "string" | "integer" | "number" | "boolean" | "object" | "array" | "any";
        /** @description True if every body has it */
        required: boolean;
        /** @description True if every recorded body has it, although the schema does not require it */
        usual?: boolean;
        /** @description True if its value can be null */
        nullable?: boolean;
        /** @description True if the schema does not require it all the same */
        loose?: boolean;
        /** @description Note */
        note?: string;
      }[];
      /** @description JSON Schema of the body, draft 2020-12 */
      schema: {
        [key: string]: unknown;
      };
      /** @description A sample body */
      sample: unknown;
    };
    /** @description Event types */
    EventTypePage: {
      /** @description The items of this page; a page can be short, even empty, and still have a next one */
      items: components["schemas"]["EventType"][];
      /** @description The `cursor` of the next page; null on the last page */
      next: string | null;
    };
    /** @description A scope of the product that was accepted for the add-on */
    GrantedScope: {
      /** @description Name of the scope */
      name: string;
      /** @description The product's description; null if the product no longer has the scope */
      description: string | null;
      /**
       * Format: date-time
       * @description Time of the consent
       */
      grantedAt: string;
      /** @description Actor, as the audit log names it */
      grantedBy: string;
    };
    /** @description What the install did */
    InstallPlan: {
      /**
       * @description Kind of install
       * @enum {string}
       */
      kind: "install" | "upgrade" | "reinstall";
      /** @description Move of the add-on to another origin */
      originChange: {
        /** @description Origin now */
        from: string;
        /** @description Origin of the descriptor */
        to: string;
      } | null;
      diff: components["schemas"]["WebhookDiff"];
      scopes: components["schemas"]["ScopePlan"];
    };
    /** @description What an install would do */
    InstallPreview: {
      /** @description Key of the add-on */
      key: string;
      /** @description Display name */
      name: string;
      /** @description Version of the descriptor */
      version: string | null;
      /**
       * @description Kind of install
       * @enum {string}
       */
      kind: "install" | "upgrade" | "reinstall";
      /** @description Move of the add-on to another origin */
      originChange: {
        /** @description Origin now */
        from: string;
        /** @description Origin of the descriptor */
        to: string;
      } | null;
      diff: components["schemas"]["WebhookDiff"];
      scopes: components["schemas"]["ScopePlan"];
      /** @description Digest of the descriptor: an install with it installs this descriptor only */
      digest: string;
      /** @description Warnings about the descriptor */
      warnings: components["schemas"]["Warning"][];
    };
    /** @description A lifecycle callback and its result */
    LifecycleCall: {
      /**
       * @description Lifecycle callback
       * @enum {string}
       */
      event: "installed" | "enabled" | "disabled" | "uninstalled";
      /**
       * Format: date-time
       * @description Time of the callback
       */
      at: string;
      /** @description URL of the request */
      url: string;
      /**
       * @description Signature of the request
       * @enum {string}
       */
      signing: "RS256" | "HS256" | "none";
      /** @description Claims of the token */
      claims: {
        [key: string]: unknown;
      } | null;
      /**
       * @description Result
       * @enum {string}
       */
      outcome: "accepted" | "refused" | "unreachable" | "forbidden" | "interrupted";
      /** @description Status of the response */
      status: number | null;
      /** @description One sentence */
      detail: string;
      /** @description Beginning of the body of the response */
      answer: string | null;
      /** @description Duration in milliseconds */
      durationMs: number;
    };
    /** @description A limit with its level in this process */
    Limit: {
      /** @description Name */
      name: string;
      /** @description Setting; null for a fixed limit */
      setting: string | null;
      /** @description Value without configuration */
      default: number;
      /** @description Current value */
      max: number;
      /** @description Unit */
      unit: string;
      /** @description Owner: what is counted separately */
      per: string;
      /** @description Response beyond the limit */
      refusal: string;
      /** @description Highest level of any owner; null if nothing is counted between requests */
      level: number | null;
      /** @description Owner with that level */
      owner: string | null;
    };
    /** @description Limits */
    LimitPage: {
      /** @description The items of this page; a page can be short, even empty, and still have a next one */
      items: components["schemas"]["Limit"][];
      /** @description The `cursor` of the next page; null on the last page */
      next: string | null;
    };
    /** @description A program that gets the deliveries of a receiver over a connection that it made */
    Listener: {
      /** @description ID of the listener, lsn_… */
      id: string;
      /** @description Key of the add-on that receives; null for an outgoing webhook */
      addonKey: string | null;
      /** @description ID of the outgoing webhook that receives; null for an add-on */
      webhookId: string | null;
      /** @description Base URL that the program forwards to, without a query. It is shown; the host sends nothing there */
      forwardTo: string;
      /**
       * Format: date-time
       * @description Time of creation
       */
      createdAt: string;
      /** @description Actor, as the audit log names it */
      createdBy: string;
      /**
       * Format: date-time
       * @description Last sign of life
       */
      seenAt: string;
    };
    /** @description Listeners of a site, oldest first */
    ListenerPage: {
      /** @description The items of this page; a page can be short, even empty, and still have a next one */
      items: components["schemas"]["Listener"][];
      /** @description The `cursor` of the next page; null on the last page */
      next: string | null;
    };
    /** @description Server-sent events, each with a JSON object as its data: {kind: ready}, {kind: delivery, deliveryId, attempt, event, path, headers, body, timeoutMs}, {kind: ping}, {kind: ended, reason} */
    ListenerStream: string;
    /** @description A link that logs a browser in once */
    LoginLink: {
      /** @description The link */
      url: string;
      /**
       * Format: date-time
       * @description Expiry
       */
      expiresAt: string;
    };
    /** @description Body of the request */
    NewEvent: {
      /** @description Event type */
      event: string;
      /** @description Forwarded byte for byte */
      payload?: {
        [key: string]: unknown;
      };
      /** @description Key or ID of the project, for webhooks of one project */
      project?: string;
      /** @description User who caused the event */
      user?: string;
      /** @description The same ID with the same contents is accepted once */
      id?: string;
      /**
       * @description Lane of its deliveries; primary when left out
       * @enum {string}
       */
      flow?: "primary" | "secondary";
      /** @description Time at which deliveries that wait end as expired, ISO 8601 with an offset */
      expiresAt?: string;
      /** @description False: each delivery is attempted once */
      retry?: boolean;
      /** @description Time of the first attempt, ISO 8601 with an offset, or a delay such as 15m; up to 7 days */
      deliverAfter?: string;
      /** @description The site's clientKey; that of another site is refused */
      clientKey?: string;
    };
    /** @description A listener that was made */
    NewListener: {
      /** @description ID of the listener, lsn_… */
      id: string;
      /** @description Key of the add-on that receives; null for an outgoing webhook */
      addonKey: string | null;
      /** @description ID of the outgoing webhook that receives; null for an add-on */
      webhookId: string | null;
      /** @description Base URL that the program forwards to, without a query. It is shown; the host sends nothing there */
      forwardTo: string;
      /**
       * Format: date-time
       * @description Time of creation
       */
      createdAt: string;
      /** @description Actor, as the audit log names it */
      createdBy: string;
      /**
       * Format: date-time
       * @description Last sign of life
       */
      seenAt: string;
      /** @description Signs the deliveries of its temporary webhook, and is shown this once; null for an add-on */
      secret: string | null;
      /** @description Time that the local application has for a response, in milliseconds */
      timeoutMs: number;
      /** @description Questionable values that were accepted */
      warnings: components["schemas"]["Warning"][];
    };
    /** @description A new API token */
    NewToken: {
      /** @description ID of the token, tok_… */
      id: string;
      /** @description Name */
      name: string;
      /** @description Scopes */
      scopes: ("admin" | "read" | "events:write" | "ingest" | "metrics")[];
      /** @description Key of the only site; null for every site */
      site: string | null;
      /** @description Key of the only add-on; null for every receiver */
      addon: string | null;
      /** @description Owner of the only outgoing webhooks; null for every receiver */
      owner: string | null;
      /**
       * Format: date-time
       * @description Time of creation
       */
      createdAt: string;
      /**
       * Format: date-time
       * @description Time of the last request; null before the first
       */
      lastUsedAt: string | null;
      /**
       * Format: date-time
       * @description Time of the revocation
       */
      revokedAt: string | null;
      /**
       * Format: date-time
       * @description Expiry; null if it does not expire
       */
      expiresAt: string | null;
      /** @description The whole token; this is the only time it is shown */
      token: string;
    };
    /** @description Why nothing is being sent */
    NotSending: {
      /**
       * @description Reason
       * @enum {string}
       */
      reason:
        | "database-down"
        | "disk-full"
        | "database-read-only"
        | "no-worker"
        | "nothing-waits"
        | "no-name-server"
        | "proxy-failing"
        | "no-slot"
        | "disabled"
        | "inactive"
        | "listener-away"
        | "paused"
        | "circuit-open"
        | "not-due";
      /** @description One sentence */
      detail: string;
      /**
       * Format: date-time
       * @description Time at which it ends
       */
      until: string | null;
      /** @description Endpoints concerned */
      endpoints: number;
    };
    /** @description How a receiver is sent to */
    Pace: {
      /** @description Attempts in each second or minute, evenly spread over all processes; null for no limit */
      rate: {
        /** @description Number of attempts */
        count: number;
        /**
         * @description Unit of time
         * @enum {string}
         */
        per: "second" | "minute";
      } | null;
      /** @description Maximum number of requests in flight in each process; null for that of the server */
      slots: number | null;
      /** @description Limit of a request, in milliseconds, where it is shorter than the server's; null for the server's */
      timeoutMs: number | null;
      /**
       * @description Retry schedule; null for that of the site
       * @enum {string|null}
       */
      retryProfile: "jira" | "standard" | "dev" | null;
      /** @description Delays before the retries, in milliseconds; empty for a single attempt, null for the retry schedule */
      retryDelaysMs: number[] | null;
    };
    /** @description A webhook module and its URL */
    PlannedWebhook: {
      /** @description Event type */
      event: string;
      /** @description URL as the descriptor has it */
      url: string;
      /** @description Full URL, with variables */
      resolvedUrl: string;
    };
    /** @description How portals look */
    PortalLook: {
      /** @description Title; null for Callboard's */
      title: string | null;
      /**
       * @description Media type of the logo; null for none
       * @enum {string|null}
       */
      logo: "image/png" | "image/jpeg" | "image/webp" | null;
      /** @description Origins whose pages may have a portal in a frame */
      origins: string[];
    };
    /** @description What went wrong (RFC 9457) */
    Problem: {
      /**
       * @description Always about:blank
       * @enum {string}
       */
      type: "about:blank";
      /** @description Meaning of the code */
      title: string;
      /** @description Status of the response */
      status: number;
      /** @description What happened, and what to do */
      detail: string;
      /**
       * @description Error code; docs/errors.md lists all
       * @enum {string}
       */
      code:
        | "ADDON_NOT_FOUND"
        | "ADDON_ORIGIN_CHANGED"
        | "ADDON_STATE"
        | "ADDON_URL"
        | "ARGUMENT_INVALID"
        | "AUTHENTICATION_INVALID"
        | "AUTH_INVALID"
        | "AUTH_MISSING"
        | "BACKUP_INVALID"
        | "BACKUP_KEY"
        | "BACKUP_NOT_FOUND"
        | "BACKUP_STATE"
        | "BACKUP_UNSUPPORTED"
        | "BATCH"
        | "BODY_ALREADY_READ"
        | "BODY_DUPLICATE_KEY"
        | "BODY_FILTER"
        | "BODY_FILTER_BESIDE_FILTER"
        | "BODY_FILTER_TOO_COMPLEX"
        | "BODY_FORBIDDEN_KEY"
        | "BODY_NOT_JSON"
        | "BODY_NOT_UTF8"
        | "BODY_SCHEMA"
        | "BODY_TIMEOUT"
        | "BODY_TOO_COMPLEX"
        | "BODY_TOO_DEEP"
        | "BODY_TOO_LARGE"
        | "CERTIFICATE_EXPIRED"
        | "CERTIFICATE_INVALID"
        | "CERTIFICATE_KEY"
        | "CHARSET"
        | "CONFIG_INSECURE"
        | "CONFIG_INVALID"
        | "CONFLICT"
        | "CONTENT_ENCODING"
        | "CONTENT_TYPE"
        | "CREDENTIALS_ORIGIN"
        | "CSRF"
        | "CURSOR_EXPIRED"
        | "DELIVERY_NOT_FOUND"
        | "DELIVERY_STATE"
        | "DESCRIPTOR_BASEURL"
        | "DESCRIPTOR_DUPLICATE_KEY"
        | "DESCRIPTOR_FETCH"
        | "DESCRIPTOR_FILTER"
        | "DESCRIPTOR_FORBIDDEN_KEY"
        | "DESCRIPTOR_FOREIGN"
        | "DESCRIPTOR_NOT_JSON"
        | "DESCRIPTOR_NOT_UTF8"
        | "DESCRIPTOR_CHANGED"
        | "DESCRIPTOR_PARAMS"
        | "DESCRIPTOR_SCHEMA"
        | "DESCRIPTOR_SCOPE"
        | "DESCRIPTOR_TIMEOUT"
        | "DESCRIPTOR_TLS"
        | "DESCRIPTOR_TOO_COMPLEX"
        | "DESCRIPTOR_TOO_DEEP"
        | "DESCRIPTOR_TOO_LARGE"
        | "DESCRIPTOR_WEBHOOK_URL"
        | "DIRECTORY_NOT_FOUND"
        | "DIRECTORY_ONLY"
        | "DISK_FULL"
        | "DISTRIBUTE_REFUSED"
        | "DNS_DENIED"
        | "DNS_FAIL"
        | "DRIVER_MISSING"
        | "ENDPOINT_NOT_FOUND"
        | "ENDPOINT_OF_WEBHOOK"
        | "ENDPOINT_STATE"
        | "EVENT_CONFLICT"
        | "EVENT_NOT_FOUND"
        | "EVENT_OFF_SCHEMA"
        | "EVENT_SCHEMA"
        | "FORMAT_LIMIT"
        | "FORBIDDEN_HOST"
        | "HEADERS_TOO_LARGE"
        | "HEADER_VALUE"
        | "HOST_DENIED"
        | "HOST_HEADER"
        | "IDEMPOTENCY_CONFLICT"
        | "IDEMPOTENCY_KEY"
        | "IDEMPOTENCY_UNFINISHED"
        | "INTERNAL"
        | "IP_DENIED"
        | "KEY_IN_USE"
        | "KEY_NOT_FOUND"
        | "LIFECYCLE_INSTALLED"
        | "LIMIT_REACHED"
        | "LISTENER_EXISTS"
        | "LISTENER_NOT_FOUND"
        | "LOGO_INVALID"
        | "METHOD_NOT_ALLOWED"
        | "MOVE_DIFFERS"
        | "MOVE_SOURCE"
        | "MOVE_TARGET"
        | "NOT_DISTRIBUTED"
        | "NOT_FOUND"
        | "NO_WORKER"
        | "ORDER_BY"
        | "OVERLOADED"
        | "PACE"
        | "PATH_INVALID"
        | "PRODUCT_BREAKING"
        | "PRODUCT_BUILT_IN"
        | "PRODUCT_FROM_FILE"
        | "PRODUCT_IMPORT"
        | "PRODUCT_INVALID"
        | "PRODUCT_IN_USE"
        | "PRODUCT_MISSING"
        | "PRODUCT_TOO_LARGE"
        | "PRODUCT_UNKNOWN"
        | "PRODUCT_VERSION_NOT_FOUND"
        | "PRODUCT_WITHOUT_ADDONS"
        | "PROPERTY_NOT_FOUND"
        | "QUERY_INVALID"
        | "RATE_LIMITED"
        | "REKEY_NO_KEY"
        | "REPLAY_NOT_FOUND"
        | "REPLAY_RUNNING"
        | "REPLICA_BEHIND"
        | "REPLICA_FOREIGN"
        | "REPLICA_UNREACHABLE"
        | "REQUEST_INVALID"
        | "REQUEST_TIMEOUT"
        | "ROUTING_KEY"
        | "ROLE_NEEDS_POSTGRES"
        | "SCOPE"
        | "SCOPES_NOT_ACCEPTED"
        | "SECRET_HIDDEN"
        | "SHUTTING_DOWN"
        | "SITE_NOT_FOUND"
        | "STORAGE"
        | "STORE_EXISTS"
        | "STORE_INVALID"
        | "STORE_LOCKED"
        | "TEMPLATE"
        | "TEMPLATE_RESULT"
        | "TEMPLATE_TOO_COMPLEX"
        | "STORE_TOO_NEW"
        | "TENANT_NOT_FOUND"
        | "TOKEN_LAST_ADMIN"
        | "TOKEN_NOT_FOUND"
        | "TOKEN_SERVER"
        | "TRANSACTION_MISSING"
        | "TRANSACTION_OTHER_DATABASE"
        | "TRANSACTION_UNSUPPORTED"
        | "URL_CHARS"
        | "URL_CREDENTIALS"
        | "URL_FRAGMENT"
        | "URL_INVALID"
        | "URL_PORT"
        | "URL_SCHEME"
        | "URL_TOO_LONG"
        | "URL_UNVERIFIED"
        | "WEBHOOK_FORMAT"
        | "WEBHOOK_NOT_FOUND";
      /** @description Every problem of the request, at most 50 */
      errors: components["schemas"]["ProblemPart"][];
      /** @description ID of the request, as in the x-request-id header and the server log */
      requestId: string;
      /** @description METHOD_NOT_ALLOWED: the methods of the path */
      allowed?: string[];
      /** @description DESCRIPTOR_FETCH: status of the response */
      answeredStatus?: number;
      /** @description LIFECYCLE_INSTALLED: the callback and the add-on's response */
      callback?: {
        /** @description URL of the request */
        url: string;
        /** @description Result */
        outcome: string;
        /** @description Status of the response */
        status?: number;
        /** @description Beginning of the body of the response */
        answer?: string;
      };
      /** @description BODY_TOO_COMPLEX: values of the body that were counted */
      count?: number;
      /** @description BODY_TOO_COMPLEX: maximum number of values */
      limit?: number;
      /** @description Blocked address of a test delivery: ID of the delivery */
      deliveryId?: string;
      /** @description ADDON_ORIGIN_CHANGED: origin now */
      from?: string;
      /** @description ADDON_ORIGIN_CHANGED: origin of the descriptor */
      to?: string;
      /** @description DESCRIPTOR_FILTER: place of the error in the filter */
      position?: number;
      /** @description PRODUCT_BREAKING: receivers that the change concerns */
      receivers?: components["schemas"]["AffectedReceiver"][];
      /** @description REPLAY_RUNNING: ID of the replay */
      replay?: string;
      /** @description SCOPES_NOT_ACCEPTED: scopes to accept */
      scopes?: {
        /** @description Name of the scope */
        name: string;
        /** @description The product's description */
        description: string;
      }[];
      /**
       * @description OVERLOADED: whose share is used up
       * @enum {string}
       */
      share?: "server" | "site" | "client" | "token";
    };
    /** @description One problem of a request */
    ProblemPart: {
      /** @description JSON pointer into the body, or the name of a parameter; empty for the whole */
      pointer: string;
      /** @description What is wrong there */
      detail: string;
      /**
       * @description Error code, where it is another one
       * @enum {string}
       */
      code?:
        | "ADDON_NOT_FOUND"
        | "ADDON_ORIGIN_CHANGED"
        | "ADDON_STATE"
        | "ADDON_URL"
        | "ARGUMENT_INVALID"
        | "AUTHENTICATION_INVALID"
        | "AUTH_INVALID"
        | "AUTH_MISSING"
        | "BACKUP_INVALID"
        | "BACKUP_KEY"
        | "BACKUP_NOT_FOUND"
        | "BACKUP_STATE"
        | "BACKUP_UNSUPPORTED"
        | "BATCH"
        | "BODY_ALREADY_READ"
        | "BODY_DUPLICATE_KEY"
        | "BODY_FILTER"
        | "BODY_FILTER_BESIDE_FILTER"
        | "BODY_FILTER_TOO_COMPLEX"
        | "BODY_FORBIDDEN_KEY"
        | "BODY_NOT_JSON"
        | "BODY_NOT_UTF8"
        | "BODY_SCHEMA"
        | "BODY_TIMEOUT"
        | "BODY_TOO_COMPLEX"
        | "BODY_TOO_DEEP"
        | "BODY_TOO_LARGE"
        | "CERTIFICATE_EXPIRED"
        | "CERTIFICATE_INVALID"
        | "CERTIFICATE_KEY"
        | "CHARSET"
        | "CONFIG_INSECURE"
        | "CONFIG_INVALID"
        | "CONFLICT"
        | "CONTENT_ENCODING"
        | "CONTENT_TYPE"
        | "CREDENTIALS_ORIGIN"
        | "CSRF"
        | "CURSOR_EXPIRED"
        | "DELIVERY_NOT_FOUND"
        | "DELIVERY_STATE"
        | "DESCRIPTOR_BASEURL"
        | "DESCRIPTOR_DUPLICATE_KEY"
        | "DESCRIPTOR_FETCH"
        | "DESCRIPTOR_FILTER"
        | "DESCRIPTOR_FORBIDDEN_KEY"
        | "DESCRIPTOR_FOREIGN"
        | "DESCRIPTOR_NOT_JSON"
        | "DESCRIPTOR_NOT_UTF8"
        | "DESCRIPTOR_CHANGED"
        | "DESCRIPTOR_PARAMS"
        | "DESCRIPTOR_SCHEMA"
        | "DESCRIPTOR_SCOPE"
        | "DESCRIPTOR_TIMEOUT"
        | "DESCRIPTOR_TLS"
        | "DESCRIPTOR_TOO_COMPLEX"
        | "DESCRIPTOR_TOO_DEEP"
        | "DESCRIPTOR_TOO_LARGE"
        | "DESCRIPTOR_WEBHOOK_URL"
        | "DIRECTORY_NOT_FOUND"
        | "DIRECTORY_ONLY"
        | "DISK_FULL"
        | "DISTRIBUTE_REFUSED"
        | "DNS_DENIED"
        | "DNS_FAIL"
        | "DRIVER_MISSING"
        | "ENDPOINT_NOT_FOUND"
        | "ENDPOINT_OF_WEBHOOK"
        | "ENDPOINT_STATE"
        | "EVENT_CONFLICT"
        | "EVENT_NOT_FOUND"
        | "EVENT_OFF_SCHEMA"
        | "EVENT_SCHEMA"
        | "FORMAT_LIMIT"
        | "FORBIDDEN_HOST"
        | "HEADERS_TOO_LARGE"
        | "HEADER_VALUE"
        | "HOST_DENIED"
        | "HOST_HEADER"
        | "IDEMPOTENCY_CONFLICT"
        | "IDEMPOTENCY_KEY"
        | "IDEMPOTENCY_UNFINISHED"
        | "INTERNAL"
        | "IP_DENIED"
        | "KEY_IN_USE"
        | "KEY_NOT_FOUND"
        | "LIFECYCLE_INSTALLED"
        | "LIMIT_REACHED"
        | "LISTENER_EXISTS"
        | "LISTENER_NOT_FOUND"
        | "LOGO_INVALID"
        | "METHOD_NOT_ALLOWED"
        | "MOVE_DIFFERS"
        | "MOVE_SOURCE"
        | "MOVE_TARGET"
        | "NOT_DISTRIBUTED"
        | "NOT_FOUND"
        | "NO_WORKER"
        | "ORDER_BY"
        | "OVERLOADED"
        | "PACE"
        | "PATH_INVALID"
        | "PRODUCT_BREAKING"
        | "PRODUCT_BUILT_IN"
        | "PRODUCT_FROM_FILE"
        | "PRODUCT_IMPORT"
        | "PRODUCT_INVALID"
        | "PRODUCT_IN_USE"
        | "PRODUCT_MISSING"
        | "PRODUCT_TOO_LARGE"
        | "PRODUCT_UNKNOWN"
        | "PRODUCT_VERSION_NOT_FOUND"
        | "PRODUCT_WITHOUT_ADDONS"
        | "PROPERTY_NOT_FOUND"
        | "QUERY_INVALID"
        | "RATE_LIMITED"
        | "REKEY_NO_KEY"
        | "REPLAY_NOT_FOUND"
        | "REPLAY_RUNNING"
        | "REPLICA_BEHIND"
        | "REPLICA_FOREIGN"
        | "REPLICA_UNREACHABLE"
        | "REQUEST_INVALID"
        | "REQUEST_TIMEOUT"
        | "ROUTING_KEY"
        | "ROLE_NEEDS_POSTGRES"
        | "SCOPE"
        | "SCOPES_NOT_ACCEPTED"
        | "SECRET_HIDDEN"
        | "SHUTTING_DOWN"
        | "SITE_NOT_FOUND"
        | "STORAGE"
        | "STORE_EXISTS"
        | "STORE_INVALID"
        | "STORE_LOCKED"
        | "TEMPLATE"
        | "TEMPLATE_RESULT"
        | "TEMPLATE_TOO_COMPLEX"
        | "STORE_TOO_NEW"
        | "TENANT_NOT_FOUND"
        | "TOKEN_LAST_ADMIN"
        | "TOKEN_NOT_FOUND"
        | "TOKEN_SERVER"
        | "TRANSACTION_MISSING"
        | "TRANSACTION_OTHER_DATABASE"
        | "TRANSACTION_UNSUPPORTED"
        | "URL_CHARS"
        | "URL_CREDENTIALS"
        | "URL_FRAGMENT"
        | "URL_INVALID"
        | "URL_PORT"
        | "URL_SCHEME"
        | "URL_TOO_LONG"
        | "URL_UNVERIFIED"
        | "WEBHOOK_FORMAT"
        | "WEBHOOK_NOT_FOUND";
    };
    /** @description A running process */
    Process: {
      /** @description ID of the process */
      id: string;
      /** @description Role: all, api or worker */
      role: string;
      /** @description Version of Callboard */
      version: string;
      /**
       * Format: date-time
       * @description Start
       */
      startedAt: string;
      /**
       * Format: date-time
       * @description Time when it was last seen; a process that isn't seen for 30 s is left out
       */
      seenAt: string;
      /** @description Requests in flight */
      inFlight: number;
      /** @description Maximum of requests in flight; null without a maximum */
      mostInFlight: number | null;
      /** @description Finished attempts that are not recorded yet */
      unsettled: number;
      /** @description What limits its throughput; null while nothing does */
      limitedBy: {
        /**
         * @description Kind
         * @enum {string}
         */
        kind: "process" | "connections" | "database";
        /** @description One sentence with what to do */
        detail: string;
      } | null;
    };
    /** @description A product with its document */
    Product: {
      /** @description Key of the product */
      product: string;
      /** @description Display name */
      name: string;
      /** @description Description */
      description: string;
      /**
       * @description Origin
       * @enum {string}
       */
      origin: "built-in" | "own" | "file";
      /** @description Version; null for a built-in product */
      version: number | null;
      /**
       * Format: date-time
       * @description Time of the last change; null for a built-in product
       */
      updatedAt: string | null;
      /**
       * @description Treatment of bodies that are off their schema
       * @enum {string}
       */
      schemaPolicy: "note" | "refuse" | "off";
      /** @description Number of event types */
      eventTypes: number;
      /** @description Number of sites */
      sites: number;
      /** @description True if everyone can read its catalogue */
      public: boolean;
      /** @description The product in the shape of a product file */
      document: {
        [key: string]: unknown;
      };
    };
    /** @description A change of a product */
    ProductChange: {
      /**
       * @description Kind of change
       * @enum {string}
       */
      kind: "added" | "removed" | "changed";
      /** @description JSON pointer into the document */
      pointer: string;
      /** @description True if it can break subscribers */
      breaking: boolean;
      /** @description One sentence */
      text: string;
      /** @description Event type; missing for changes of the product itself */
      event?: string;
      /** @description Scope; missing for any other change */
      scope?: string;
    };
    /** @description Products */
    ProductPage: {
      /** @description The items of this page; a page can be short, even empty, and still have a next one */
      items: components["schemas"]["ProductSummary"][];
      /** @description The `cursor` of the next page; null on the last page */
      next: string | null;
    };
    /** @description What a change would do */
    ProductPlan: {
      /** @description True if the product is new */
      created: boolean;
      /** @description The changes */
      changes: components["schemas"]["ProductChange"][];
      /** @description Receivers that breaking changes concern */
      receivers: components["schemas"]["AffectedReceiver"][];
      /** @description Always true */
      dryRun: boolean;
    };
    /** @description A change of an own product */
    ProductRevision: {
      /** @description Version after the change */
      version: number;
      /** @description True if the product was deleted */
      deleted: boolean;
      /** @description The changes */
      changes: components["schemas"]["ProductChange"][];
      /** @description True if it could break subscribers and was forced */
      forced: boolean;
      /**
       * Format: date-time
       * @description Time of the change
       */
      createdAt: string;
      /** @description Actor, as the audit log names it */
      createdBy: string;
    };
    /** @description A change of an own product, with the document after it */
    ProductRevisionDetail: {
      /** @description Version after the change */
      version: number;
      /** @description True if the product was deleted */
      deleted: boolean;
      /** @description The changes */
      changes: components["schemas"]["ProductChange"][];
      /** @description True if it could break subscribers and was forced */
      forced: boolean;
      /**
       * Format: date-time
       * @description Time of the change
       */
      createdAt: string;
      /** @description Actor, as the audit log names it */
      createdBy: string;
      /** @description Document after the change; null if the product was deleted */
      document: {
        [key: string]: unknown;
      } | null;
    };
    /** @description Changes, newest first */
    ProductRevisionPage: {
      /** @description The items of this page; a page can be short, even empty, and still have a next one */
      items: components["schemas"]["ProductRevision"][];
      /** @description The `cursor` of the next page; null on the last page */
      next: string | null;
    };
    /** @description A product */
    ProductSummary: {
      /** @description Key of the product */
      product: string;
      /** @description Display name */
      name: string;
      /** @description Description */
      description: string;
      /**
       * @description Origin
       * @enum {string}
       */
      origin: "built-in" | "own" | "file";
      /** @description Version; null for a built-in product */
      version: number | null;
      /**
       * Format: date-time
       * @description Time of the last change; null for a built-in product
       */
      updatedAt: string | null;
      /**
       * @description Treatment of bodies that are off their schema
       * @enum {string}
       */
      schemaPolicy: "note" | "refuse" | "off";
      /** @description Number of event types */
      eventTypes: number;
      /** @description Number of sites */
      sites: number;
      /** @description True if everyone can read its catalogue */
      public: boolean;
    };
    /** @description The accepted events of a batch */
    PublishedBatch: {
      /** @description One for each event, in order */
      results: components["schemas"]["PublishedEvent"][];
    };
    /** @description A delivery of an accepted event */
    PublishedDelivery: {
      /** @description ID of the delivery, dlv_… */
      id: string;
      /** @description URL; its query string needs the scope read */
      url: string;
      /** @description Key of the add-on that receives */
      addonKey?: string;
      /** @description ID of the outgoing webhook that receives */
      webhookId?: string;
      /**
       * @description Set if it failed at once, and was not sent
       * @enum {string}
       */
      state?: "failed";
      /** @description Failure reason of a delivery that failed at once */
      reason?: string;
    };
    /** @description An accepted event and its deliveries, committed */
    PublishedEvent: {
      /** @description ID of the event, evt_… */
      id: string;
      /** @description Event type */
      event: string;
      /** @description True if the event was accepted before under the same id */
      duplicate: boolean;
      /** @description One delivery for each receiver and URL */
      deliveries: components["schemas"]["PublishedDelivery"][];
      /** @description Notes about the event type, the payload and variables of URLs */
      notes?: string[];
    };
    /** @description A product after it was put */
    PutProduct: {
      /** @description Key of the product */
      product: string;
      /** @description Display name */
      name: string;
      /** @description Description */
      description: string;
      /**
       * @description Origin
       * @enum {string}
       */
      origin: "built-in" | "own" | "file";
      /** @description Version; null for a built-in product */
      version: number | null;
      /**
       * Format: date-time
       * @description Time of the last change; null for a built-in product
       */
      updatedAt: string | null;
      /**
       * @description Treatment of bodies that are off their schema
       * @enum {string}
       */
      schemaPolicy: "note" | "refuse" | "off";
      /** @description Number of event types */
      eventTypes: number;
      /** @description Number of sites */
      sites: number;
      /** @description True if everyone can read its catalogue */
      public: boolean;
      /** @description True if the product is new */
      created: boolean;
      /** @description The changes */
      changes: components["schemas"]["ProductChange"][];
      /** @description Receivers that breaking changes concern */
      receivers: components["schemas"]["AffectedReceiver"][];
      /** @description Always false */
      dryRun: boolean;
    };
    /** @description Progress of the change of the master key */
    Rekey: {
      /** @description ID of the present key */
      from: string;
      /** @description ID of the next key */
      to: string;
      /** @description Secrets that this request encrypted */
      done: number;
      /** @description Secrets that remain */
      remaining: number;
    };
    /** @description A replay: past events for a receiver that did not get them */
    Replay: {
      /** @description ID of the replay */
      id: string;
      /** @description Key of the add-on that receives; null for an outgoing webhook */
      addonKey: string | null;
      /** @description ID of the outgoing webhook that receives; null for an add-on */
      webhookId: string | null;
      /**
       * Format: date-time
       * @description Start of the window, included
       */
      since: string;
      /**
       * Format: date-time
       * @description End of the window, not included
       */
      until: string;
      /** @description Event types, with * for any text; null for all */
      eventTypes: string[] | null;
      /** @description True if delivered events are left out */
      onlyMissing: boolean;
      /** @description Events in the window */
      aboutEvents: number;
      /** @description Events that were looked at */
      events: number;
      /** @description New deliveries */
      created: number;
      /** @description Deliveries that were reopened */
      redelivered: number;
      /** @description Events that were left out, by reason */
      leftOut: {
        /**
         * @description Reason
         * @enum {string}
         */
        kind:
          | "delivered"
          | "waiting"
          | "body-deleted"
          | "test"
          | "not-subscribed"
          | "not-matched"
          | "too-many-deliveries";
        /** @description Number of events */
        count: number;
        /** @description The first of them */
        first: {
          /** @description ID of the event, evt_… */
          eventId: string;
          /** @description One sentence */
          reason: string;
        }[];
      }[];
      /**
       * @description State
       * @enum {string}
       */
      state: "running" | "done" | "cancelled";
      /** @description Why it was canceled */
      reason: string | null;
      /** @description Its deliveries that are still to be sent */
      waiting: number;
      /** @description Events looked at per second */
      eventsPerSecond: number;
      /**
       * Format: date-time
       * @description Time of creation
       */
      createdAt: string;
      /** @description Actor, as the audit log names it */
      createdBy: string;
      /**
       * Format: date-time
       * @description Time of the end
       */
      endedAt: string | null;
      /** @description Always false */
      dryRun: boolean;
    };
    /** @description Replays, newest first */
    ReplayPage: {
      /** @description The items of this page; a page can be short, even empty, and still have a next one */
      items: components["schemas"]["Replay"][];
      /** @description The `cursor` of the next page; null on the last page */
      next: string | null;
    };
    /** @description What a replay would send */
    ReplayPreview: {
      /** @description Key of the add-on that receives; null for an outgoing webhook */
      addonKey: string | null;
      /** @description ID of the outgoing webhook that receives; null for an add-on */
      webhookId: string | null;
      /**
       * Format: date-time
       * @description Start of the window, included
       */
      since: string;
      /**
       * Format: date-time
       * @description End of the window, not included
       */
      until: string;
      /** @description Event types, with * for any text; null for all */
      eventTypes: string[] | null;
      /** @description True if delivered events are left out */
      onlyMissing: boolean;
      /** @description Events in the window */
      aboutEvents: number;
      /** @description Events that were looked at */
      events: number;
      /** @description New deliveries */
      created: number;
      /** @description Deliveries that were reopened */
      redelivered: number;
      /** @description Events that were left out, by reason */
      leftOut: {
        /**
         * @description Reason
         * @enum {string}
         */
        kind:
          | "delivered"
          | "waiting"
          | "body-deleted"
          | "test"
          | "not-subscribed"
          | "not-matched"
          | "too-many-deliveries";
        /** @description Number of events */
        count: number;
        /** @description The first of them */
        first: {
          /** @description ID of the event, evt_… */
          eventId: string;
          /** @description One sentence */
          reason: string;
        }[];
      }[];
      /** @description False if the window has more events than a dry run looks at */
      complete: boolean;
      /** @description Always true */
      dryRun: boolean;
    };
    /** @description A webhook module with its full URL */
    ResolvedWebhook: {
      /** @description Event type */
      event: string;
      /** @description URL as the descriptor has it */
      url: string;
      /** @description Full URL, with variables */
      resolvedUrl: string;
      /** @description Query parameters that are added to the URL */
      params: {
        [key: string]: string;
      };
      /** @description True if the body is left out */
      excludeBody: boolean;
      /** @description Index of the module in the descriptor */
      position: number;
      /** @description JQL filter */
      filter?: string;
      /** @description Conditions on the body */
      bodyFilter?: {
        [key: string]: unknown;
      };
      /** @description Issue properties that are sent along */
      propertyKeys?: string[];
    };
    /** @description What was resumed */
    Resumed: {
      /** @description Endpoints that were paused */
      endpoints: number;
      /** @description Subscriptions, or the webhook itself, that 410 or webhook-delivery: disable had made inactive */
      subscriptions: number;
    };
    /** @description Scopes of the install */
    ScopePlan: {
      /** @description Scopes that the descriptor asks for */
      asked: components["schemas"]["AskedScope"][];
      /** @description Scopes that were not granted yet */
      toAccept: components["schemas"]["AskedScope"][];
      /** @description Scopes that are no longer asked for */
      dropped: string[];
    };
    /** @description Settings in force */
    Settings: {
      /** @description Retention period of events, deliveries and attempts, in milliseconds */
      retentionMs: number;
      /** @description Retention period of bodies, in milliseconds */
      bodyRetentionMs: number;
      /**
       * @description Where sites can install add-ons from
       * @enum {string}
       */
      installSources: "anywhere" | "directory";
      /** @description Profile: dev or prod */
      profile: string;
      /** @description Public URL */
      baseUrl: string;
      /** @description Role of this process */
      role: string;
      /** @description Networks that deliveries can reach */
      allowNetworks: string[];
      /** @description Timeout of a request, in milliseconds */
      requestTimeoutMs: number;
      /** @description Timeout of a connection, in milliseconds */
      connectTimeoutMs: number;
      /** @description Maximum of concurrent requests of an endpoint, by lane */
      endpointConcurrency: {
        /** @description Primary lane */
        primary: number;
        /** @description Secondary lane */
        secondary: number;
      };
      /** @description Maximum body of an event, in bytes */
      bodyLimitBytes: number;
    };
    /** @description A key of signed install */
    SigningKey: {
      /** @description Key ID */
      kid: string;
      /** @description Path at which its public half is served */
      path: string;
      /**
       * Format: date-time
       * @description Time of creation
       */
      createdAt: string;
      /**
       * Format: date-time
       * @description Time of the rotation
       */
      retiredAt: string | null;
      /**
       * Format: date-time
       * @description Time since when its public half is no longer served
       */
      withdrawnAt: string | null;
    };
    /** @description Keys, newest first */
    SigningKeyPage: {
      /** @description The items of this page; a page can be short, even empty, and still have a next one */
      items: components["schemas"]["SigningKey"][];
      /** @description The `cursor` of the next page; null on the last page */
      next: string | null;
    };
    /** @description A site: one product instance and tenant */
    Site: {
      /** @description Key of the site */
      key: string;
      /** @description Key of the site's product */
      product: string;
      /** @description Display name */
      name: string;
      /** @description URL of the site, as add-ons get it */
      baseUrl: string;
      /** @description Identifies the site to add-ons */
      clientKey: string;
      /** @description Retry schedule; null for that of the product */
      retryProfile: string | null;
      /**
       * @description Signature of `installed` callbacks: RS256, or none for the first one (legacy)
       * @enum {string}
       */
      installSigning: "signed" | "legacy";
      /** @description Options of the site */
      options: {
        /**
         * @description Envelope of event bodies, on Confluence sites
         * @enum {string}
         */
        envelope?: "connect" | "cloud";
        /** @description Adds user_id and user_key to the URLs of add-ons, as hosts before 2019 did */
        userParameters?: boolean;
        /** @description Age at which events, deliveries and attempts of the site are deleted, in milliseconds */
        retentionMs?: number;
        /** @description Age at which bodies of the site are deleted, in milliseconds */
        bodyRetentionMs?: number;
        /** @description Ages of single event types, by their names, in place of retentionMs */
        eventRetentionMs?: {
          [key: string]: number;
        };
      };
      /**
       * Format: date-time
       * @description Time of creation
       */
      createdAt: string;
    };
    /** @description Sites, by key */
    SitePage: {
      /** @description The items of this page; a page can be short, even empty, and still have a next one */
      items: components["schemas"]["Site"][];
      /** @description The `cursor` of the next page; null on the last page */
      next: string | null;
    };
    /** @description How the deliveries of a site went in the last 24 hours */
    SiteStatus: {
      /** @description Key of the site */
      site: string;
      /** @description Waiting deliveries, counted up to 100,000 */
      waiting: number;
      /** @description True if more wait than were counted */
      waitingIsMore: boolean;
      /** @description Attempts by result: ok (200, 204), accepted (other 2xx), refused, unreachable, forbidden */
      attempts: {
        [key: string]: number;
      };
      /** @description Failed deliveries */
      failed: number;
      /** @description Share of attempts with a 2xx response, 0 to 1; null without attempts */
      success: number | null;
      /** @description Share of attempts with 200 or 204 in the last 28 days; null for more than 500 sites together */
      connectSlo: number | null;
      /** @description Attempts that took at most so many milliseconds */
      within: {
        /** @description Attempts */
        50: number;
        /** @description Attempts */
        200: number;
        /** @description Attempts */
        1000: number;
        /** @description Attempts */
        5000: number;
      };
      /** @description Half-hours, oldest first */
      series: components["schemas"]["Slot"][];
      /** @description Endpoints */
      endpoints: {
        /** @description All endpoints */
        total: number;
        /** @description Endpoints with an open circuit */
        open: number;
        /** @description Paused endpoints */
        paused: number;
      };
    };
    /** @description A skipped subscription */
    SkippedSubscription: {
      /** @description Key of the add-on that receives; null for an outgoing webhook */
      addonKey: string | null;
      /** @description ID of the outgoing webhook that receives; null for an add-on */
      webhookId: string | null;
      /** @description URL of the subscription; null if it is gone */
      url: string | null;
      /** @description Skip reason */
      because: string;
    };
    /** @description Attempts within one slot of a chart */
    Slot: {
      /**
       * Format: date-time
       * @description Start of the slot
       */
      startsAt: string;
      /** @description Attempts that got a 2xx response */
      good: number;
      /** @description All other attempts */
      bad: number;
    };
    /** @description The server, and figures for each site */
    Status: {
      /** @description The items of this page; a page can be short, even empty, and still have a next one */
      items: components["schemas"]["SiteStatus"][];
      /** @description The `cursor` of the next page; null on the last page */
      next: string | null;
      /** @description Version of Callboard */
      version: string;
      /** @description Running processes; empty for a token of one site */
      processes: components["schemas"]["Process"][];
      /** @description The replica that pages and lists are read from; null without one, and for a token of one site */
      replica: {
        /**
         * @description State; unless it is ok, the primary is read
         * @enum {string}
         */
        state: "ok" | "behind" | "unreachable" | "foreign";
        /** @description Time by which it is behind, in milliseconds; null if unknown */
        lagMs: number | null;
        /** @description What is wrong, in one sentence; null if nothing is */
        detail: string | null;
      } | null;
      notSending: components["schemas"]["NotSending"] | null;
      /**
       * Format: date-time
       * @description Time since when the oldest delivery is due
       */
      oldestDueAt: string | null;
    };
    /** @description A test delivery and its result */
    TestDelivery: {
      /** @description ID of the delivery */
      deliveryId: string;
      /** @description Event type */
      event: string;
      /** @description Always true */
      test: boolean;
      /**
       * @description State; waiting if the result did not arrive in time
       * @enum {string}
       */
      state: "delivered" | "failed" | "waiting";
      attempt: components["schemas"]["Attempt"] | null;
    };
    /** @description TLS settings of its own; the key is never shown */
    TlsSettings: {
      /** @description The client certificate, then its chain; empty without one */
      certificates: components["schemas"]["Certificate"][];
      /** @description Authorities that its certificate must come from; empty for the well-known ones */
      authorities: components["schemas"]["Certificate"][];
      /**
       * Format: date-time
       * @description Time until which the previous value is sent if the receiver refuses the new one
       */
      previousUntil: string | null;
    };
    /** @description An API token, without its secret part */
    Token: {
      /** @description ID of the token, tok_… */
      id: string;
      /** @description Name */
      name: string;
      /** @description Scopes */
      scopes: ("admin" | "read" | "events:write" | "ingest" | "metrics")[];
      /** @description Key of the only site; null for every site */
      site: string | null;
      /** @description Key of the only add-on; null for every receiver */
      addon: string | null;
      /** @description Owner of the only outgoing webhooks; null for every receiver */
      owner: string | null;
      /**
       * Format: date-time
       * @description Time of creation
       */
      createdAt: string;
      /**
       * Format: date-time
       * @description Time of the last request; null before the first
       */
      lastUsedAt: string | null;
      /**
       * Format: date-time
       * @description Time of the revocation
       */
      revokedAt: string | null;
      /**
       * Format: date-time
       * @description Expiry; null if it does not expire
       */
      expiresAt: string | null;
    };
    /** @description Tokens, those used last first */
    TokenPage: {
      /** @description The items of this page; a page can be short, even empty, and still have a next one */
      items: components["schemas"]["Token"][];
      /** @description The `cursor` of the next page; null on the last page */
      next: string | null;
    };
    /** @description Something questionable that was accepted */
    Warning: {
      /** @description Kind of warning */
      code: string;
      /** @description JSON pointer to its place */
      pointer: string;
      /** @description One sentence */
      detail: string;
    };
    /** @description An outgoing webhook */
    Webhook: {
      /** @description ID of the webhook, whk_… */
      id: string;
      /** @description Tenant that it belongs to; null for none */
      owner: string | null;
      /** @description Display name */
      name: string;
      /** @description URL, with variables */
      url: string;
      /** @description Format of the body */
      format: string;
      /** @description Text of the format template */
      template: string | null;
      /** @description True if the format pagerduty has its routing key */
      hasRoutingKey: boolean;
      /** @description Key or ID of the only project; null for all */
      project: string | null;
      /** @description True for all event types */
      allEvents: boolean;
      /** @description Event types, with * for any text; null for all */
      events: string[] | null;
      /** @description Deprecated event types that it names */
      deprecatedEvents: {
        /** @description Event type */
        event: string;
        /** @description Event type to use in its place */
        replacedBy: string | null;
      }[];
      /** @description JQL filter */
      filter: string | null;
      /** @description Conditions on the body */
      bodyFilter: {
        [key: string]: unknown;
      } | null;
      /** @description True if the body is left out */
      excludeBody: boolean;
      /** @description Description */
      description: string;
      /** @description True if requests are signed */
      hasSecret: boolean;
      /**
       * @description Signature scheme
       * @enum {string}
       */
      signature: "standard" | "ed25519" | "hub" | "hub-256";
      /** @description Keys that verify the signature ed25519, the current one first; empty for others */
      publicKeys: {
        /** @description ID in the key set */
        kid: string;
        /** @description Public key, whpk_… */
        key: string;
        /**
         * Format: date-time
         * @description End of the overlap of a key that was replaced
         */
        until: string | null;
      }[];
      /**
       * Format: date-time
       * @description Time until which the previous secret signs too
       */
      previousSecretUntil: string | null;
      /** @description Names of the custom headers; their values are never shown */
      headerNames: string[];
      /**
       * Format: date-time
       * @description Time until which the previous value is sent if the receiver refuses the new one
       */
      previousHeadersUntil: string | null;
      authentication: components["schemas"]["Authentication"] | null;
      tls: components["schemas"]["TlsSettings"] | null;
      /** @description Retry schedule; null for that of the site */
      retryProfile: string | null;
      pace: components["schemas"]["Pace"] | null;
      /** @description JSON pointer to the key in whose order deliveries go; null for any order */
      orderBy: string | null;
      batch: components["schemas"]["Batch"] | null;
      /** @description True if it gets events */
      active: boolean;
      /** @description Reason for being inactive */
      inactiveBecause: string | null;
      /**
       * Format: date-time
       * @description Time of the response that made it inactive: 410, or webhook-delivery: disable
       */
      goneSince: string | null;
      /**
       * @description Result of the last attempt: OK for any 2xx
       * @enum {string|null}
       */
      status: "OK" | "ERROR" | null;
      /** @description Status of the last response */
      lastStatusCode: number | null;
      /** @description Result of the last attempt, such as unreachable:timeout */
      lastOutcome: string | null;
      /**
       * Format: date-time
       * @description Time of the last attempt
       */
      lastExecutionAt: string | null;
      /**
       * Format: date-time
       * @description Time of creation
       */
      createdAt: string;
      /** @description Actor, as the audit log names it */
      createdBy: string;
      /**
       * Format: date-time
       * @description Time of the last change
       */
      updatedAt: string;
      /** @description Actor, as the audit log names it */
      updatedBy: string;
    };
    /** @description Changes of the webhooks */
    WebhookDiff: {
      /** @description New webhooks */
      added: components["schemas"]["PlannedWebhook"][];
      /** @description Webhooks that end */
      removed: components["schemas"]["PlannedWebhook"][];
      /** @description Webhooks that change */
      changed: {
        before: components["schemas"]["PlannedWebhook"];
        after: components["schemas"]["PlannedWebhook"];
      }[];
      /** @description Webhooks that stay as they are */
      kept: components["schemas"]["PlannedWebhook"][];
    };
    /** @description Outgoing webhooks, oldest first */
    WebhookPage: {
      /** @description The items of this page; a page can be short, even empty, and still have a next one */
      items: components["schemas"]["Webhook"][];
      /** @description The `cursor` of the next page; null on the last page */
      next: string | null;
    };
    /** @description What a webhook would send */
    WebhookPreviews: {
      /** @description What the target of the format accepts; null if nothing is known of it */
      limit: {
        /** @description Maximum size */
        max: number;
        /**
         * @description Unit; characters are UTF-16 code units
         * @enum {string}
         */
        unit: "characters" | "bytes";
      } | null;
      /** @description One request for the sample, then one for each of the latest events */
      items: {
        /** @description ID of the event; null for the sample */
        eventId: string | null;
        /** @description Event type */
        event: string;
        /** @description URL; null if nothing would be sent */
        url: string | null;
        /** @description Headers, as pairs of name and value */
        headers: string[][] | null;
        /** @description Body, without a routing key; null if nothing would be sent */
        body: string | null;
        /** @description Size in the unit of the limit; in bytes without one */
        size: number | null;
        /** @description Sizes of a text that is cut to fit */
        cut: {
          /** @description Size of the whole */
          from: number;
          /** @description Size of what would be sent */
          to: number;
        } | null;
        /** @description Why nothing would be sent */
        problem: string | null;
      }[];
    };
    /** @description One row for each receiver */
    WhyPage: {
      /** @description The items of this page; a page can be short, even empty, and still have a next one */
      items: components["schemas"]["WhyRow"][];
      /** @description The `cursor` of the next page; null on the last page */
      next: string | null;
    };
    /** @description Why one receiver got the event, or did not */
    WhyRow: {
      /** @description Key of the add-on that receives; null for an outgoing webhook */
      addonKey: string | null;
      /** @description ID of the outgoing webhook that receives; null for an add-on */
      webhookId: string | null;
      /** @description Name of the receiver */
      name: string;
      /** @description Key of its site */
      site: string | null;
      /**
       * @description Kind of reason
       * @enum {string}
       */
      kind:
        "sent" | "skipped" | "added-later" | "not-subscribed" | "test-of-another" | "removed" | "other-site";
      /** @description One sentence without its period */
      reason: string;
      /** @description What is different since then */
      changed: string | null;
      /** @description Deliveries of the event to the receiver */
      deliveries: {
        /** @description ID of the delivery, dlv_… */
        id: string;
        /**
         * @description State of the delivery
         * @enum {string}
         */
        state: "waiting" | "leased" | "delivered" | "failed";
        /**
         * @description Failure reason; null unless the delivery failed
         * @enum {string|null}
         */
        reason:
          | "exhausted"
          | "rejected"
          | "gone"
          | "aborted"
          | "forbidden"
          | "cancelled"
          | "unsubscribed"
          | "backlog-full"
          | "not-retried"
          | "over-limit"
          | "template-failed"
          | "expired"
          | null;
      }[];
    };
  };
  responses: {
    /** @description Bad Request: `HOST_HEADER`, `PATH_INVALID`, `QUERY_INVALID` */
    BadRequest: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description Bad Request: `BODY_DUPLICATE_KEY`, `BODY_NOT_JSON`, `BODY_NOT_UTF8`, `HOST_HEADER`, `IDEMPOTENCY_KEY`, `PATH_INVALID`, `QUERY_INVALID` */
    BadRequest2: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description Bad Request: `BODY_DUPLICATE_KEY`, `BODY_NOT_JSON`, `BODY_NOT_UTF8`, `HOST_HEADER`, `PATH_INVALID`, `QUERY_INVALID` */
    BadRequest3: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description Bad Request: `HOST_HEADER`, `IDEMPOTENCY_KEY`, `PATH_INVALID`, `QUERY_INVALID` */
    BadRequest4: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description Conflict: `CONFLICT`, `IDEMPOTENCY_CONFLICT`, `IDEMPOTENCY_UNFINISHED` */
    Conflict: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description Conflict: `IDEMPOTENCY_CONFLICT`, `IDEMPOTENCY_UNFINISHED`, `PRODUCT_MISSING` */
    Conflict10: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description Conflict: `PRODUCT_MISSING` */
    Conflict11: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description Conflict: `EVENT_CONFLICT`, `PRODUCT_MISSING` */
    Conflict12: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description Conflict: `DELIVERY_STATE`, `IDEMPOTENCY_CONFLICT`, `IDEMPOTENCY_UNFINISHED` */
    Conflict13: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description Conflict: `ENDPOINT_OF_WEBHOOK` */
    Conflict14: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description Conflict: `ENDPOINT_STATE`, `IDEMPOTENCY_CONFLICT`, `IDEMPOTENCY_UNFINISHED` */
    Conflict15: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description Conflict: `IDEMPOTENCY_CONFLICT`, `IDEMPOTENCY_UNFINISHED`, `REPLAY_RUNNING` */
    Conflict16: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description Conflict: `ADDON_STATE`, `IDEMPOTENCY_CONFLICT`, `IDEMPOTENCY_UNFINISHED`, `LISTENER_EXISTS`, `PRODUCT_MISSING` */
    Conflict17: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description Conflict: `PRODUCT_BREAKING`, `PRODUCT_BUILT_IN`, `PRODUCT_FROM_FILE` */
    Conflict18: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description Conflict: `PRODUCT_BUILT_IN`, `PRODUCT_FROM_FILE`, `PRODUCT_IN_USE` */
    Conflict19: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description Conflict: `CONFLICT` */
    Conflict2: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description Conflict: `TOKEN_LAST_ADMIN` */
    Conflict20: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description Conflict: `BACKUP_STATE`, `IDEMPOTENCY_CONFLICT`, `IDEMPOTENCY_UNFINISHED` */
    Conflict21: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description Conflict: `BACKUP_STATE` */
    Conflict22: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description Conflict: `IDEMPOTENCY_CONFLICT`, `IDEMPOTENCY_UNFINISHED`, `KEY_IN_USE` */
    Conflict23: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description Conflict: `IDEMPOTENCY_CONFLICT`, `IDEMPOTENCY_UNFINISHED`, `REKEY_NO_KEY` */
    Conflict24: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description Conflict: `ADDON_ORIGIN_CHANGED`, `ADDON_STATE`, `DESCRIPTOR_CHANGED`, `IDEMPOTENCY_CONFLICT`, `IDEMPOTENCY_UNFINISHED`, `PRODUCT_MISSING`, `SCOPES_NOT_ACCEPTED` */
    Conflict3: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description Conflict: `ADDON_ORIGIN_CHANGED`, `ADDON_STATE`, `DESCRIPTOR_CHANGED`, `PRODUCT_MISSING`, `SCOPES_NOT_ACCEPTED` */
    Conflict4: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description Conflict: `ADDON_STATE` */
    Conflict5: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description Conflict: `ADDON_STATE`, `IDEMPOTENCY_CONFLICT`, `IDEMPOTENCY_UNFINISHED` */
    Conflict6: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description Conflict: `IDEMPOTENCY_CONFLICT`, `IDEMPOTENCY_UNFINISHED` */
    Conflict7: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description Conflict: `CONFLICT`, `IDEMPOTENCY_CONFLICT`, `IDEMPOTENCY_UNFINISHED`, `PRODUCT_MISSING` */
    Conflict8: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description Conflict: `ADDON_STATE`, `PRODUCT_MISSING` */
    Conflict9: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description Forbidden: `SCOPE` */
    Forbidden: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description Forbidden: `DIRECTORY_ONLY`, `SCOPE` */
    Forbidden2: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description Insufficient Storage: `DISK_FULL` */
    InsufficientStorage: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description Internal Server Error: `BODY_ALREADY_READ`, `INTERNAL` */
    InternalServerError: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description Misdirected Request: `FORBIDDEN_HOST` */
    MisdirectedRequest: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description Not Found: `NOT_FOUND` */
    NotFound: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description Not Found: `DELIVERY_NOT_FOUND`, `NOT_FOUND` */
    NotFound10: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description Not Found: `ENDPOINT_NOT_FOUND`, `NOT_FOUND`, `SITE_NOT_FOUND` */
    NotFound11: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description Not Found: `ADDON_NOT_FOUND`, `NOT_FOUND`, `SITE_NOT_FOUND`, `WEBHOOK_NOT_FOUND` */
    NotFound12: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description Not Found: `NOT_FOUND`, `REPLAY_NOT_FOUND`, `SITE_NOT_FOUND` */
    NotFound13: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description Not Found: `LISTENER_NOT_FOUND`, `NOT_FOUND`, `SITE_NOT_FOUND` */
    NotFound14: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description Not Found: `NOT_FOUND`, `PRODUCT_UNKNOWN` */
    NotFound15: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description Not Found: `EVENT_NOT_FOUND`, `NOT_FOUND`, `PRODUCT_UNKNOWN` */
    NotFound16: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description Not Found: `NOT_FOUND`, `PRODUCT_UNKNOWN`, `PRODUCT_VERSION_NOT_FOUND` */
    NotFound17: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description Not Found: `NOT_FOUND`, `TOKEN_NOT_FOUND` */
    NotFound18: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description Not Found: `BACKUP_NOT_FOUND`, `NOT_FOUND` */
    NotFound19: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description Not Found: `NOT_FOUND`, `SITE_NOT_FOUND` */
    NotFound2: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description Not Found: `KEY_NOT_FOUND`, `NOT_FOUND` */
    NotFound20: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description Not Found: `DIRECTORY_NOT_FOUND`, `NOT_FOUND`, `SITE_NOT_FOUND` */
    NotFound3: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description Not Found: `ADDON_NOT_FOUND`, `NOT_FOUND`, `SITE_NOT_FOUND` */
    NotFound4: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description Not Found: `ADDON_NOT_FOUND`, `DIRECTORY_NOT_FOUND`, `NOT_FOUND`, `SITE_NOT_FOUND` */
    NotFound5: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description Not Found: `DIRECTORY_NOT_FOUND`, `NOT_FOUND` */
    NotFound6: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description Not Found: `NOT_FOUND`, `SITE_NOT_FOUND`, `WEBHOOK_NOT_FOUND` */
    NotFound7: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description Not Found: `EVENT_NOT_FOUND`, `NOT_FOUND`, `SITE_NOT_FOUND` */
    NotFound8: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description Not Found: `ADDON_NOT_FOUND`, `EVENT_NOT_FOUND`, `NOT_FOUND`, `SITE_NOT_FOUND`, `WEBHOOK_NOT_FOUND` */
    NotFound9: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description Payload Too Large: `BODY_TOO_COMPLEX`, `BODY_TOO_LARGE` */
    PayloadTooLarge: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description Payload Too Large: `BODY_TOO_COMPLEX`, `BODY_TOO_LARGE`, `PRODUCT_TOO_LARGE` */
    PayloadTooLarge2: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description Request Timeout: `BODY_TIMEOUT` */
    RequestTimeout: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description Service Unavailable: `OVERLOADED`, `SHUTTING_DOWN`, `STORAGE` */
    ServiceUnavailable: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description Too Many Requests: `RATE_LIMITED` */
    TooManyRequests: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description Unauthorized: `AUTH_INVALID`, `AUTH_MISSING` */
    Unauthorized: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description Unprocessable Entity: `BODY_FORBIDDEN_KEY`, `BODY_SCHEMA`, `BODY_TOO_DEEP`, `URL_INVALID` */
    UnprocessableEntity: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description Unprocessable Entity: `AUTHENTICATION_INVALID`, `BATCH`, `BODY_FILTER`, `BODY_FILTER_BESIDE_FILTER`, `BODY_FILTER_TOO_COMPLEX`, `BODY_FORBIDDEN_KEY`, `BODY_SCHEMA`, `BODY_TOO_DEEP`, `CERTIFICATE_EXPIRED`, `CERTIFICATE_INVALID`, `CERTIFICATE_KEY`, `CREDENTIALS_ORIGIN`, `DESCRIPTOR_FILTER`, `DNS_DENIED`, `DNS_FAIL`, `FORMAT_LIMIT`, `HEADER_VALUE`, `HOST_DENIED`, `IP_DENIED`, `LIMIT_REACHED`, `ORDER_BY`, `PACE`, `ROUTING_KEY`, `TEMPLATE`, `TEMPLATE_RESULT`, `TEMPLATE_TOO_COMPLEX`, `TOKEN_SERVER`, `URL_CHARS`, `URL_CREDENTIALS`, `URL_FRAGMENT`, `URL_INVALID`, `URL_PORT`, `URL_SCHEME`, `URL_TOO_LONG`, `WEBHOOK_FORMAT` */
    UnprocessableEntity10: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description Unprocessable Entity: `BODY_SCHEMA` */
    UnprocessableEntity11: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description Unprocessable Entity: `BODY_FORBIDDEN_KEY`, `BODY_SCHEMA`, `BODY_TOO_DEEP`, `DNS_DENIED`, `DNS_FAIL`, `EVENT_OFF_SCHEMA`, `EVENT_SCHEMA`, `HOST_DENIED`, `IP_DENIED`, `URL_CHARS`, `URL_CREDENTIALS`, `URL_FRAGMENT`, `URL_INVALID`, `URL_PORT`, `URL_SCHEME`, `URL_TOO_LONG` */
    UnprocessableEntity12: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description Unprocessable Entity: `AUTHENTICATION_INVALID`, `BATCH`, `BODY_FILTER`, `BODY_FILTER_BESIDE_FILTER`, `BODY_FILTER_TOO_COMPLEX`, `BODY_FORBIDDEN_KEY`, `BODY_SCHEMA`, `BODY_TOO_DEEP`, `CERTIFICATE_EXPIRED`, `CERTIFICATE_INVALID`, `CERTIFICATE_KEY`, `CREDENTIALS_ORIGIN`, `DESCRIPTOR_FILTER`, `DNS_DENIED`, `DNS_FAIL`, `EVENT_SCHEMA`, `FORMAT_LIMIT`, `HEADER_VALUE`, `HOST_DENIED`, `IP_DENIED`, `LIMIT_REACHED`, `ORDER_BY`, `PACE`, `ROUTING_KEY`, `TEMPLATE`, `TEMPLATE_RESULT`, `TEMPLATE_TOO_COMPLEX`, `TOKEN_SERVER`, `URL_CHARS`, `URL_CREDENTIALS`, `URL_FRAGMENT`, `URL_INVALID`, `URL_PORT`, `URL_SCHEME`, `URL_TOO_LONG`, `WEBHOOK_FORMAT` */
    UnprocessableEntity13: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description Unprocessable Entity: `BODY_FILTER`, `BODY_FILTER_TOO_COMPLEX`, `BODY_FORBIDDEN_KEY`, `BODY_SCHEMA`, `BODY_TOO_DEEP` */
    UnprocessableEntity14: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description Unprocessable Entity: `BODY_FORBIDDEN_KEY`, `BODY_SCHEMA`, `BODY_TOO_DEEP`, `EVENT_OFF_SCHEMA`, `EVENT_SCHEMA`, `LIMIT_REACHED` */
    UnprocessableEntity15: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description Unprocessable Entity: `BODY_FORBIDDEN_KEY`, `BODY_SCHEMA`, `BODY_TOO_DEEP`, `CERTIFICATE_EXPIRED`, `CERTIFICATE_INVALID`, `CERTIFICATE_KEY`, `HEADER_VALUE`, `ORDER_BY`, `PACE` */
    UnprocessableEntity16: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description Unprocessable Entity: `BODY_FORBIDDEN_KEY`, `BODY_SCHEMA`, `BODY_TOO_DEEP`, `LIMIT_REACHED`, `WEBHOOK_FORMAT` */
    UnprocessableEntity17: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description Unprocessable Entity: `BODY_FORBIDDEN_KEY`, `BODY_SCHEMA`, `BODY_TOO_DEEP`, `LIMIT_REACHED`, `PRODUCT_INVALID` */
    UnprocessableEntity18: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description Unprocessable Entity: `BODY_FORBIDDEN_KEY`, `BODY_SCHEMA`, `BODY_TOO_DEEP`, `PRODUCT_INVALID` */
    UnprocessableEntity19: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description Unprocessable Entity: `BODY_FILTER`, `BODY_FILTER_BESIDE_FILTER`, `BODY_FILTER_TOO_COMPLEX`, `BODY_FORBIDDEN_KEY`, `BODY_SCHEMA`, `BODY_TOO_DEEP`, `CERTIFICATE_EXPIRED`, `CERTIFICATE_INVALID`, `CERTIFICATE_KEY`, `DESCRIPTOR_BASEURL`, `DESCRIPTOR_DUPLICATE_KEY`, `DESCRIPTOR_FETCH`, `DESCRIPTOR_FILTER`, `DESCRIPTOR_FORBIDDEN_KEY`, `DESCRIPTOR_FOREIGN`, `DESCRIPTOR_NOT_JSON`, `DESCRIPTOR_NOT_UTF8`, `DESCRIPTOR_PARAMS`, `DESCRIPTOR_SCHEMA`, `DESCRIPTOR_SCOPE`, `DESCRIPTOR_TIMEOUT`, `DESCRIPTOR_TLS`, `DESCRIPTOR_TOO_COMPLEX`, `DESCRIPTOR_TOO_DEEP`, `DESCRIPTOR_TOO_LARGE`, `DESCRIPTOR_WEBHOOK_URL`, `DNS_DENIED`, `DNS_FAIL`, `HEADER_VALUE`, `HOST_DENIED`, `IP_DENIED`, `LIFECYCLE_INSTALLED`, `PRODUCT_WITHOUT_ADDONS`, `URL_CHARS`, `URL_CREDENTIALS`, `URL_FRAGMENT`, `URL_INVALID`, `URL_PORT`, `URL_SCHEME`, `URL_TOO_LONG` */
    UnprocessableEntity2: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description Unprocessable Entity: `BODY_FORBIDDEN_KEY`, `BODY_SCHEMA`, `BODY_TOO_DEEP`, `LOGO_INVALID` */
    UnprocessableEntity20: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description Unprocessable Entity: `BACKUP_UNSUPPORTED` */
    UnprocessableEntity21: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description Unprocessable Entity: `BODY_FILTER`, `BODY_FILTER_BESIDE_FILTER`, `BODY_FILTER_TOO_COMPLEX`, `DESCRIPTOR_BASEURL`, `DESCRIPTOR_DUPLICATE_KEY`, `DESCRIPTOR_FETCH`, `DESCRIPTOR_FILTER`, `DESCRIPTOR_FORBIDDEN_KEY`, `DESCRIPTOR_FOREIGN`, `DESCRIPTOR_NOT_JSON`, `DESCRIPTOR_NOT_UTF8`, `DESCRIPTOR_PARAMS`, `DESCRIPTOR_SCHEMA`, `DESCRIPTOR_SCOPE`, `DESCRIPTOR_TIMEOUT`, `DESCRIPTOR_TLS`, `DESCRIPTOR_TOO_COMPLEX`, `DESCRIPTOR_TOO_DEEP`, `DESCRIPTOR_TOO_LARGE`, `DESCRIPTOR_WEBHOOK_URL`, `DNS_DENIED`, `DNS_FAIL`, `HOST_DENIED`, `IP_DENIED`, `LIFECYCLE_INSTALLED`, `PRODUCT_WITHOUT_ADDONS`, `URL_CHARS`, `URL_CREDENTIALS`, `URL_FRAGMENT`, `URL_INVALID`, `URL_PORT`, `URL_SCHEME`, `URL_TOO_LONG` */
    UnprocessableEntity3: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description Unprocessable Entity: `LIFECYCLE_INSTALLED` */
    UnprocessableEntity4: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description Unprocessable Entity: `BODY_FORBIDDEN_KEY`, `BODY_SCHEMA`, `BODY_TOO_DEEP` */
    UnprocessableEntity5: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description Unprocessable Entity: `BODY_FILTER`, `BODY_FILTER_BESIDE_FILTER`, `BODY_FILTER_TOO_COMPLEX`, `BODY_FORBIDDEN_KEY`, `BODY_SCHEMA`, `BODY_TOO_DEEP`, `DESCRIPTOR_BASEURL`, `DESCRIPTOR_DUPLICATE_KEY`, `DESCRIPTOR_FETCH`, `DESCRIPTOR_FILTER`, `DESCRIPTOR_FORBIDDEN_KEY`, `DESCRIPTOR_FOREIGN`, `DESCRIPTOR_NOT_JSON`, `DESCRIPTOR_NOT_UTF8`, `DESCRIPTOR_PARAMS`, `DESCRIPTOR_SCHEMA`, `DESCRIPTOR_SCOPE`, `DESCRIPTOR_TIMEOUT`, `DESCRIPTOR_TLS`, `DESCRIPTOR_TOO_COMPLEX`, `DESCRIPTOR_TOO_DEEP`, `DESCRIPTOR_TOO_LARGE`, `DESCRIPTOR_WEBHOOK_URL`, `DNS_DENIED`, `DNS_FAIL`, `HOST_DENIED`, `IP_DENIED`, `LIMIT_REACHED`, `PRODUCT_WITHOUT_ADDONS`, `URL_CHARS`, `URL_CREDENTIALS`, `URL_FRAGMENT`, `URL_INVALID`, `URL_PORT`, `URL_SCHEME`, `URL_TOO_LONG` */
    UnprocessableEntity6: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description Unprocessable Entity: `BODY_FILTER`, `BODY_FILTER_BESIDE_FILTER`, `BODY_FILTER_TOO_COMPLEX`, `BODY_FORBIDDEN_KEY`, `BODY_SCHEMA`, `BODY_TOO_DEEP`, `DESCRIPTOR_BASEURL`, `DESCRIPTOR_DUPLICATE_KEY`, `DESCRIPTOR_FETCH`, `DESCRIPTOR_FILTER`, `DESCRIPTOR_FORBIDDEN_KEY`, `DESCRIPTOR_FOREIGN`, `DESCRIPTOR_NOT_JSON`, `DESCRIPTOR_NOT_UTF8`, `DESCRIPTOR_PARAMS`, `DESCRIPTOR_SCHEMA`, `DESCRIPTOR_SCOPE`, `DESCRIPTOR_TIMEOUT`, `DESCRIPTOR_TLS`, `DESCRIPTOR_TOO_COMPLEX`, `DESCRIPTOR_TOO_DEEP`, `DESCRIPTOR_TOO_LARGE`, `DESCRIPTOR_WEBHOOK_URL`, `DNS_DENIED`, `DNS_FAIL`, `HOST_DENIED`, `IP_DENIED`, `PRODUCT_WITHOUT_ADDONS`, `URL_CHARS`, `URL_CREDENTIALS`, `URL_FRAGMENT`, `URL_INVALID`, `URL_PORT`, `URL_SCHEME`, `URL_TOO_LONG` */
    UnprocessableEntity7: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description Unprocessable Entity: `AUTHENTICATION_INVALID`, `BATCH`, `BODY_FILTER`, `BODY_FILTER_BESIDE_FILTER`, `BODY_FILTER_TOO_COMPLEX`, `BODY_FORBIDDEN_KEY`, `BODY_SCHEMA`, `BODY_TOO_DEEP`, `CERTIFICATE_EXPIRED`, `CERTIFICATE_INVALID`, `CERTIFICATE_KEY`, `CREDENTIALS_ORIGIN`, `DESCRIPTOR_FILTER`, `DNS_DENIED`, `DNS_FAIL`, `FORMAT_LIMIT`, `HEADER_VALUE`, `HOST_DENIED`, `IP_DENIED`, `LIMIT_REACHED`, `ORDER_BY`, `PACE`, `ROUTING_KEY`, `TEMPLATE`, `TEMPLATE_RESULT`, `TEMPLATE_TOO_COMPLEX`, `TOKEN_SERVER`, `URL_CHARS`, `URL_CREDENTIALS`, `URL_FRAGMENT`, `URL_INVALID`, `URL_PORT`, `URL_SCHEME`, `URL_TOO_LONG`, `URL_UNVERIFIED`, `WEBHOOK_FORMAT` */
    UnprocessableEntity8: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description Unprocessable Entity: `AUTHENTICATION_INVALID`, `BATCH`, `BODY_FILTER`, `BODY_FILTER_BESIDE_FILTER`, `BODY_FILTER_TOO_COMPLEX`, `BODY_FORBIDDEN_KEY`, `BODY_SCHEMA`, `BODY_TOO_DEEP`, `CERTIFICATE_EXPIRED`, `CERTIFICATE_INVALID`, `CERTIFICATE_KEY`, `CREDENTIALS_ORIGIN`, `DESCRIPTOR_FILTER`, `DNS_DENIED`, `DNS_FAIL`, `EVENT_OFF_SCHEMA`, `EVENT_SCHEMA`, `FORMAT_LIMIT`, `HEADER_VALUE`, `HOST_DENIED`, `IP_DENIED`, `LIMIT_REACHED`, `ORDER_BY`, `PACE`, `ROUTING_KEY`, `TEMPLATE`, `TEMPLATE_RESULT`, `TEMPLATE_TOO_COMPLEX`, `TOKEN_SERVER`, `URL_CHARS`, `URL_CREDENTIALS`, `URL_FRAGMENT`, `URL_INVALID`, `URL_PORT`, `URL_SCHEME`, `URL_TOO_LONG`, `WEBHOOK_FORMAT` */
    UnprocessableEntity9: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description Unsupported Media Type: `CHARSET`, `CONTENT_ENCODING`, `CONTENT_TYPE` */
    UnsupportedMediaType: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
  };
  parameters: {
    /** @description Names this request, so that it can be sent again and is done once. For 24 hours the same request with the same key and API token gets the first response. On an event, the key is its ID, unless it has one */
    IdempotencyKey: string;
  };
  requestBodies: never;
  headers: never;
  pathItems: never;
}

export interface operations {
  listSites: {
    parameters: {
      query?: {
        /** @description Maximum number of items on the page */
        limit?: number;
        /** @description The `next` of the page before */
        cursor?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The sites that the token reaches */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["SitePage"];
        };
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound"];
      421: components["responses"]["MisdirectedRequest"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  createSite: {
    parameters: {
      query?: never;
      header?: {
        /** @description Names this request, so that it can be sent again and is done once. For 24 hours the same request with the same key and API token gets the first response. On an event, the key is its ID, unless it has one */
        "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "key": "board",
         *       "product": "jira",
         *       "name": "Board"
         *     }
         */
        "application/json": {
          /** @description Key of the site */
          key: string;
          /** @description Key of the product */
          product: string;
          /** @description Display name */
          name: string;
          /**
           * Format: uri
           * @description URL of the site for add-ons; null derives it from the server's
           */
          baseUrl?: string | null;
          /**
           * @description Retry schedule; null for that of the product
           * @enum {string|null}
           */
          retryProfile?: "jira" | "standard" | "dev" | null;
          /**
           * @description Signature of `installed` callbacks: RS256, or none for the first one (legacy)
           * @enum {string}
           */
          installSigning?: "signed" | "legacy";
          /** @description Options of the site */
          options?: {
            /**
             * @description Envelope of event bodies, on Confluence sites
             * @enum {string}
             */
            envelope?: "connect" | "cloud";
            /** @description Adds user_id and user_key to the URLs of add-ons, as hosts before 2019 did */
            userParameters?: boolean;
            /** @description Age at which events, deliveries and attempts of the site are deleted, in milliseconds */
            retentionMs?: number;
            /** @description Age at which bodies of the site are deleted, in milliseconds */
            bodyRetentionMs?: number;
            /** @description Ages of single event types, by their names, in place of retentionMs */
            eventRetentionMs?: {
              [key: string]: number;
            };
          };
        };
      };
    };
    responses: {
      /** @description The site */
      201: {
        headers: {
          /** @description The response to an earlier request with this Idempotency-Key */
          "Idempotent-Replayed"?: "true";
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Site"];
        };
      };
      400: components["responses"]["BadRequest2"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound"];
      408: components["responses"]["RequestTimeout"];
      409: components["responses"]["Conflict"];
      413: components["responses"]["PayloadTooLarge"];
      415: components["responses"]["UnsupportedMediaType"];
      421: components["responses"]["MisdirectedRequest"];
      422: components["responses"]["UnprocessableEntity"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  showSite: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description Key of the site */
        site: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The site */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Site"];
        };
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound2"];
      421: components["responses"]["MisdirectedRequest"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  deleteSite: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description Key of the site */
        site: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It is gone */
      204: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound2"];
      409: components["responses"]["Conflict2"];
      421: components["responses"]["MisdirectedRequest"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  changeSite: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description Key of the site */
        site: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "name": "Board of the harbor"
         *     }
         */
        "application/json": {
          /** @description Display name */
          name?: string;
          /**
           * Format: uri
           * @description URL of the site for add-ons; null derives it from the server's
           */
          baseUrl?: string | null;
          /**
           * @description Retry schedule; null for that of the product
           * @enum {string|null}
           */
          retryProfile?: "jira" | "standard" | "dev" | null;
          /**
           * @description Signature of `installed` callbacks: RS256, or none for the first one (legacy)
           * @enum {string}
           */
          installSigning?: "signed" | "legacy";
          /** @description Options of the site */
          options?: {
            /**
             * @description Envelope of event bodies, on Confluence sites
             * @enum {string}
             */
            envelope?: "connect" | "cloud";
            /** @description Adds user_id and user_key to the URLs of add-ons, as hosts before 2019 did */
            userParameters?: boolean;
            /** @description Age at which events, deliveries and attempts of the site are deleted, in milliseconds */
            retentionMs?: number;
            /** @description Age at which bodies of the site are deleted, in milliseconds */
            bodyRetentionMs?: number;
            /** @description Ages of single event types, by their names, in place of retentionMs */
            eventRetentionMs?: {
              [key: string]: number;
            };
          };
        };
      };
    };
    responses: {
      /** @description The site as it is now */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Site"];
        };
      };
      400: components["responses"]["BadRequest3"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound2"];
      408: components["responses"]["RequestTimeout"];
      413: components["responses"]["PayloadTooLarge"];
      415: components["responses"]["UnsupportedMediaType"];
      421: components["responses"]["MisdirectedRequest"];
      422: components["responses"]["UnprocessableEntity"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  listAddons: {
    parameters: {
      query?: {
        /** @description Maximum number of items on the page */
        limit?: number;
        /** @description The `next` of the page before */
        cursor?: string;
      };
      header?: never;
      path: {
        /** @description Key of the site */
        site: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Installed add-ons, by key */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["AddonPage"];
        };
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound2"];
      421: components["responses"]["MisdirectedRequest"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  installAddon: {
    parameters: {
      query?: never;
      header?: {
        /** @description Names this request, so that it can be sent again and is done once. For 24 hours the same request with the same key and API token gets the first response. On an event, the key is its ID, unless it has one */
        "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
      };
      path: {
        /** @description Key of the site */
        site: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "descriptorUrl": "https://addon.example.com/atlassian-connect.json"
         *     }
         */
        "application/json": {
          /**
           * Format: uri
           * @description URL of the descriptor
           */
          descriptorUrl?: string;
          /** @description The descriptor itself */
          descriptor?: {
            [key: string]: unknown;
          };
          /** @description Key of an add-on of the directory */
          directoryKey?: string;
          /** @description The add-on may move to another origin, and gets a new secret there */
          confirmOrigin?: boolean;
          /** @description Installs the descriptor with this digest only, as a check or dry run before told it */
          digest?: string;
          /** @description Scopes of the product that the add-on may have; required are those that it doesn't have yet */
          acceptScopes?: string[];
          /** @description Custom headers by name; their values are never shown again. Left out of a change it stays, null removes it */
          headers?: {
            [key: string]: string;
          } | null;
          /** @description Client certificate with its key, and authorities in place of the well-known ones, as PEM; the key is never shown again. Left out of a change it stays, null removes it */
          tls?: {
            /** @description The certificate, then its chain */
            certificate?: string | null;
            /** @description Its private key, not encrypted */
            key?: string | null;
            /** @description Certificates that are trusted for this receiver alone */
            authorities?: string | null;
          } | null;
        };
      };
    };
    responses: {
      /** @description The add-on, its webhooks, warnings, and the lifecycle callbacks made */
      201: {
        headers: {
          /** @description The response to an earlier request with this Idempotency-Key */
          "Idempotent-Replayed"?: "true";
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["AddonInstalled"];
        };
      };
      400: components["responses"]["BadRequest2"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden2"];
      404: components["responses"]["NotFound3"];
      408: components["responses"]["RequestTimeout"];
      409: components["responses"]["Conflict3"];
      413: components["responses"]["PayloadTooLarge"];
      415: components["responses"]["UnsupportedMediaType"];
      421: components["responses"]["MisdirectedRequest"];
      422: components["responses"]["UnprocessableEntity2"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  previewInstall: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description Key of the site */
        site: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "descriptorUrl": "https://addon.example.com/atlassian-connect.json"
         *     }
         */
        "application/json": {
          /**
           * Format: uri
           * @description URL of the descriptor
           */
          descriptorUrl?: string;
          /** @description The descriptor itself */
          descriptor?: {
            [key: string]: unknown;
          };
          /** @description Key of an add-on of the directory */
          directoryKey?: string;
          /** @description Custom headers by name; their values are never shown again. Left out of a change it stays, null removes it */
          headers?: {
            [key: string]: string;
          } | null;
          /** @description Client certificate with its key, and authorities in place of the well-known ones, as PEM; the key is never shown again. Left out of a change it stays, null removes it */
          tls?: {
            /** @description The certificate, then its chain */
            certificate?: string | null;
            /** @description Its private key, not encrypted */
            key?: string | null;
            /** @description Certificates that are trusted for this receiver alone */
            authorities?: string | null;
          } | null;
        };
      };
    };
    responses: {
      /** @description The changes, scopes, warnings, and the digest to install just that */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["InstallPreview"];
        };
      };
      400: components["responses"]["BadRequest3"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden2"];
      404: components["responses"]["NotFound3"];
      408: components["responses"]["RequestTimeout"];
      409: components["responses"]["Conflict4"];
      413: components["responses"]["PayloadTooLarge"];
      415: components["responses"]["UnsupportedMediaType"];
      421: components["responses"]["MisdirectedRequest"];
      422: components["responses"]["UnprocessableEntity2"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  showAddon: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description Key of the site */
        site: string;
        /** @description Key of the add-on */
        key: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The add-on */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Addon"];
        };
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound4"];
      421: components["responses"]["MisdirectedRequest"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  uninstallAddon: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description Key of the site */
        site: string;
        /** @description Key of the add-on */
        key: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The lifecycle callbacks made */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["AddonUninstalled"];
        };
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound4"];
      409: components["responses"]["Conflict5"];
      421: components["responses"]["MisdirectedRequest"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  enableAddon: {
    parameters: {
      query?: never;
      header?: {
        /** @description Names this request, so that it can be sent again and is done once. For 24 hours the same request with the same key and API token gets the first response. On an event, the key is its ID, unless it has one */
        "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
      };
      path: {
        /** @description Key of the site */
        site: string;
        /** @description Key of the add-on */
        key: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The add-on, and the lifecycle callbacks made */
      200: {
        headers: {
          /** @description The response to an earlier request with this Idempotency-Key */
          "Idempotent-Replayed"?: "true";
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Addon"];
        };
      };
      400: components["responses"]["BadRequest4"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound4"];
      409: components["responses"]["Conflict6"];
      421: components["responses"]["MisdirectedRequest"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  disableAddon: {
    parameters: {
      query?: never;
      header?: {
        /** @description Names this request, so that it can be sent again and is done once. For 24 hours the same request with the same key and API token gets the first response. On an event, the key is its ID, unless it has one */
        "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
      };
      path: {
        /** @description Key of the site */
        site: string;
        /** @description Key of the add-on */
        key: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The add-on, and the lifecycle callbacks made */
      200: {
        headers: {
          /** @description The response to an earlier request with this Idempotency-Key */
          "Idempotent-Replayed"?: "true";
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Addon"];
        };
      };
      400: components["responses"]["BadRequest4"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound4"];
      409: components["responses"]["Conflict6"];
      421: components["responses"]["MisdirectedRequest"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  resumeAddon: {
    parameters: {
      query?: never;
      header?: {
        /** @description Names this request, so that it can be sent again and is done once. For 24 hours the same request with the same key and API token gets the first response. On an event, the key is its ID, unless it has one */
        "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
      };
      path: {
        /** @description Key of the site */
        site: string;
        /** @description Key of the add-on */
        key: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description How many endpoints and subscriptions were resumed */
      200: {
        headers: {
          /** @description The response to an earlier request with this Idempotency-Key */
          "Idempotent-Replayed"?: "true";
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Resumed"];
        };
      };
      400: components["responses"]["BadRequest4"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound4"];
      409: components["responses"]["Conflict7"];
      421: components["responses"]["MisdirectedRequest"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  upgradeAddon: {
    parameters: {
      query?: {
        /** @description Only shows what would change */
        dryRun?: boolean;
        /** @description The add-on may move to another origin, and gets a new secret there */
        confirmOrigin?: boolean;
        /** @description Installs the descriptor with this digest only, as a check or dry run before told it */
        digest?: string;
        /** @description Scopes to accept: names with commas between them */
        acceptScopes?: string;
      };
      header?: {
        /** @description Names this request, so that it can be sent again and is done once. For 24 hours the same request with the same key and API token gets the first response. On an event, the key is its ID, unless it has one */
        "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
      };
      path: {
        /** @description Key of the site */
        site: string;
        /** @description Key of the add-on */
        key: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The add-on, or with dryRun the diff */
      200: {
        headers: {
          /** @description The response to an earlier request with this Idempotency-Key */
          "Idempotent-Replayed"?: "true";
          [name: string]: unknown;
        };
        content: {
          "application/json":
            components["schemas"]["AddonInstalled"] | components["schemas"]["InstallPreview"];
        };
      };
      400: components["responses"]["BadRequest4"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden2"];
      404: components["responses"]["NotFound5"];
      409: components["responses"]["Conflict3"];
      421: components["responses"]["MisdirectedRequest"];
      422: components["responses"]["UnprocessableEntity3"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  rotateAddonSecret: {
    parameters: {
      query?: never;
      header?: {
        /** @description Names this request, so that it can be sent again and is done once. For 24 hours the same request with the same key and API token gets the first response. On an event, the key is its ID, unless it has one */
        "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
      };
      path: {
        /** @description Key of the site */
        site: string;
        /** @description Key of the add-on */
        key: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The add-on, and the lifecycle callbacks made */
      200: {
        headers: {
          /** @description The response to an earlier request with this Idempotency-Key */
          "Idempotent-Replayed"?: "true";
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Addon"];
        };
      };
      400: components["responses"]["BadRequest4"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound4"];
      409: components["responses"]["Conflict6"];
      421: components["responses"]["MisdirectedRequest"];
      422: components["responses"]["UnprocessableEntity4"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  validateDescriptor: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "descriptorUrl": "https://addon.example.com/atlassian-connect.json"
         *     }
         */
        "application/json": {
          /** @description URL of the descriptor */
          descriptorUrl?: string;
          /** @description The descriptor itself */
          descriptor?: {
            [key: string]: unknown;
          };
          /** @description Product whose rules apply */
          product?: string;
        };
      };
    };
    responses: {
      /** @description Whether it is valid, with every error and warning */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["DescriptorCheck"];
        };
      };
      400: components["responses"]["BadRequest3"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound"];
      408: components["responses"]["RequestTimeout"];
      413: components["responses"]["PayloadTooLarge"];
      415: components["responses"]["UnsupportedMediaType"];
      421: components["responses"]["MisdirectedRequest"];
      422: components["responses"]["UnprocessableEntity5"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  listDirectory: {
    parameters: {
      query?: {
        /** @description Maximum number of items on the page */
        limit?: number;
        /** @description The `next` of the page before */
        cursor?: string;
        /** @description Part of a key, name, vendor or description */
        find?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Add-ons, by key */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["DirectoryPage"];
        };
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound"];
      421: components["responses"]["MisdirectedRequest"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  addToDirectory: {
    parameters: {
      query?: never;
      header?: {
        /** @description Names this request, so that it can be sent again and is done once. For 24 hours the same request with the same key and API token gets the first response. On an event, the key is its ID, unless it has one */
        "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "descriptorUrl": "https://addon.example.com/atlassian-connect.json"
         *     }
         */
        "application/json": {
          /**
           * Format: uri
           * @description URL of the descriptor
           */
          descriptorUrl: string;
          /** @description Shown in place of the descriptor's name; null shows that of the descriptor */
          name?: string | null;
          /** @description Shown in place of the descriptor's vendor; null shows that of the descriptor */
          vendor?: string | null;
          /** @description Shown in place of the descriptor's description; null shows that of the descriptor */
          description?: string | null;
        };
      };
    };
    responses: {
      /** @description The add-on */
      201: {
        headers: {
          /** @description The response to an earlier request with this Idempotency-Key */
          "Idempotent-Replayed"?: "true";
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["DirectoryEntry"];
        };
      };
      400: components["responses"]["BadRequest2"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound"];
      408: components["responses"]["RequestTimeout"];
      409: components["responses"]["Conflict8"];
      413: components["responses"]["PayloadTooLarge"];
      415: components["responses"]["UnsupportedMediaType"];
      421: components["responses"]["MisdirectedRequest"];
      422: components["responses"]["UnprocessableEntity6"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  refreshDirectory: {
    parameters: {
      query?: never;
      header?: {
        /** @description Names this request, so that it can be sent again and is done once. For 24 hours the same request with the same key and API token gets the first response. On an event, the key is its ID, unless it has one */
        "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description How many add-ons are due */
      202: {
        headers: {
          /** @description The response to an earlier request with this Idempotency-Key */
          "Idempotent-Replayed"?: "true";
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["DirectoryRefresh"];
        };
      };
      400: components["responses"]["BadRequest4"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound"];
      409: components["responses"]["Conflict7"];
      421: components["responses"]["MisdirectedRequest"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  showDirectoryEntry: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description Key of the add-on */
        key: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The add-on */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["DirectoryEntry"];
        };
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound6"];
      421: components["responses"]["MisdirectedRequest"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  removeFromDirectory: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description Key of the add-on */
        key: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The add-on is removed */
      204: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound6"];
      421: components["responses"]["MisdirectedRequest"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  changeDirectoryEntry: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description Key of the add-on */
        key: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "description": "Shows who is called and when"
         *     }
         */
        "application/json": {
          /**
           * Format: uri
           * @description URL of the descriptor
           */
          descriptorUrl?: string;
          /** @description Shown in place of the descriptor's name; null shows that of the descriptor */
          name?: string | null;
          /** @description Shown in place of the descriptor's vendor; null shows that of the descriptor */
          vendor?: string | null;
          /** @description Shown in place of the descriptor's description; null shows that of the descriptor */
          description?: string | null;
        };
      };
    };
    responses: {
      /** @description The add-on */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["DirectoryEntry"];
        };
      };
      400: components["responses"]["BadRequest3"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound6"];
      408: components["responses"]["RequestTimeout"];
      409: components["responses"]["Conflict9"];
      413: components["responses"]["PayloadTooLarge"];
      415: components["responses"]["UnsupportedMediaType"];
      421: components["responses"]["MisdirectedRequest"];
      422: components["responses"]["UnprocessableEntity7"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  refreshDirectoryEntry: {
    parameters: {
      query?: never;
      header?: {
        /** @description Names this request, so that it can be sent again and is done once. For 24 hours the same request with the same key and API token gets the first response. On an event, the key is its ID, unless it has one */
        "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
      };
      path: {
        /** @description Key of the add-on */
        key: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The add-on; a descriptor that can't be read is its failure */
      200: {
        headers: {
          /** @description The response to an earlier request with this Idempotency-Key */
          "Idempotent-Replayed"?: "true";
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["DirectoryEntry"];
        };
      };
      400: components["responses"]["BadRequest4"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound6"];
      409: components["responses"]["Conflict7"];
      421: components["responses"]["MisdirectedRequest"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  listWebhooks: {
    parameters: {
      query?: {
        /** @description Maximum number of items on the page */
        limit?: number;
        /** @description The `next` of the page before */
        cursor?: string;
      };
      header?: never;
      path: {
        /** @description Key of the site */
        site: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Webhooks, oldest first */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["WebhookPage"];
        };
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound2"];
      421: components["responses"]["MisdirectedRequest"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  createWebhook: {
    parameters: {
      query?: never;
      header?: {
        /** @description Names this request, so that it can be sent again and is done once. For 24 hours the same request with the same key and API token gets the first response. On an event, the key is its ID, unless it has one */
        "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
      };
      path: {
        /** @description Key of the site */
        site: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "name": "Build",
         *       "url": "https://build.example.com/hook",
         *       "events": [
         *         "jira:issue_created"
         *       ],
         *       "generateSecret": true
         *     }
         */
        "application/json": {
          /** @description Display name */
          name: string;
          /** @description URL; can have {issue.key} and other variables */
          url: string;
          /** @description Format of the body, the site's product when left out; standard is for operational events alone */
          format?: string;
          /** @description Tenant that it belongs to. Left out of a change it stays, null removes it */
          owner?: string | null;
          /** @description JSON with the tags of Mustache; format template only */
          template?: string | null;
          /** @description Integration key; format pagerduty only. Never shown again. Left out of a change it stays */
          routingKey?: string | null;
          /** @description Event types, with * for any text, Backlog's also by number; null or left out for every event type */
          events?: string[] | null;
          /** @description True for every event type, and no events beside it */
          allEvents?: boolean;
          /** @description Only events of the project with this key or ID */
          project?: string | null;
          /** @description JQL; Jira's format only */
          filter?: string | null;
          /** @description Conditions on the body, see docs/filters.md */
          bodyFilter?: {
            [key: string]: unknown;
          } | null;
          /** @description Leaves the body out */
          excludeBody?: boolean;
          /** @description Description */
          description?: string;
          /** @description Signs the body; never shown again. Left out of a change it stays, null removes it */
          secret?: string | null;
          /** @description Generates a secret, which this response shows */
          generateSecret?: boolean;
          /**
           * @description Standard Webhooks with a secret, or with a generated Ed25519 key pair; X-Hub-Signature of Jira's admin webhooks; X-Hub-Signature-256
           * @enum {string}
           */
          signature?: "standard" | "ed25519" | "hub" | "hub-256";
          /**
           * @description Retry schedule; null for that of the site
           * @enum {string|null}
           */
          retryProfile?: "jira" | "standard" | "dev" | null;
          /** @description How the receiver is sent to; null as the server does */
          pace?: {
            /** @description Attempts in each second or minute, evenly spread over all processes; null for no limit */
            rate?: {
              /** @description Number of attempts */
              count: number;
              /**
               * @description Unit of time
               * @enum {string}
               */
              per: "second" | "minute";
            } | null;
            /** @description Maximum number of requests in flight in each process; null for that of the server */
            slots?: number | null;
            /** @description Limit of a request, in milliseconds, where it is shorter than the server's; null for the server's */
            timeoutMs?: number | null;
            /**
             * @description Retry schedule; null for that of the site
             * @enum {string|null}
             */
            retryProfile?: "jira" | "standard" | "dev" | null;
            /** @description Delays before the retries, in milliseconds; empty for a single attempt, null for the retry schedule */
            retryDelaysMs?: number[] | null;
          } | null;
          /** @description JSON pointer into the body, such as /issue/id: deliveries with the same value go one after the other; null for any order */
          orderBy?: string | null;
          /** @description Several events in one request; null for one event in each */
          batch?: {
            /** @description Maximum number of events in one request */
            max: number;
            /** @description Time for which a batch gathers after its first event, in milliseconds */
            withinMs: number;
          } | null;
          /** @description False holds events back */
          active?: boolean;
          /** @description Custom headers by name; their values are never shown again. Left out of a change it stays, null removes it */
          headers?: {
            [key: string]: string;
          } | null;
          /** @description Authentication; its secrets are never shown again. Left out of a change it stays, null removes it */
          authentication?: {
            /**
             * @description Kind, which says what other members there are
             * @enum {string}
             */
            kind: "basic" | "bearer" | "oauth2";
            /** @description basic: user name */
            user?: string;
            /** @description basic: password */
            password?: string;
            /** @description bearer: the token, without the word Bearer */
            token?: string;
            /**
             * Format: date-time
             * @description bearer: end of the token, to be announced before; that of a JWT is read from it
             */
            expiresAt?: string | null;
            /** @description oauth2: URL of the token endpoint */
            tokenUrl?: string;
            /** @description oauth2: ID of the client */
            clientId?: string;
            /** @description oauth2: secret of the client */
            clientSecret?: string;
            /**
             * @description oauth2: place of ID and secret: the header (the default), or the body
             * @enum {string|null}
             */
            clientMethod?: "basic" | "post" | null;
            /** @description oauth2: scopes, with a space between each two */
            scope?: string | null;
            /** @description oauth2: audience, for token servers that ask for one */
            audience?: string | null;
          } | null;
          /** @description Client certificate with its key, and authorities in place of the well-known ones, as PEM; the key is never shown again. Left out of a change it stays, null removes it */
          tls?: {
            /** @description The certificate, then its chain */
            certificate?: string | null;
            /** @description Its private key, not encrypted */
            key?: string | null;
            /** @description Certificates that are trusted for this receiver alone */
            authorities?: string | null;
          } | null;
          /**
           * @description Asks the URL first: a ping must be answered with a 2xx, the value of a challenge must come back in the response
           * @enum {string}
           */
          verify?: "ping" | "challenge";
        };
      };
    };
    responses: {
      /** @description The webhook, warnings, and a secret that was made */
      201: {
        headers: {
          /** @description The response to an earlier request with this Idempotency-Key */
          "Idempotent-Replayed"?: "true";
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["ChangedWebhook"];
        };
      };
      400: components["responses"]["BadRequest2"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound2"];
      408: components["responses"]["RequestTimeout"];
      409: components["responses"]["Conflict10"];
      413: components["responses"]["PayloadTooLarge"];
      415: components["responses"]["UnsupportedMediaType"];
      421: components["responses"]["MisdirectedRequest"];
      422: components["responses"]["UnprocessableEntity8"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  testUnsavedWebhook: {
    parameters: {
      query?: never;
      header?: {
        /** @description Names this request, so that it can be sent again and is done once. For 24 hours the same request with the same key and API token gets the first response. On an event, the key is its ID, unless it has one */
        "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
      };
      path: {
        /** @description Key of the site */
        site: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "name": "Build",
         *       "url": "https://build.example.com/hook",
         *       "event": "jira:issue_created"
         *     }
         */
        "application/json": {
          /** @description Display name */
          name: string;
          /** @description URL; can have {issue.key} and other variables */
          url: string;
          /** @description Format of the body, the site's product when left out; standard is for operational events alone */
          format?: string;
          /** @description Tenant that it belongs to. Left out of a change it stays, null removes it */
          owner?: string | null;
          /** @description JSON with the tags of Mustache; format template only */
          template?: string | null;
          /** @description Integration key; format pagerduty only. Never shown again. Left out of a change it stays */
          routingKey?: string | null;
          /** @description Event types, with * for any text, Backlog's also by number; null or left out for every event type */
          events?: string[] | null;
          /** @description True for every event type, and no events beside it */
          allEvents?: boolean;
          /** @description Only events of the project with this key or ID */
          project?: string | null;
          /** @description JQL; Jira's format only */
          filter?: string | null;
          /** @description Conditions on the body, see docs/filters.md */
          bodyFilter?: {
            [key: string]: unknown;
          } | null;
          /** @description Leaves the body out */
          excludeBody?: boolean;
          /** @description Description */
          description?: string;
          /** @description Signs the body; never shown again. Left out of a change it stays, null removes it */
          secret?: string | null;
          /** @description Generates a secret, which this response shows */
          generateSecret?: boolean;
          /**
           * @description Standard Webhooks with a secret, or with a generated Ed25519 key pair; X-Hub-Signature of Jira's admin webhooks; X-Hub-Signature-256
           * @enum {string}
           */
          signature?: "standard" | "ed25519" | "hub" | "hub-256";
          /**
           * @description Retry schedule; null for that of the site
           * @enum {string|null}
           */
          retryProfile?: "jira" | "standard" | "dev" | null;
          /** @description How the receiver is sent to; null as the server does */
          pace?: {
            /** @description Attempts in each second or minute, evenly spread over all processes; null for no limit */
            rate?: {
              /** @description Number of attempts */
              count: number;
              /**
               * @description Unit of time
               * @enum {string}
               */
              per: "second" | "minute";
            } | null;
            /** @description Maximum number of requests in flight in each process; null for that of the server */
            slots?: number | null;
            /** @description Limit of a request, in milliseconds, where it is shorter than the server's; null for the server's */
            timeoutMs?: number | null;
            /**
             * @description Retry schedule; null for that of the site
             * @enum {string|null}
             */
            retryProfile?: "jira" | "standard" | "dev" | null;
            /** @description Delays before the retries, in milliseconds; empty for a single attempt, null for the retry schedule */
            retryDelaysMs?: number[] | null;
          } | null;
          /** @description JSON pointer into the body, such as /issue/id: deliveries with the same value go one after the other; null for any order */
          orderBy?: string | null;
          /** @description Several events in one request; null for one event in each */
          batch?: {
            /** @description Maximum number of events in one request */
            max: number;
            /** @description Time for which a batch gathers after its first event, in milliseconds */
            withinMs: number;
          } | null;
          /** @description False holds events back */
          active?: boolean;
          /** @description Custom headers by name; their values are never shown again. Left out of a change it stays, null removes it */
          headers?: {
            [key: string]: string;
          } | null;
          /** @description Authentication; its secrets are never shown again. Left out of a change it stays, null removes it */
          authentication?: {
            /**
             * @description Kind, which says what other members there are
             * @enum {string}
             */
            kind: "basic" | "bearer" | "oauth2";
            /** @description basic: user name */
            user?: string;
            /** @description basic: password */
            password?: string;
            /** @description bearer: the token, without the word Bearer */
            token?: string;
            /**
             * Format: date-time
             * @description bearer: end of the token, to be announced before; that of a JWT is read from it
             */
            expiresAt?: string | null;
            /** @description oauth2: URL of the token endpoint */
            tokenUrl?: string;
            /** @description oauth2: ID of the client */
            clientId?: string;
            /** @description oauth2: secret of the client */
            clientSecret?: string;
            /**
             * @description oauth2: place of ID and secret: the header (the default), or the body
             * @enum {string|null}
             */
            clientMethod?: "basic" | "post" | null;
            /** @description oauth2: scopes, with a space between each two */
            scope?: string | null;
            /** @description oauth2: audience, for token servers that ask for one */
            audience?: string | null;
          } | null;
          /** @description Client certificate with its key, and authorities in place of the well-known ones, as PEM; the key is never shown again. Left out of a change it stays, null removes it */
          tls?: {
            /** @description The certificate, then its chain */
            certificate?: string | null;
            /** @description Its private key, not encrypted */
            key?: string | null;
            /** @description Certificates that are trusted for this receiver alone */
            authorities?: string | null;
          } | null;
          /** @description Event type of the test */
          event: string;
          /** @description Payload; the catalogue's sample when left out */
          payload?: {
            [key: string]: unknown;
          };
          /** @description The webhook that is being edited: the delivery log shows the test there */
          id?: string;
        };
      };
    };
    responses: {
      /** @description The attempt and its result */
      200: {
        headers: {
          /** @description The response to an earlier request with this Idempotency-Key */
          "Idempotent-Replayed"?: "true";
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["TestDelivery"];
        };
      };
      400: components["responses"]["BadRequest2"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound7"];
      408: components["responses"]["RequestTimeout"];
      409: components["responses"]["Conflict10"];
      413: components["responses"]["PayloadTooLarge"];
      415: components["responses"]["UnsupportedMediaType"];
      421: components["responses"]["MisdirectedRequest"];
      422: components["responses"]["UnprocessableEntity9"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  showWebhook: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description Key of the site */
        site: string;
        /** @description ID of the webhook */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The webhook; its secret is never shown */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Webhook"];
        };
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound7"];
      421: components["responses"]["MisdirectedRequest"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  replaceWebhook: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description Key of the site */
        site: string;
        /** @description ID of the webhook */
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "name": "Build",
         *       "url": "https://build.example.com/hook",
         *       "active": false
         *     }
         */
        "application/json": {
          /** @description Display name */
          name: string;
          /** @description URL; can have {issue.key} and other variables */
          url: string;
          /** @description Format of the body, the site's product when left out; standard is for operational events alone */
          format?: string;
          /** @description Tenant that it belongs to. Left out of a change it stays, null removes it */
          owner?: string | null;
          /** @description JSON with the tags of Mustache; format template only */
          template?: string | null;
          /** @description Integration key; format pagerduty only. Never shown again. Left out of a change it stays */
          routingKey?: string | null;
          /** @description Event types, with * for any text, Backlog's also by number; null or left out for every event type */
          events?: string[] | null;
          /** @description True for every event type, and no events beside it */
          allEvents?: boolean;
          /** @description Only events of the project with this key or ID */
          project?: string | null;
          /** @description JQL; Jira's format only */
          filter?: string | null;
          /** @description Conditions on the body, see docs/filters.md */
          bodyFilter?: {
            [key: string]: unknown;
          } | null;
          /** @description Leaves the body out */
          excludeBody?: boolean;
          /** @description Description */
          description?: string;
          /** @description Signs the body; never shown again. Left out of a change it stays, null removes it */
          secret?: string | null;
          /** @description Generates a secret, which this response shows */
          generateSecret?: boolean;
          /**
           * @description Standard Webhooks with a secret, or with a generated Ed25519 key pair; X-Hub-Signature of Jira's admin webhooks; X-Hub-Signature-256
           * @enum {string}
           */
          signature?: "standard" | "ed25519" | "hub" | "hub-256";
          /**
           * @description Retry schedule; null for that of the site
           * @enum {string|null}
           */
          retryProfile?: "jira" | "standard" | "dev" | null;
          /** @description How the receiver is sent to; null as the server does */
          pace?: {
            /** @description Attempts in each second or minute, evenly spread over all processes; null for no limit */
            rate?: {
              /** @description Number of attempts */
              count: number;
              /**
               * @description Unit of time
               * @enum {string}
               */
              per: "second" | "minute";
            } | null;
            /** @description Maximum number of requests in flight in each process; null for that of the server */
            slots?: number | null;
            /** @description Limit of a request, in milliseconds, where it is shorter than the server's; null for the server's */
            timeoutMs?: number | null;
            /**
             * @description Retry schedule; null for that of the site
             * @enum {string|null}
             */
            retryProfile?: "jira" | "standard" | "dev" | null;
            /** @description Delays before the retries, in milliseconds; empty for a single attempt, null for the retry schedule */
            retryDelaysMs?: number[] | null;
          } | null;
          /** @description JSON pointer into the body, such as /issue/id: deliveries with the same value go one after the other; null for any order */
          orderBy?: string | null;
          /** @description Several events in one request; null for one event in each */
          batch?: {
            /** @description Maximum number of events in one request */
            max: number;
            /** @description Time for which a batch gathers after its first event, in milliseconds */
            withinMs: number;
          } | null;
          /** @description False holds events back */
          active?: boolean;
          /** @description Custom headers by name; their values are never shown again. Left out of a change it stays, null removes it */
          headers?: {
            [key: string]: string;
          } | null;
          /** @description Authentication; its secrets are never shown again. Left out of a change it stays, null removes it */
          authentication?: {
            /**
             * @description Kind, which says what other members there are
             * @enum {string}
             */
            kind: "basic" | "bearer" | "oauth2";
            /** @description basic: user name */
            user?: string;
            /** @description basic: password */
            password?: string;
            /** @description bearer: the token, without the word Bearer */
            token?: string;
            /**
             * Format: date-time
             * @description bearer: end of the token, to be announced before; that of a JWT is read from it
             */
            expiresAt?: string | null;
            /** @description oauth2: URL of the token endpoint */
            tokenUrl?: string;
            /** @description oauth2: ID of the client */
            clientId?: string;
            /** @description oauth2: secret of the client */
            clientSecret?: string;
            /**
             * @description oauth2: place of ID and secret: the header (the default), or the body
             * @enum {string|null}
             */
            clientMethod?: "basic" | "post" | null;
            /** @description oauth2: scopes, with a space between each two */
            scope?: string | null;
            /** @description oauth2: audience, for token servers that ask for one */
            audience?: string | null;
          } | null;
          /** @description Client certificate with its key, and authorities in place of the well-known ones, as PEM; the key is never shown again. Left out of a change it stays, null removes it */
          tls?: {
            /** @description The certificate, then its chain */
            certificate?: string | null;
            /** @description Its private key, not encrypted */
            key?: string | null;
            /** @description Certificates that are trusted for this receiver alone */
            authorities?: string | null;
          } | null;
        };
      };
    };
    responses: {
      /** @description The webhook, warnings, and a secret that was made */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["ChangedWebhook"];
        };
      };
      400: components["responses"]["BadRequest3"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound7"];
      408: components["responses"]["RequestTimeout"];
      409: components["responses"]["Conflict11"];
      413: components["responses"]["PayloadTooLarge"];
      415: components["responses"]["UnsupportedMediaType"];
      421: components["responses"]["MisdirectedRequest"];
      422: components["responses"]["UnprocessableEntity10"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  deleteWebhook: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description Key of the site */
        site: string;
        /** @description ID of the webhook */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It is gone */
      204: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound7"];
      421: components["responses"]["MisdirectedRequest"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  rotateWebhookSecret: {
    parameters: {
      query?: never;
      header?: {
        /** @description Names this request, so that it can be sent again and is done once. For 24 hours the same request with the same key and API token gets the first response. On an event, the key is its ID, unless it has one */
        "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
      };
      path: {
        /** @description Key of the site */
        site: string;
        /** @description ID of the webhook */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The webhook with its new secret */
      200: {
        headers: {
          /** @description The response to an earlier request with this Idempotency-Key */
          "Idempotent-Replayed"?: "true";
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["ChangedWebhook"];
        };
      };
      400: components["responses"]["BadRequest4"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound7"];
      409: components["responses"]["Conflict7"];
      421: components["responses"]["MisdirectedRequest"];
      422: components["responses"]["UnprocessableEntity11"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  resumeWebhook: {
    parameters: {
      query?: never;
      header?: {
        /** @description Names this request, so that it can be sent again and is done once. For 24 hours the same request with the same key and API token gets the first response. On an event, the key is its ID, unless it has one */
        "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
      };
      path: {
        /** @description Key of the site */
        site: string;
        /** @description ID of the webhook */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description How many endpoints and webhooks were resumed */
      200: {
        headers: {
          /** @description The response to an earlier request with this Idempotency-Key */
          "Idempotent-Replayed"?: "true";
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Resumed"];
        };
      };
      400: components["responses"]["BadRequest4"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound7"];
      409: components["responses"]["Conflict7"];
      421: components["responses"]["MisdirectedRequest"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  testWebhook: {
    parameters: {
      query?: never;
      header?: {
        /** @description Names this request, so that it can be sent again and is done once. For 24 hours the same request with the same key and API token gets the first response. On an event, the key is its ID, unless it has one */
        "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
      };
      path: {
        /** @description Key of the site */
        site: string;
        /** @description ID of the webhook */
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "event": "jira:issue_created"
         *     }
         */
        "application/json": {
          /** @description Event type of the test */
          event: string;
          /** @description Payload; the catalogue's sample when left out */
          payload?: {
            [key: string]: unknown;
          };
        };
      };
    };
    responses: {
      /** @description The attempt and its result; waiting when it did not come in time */
      200: {
        headers: {
          /** @description The response to an earlier request with this Idempotency-Key */
          "Idempotent-Replayed"?: "true";
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["TestDelivery"];
        };
      };
      400: components["responses"]["BadRequest2"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound7"];
      408: components["responses"]["RequestTimeout"];
      409: components["responses"]["Conflict10"];
      413: components["responses"]["PayloadTooLarge"];
      415: components["responses"]["UnsupportedMediaType"];
      421: components["responses"]["MisdirectedRequest"];
      422: components["responses"]["UnprocessableEntity12"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  previewWebhook: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description Key of the site */
        site: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "name": "Chat",
         *       "url": "https://hooks.example.com/chat",
         *       "format": "slack",
         *       "event": "jira:issue_created"
         *     }
         */
        "application/json": {
          /** @description Display name */
          name: string;
          /** @description URL; can have {issue.key} and other variables */
          url: string;
          /** @description Format of the body, the site's product when left out; standard is for operational events alone */
          format?: string;
          /** @description Tenant that it belongs to. Left out of a change it stays, null removes it */
          owner?: string | null;
          /** @description JSON with the tags of Mustache; format template only */
          template?: string | null;
          /** @description Integration key; format pagerduty only. Never shown again. Left out of a change it stays */
          routingKey?: string | null;
          /** @description Event types, with * for any text, Backlog's also by number; null or left out for every event type */
          events?: string[] | null;
          /** @description True for every event type, and no events beside it */
          allEvents?: boolean;
          /** @description Only events of the project with this key or ID */
          project?: string | null;
          /** @description JQL; Jira's format only */
          filter?: string | null;
          /** @description Conditions on the body, see docs/filters.md */
          bodyFilter?: {
            [key: string]: unknown;
          } | null;
          /** @description Leaves the body out */
          excludeBody?: boolean;
          /** @description Description */
          description?: string;
          /** @description Signs the body; never shown again. Left out of a change it stays, null removes it */
          secret?: string | null;
          /** @description Generates a secret, which this response shows */
          generateSecret?: boolean;
          /**
           * @description Standard Webhooks with a secret, or with a generated Ed25519 key pair; X-Hub-Signature of Jira's admin webhooks; X-Hub-Signature-256
           * @enum {string}
           */
          signature?: "standard" | "ed25519" | "hub" | "hub-256";
          /**
           * @description Retry schedule; null for that of the site
           * @enum {string|null}
           */
          retryProfile?: "jira" | "standard" | "dev" | null;
          /** @description How the receiver is sent to; null as the server does */
          pace?: {
            /** @description Attempts in each second or minute, evenly spread over all processes; null for no limit */
            rate?: {
              /** @description Number of attempts */
              count: number;
              /**
               * @description Unit of time
               * @enum {string}
               */
              per: "second" | "minute";
            } | null;
            /** @description Maximum number of requests in flight in each process; null for that of the server */
            slots?: number | null;
            /** @description Limit of a request, in milliseconds, where it is shorter than the server's; null for the server's */
            timeoutMs?: number | null;
            /**
             * @description Retry schedule; null for that of the site
             * @enum {string|null}
             */
            retryProfile?: "jira" | "standard" | "dev" | null;
            /** @description Delays before the retries, in milliseconds; empty for a single attempt, null for the retry schedule */
            retryDelaysMs?: number[] | null;
          } | null;
          /** @description JSON pointer into the body, such as /issue/id: deliveries with the same value go one after the other; null for any order */
          orderBy?: string | null;
          /** @description Several events in one request; null for one event in each */
          batch?: {
            /** @description Maximum number of events in one request */
            max: number;
            /** @description Time for which a batch gathers after its first event, in milliseconds */
            withinMs: number;
          } | null;
          /** @description False holds events back */
          active?: boolean;
          /** @description Custom headers by name; their values are never shown again. Left out of a change it stays, null removes it */
          headers?: {
            [key: string]: string;
          } | null;
          /** @description Authentication; its secrets are never shown again. Left out of a change it stays, null removes it */
          authentication?: {
            /**
             * @description Kind, which says what other members there are
             * @enum {string}
             */
            kind: "basic" | "bearer" | "oauth2";
            /** @description basic: user name */
            user?: string;
            /** @description basic: password */
            password?: string;
            /** @description bearer: the token, without the word Bearer */
            token?: string;
            /**
             * Format: date-time
             * @description bearer: end of the token, to be announced before; that of a JWT is read from it
             */
            expiresAt?: string | null;
            /** @description oauth2: URL of the token endpoint */
            tokenUrl?: string;
            /** @description oauth2: ID of the client */
            clientId?: string;
            /** @description oauth2: secret of the client */
            clientSecret?: string;
            /**
             * @description oauth2: place of ID and secret: the header (the default), or the body
             * @enum {string|null}
             */
            clientMethod?: "basic" | "post" | null;
            /** @description oauth2: scopes, with a space between each two */
            scope?: string | null;
            /** @description oauth2: audience, for token servers that ask for one */
            audience?: string | null;
          } | null;
          /** @description Client certificate with its key, and authorities in place of the well-known ones, as PEM; the key is never shown again. Left out of a change it stays, null removes it */
          tls?: {
            /** @description The certificate, then its chain */
            certificate?: string | null;
            /** @description Its private key, not encrypted */
            key?: string | null;
            /** @description Certificates that are trusted for this receiver alone */
            authorities?: string | null;
          } | null;
          /** @description Event type of the test */
          event: string;
          /** @description Payload; the catalogue's sample when left out */
          payload?: {
            [key: string]: unknown;
          };
          /** @description The webhook that is being edited: it keeps its secret and its routing key */
          id?: string;
          /**
           * @description Maximum number of latest events
           * @default 3
           */
          limit?: number;
        };
      };
    };
    responses: {
      /** @description The request for the sample, and those for the latest events, newest first */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["WebhookPreviews"];
        };
      };
      400: components["responses"]["BadRequest3"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound7"];
      408: components["responses"]["RequestTimeout"];
      409: components["responses"]["Conflict11"];
      413: components["responses"]["PayloadTooLarge"];
      415: components["responses"]["UnsupportedMediaType"];
      421: components["responses"]["MisdirectedRequest"];
      422: components["responses"]["UnprocessableEntity13"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  tryBodyFilter: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description Key of the site */
        site: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "bodyFilter": {
         *         "issue.fields.priority.name": {
         *           "$in": [
         *             "High",
         *             "Highest"
         *           ]
         *         }
         *       },
         *       "limit": 20
         *     }
         */
        "application/json": {
          /** @description Conditions on the body, see docs/filters.md */
          bodyFilter: {
            [key: string]: unknown;
          };
          /** @description Event type, with * for any text; all when left out */
          event?: string;
          /**
           * @description Maximum number of events
           * @default 20
           */
          limit?: number;
        };
      };
    };
    responses: {
      /** @description Each event with its result and the reason, newest first, and counts */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["BodyFilterTrial"];
        };
      };
      400: components["responses"]["BadRequest3"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound2"];
      408: components["responses"]["RequestTimeout"];
      413: components["responses"]["PayloadTooLarge"];
      415: components["responses"]["UnsupportedMediaType"];
      421: components["responses"]["MisdirectedRequest"];
      422: components["responses"]["UnprocessableEntity14"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  listEvents: {
    parameters: {
      query?: {
        /** @description Event type */
        event?: string;
        /** @description From this time on */
        since?: string;
        /** @description Before this time */
        until?: string;
        /** @description Maximum number of items on the page */
        limit?: number;
        /** @description The `next` of the page before */
        cursor?: string;
      };
      header?: never;
      path: {
        /** @description Key of the site */
        site: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Events */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["EventPage"];
        };
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound2"];
      421: components["responses"]["MisdirectedRequest"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  publishEvent: {
    parameters: {
      query?: never;
      header?: {
        /** @description Names this request, so that it can be sent again and is done once. For 24 hours the same request with the same key and API token gets the first response. On an event, the key is its ID, unless it has one */
        "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
      };
      path: {
        /** @description Key of the site */
        site: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "event": "jira:issue_created",
         *       "id": "issue-10007-created",
         *       "payload": {
         *         "issue": {
         *           "key": "DEMO-7"
         *         }
         *       }
         *     }
         */
        "application/json": components["schemas"]["NewEvent"];
      };
    };
    responses: {
      /** @description The event and its deliveries */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["PublishedEvent"];
        };
      };
      400: components["responses"]["BadRequest2"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound2"];
      408: components["responses"]["RequestTimeout"];
      409: components["responses"]["Conflict12"];
      413: components["responses"]["PayloadTooLarge"];
      415: components["responses"]["UnsupportedMediaType"];
      421: components["responses"]["MisdirectedRequest"];
      422: components["responses"]["UnprocessableEntity15"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  publishEvents: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description Key of the site */
        site: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "events": [
         *         {
         *           "event": "jira:issue_created",
         *           "id": "issue-10007-created",
         *           "payload": {
         *             "issue": {
         *               "key": "DEMO-7"
         *             }
         *           }
         *         }
         *       ]
         *     }
         */
        "application/json": {
          /** @description Events to publish */
          events: components["schemas"]["NewEvent"][];
        };
      };
    };
    responses: {
      /** @description One result for each event, in order */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["PublishedBatch"];
        };
      };
      400: components["responses"]["BadRequest2"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound2"];
      408: components["responses"]["RequestTimeout"];
      409: components["responses"]["Conflict12"];
      413: components["responses"]["PayloadTooLarge"];
      415: components["responses"]["UnsupportedMediaType"];
      421: components["responses"]["MisdirectedRequest"];
      422: components["responses"]["UnprocessableEntity15"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  showEvent: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description Key of the site */
        site: string;
        /** @description ID of the event */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The event with its body, its deliveries and the skipped subscriptions */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["EventDetail"];
        };
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound8"];
      421: components["responses"]["MisdirectedRequest"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  explainEvent: {
    parameters: {
      query?: {
        /** @description Key of an add-on */
        addon?: string;
        /** @description ID of an outgoing webhook, whk_… */
        webhook?: string;
        /** @description Rows of this kind */
        kind?:
          | "sent"
          | "skipped"
          | "added-later"
          | "not-subscribed"
          | "test-of-another"
          | "removed"
          | "other-site";
        /** @description Part of a receiver's name, key or ID, or of the reason */
        q?: string;
        /** @description Maximum number of items on the page */
        limit?: number;
        /** @description The `next` of the page before */
        cursor?: string;
      };
      header?: never;
      path: {
        /** @description Key of the site */
        site: string;
        /** @description ID of the event */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description One row for each receiver, with its reason */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["WhyPage"];
        };
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound9"];
      421: components["responses"]["MisdirectedRequest"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  listDeliveries: {
    parameters: {
      query?: {
        /** @description Key of the site */
        site?: string;
        /** @description Key of an add-on */
        addon?: string;
        /** @description ID of an outgoing webhook, whk_… */
        webhook?: string;
        /** @description Number of the endpoint; needs site */
        endpoint?: string;
        /** @description Event type */
        event?: string;
        /** @description State of the delivery */
        state?: "waiting" | "leased" | "delivered" | "failed";
        /** @description From this time on */
        since?: string;
        /** @description Before this time */
        until?: string;
        /** @description An ID, an event type or the beginning of a URL; with since and until at most an hour apart, text in a body */
        q?: string;
        /** @description Reason of the failure; of failed deliveries alone */
        reason?:
          | "exhausted"
          | "rejected"
          | "gone"
          | "aborted"
          | "forbidden"
          | "cancelled"
          | "unsubscribed"
          | "backlog-full"
          | "not-retried"
          | "over-limit"
          | "template-failed"
          | "expired";
        /** @description Only, or no, test deliveries */
        test?: boolean;
        /** @description Maximum number of items on the page */
        limit?: number;
        /** @description The `next` of the page before */
        cursor?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Deliveries */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["DeliveryPage"];
        };
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound7"];
      421: components["responses"]["MisdirectedRequest"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  showDelivery: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description ID of the delivery */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The delivery */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["DeliveryDetail"];
        };
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound10"];
      421: components["responses"]["MisdirectedRequest"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  redeliver: {
    parameters: {
      query?: never;
      header?: {
        /** @description Names this request, so that it can be sent again and is done once. For 24 hours the same request with the same key and API token gets the first response. On an event, the key is its ID, unless it has one */
        "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
      };
      path: {
        /** @description ID of the delivery */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The delivery, waiting */
      202: {
        headers: {
          /** @description The response to an earlier request with this Idempotency-Key */
          "Idempotent-Replayed"?: "true";
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Delivery"];
        };
      };
      400: components["responses"]["BadRequest4"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound10"];
      409: components["responses"]["Conflict13"];
      421: components["responses"]["MisdirectedRequest"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  cancelDelivery: {
    parameters: {
      query?: never;
      header?: {
        /** @description Names this request, so that it can be sent again and is done once. For 24 hours the same request with the same key and API token gets the first response. On an event, the key is its ID, unless it has one */
        "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
      };
      path: {
        /** @description ID of the delivery */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The delivery, failed as cancelled */
      200: {
        headers: {
          /** @description The response to an earlier request with this Idempotency-Key */
          "Idempotent-Replayed"?: "true";
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Delivery"];
        };
      };
      400: components["responses"]["BadRequest4"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound10"];
      409: components["responses"]["Conflict13"];
      421: components["responses"]["MisdirectedRequest"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  redeliverMany: {
    parameters: {
      query?: never;
      header?: {
        /** @description Names this request, so that it can be sent again and is done once. For 24 hours the same request with the same key and API token gets the first response. On an event, the key is its ID, unless it has one */
        "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "filter": {
         *         "state": "failed",
         *         "site": "board"
         *       },
         *       "dryRun": true
         *     }
         */
        "application/json": {
          /** @description Deliveries to reopen */
          filter: {
            /**
             * @description State of the delivery
             * @enum {string}
             */
            state: "failed" | "delivered";
            /** @description Key of the site */
            site?: string;
            /** @description Key of an add-on */
            addon?: string;
            /** @description ID of an outgoing webhook, whk_… */
            webhook?: string;
            /** @description Number of the endpoint; needs site */
            endpoint?: string;
            /** @description Event type */
            event?: string;
            /**
             * Format: date-time
             * @description From this time on
             */
            since?: string;
            /**
             * Format: date-time
             * @description Before this time
             */
            until?: string;
            /** @description An ID, an event type or the beginning of a URL; with since and until at most an hour apart, text in a body */
            q?: string;
            /** @description Only, or no, test deliveries */
            test?: boolean;
            /**
             * @description Reason of the failure; of failed deliveries alone
             * @enum {string}
             */
            reason?:
              | "exhausted"
              | "rejected"
              | "gone"
              | "aborted"
              | "forbidden"
              | "cancelled"
              | "unsubscribed"
              | "backlog-full"
              | "not-retried"
              | "over-limit"
              | "template-failed"
              | "expired";
          };
          /**
           * @description Only counts
           * @default false
           */
          dryRun?: boolean;
        };
      };
    };
    responses: {
      /** @description How many were, or would be, reopened */
      200: {
        headers: {
          /** @description The response to an earlier request with this Idempotency-Key */
          "Idempotent-Replayed"?: "true";
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["BulkResult"];
        };
      };
      400: components["responses"]["BadRequest2"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound7"];
      408: components["responses"]["RequestTimeout"];
      409: components["responses"]["Conflict7"];
      413: components["responses"]["PayloadTooLarge"];
      415: components["responses"]["UnsupportedMediaType"];
      421: components["responses"]["MisdirectedRequest"];
      422: components["responses"]["UnprocessableEntity5"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  cancelMany: {
    parameters: {
      query?: never;
      header?: {
        /** @description Names this request, so that it can be sent again and is done once. For 24 hours the same request with the same key and API token gets the first response. On an event, the key is its ID, unless it has one */
        "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "filter": {
         *         "site": "board",
         *         "addon": "com.example.addon"
         *       },
         *       "dryRun": true
         *     }
         */
        "application/json": {
          /** @description Deliveries to cancel */
          filter: {
            /** @description Key of the site */
            site?: string;
            /** @description Key of an add-on */
            addon?: string;
            /** @description ID of an outgoing webhook, whk_… */
            webhook?: string;
            /** @description Number of the endpoint; needs site */
            endpoint?: string;
            /** @description Event type */
            event?: string;
            /**
             * @description State of the delivery
             * @enum {string}
             */
            state?: "waiting";
            /**
             * Format: date-time
             * @description From this time on
             */
            since?: string;
            /**
             * Format: date-time
             * @description Before this time
             */
            until?: string;
            /** @description An ID, an event type or the beginning of a URL; with since and until at most an hour apart, text in a body */
            q?: string;
            /** @description Only, or no, test deliveries */
            test?: boolean;
          };
          /**
           * @description Only counts
           * @default false
           */
          dryRun?: boolean;
        };
      };
    };
    responses: {
      /** @description How many were, or would be, canceled */
      200: {
        headers: {
          /** @description The response to an earlier request with this Idempotency-Key */
          "Idempotent-Replayed"?: "true";
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["BulkResult"];
        };
      };
      400: components["responses"]["BadRequest2"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound7"];
      408: components["responses"]["RequestTimeout"];
      409: components["responses"]["Conflict7"];
      413: components["responses"]["PayloadTooLarge"];
      415: components["responses"]["UnsupportedMediaType"];
      421: components["responses"]["MisdirectedRequest"];
      422: components["responses"]["UnprocessableEntity5"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  listEndpoints: {
    parameters: {
      query?: {
        /** @description Key of the site */
        site?: string;
        /** @description In this state only */
        state?: "paused" | "inactive" | "circuit-open" | "failing" | "disabled" | "healthy";
        /** @description Part of a receiver's name or key, or of an origin */
        q?: string;
        /** @description Maximum number of items on the page */
        limit?: number;
        /** @description The `next` of the page before */
        cursor?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Endpoints with their state, figures and waiting deliveries */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["EndpointPage"];
        };
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound2"];
      421: components["responses"]["MisdirectedRequest"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  listSiteEndpoints: {
    parameters: {
      query?: {
        /** @description In this state only */
        state?: "paused" | "inactive" | "circuit-open" | "failing" | "disabled" | "healthy";
        /** @description Part of a receiver's name or key, or of an origin */
        q?: string;
        /** @description Maximum number of items on the page */
        limit?: number;
        /** @description The `next` of the page before */
        cursor?: string;
      };
      header?: never;
      path: {
        /** @description Key of the site */
        site: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Endpoints with their state, figures and waiting deliveries */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["EndpointPage"];
        };
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound2"];
      421: components["responses"]["MisdirectedRequest"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  showEndpoint: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description Key of the site */
        site: string;
        /** @description Number of the endpoint */
        number: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The endpoint; notSending is null while deliveries are sent */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["EndpointDetail"];
        };
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound11"];
      421: components["responses"]["MisdirectedRequest"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  updateEndpoint: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description Key of the site */
        site: string;
        /** @description Number of the endpoint */
        number: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "pace": {
         *         "rate": {
         *           "count": 5,
         *           "per": "second"
         *         },
         *         "slots": 4
         *       }
         *     }
         */
        "application/json": {
          /** @description How the receiver is sent to; null as the server does */
          pace?: {
            /** @description Attempts in each second or minute, evenly spread over all processes; null for no limit */
            rate?: {
              /** @description Number of attempts */
              count: number;
              /**
               * @description Unit of time
               * @enum {string}
               */
              per: "second" | "minute";
            } | null;
            /** @description Maximum number of requests in flight in each process; null for that of the server */
            slots?: number | null;
            /** @description Limit of a request, in milliseconds, where it is shorter than the server's; null for the server's */
            timeoutMs?: number | null;
            /**
             * @description Retry schedule; null for that of the site
             * @enum {string|null}
             */
            retryProfile?: "jira" | "standard" | "dev" | null;
            /** @description Delays before the retries, in milliseconds; empty for a single attempt, null for the retry schedule */
            retryDelaysMs?: number[] | null;
          } | null;
          /** @description JSON pointer into the body, such as /issue/id: deliveries with the same value go one after the other; null for any order */
          orderBy?: string | null;
          /** @description Custom headers by name; their values are never shown again. Left out of a change it stays, null removes it */
          headers?: {
            [key: string]: string;
          } | null;
          /** @description Client certificate with its key, and authorities in place of the well-known ones, as PEM; the key is never shown again. Left out of a change it stays, null removes it */
          tls?: {
            /** @description The certificate, then its chain */
            certificate?: string | null;
            /** @description Its private key, not encrypted */
            key?: string | null;
            /** @description Certificates that are trusted for this receiver alone */
            authorities?: string | null;
          } | null;
        };
      };
    };
    responses: {
      /** @description The endpoint with its new settings */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["EndpointDetail"];
        };
      };
      400: components["responses"]["BadRequest3"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound11"];
      408: components["responses"]["RequestTimeout"];
      409: components["responses"]["Conflict14"];
      413: components["responses"]["PayloadTooLarge"];
      415: components["responses"]["UnsupportedMediaType"];
      421: components["responses"]["MisdirectedRequest"];
      422: components["responses"]["UnprocessableEntity16"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  tryEndpoint: {
    parameters: {
      query?: never;
      header?: {
        /** @description Names this request, so that it can be sent again and is done once. For 24 hours the same request with the same key and API token gets the first response. On an event, the key is its ID, unless it has one */
        "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
      };
      path: {
        /** @description Key of the site */
        site: string;
        /** @description Number of the endpoint */
        number: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The ID of the delivery; its next attempt has the result */
      202: {
        headers: {
          /** @description The response to an earlier request with this Idempotency-Key */
          "Idempotent-Replayed"?: "true";
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["EndpointTry"];
        };
      };
      400: components["responses"]["BadRequest4"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound11"];
      409: components["responses"]["Conflict15"];
      421: components["responses"]["MisdirectedRequest"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  resumeEndpoint: {
    parameters: {
      query?: never;
      header?: {
        /** @description Names this request, so that it can be sent again and is done once. For 24 hours the same request with the same key and API token gets the first response. On an event, the key is its ID, unless it has one */
        "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
      };
      path: {
        /** @description Key of the site */
        site: string;
        /** @description Number of the endpoint */
        number: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description How many endpoints and subscriptions were resumed */
      200: {
        headers: {
          /** @description The response to an earlier request with this Idempotency-Key */
          "Idempotent-Replayed"?: "true";
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Resumed"];
        };
      };
      400: components["responses"]["BadRequest4"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound11"];
      409: components["responses"]["Conflict7"];
      421: components["responses"]["MisdirectedRequest"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  listReplays: {
    parameters: {
      query?: {
        /** @description Maximum number of items on the page */
        limit?: number;
        /** @description The `next` of the page before */
        cursor?: string;
        /** @description Replays in this state */
        state?: "running" | "done" | "cancelled";
        /** @description Part of a receiver's name, key, ID or URL */
        q?: string;
      };
      header?: never;
      path: {
        /** @description Key of the site */
        site: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Replays */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["ReplayPage"];
        };
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound2"];
      421: components["responses"]["MisdirectedRequest"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  createReplay: {
    parameters: {
      query?: never;
      header?: {
        /** @description Names this request, so that it can be sent again and is done once. For 24 hours the same request with the same key and API token gets the first response. On an event, the key is its ID, unless it has one */
        "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
      };
      path: {
        /** @description Key of the site */
        site: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "to": {
         *         "addon": "com.example.addon"
         *       },
         *       "since": "2026-01-31T12:00:00Z",
         *       "dryRun": true
         *     }
         */
        "application/json": {
          /** @description The receiver: an add-on or an outgoing webhook */
          to: {
            /** @description Key of an add-on */
            addon?: string;
            /** @description ID of an outgoing webhook, whk_… */
            webhook?: string;
          };
          /**
           * Format: date-time
           * @description Events from this time on
           */
          since: string;
          /**
           * Format: date-time
           * @description Events before this time; now when left out
           */
          until?: string;
          /** @description Event types, with * for any text; all when left out */
          events?: string[];
          /**
           * @description False sends events again that were delivered to the receiver
           * @default true
           */
          onlyMissing?: boolean;
          /**
           * @description Only shows which events would be sent
           * @default false
           */
          dryRun?: boolean;
        };
      };
    };
    responses: {
      /** @description The replay, running; with dryRun, which events it would send */
      202: {
        headers: {
          /** @description The response to an earlier request with this Idempotency-Key */
          "Idempotent-Replayed"?: "true";
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Replay"] | components["schemas"]["ReplayPreview"];
        };
      };
      400: components["responses"]["BadRequest2"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound12"];
      408: components["responses"]["RequestTimeout"];
      409: components["responses"]["Conflict16"];
      413: components["responses"]["PayloadTooLarge"];
      415: components["responses"]["UnsupportedMediaType"];
      421: components["responses"]["MisdirectedRequest"];
      422: components["responses"]["UnprocessableEntity5"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  showReplay: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description Key of the site */
        site: string;
        /** @description ID of the replay */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The replay */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Replay"];
        };
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound13"];
      421: components["responses"]["MisdirectedRequest"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  cancelReplay: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description Key of the site */
        site: string;
        /** @description ID of the replay */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The replay; one that has ended stays as it is */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Replay"];
        };
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound13"];
      421: components["responses"]["MisdirectedRequest"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  listListeners: {
    parameters: {
      query?: {
        /** @description Maximum number of items on the page */
        limit?: number;
        /** @description The `next` of the page before */
        cursor?: string;
      };
      header?: never;
      path: {
        /** @description Key of the site */
        site: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Listeners */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["ListenerPage"];
        };
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound2"];
      421: components["responses"]["MisdirectedRequest"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  createListener: {
    parameters: {
      query?: never;
      header?: {
        /** @description Names this request, so that it can be sent again and is done once. For 24 hours the same request with the same key and API token gets the first response. On an event, the key is its ID, unless it has one */
        "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
      };
      path: {
        /** @description Key of the site */
        site: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "forwardTo": "http://localhost:3000/hook",
         *       "events": [
         *         "crane.*"
         *       ]
         *     }
         */
        "application/json": {
          /** @description Base URL that the program forwards to, without a query. It is shown; the host sends nothing there */
          forwardTo: string;
          /** @description Key of an add-on */
          addonKey?: string;
          /** @description Event types of a temporary webhook, with * for any text; every event type when left out */
          events?: string[];
        };
      };
    };
    responses: {
      /** @description The listener, for this token alone; to be connected to by its stream */
      201: {
        headers: {
          /** @description The response to an earlier request with this Idempotency-Key */
          "Idempotent-Replayed"?: "true";
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["NewListener"];
        };
      };
      400: components["responses"]["BadRequest2"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound4"];
      408: components["responses"]["RequestTimeout"];
      409: components["responses"]["Conflict17"];
      413: components["responses"]["PayloadTooLarge"];
      415: components["responses"]["UnsupportedMediaType"];
      421: components["responses"]["MisdirectedRequest"];
      422: components["responses"]["UnprocessableEntity17"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  streamListener: {
    parameters: {
      query?: {
        /** @description The ID of the last event of the stream before */
        after?: string;
      };
      header?: never;
      path: {
        /** @description Key of the site */
        site: string;
        /** @description ID of the listener */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description A response that goes on: one event for each delivery */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "text/event-stream": components["schemas"]["ListenerStream"];
        };
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound14"];
      421: components["responses"]["MisdirectedRequest"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  respondAsListener: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description Key of the site */
        site: string;
        /** @description ID of the listener */
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "responses": [
         *         {
         *           "deliveryId": "dlv_1_019320a5b87b70008000000000000001",
         *           "attempt": 1,
         *           "durationMs": 12,
         *           "response": {
         *             "status": 204,
         *             "headers": [],
         *             "body": ""
         *           }
         *         }
         *       ]
         *     }
         */
        "application/json": {
          /** @description What became of deliveries; none for a sign of life */
          responses: {
            /** @description ID of the delivery, dlv_… */
            deliveryId: string;
            /** @description Number of the attempt */
            attempt: number;
            /** @description Time until the response, in milliseconds */
            durationMs: number;
            /** @description A response of the local application */
            response?: {
              /** @description Status */
              status: number;
              /** @description Headers */
              headers: string[][];
              /** @description The first 64 KiB of the body, in Base64 */
              body: string;
              /** @description True if the body is longer */
              isCut?: boolean;
            };
            /** @description Why there is no response */
            failure?: {
              /**
               * @description Kind
               * @enum {string}
               */
              reason:
                | "timeout"
                | "connect-timeout"
                | "dns"
                | "connection-refused"
                | "connection-reset"
                | "tls"
                | "tls-version"
                | "tls-client-certificate"
                | "tls-handshake"
                | "protocol";
              /** @description One sentence */
              detail: string;
            };
          }[];
        };
      };
    };
    responses: {
      /** @description Taken; a response that was taken before, or comes late, is passed over */
      204: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      400: components["responses"]["BadRequest3"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound14"];
      408: components["responses"]["RequestTimeout"];
      413: components["responses"]["PayloadTooLarge"];
      415: components["responses"]["UnsupportedMediaType"];
      421: components["responses"]["MisdirectedRequest"];
      422: components["responses"]["UnprocessableEntity5"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  endListener: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description Key of the site */
        site: string;
        /** @description ID of the listener */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It has ended */
      204: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound14"];
      421: components["responses"]["MisdirectedRequest"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  listEventTypes: {
    parameters: {
      query?: {
        /** @description Maximum number of items on the page */
        limit?: number;
        /** @description The `next` of the page before */
        cursor?: string;
        /** @description Words that the event type has in its names, group or description */
        q?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Events */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["EventTypePage"];
        };
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound"];
      421: components["responses"]["MisdirectedRequest"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  listProductEventTypes: {
    parameters: {
      query?: {
        /** @description Maximum number of items on the page */
        limit?: number;
        /** @description The `next` of the page before */
        cursor?: string;
        /** @description Words that the event type has in its names, group or description */
        q?: string;
      };
      header?: never;
      path: {
        /** @description Key of the product */
        product: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Events */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["EventTypePage"];
        };
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound15"];
      421: components["responses"]["MisdirectedRequest"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  showEventType: {
    parameters: {
      query?: {
        /** @description Of the sample and its confidence, where the product has two: connect when left out */
        envelope?: "connect" | "cloud";
      };
      header?: never;
      path: {
        /** @description Key of the product */
        product: string;
        /** @description Event type */
        event: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The event */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["EventTypeDetail"];
        };
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound16"];
      421: components["responses"]["MisdirectedRequest"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  listProducts: {
    parameters: {
      query?: {
        /** @description Maximum number of items on the page */
        limit?: number;
        /** @description The `next` of the page before */
        cursor?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Products without their event types */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["ProductPage"];
        };
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound"];
      421: components["responses"]["MisdirectedRequest"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  showProduct: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description Key of the product */
        product: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The product */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Product"];
        };
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound15"];
      421: components["responses"]["MisdirectedRequest"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  putProduct: {
    parameters: {
      query?: {
        /** @description Changes the product also where that breaks subscribers */
        force?: boolean;
        /** @description Only shows the changes */
        dryRun?: boolean;
      };
      header?: never;
      path: {
        /** @description Key of the product */
        product: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "product": "harbor",
         *       "name": "Harbor",
         *       "description": "Port operations",
         *       "events": {
         *         "crane.stopped": {
         *           "description": "A crane has stopped"
         *         }
         *       }
         *     }
         */
        "application/json": {
          [key: string]: unknown;
        };
      };
    };
    responses: {
      /** @description The product and its changes; with dryRun, the changes alone */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["PutProduct"] | components["schemas"]["ProductPlan"];
        };
      };
      400: components["responses"]["BadRequest3"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound15"];
      408: components["responses"]["RequestTimeout"];
      409: components["responses"]["Conflict18"];
      413: components["responses"]["PayloadTooLarge2"];
      415: components["responses"]["UnsupportedMediaType"];
      421: components["responses"]["MisdirectedRequest"];
      422: components["responses"]["UnprocessableEntity18"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  deleteProduct: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description Key of the product */
        product: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The product is deleted; its changes are kept */
      204: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound15"];
      409: components["responses"]["Conflict19"];
      421: components["responses"]["MisdirectedRequest"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  listDeprecatedEventTypes: {
    parameters: {
      query?: {
        /** @description Maximum number of items on the page */
        limit?: number;
        /** @description The `next` of the page before */
        cursor?: string;
      };
      header?: never;
      path: {
        /** @description Key of the product */
        product: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Event types, each with its receivers, 200 at most */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["DeprecatedEventTypePage"];
        };
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound15"];
      421: components["responses"]["MisdirectedRequest"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  patchEventType: {
    parameters: {
      query?: {
        /** @description Changes the product also where that breaks subscribers */
        force?: boolean;
      };
      header?: never;
      path: {
        /** @description Key of the product */
        product: string;
        /** @description Event type */
        event: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "description": "A crane has stopped, by hand or by itself"
         *     }
         */
        "application/json": {
          [key: string]: unknown;
        };
      };
    };
    responses: {
      /** @description The product and its changes */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["ChangedProduct"];
        };
      };
      400: components["responses"]["BadRequest3"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound15"];
      408: components["responses"]["RequestTimeout"];
      409: components["responses"]["Conflict18"];
      413: components["responses"]["PayloadTooLarge2"];
      415: components["responses"]["UnsupportedMediaType"];
      421: components["responses"]["MisdirectedRequest"];
      422: components["responses"]["UnprocessableEntity19"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  publishCatalogue: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description Key of the product */
        product: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "public": true
         *     }
         */
        "application/json": {
          /** @description True opens the catalogue, false closes it */
          public: boolean;
        };
      };
    };
    responses: {
      /** @description The product without its document */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["ProductSummary"];
        };
      };
      400: components["responses"]["BadRequest3"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound15"];
      408: components["responses"]["RequestTimeout"];
      413: components["responses"]["PayloadTooLarge"];
      415: components["responses"]["UnsupportedMediaType"];
      421: components["responses"]["MisdirectedRequest"];
      422: components["responses"]["UnprocessableEntity5"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  listProductChanges: {
    parameters: {
      query?: {
        /** @description Maximum number of items on the page */
        limit?: number;
        /** @description The `next` of the page before */
        cursor?: string;
      };
      header?: never;
      path: {
        /** @description Key of the product */
        product: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Changes, without documents */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["ProductRevisionPage"];
        };
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound15"];
      421: components["responses"]["MisdirectedRequest"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  showProductChange: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description Key of the product */
        product: string;
        /** @description Version after the change */
        version: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The change */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["ProductRevisionDetail"];
        };
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound17"];
      421: components["responses"]["MisdirectedRequest"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  listTokens: {
    parameters: {
      query?: {
        /** @description Maximum number of items on the page */
        limit?: number;
        /** @description The `next` of the page before */
        cursor?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Tokens, without their secret part */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["TokenPage"];
        };
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound"];
      421: components["responses"]["MisdirectedRequest"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  createToken: {
    parameters: {
      query?: never;
      header?: {
        /** @description Names this request, so that it can be sent again and is done once. For 24 hours the same request with the same key and API token gets the first response. On an event, the key is its ID, unless it has one */
        "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "name": "build server",
         *       "scopes": [
         *         "events:write"
         *       ],
         *       "site": "board"
         *     }
         */
        "application/json": {
          /** @description Name */
          name: string;
          /** @description Scopes */
          scopes: ("admin" | "read" | "events:write" | "ingest" | "metrics")[];
          /** @description Key of the site */
          site?: string;
          /** @description Key of an add-on */
          addon?: string;
          /** @description Owner of outgoing webhooks */
          owner?: string;
          /**
           * Format: date-time
           * @description Expiry, in the future; never when left out
           */
          expiresAt?: string;
        };
      };
    };
    responses: {
      /** @description The token; this is the only time it is shown */
      201: {
        headers: {
          /** @description The response to an earlier request with this Idempotency-Key */
          "Idempotent-Replayed"?: "true";
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["NewToken"];
        };
      };
      400: components["responses"]["BadRequest2"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound2"];
      408: components["responses"]["RequestTimeout"];
      409: components["responses"]["Conflict7"];
      413: components["responses"]["PayloadTooLarge"];
      415: components["responses"]["UnsupportedMediaType"];
      421: components["responses"]["MisdirectedRequest"];
      422: components["responses"]["UnprocessableEntity5"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  revokeToken: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description ID of the token */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It is not accepted any more */
      204: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound18"];
      409: components["responses"]["Conflict20"];
      421: components["responses"]["MisdirectedRequest"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  createLoginLink: {
    parameters: {
      query?: never;
      header?: {
        /** @description Names this request, so that it can be sent again and is done once. For 24 hours the same request with the same key and API token gets the first response. On an event, the key is its ID, unless it has one */
        "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The link and when it expires */
      201: {
        headers: {
          /** @description The response to an earlier request with this Idempotency-Key */
          "Idempotent-Replayed"?: "true";
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["LoginLink"];
        };
      };
      400: components["responses"]["BadRequest4"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound"];
      409: components["responses"]["Conflict7"];
      421: components["responses"]["MisdirectedRequest"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  createPortalLink: {
    parameters: {
      query?: never;
      header?: {
        /** @description Names this request, so that it can be sent again and is done once. For 24 hours the same request with the same key and API token gets the first response. On an event, the key is its ID, unless it has one */
        "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "addon": "com.example.addon",
         *       "site": "board"
         *     }
         */
        "application/json": {
          /** @description Key of an add-on */
          addon?: string;
          /** @description Owner of outgoing webhooks */
          owner?: string;
          /** @description Key of the site */
          site?: string;
          /**
           * @description Lifetime of the link, in minutes
           * @default 10
           */
          minutes?: number;
        };
      };
    };
    responses: {
      /** @description The link and when it expires */
      201: {
        headers: {
          /** @description The response to an earlier request with this Idempotency-Key */
          "Idempotent-Replayed"?: "true";
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["LoginLink"];
        };
      };
      400: components["responses"]["BadRequest2"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound12"];
      408: components["responses"]["RequestTimeout"];
      409: components["responses"]["Conflict7"];
      413: components["responses"]["PayloadTooLarge"];
      415: components["responses"]["UnsupportedMediaType"];
      421: components["responses"]["MisdirectedRequest"];
      422: components["responses"]["UnprocessableEntity5"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  showPortalLook: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The look */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["PortalLook"];
        };
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound"];
      421: components["responses"]["MisdirectedRequest"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  changePortalLook: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "title": "Harbor webhooks",
         *       "origins": [
         *         "https://app.example.com"
         *       ]
         *     }
         */
        "application/json": {
          /** @description Title in place of Callboard's; null removes it */
          title?: string | null;
          /** @description A PNG, JPEG or WebP image of at most 64 KiB, in base64; null removes it */
          logo?: string | null;
          /** @description Origins whose pages may have a portal in a frame */
          origins?: string[];
        };
      };
    };
    responses: {
      /** @description The look */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["PortalLook"];
        };
      };
      400: components["responses"]["BadRequest3"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound"];
      408: components["responses"]["RequestTimeout"];
      413: components["responses"]["PayloadTooLarge"];
      415: components["responses"]["UnsupportedMediaType"];
      421: components["responses"]["MisdirectedRequest"];
      422: components["responses"]["UnprocessableEntity20"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  exportEvents: {
    parameters: {
      query?: {
        /** @description Event type */
        event?: string;
        /** @description From this time on */
        since?: string;
        /** @description Before this time */
        until?: string;
      };
      header?: never;
      path: {
        /** @description Key of the site */
        site: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Events */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/x-ndjson": components["schemas"]["EventLines"];
        };
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound2"];
      421: components["responses"]["MisdirectedRequest"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  exportDeliveries: {
    parameters: {
      query?: {
        /** @description Event type */
        event?: string;
        /** @description From this time on */
        since?: string;
        /** @description Before this time */
        until?: string;
      };
      header?: never;
      path: {
        /** @description Key of the site */
        site: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Deliveries */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/x-ndjson": components["schemas"]["DeliveryLines"];
        };
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound2"];
      421: components["responses"]["MisdirectedRequest"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  createBackup: {
    parameters: {
      query?: never;
      header?: {
        /** @description Names this request, so that it can be sent again and is done once. For 24 hours the same request with the same key and API token gets the first response. On an event, the key is its ID, unless it has one */
        "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The backup, which runs */
      201: {
        headers: {
          /** @description The response to an earlier request with this Idempotency-Key */
          "Idempotent-Replayed"?: "true";
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Backup"];
        };
      };
      400: components["responses"]["BadRequest4"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound"];
      409: components["responses"]["Conflict21"];
      421: components["responses"]["MisdirectedRequest"];
      422: components["responses"]["UnprocessableEntity21"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
      507: components["responses"]["InsufficientStorage"];
    };
  };
  showBackup: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description ID of the backup */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The backup */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Backup"];
        };
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound19"];
      421: components["responses"]["MisdirectedRequest"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  deleteBackup: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description ID of the backup */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It is deleted */
      204: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound19"];
      421: components["responses"]["MisdirectedRequest"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  downloadBackup: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description ID of the backup */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description A SQLite database */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/octet-stream": components["schemas"]["BackupFile"];
        };
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound19"];
      409: components["responses"]["Conflict22"];
      421: components["responses"]["MisdirectedRequest"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  erase: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "subject": "zoe@example.com",
         *       "confirm": false
         *     }
         */
        "application/json": {
          /** @description Text to erase; found exactly, with its letter case, also escaped as in JSON and percent-encoded as in URLs */
          subject: string;
          /** @description True erases; false, the default, only counts */
          confirm?: boolean;
          /** @description The `cursor` of the step before */
          cursor?: string;
        };
      };
    };
    responses: {
      /** @description What this step found */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["ErasureStep"];
        };
      };
      400: components["responses"]["BadRequest3"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound"];
      408: components["responses"]["RequestTimeout"];
      413: components["responses"]["PayloadTooLarge"];
      415: components["responses"]["UnsupportedMediaType"];
      421: components["responses"]["MisdirectedRequest"];
      422: components["responses"]["UnprocessableEntity5"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  showStatus: {
    parameters: {
      query?: {
        /** @description Key of the site */
        site?: string;
        /** @description Maximum number of items on the page */
        limit?: number;
        /** @description The `next` of the page before */
        cursor?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The server, and figures for each site */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Status"];
        };
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound2"];
      421: components["responses"]["MisdirectedRequest"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  listLimits: {
    parameters: {
      query?: {
        /** @description Maximum number of items on the page */
        limit?: number;
        /** @description The `next` of the page before */
        cursor?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Limits */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["LimitPage"];
        };
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound"];
      421: components["responses"]["MisdirectedRequest"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  listKeys: {
    parameters: {
      query?: {
        /** @description Maximum number of items on the page */
        limit?: number;
        /** @description The `next` of the page before */
        cursor?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Keys, newest first; each is served at its path */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["SigningKeyPage"];
        };
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound"];
      421: components["responses"]["MisdirectedRequest"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  rotateKey: {
    parameters: {
      query?: never;
      header?: {
        /** @description Names this request, so that it can be sent again and is done once. For 24 hours the same request with the same key and API token gets the first response. On an event, the key is its ID, unless it has one */
        "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Keys, newest first */
      201: {
        headers: {
          /** @description The response to an earlier request with this Idempotency-Key */
          "Idempotent-Replayed"?: "true";
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["SigningKeyPage"];
        };
      };
      400: components["responses"]["BadRequest4"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound"];
      409: components["responses"]["Conflict7"];
      421: components["responses"]["MisdirectedRequest"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  withdrawKey: {
    parameters: {
      query?: never;
      header?: {
        /** @description Names this request, so that it can be sent again and is done once. For 24 hours the same request with the same key and API token gets the first response. On an event, the key is its ID, unless it has one */
        "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
      };
      path: {
        /** @description Key ID */
        kid: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Keys, newest first */
      200: {
        headers: {
          /** @description The response to an earlier request with this Idempotency-Key */
          "Idempotent-Replayed"?: "true";
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["SigningKeyPage"];
        };
      };
      400: components["responses"]["BadRequest4"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound20"];
      409: components["responses"]["Conflict23"];
      421: components["responses"]["MisdirectedRequest"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  rekey: {
    parameters: {
      query?: never;
      header?: {
        /** @description Names this request, so that it can be sent again and is done once. For 24 hours the same request with the same key and API token gets the first response. On an event, the key is its ID, unless it has one */
        "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Key IDs, secrets encrypted by this call, and secrets that remain */
      200: {
        headers: {
          /** @description The response to an earlier request with this Idempotency-Key */
          "Idempotent-Replayed"?: "true";
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Rekey"];
        };
      };
      400: components["responses"]["BadRequest4"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound"];
      409: components["responses"]["Conflict24"];
      421: components["responses"]["MisdirectedRequest"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  showSettings: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Settings */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Settings"];
        };
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound"];
      421: components["responses"]["MisdirectedRequest"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  changeSettings: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "retentionMs": 2592000000
         *     }
         */
        "application/json": {
          /** @description Age at which events, deliveries and attempts are deleted, in milliseconds */
          retentionMs?: number;
          /** @description Age at which bodies are deleted, in milliseconds */
          bodyRetentionMs?: number;
          /**
           * @description Where sites can install add-ons from: anywhere, or the directory only
           * @enum {string}
           */
          installSources?: "anywhere" | "directory";
        };
      };
    };
    responses: {
      /** @description Settings */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Settings"];
        };
      };
      400: components["responses"]["BadRequest3"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound"];
      408: components["responses"]["RequestTimeout"];
      413: components["responses"]["PayloadTooLarge"];
      415: components["responses"]["UnsupportedMediaType"];
      421: components["responses"]["MisdirectedRequest"];
      422: components["responses"]["UnprocessableEntity5"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  listAudit: {
    parameters: {
      query?: {
        /** @description Maximum number of items on the page */
        limit?: number;
        /** @description The `next` of the page before */
        cursor?: string;
        /** @description From this time on */
        since?: string;
        /** @description Before this time */
        until?: string;
        /** @description Part of an actor, action, object, detail or address */
        q?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Entries. A page of a search can be short, even empty, and have a next */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["AuditPage"];
        };
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound"];
      421: components["responses"]["MisdirectedRequest"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
  verifyAudit: {
    parameters: {
      query?: {
        /** @description The checkpoint of an earlier check, which must still be part of the chain */
        checkpoint?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Whether the chain is intact, and the first problem if it isn't */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["AuditCheck"];
        };
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound"];
      421: components["responses"]["MisdirectedRequest"];
      500: components["responses"]["InternalServerError"];
      503: components["responses"]["ServiceUnavailable"];
    };
  };
}
