/** The chart of deploy/helm: linted and rendered by Helm, and each object held against the schemas of Kubernetes. */
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseAllDocuments, parseDocument } from "yaml";
import { unknownKeys } from "../../src/config.ts";
import { ROOT, describeWith, readFromRoot, runProgram } from "./programs.ts";

const CHART = "deploy/helm/callboard";
/** The oldest that the chart takes, and a newer one. */
const KUBERNETES = ["1.25", "1.34"];
/** A Helm that was built by Go alone believes that it is for Kubernetes 1.20. */
const KUBE_VERSION = ["--kube-version", `${KUBERNETES[1]}.0`];

const BASE_URL = "baseUrl=https://callboard.example.com";
const ON_POSTGRESQL = [BASE_URL, "database=postgresql", "existingSecret=callboard"];

/** Values that people choose, each with the kinds that come of them. */
const CHOICES: readonly (readonly [name: string, values: readonly string[], kinds: readonly string[]])[] = [
  ["SQLite", [BASE_URL], ["Service", "StatefulSet"]],
  [
    "SQLite with everything",
    [
      BASE_URL,
      "existingSecret=callboard",
      "persistence.storageClass=fast",
      "metrics.enabled=false",
      "settings.CALLBOARD_RETENTION=7d",
      "settings.CALLBOARD_ENDPOINT_BACKLOG=500",
      "podAnnotations.note=here",
      "nodeSelector.disk=ssd",
      "imagePullSecrets[0].name=registry",
      "ingress.enabled=true",
    ],
    ["Ingress", "Service", "StatefulSet"],
  ],
  ["PostgreSQL", ON_POSTGRESQL, ["Deployment", "PodDisruptionBudget", "Service"]],
  ["PostgreSQL with one process", [...ON_POSTGRESQL, "replicas=1"], ["Deployment", "Service"]],
  [
    "PostgreSQL with an ingress below a path",
    [
      ...ON_POSTGRESQL,
      "baseUrl=https://example.com/hooks/callboard",
      "ingress.enabled=true",
      "ingress.className=nginx",
      "ingress.tlsSecret=callboard-tls",
      "trustedProxies={10.244.0.0/16,192.0.2.1}",
      "tolerations[0].key=dedicated",
      "tolerations[0].operator=Exists",
    ],
    ["Deployment", "Ingress", "PodDisruptionBudget", "Service"],
  ],
];

const REFUSED: readonly (readonly [name: string, values: readonly string[], said: string])[] = [
  ["no base URL", [], "baseUrl"],
  ["a base URL with a user", ["baseUrl=https://me@callboard.example.com"], "baseUrl"],
  ["a mistyped value", [BASE_URL, "replica=3"], "replica"],
  ["PostgreSQL without a Secret", [BASE_URL, "database=postgresql"], "existingSecret"],
  ["a setting that is the chart's", [BASE_URL, "settings.CALLBOARD_PORT=80"], "CALLBOARD_PORT"],
];

const setFlags = (values: readonly string[]) => values.flatMap((value) => ["--set", value]);
const render = (values: readonly string[], chart = CHART, files: readonly string[] = []) =>
  runProgram("helm", [
    "template",
    "callboard",
    chart,
    "--namespace",
    "hooks",
    ...KUBE_VERSION,
    ...setFlags(values),
    ...files.flatMap((file) => ["--values", file]),
  ]);

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- looked at freely in assertions
type Rendered = any;
const parseObjects = (text: string): readonly Rendered[] =>
  parseAllDocuments(text).flatMap((document) => document.toJS() ?? []);

