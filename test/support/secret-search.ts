/** Looks for secrets in what was told, also where they are encoded. */

export interface SecretSearch {
  /** Remembers a secret, and returns it. */
  readonly hide: (name: string, secret: string) => string;
  readonly note: (where: string, text: string) => void;
  /** The secrets that were told, with the place: none in all cases. */
  readonly findings: () => readonly string[];
  /** The places where the text was told. */
  readonly listPlaces: (text: string) => readonly string[];
}

/** A shorter text is found by chance. */
const MIN_LENGTH = 20;

export function createSecretSearch(): SecretSearch {
  const secrets = new Map<string, string>();
  const told: (readonly [where: string, text: string])[] = [];
  return {
    hide: (name, secret) => {
      if (secret.length < MIN_LENGTH) throw new Error(`the secret ${name} is too short: ${secret.length}`);
      secrets.set(secret, name);
      return secret;
    },
    note: (where, text) => void told.push([where, text]),
    findings: () =>
      [...secrets].flatMap(([secret, name]) => {
        const forms = listForms(secret);
        const found = told.filter(([, text]) => forms.some((form) => text.includes(form)));
        return found.map(([where]) => `${name} in ${where}`);
      }),
    listPlaces: (text) => told.filter(([, each]) => each.includes(text)).map(([where]) => where),
  };
}

/** As it is, in JSON, in a URL, in hexadecimal, and within anything in base64. */
function listForms(secret: string): readonly string[] {
  const base64 = [0, 1, 2].map((offset) => withinBase64(secret, offset));
  return [
    secret,
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(secret),
    Buffer.from(secret).toString("hex"),
    ...base64,
    ...base64.map((text) => text.replaceAll("+", "-").replaceAll("/", "_")),
  ];
}

/** The characters of base64 that depend on the secret alone, where it begins at this place of a group of three bytes. */
function withinBase64(secret: string, offset: number): string {
  const text = Buffer.from("\0".repeat(offset) + secret).toString("base64");
  const isWhole = (Buffer.byteLength(secret) + offset) % 3 === 0;
  const own = text.replace(/=+$/, "").slice([0, 2, 3][offset]);
  return isWhole ? own : own.slice(0, -1);
}
