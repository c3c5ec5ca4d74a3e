/** An Inspector of the tests on a real host. */
import { createInspector } from "../../src/inspector/index.ts";
import type { Inspector, InspectorOptions } from "../../src/inspector/index.ts";
import type { Capture } from "../../src/inspector/capture.ts";
import { startTestHost } from "./host.ts";
import type { TestHost } from "./host.ts";

export interface InspectorUnderTest {
  readonly host: TestHost;
  readonly inspector: Inspector;
  readonly url: string;
  readonly captures: readonly Capture[];
  /** What it calls the host with; the administrator's when undefined. */
  readonly useToken: (token: string | undefined) => void;
  readonly stop: () => Promise<void>;
}

export async function startInspector(options: Partial<InspectorOptions> = {}): Promise<InspectorUnderTest> {
  const host = await startTestHost();
  const captures: Capture[] = [];
  let token: string | undefined;
  const inspector = createInspector({
    host: {
      url: host.url,
      call: async (method, path, body) => {
        const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
        const reply = await host.call(method, `/api/v1${path}`, body, headers);
        if (reply.status >= 400) throw new Error(`${reply.status} ${reply.text}`);
        return reply.body;
      },
    },
    port: 0,
    onCapture: (capture) => void captures.push(capture),
    ...options,
  });
  const url = await inspector.start();
  return {
    host,
    inspector,
    url,
    captures,
    useToken: (given) => {
      token = given;
    },
    stop: async () => {
      await inspector.stop();
      await host.stop();
    },
  };
}
