/** Certificates of receivers that end soon, noted as connections meet them until somebody tells of them. */
import { certificateDays } from "../model/operational.ts";

export interface MetCertificate {
  readonly origin: string;
  readonly expiresAt: number;
}

export interface Certificates {
  /** For each new connection: no more than a comparison while the end is far away. */
  readonly met: (origin: string, expiresAt: number) => void;
  /** What ends soon and was met since the last call. */
  readonly take: () => readonly MetCertificate[];
}

const MAX_NOTED = 10_000;

export function createCertificates(now: () => number): Certificates {
  let noted = new Map<string, MetCertificate>();
  return {
    met: (origin, expiresAt) => {
      if (certificateDays(expiresAt, now()) === undefined || noted.size >= MAX_NOTED) return;
      // Behind one origin there may be several machines, each with a certificate of its own.
      noted.set(`${origin} ${expiresAt}`, { origin, expiresAt });
    },
    take: () => {
      const taken = [...noted.values()];
      noted = new Map();
      return taken;
    },
  };
}
