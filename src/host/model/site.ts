/** Sites: one instance of a product each, one tenant each. */

export type InstallSigning = "signed" | "legacy";

export interface SiteOptions {
  /** The body envelope of a Confluence site. */
  readonly envelope?: "connect" | "cloud";
  /** Adds user_id and user_key to the URLs of add-ons, as hosts before 2019 did. */
  readonly userParameters?: boolean;
  /** Age at which events, deliveries and attempts of the site are deleted, in milliseconds. The host's own when left out. */
  readonly retentionMs?: number;
  /** Age at which bodies of the site are deleted. */
  readonly bodyRetentionMs?: number;
  /** The same as `retentionMs`, by event type. */
  readonly eventRetentionMs?: Readonly<Record<string, number>>;
}

export interface Site {
  readonly no: number;
  readonly key: string;
  /** The key of its product. */
  readonly product: string;
  readonly name: string;
  /** URL of the site for add-ons. Undefined: derived from the server's base URL and the key. */
  readonly baseUrl: string | undefined;
  readonly clientKey: string;
  readonly retryProfile: string | undefined;
  readonly installSigning: InstallSigning;
  readonly options: SiteOptions;
  readonly version: number;
  readonly createdAt: number;
}
