/** Descriptors of tests: of an add-on that runs, or of one that the test host plays. Pure. */

/** A descriptor as a value. Without `baseUrl`, the test host plays the add-on, and the rest can be left out as well. */
export interface TestDescriptor {
  readonly key?: string;
  readonly baseUrl?: string;
  readonly lifecycle?: Readonly<Record<string, string>>;
  readonly modules?: {
    readonly webhooks?: readonly {
      readonly event: string;
      readonly url: string;
      readonly [member: string]: unknown;
    }[];
    readonly [module: string]: unknown;
  };
  readonly [member: string]: unknown;
}

const LIFECYCLE = {
  installed: "/installed",
  enabled: "/enabled",
  disabled: "/disabled",
  uninstalled: "/uninstalled",
};

export interface PlayedAddon {
  readonly descriptor: TestDescriptor;
  /** Paths of its lifecycle callbacks, from the root of the receiver. */
  readonly callbacks: readonly string[];
}

/** Completes the descriptor of an add-on that is played at a path of its own below the receiver's URL. */
export function completeDescriptor(descriptor: TestDescriptor, receiverUrl: string): PlayedAddon {
  const { key = "test-addon", lifecycle = LIFECYCLE } = descriptor;
  return {
    descriptor: {
      name: key,
      authentication: { type: "jwt" },
      apiMigrations: { "signed-install": true },
      ...descriptor,
      key,
      lifecycle,
      baseUrl: `${receiverUrl}/${key}`,
    },
    callbacks: Object.values(lifecycle).map((path) => `/${key}/${path.replace(/^\//, "")}`),
  };
}
