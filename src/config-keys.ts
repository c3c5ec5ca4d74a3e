/**
 * All environment keys: the default as the README and the help of `serve` show it, and the meaning. A test compares them with the table in
 * the README.
 */
export const CONFIG_KEYS = {
  CALLBOARD_PROFILE: ["`dev` on loopback, else required", "profile: `dev` or `prod`"],
  CALLBOARD_HOST: ["`127.0.0.1`", "address to listen on"],
  CALLBOARD_PORT: ["`2990`", "port to listen on; `0` for any free one"],
  CALLBOARD_BASE_URL: [
    "the address it listens on",
    "public URL of this server, which add-ons and browsers use; it can have a path",
  ],
  CALLBOARD_DATA_DIR: [
    "`./.callboard`",
    "directory of the SQLite file, the master key, the first token and the URL of the server",
  ],
  CALLBOARD_DATABASE_URL: ["`sqlite:` in the data directory", "database: `sqlite:FILE` or `postgres://…`"],
  CALLBOARD_DATABASE_POOL: ["`10`", "maximum number of connections to PostgreSQL, of each process"],
  CALLBOARD_READ_URL: ["none", "`postgres://…` of a read replica, for pages and lists"],
  CALLBOARD_LISTEN_URL: [
    "`CALLBOARD_DATABASE_URL`, unless that is a pooler",
    "`postgres://…` of the server itself, for LISTEN behind a pooler; without it, Callboard polls",
  ],
  CALLBOARD_OUTBOX_URL: [
    "none",
    "`postgres://…` of your database with the table `callboard_outbox`, whose rows become events",
  ],
  CALLBOARD_ROLE: [
    "`all`",
    "role: `all`, `api` (accept only) or `worker` (deliver only); the last two require PostgreSQL",
  ],
  CALLBOARD_ADMIN_TOKEN: [
    "created at the first start",
    "first API token, 20 to 200 characters, for unattended installations",
  ],
  CALLBOARD_MASTER_KEY: [
    "a file, created at the first start; required on PostgreSQL",
    "32 bytes in base64 or hex, which encrypt secrets in the database",
  ],
  CALLBOARD_MASTER_KEY_NEXT: ["none", "next master key, for `callboard keys rekey`"],
  CALLBOARD_RETRY_SCHEDULE: [
    "by product and profile",
    "delays before retries, such as `200ms,1s,5s`, for all deliveries",
  ],
  CALLBOARD_REQUEST_TIMEOUT: ["`20s`", "timeout of a whole delivery request"],
  CALLBOARD_CONNECT_TIMEOUT: ["`5s`", "timeout of a connection, TLS included"],
  CALLBOARD_ENDPOINT_CONCURRENCY: [
    "`20,10`",
    "requests in flight for each endpoint and process: primary lane, secondary lane",
  ],
  CALLBOARD_ALLOW_NETWORKS: [
    "none (`dev`: `loopback`)",
    "networks, addresses and host names that can be private, and be reached over http",
  ],
  CALLBOARD_ALLOWED_HOSTS: [
    "own addresses and base URL",
    "additional names to accept in the Host header; `*.name` includes all names below it",
  ],
  CALLBOARD_TRUSTED_PROXIES: [
    "none",
    "addresses of proxies whose `X-Forwarded-For` and `X-Forwarded-Proto` are trusted",
  ],
  CALLBOARD_METRICS_LISTEN: ["none", "additional `address:port` for metrics and health, without a token"],
  CALLBOARD_BODY_LIMIT: ["`25MiB`", "maximum size of the body of an event"],
  CALLBOARD_BODY_VALUES: ["`200000`", "maximum number of values and keys in the body of an event"],
  CALLBOARD_READ_LIMIT: [
    "`128MiB`",
    "maximum size of all request bodies in progress; half of it for each client address or token",
  ],
  CALLBOARD_QUEUE_LIMIT: [
    "`1000000`",
    "number of waiting deliveries that is reported as high; it refuses nothing",
  ],
  CALLBOARD_ENDPOINT_BACKLOG: [
    "`10000`",
    "maximum number of waiting deliveries for each endpoint; further ones fail as `backlog-full`",
  ],
  CALLBOARD_RETENTION: ["`30d`", "age at which events, deliveries and attempts are deleted"],
  CALLBOARD_BODY_RETENTION: [
    "as `CALLBOARD_RETENTION`",
    "age at which bodies are deleted; the delivery log is kept",
  ],
  CALLBOARD_PRODUCTS: ["none", "folder with product files (`.yaml`, `.json`), read at the start"],
  CALLBOARD_EGRESS_PROXY: [
    "none",
    "`http://`, `https://` or `socks5://` proxy for requests to add-ons and receivers, except on this machine",
  ],
  CALLBOARD_DNS_SERVERS: ["the system's", "name servers, `address` or `address:port`"],
  CALLBOARD_LOG_LEVEL: ["`info`", "level of the log: `debug`, `info`, `warn`, `error` or `silent`"],
  CALLBOARD_URL: ["the URL file, else where `serve` would listen", "server that the command line uses"],
  CALLBOARD_TOKEN: ["the token file, else `CALLBOARD_ADMIN_TOKEN`", "API token that the command line uses"],
  CALLBOARD_INSPECTOR_TOKEN: ["none", "token that the Inspector's pages require"],
} as const satisfies Record<string, readonly [shownDefault: string, meaning: string]>;

export type ConfigKey = keyof typeof CONFIG_KEYS;