describeWith(["helm", "kubernetes-validate"], "the Helm chart", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "callboard-chart-"));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  describe.each(CHOICES)("for %s", (_name, values, kinds) => {
    test("has no fault for helm lint", () => {
      const { status, out } = runProgram("helm", [
        "lint",
        "--strict",
        CHART,
        ...KUBE_VERSION,
        ...setFlags(values),
      ]);
      expect([status, out]).toEqual([0, expect.stringContaining("0 chart(s) failed")]);
    });

    test("renders objects that Kubernetes takes", () => {
      const { status, out, errors } = render(values);
      expect([status, errors]).toEqual([0, ""]);
      expect(
        parseObjects(out)
          .map(({ kind }) => kind as string)
          .toSorted(),
      ).toEqual(kinds);
      const file = join(folder, "objects.yaml");
      writeFileSync(file, out);
      for (const version of KUBERNETES) {
        const checked = runProgram("kubernetes-validate", [
          "--strict",
          "--kubernetes-version",
          version,
          file,
        ]);
        expect([checked.status, checked.errors]).toEqual([0, ""]);
      }
    });

    test("runs a pod that may do little, on the image's user", () => {
      const { spec } = renderPod(values);
      expect(spec.automountServiceAccountToken).toBe(false);
      expect(spec.securityContext).toMatchObject({
        runAsNonRoot: true,
        runAsUser: Number(/^USER (\d+)/m.exec(readFromRoot("deploy/Dockerfile"))?.[1]),
        seccompProfile: { type: "RuntimeDefault" },
      });
      expect(spec.containers[0].securityContext).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ["ALL"] },
      });
    });

    test("gives settings that exist, and no secret", () => {
      const { env } = renderPod(values).spec.containers[0] as {
        env: readonly { name: string; value: unknown }[];
      };
      expect(unknownKeys(Object.fromEntries(env.map(({ name }) => [name, ""])))).toEqual([]);
      expect(env.filter(({ value }) => typeof value !== "string")).toEqual([]);
      expect(env.filter(({ name }) => /KEY|TOKEN|DATABASE_URL/.test(name))).toEqual([]);
    });
  });

  const renderPod = (values: readonly string[]): Rendered =>
    parseObjects(render(values).out).find(({ spec }) => spec?.template !== undefined).spec.template;

  test("writes every number of a values file in digits", () => {
    const file = join(folder, "values.yaml");
    const settings = {
      CALLBOARD_QUEUE_LIMIT: 2_000_000,
      CALLBOARD_RETENTION: "7d",
      CALLBOARD_DATABASE_POOL: 20,
    };
    writeFileSync(file, JSON.stringify({ settings }));
    const [pod] = parseObjects(render([BASE_URL], CHART, [file]).out).filter(({ spec }) => spec?.template);
    expect(pod.spec.template.spec.containers[0].env).toEqual(
      expect.arrayContaining([
        { name: "CALLBOARD_QUEUE_LIMIT", value: "2000000" },
        { name: "CALLBOARD_RETENTION", value: "7d" },
        { name: "CALLBOARD_DATABASE_POOL", value: "20" },
      ]),
    );
  });

  test.each([
    ["SQLite", [BASE_URL], "statefulset/callboard"],
    ["PostgreSQL", ON_POSTGRESQL, "deployment/callboard"],
  ])("says how to log in on %s", (_database, values, pod) => {
    const notes = renderNotes(values);
    expect(notes).toContain(`kubectl --namespace hooks exec ${pod} -- callboard open\n`);
    expect(notes).toContain("WARNING: trustedProxies is empty.");
    expect(renderNotes([...values, "trustedProxies={10.244.0.0/16}"])).not.toContain("WARNING");
  });

  /** Helm prints notes only with a cluster: in a copy of the chart, they are the text of an object. */
  function renderNotes(values: readonly string[]): string {
    const copy = join(folder, "chart");
    cpSync(join(ROOT, CHART), copy, { recursive: true });
    const notes = readFromRoot(`${CHART}/templates/NOTES.txt`);
    writeFileSync(
      join(copy, "templates/notes.yaml"),
      `{{ define "notes" }}${notes}{{ end }}\nkind: Notes\ntext: {{ include "notes" . | toJson }}\n`,
    );
    const { status, out, errors } = render(values, copy);
    expect([status, errors]).toEqual([0, ""]);
    return parseObjects(out).find(({ kind }) => kind === "Notes").text as string;
  }

  test("has a page with every value", () => {
    const listed = [...readFromRoot(`${CHART}/README.md`).matchAll(/^\| `([\w.]+)`/gm)].map(
      ([, name]) => name,
    );
    const values = parseDocument(readFromRoot(`${CHART}/values.yaml`)).toJS() as Record<string, unknown>;
    const names = Object.entries(values).flatMap(([name, value]) =>
      typeof value !== "object" || value === null || Array.isArray(value) || name === "resources"
        ? [name]
        : Object.keys(value).length === 0
          ? [name]
          : Object.keys(value).map((inner) => `${name}.${inner}`),
    );
    expect(listed).toEqual(names);
  });

  test.each(REFUSED)("refuses %s", (_name, values, said) => {
    const { status, errors } = render(values);
    expect([status, errors]).toEqual([1, expect.stringContaining(said)]);
  });

  test("asks the probes of Callboard, and lets the service forget a pod before it stops", () => {
    const [container] = renderPod(ON_POSTGRESQL).spec.containers;
    expect(container).toMatchObject({
      livenessProbe: { httpGet: { path: "/healthz", port: "http" } },
      readinessProbe: { httpGet: { path: "/readyz", port: "http" } },
      startupProbe: { httpGet: { path: "/healthz", port: "http" } },
      lifecycle: { preStop: { exec: { command: ["sleep", "5"] } } },
    });
    const port = Number(/^EXPOSE (\d+)/m.exec(readFromRoot("deploy/Dockerfile"))?.[1]);
    expect(container.ports).toContainEqual({ name: "http", containerPort: port });
  });

  test("keeps one pod of SQLite with a volume, and gives PostgreSQL's pods none", () => {
    const [sqlite] = parseObjects(render([BASE_URL]).out).filter(({ kind }) => kind === "StatefulSet");
    expect(sqlite.spec).toMatchObject({
      replicas: 1,
      volumeClaimTemplates: [{ metadata: { name: "data" }, spec: { accessModes: ["ReadWriteOnce"] } }],
    });
    expect(renderPod(ON_POSTGRESQL).spec.volumes).toEqual([
      { name: "data", emptyDir: { sizeLimit: "16Mi" } },
    ]);
  });

  test("takes host and path of the ingress from the base URL", () => {
    const [, values = []] = CHOICES.at(-1) ?? [];
    const [ingress] = parseObjects(render(values).out).filter(({ kind }) => kind === "Ingress");
    expect(ingress.spec).toMatchObject({
      ingressClassName: "nginx",
      tls: [{ hosts: ["example.com"], secretName: "callboard-tls" }],
      rules: [{ host: "example.com", http: { paths: [{ path: "/hooks/callboard", pathType: "Prefix" }] } }],
    });
  });
});
