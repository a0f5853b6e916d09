/** The time that each service takes to answer, in milliseconds. */
export interface Waits {
  provider: number;
  dynamodb: number;
  events: number;
}

/** No waits, so that only processor time is measured. */
export const NO_WAITS: Waits = { provider: 0, dynamodb: 0, events: 0 };

/** True if services take time to answer, so that their caller leaves its processor in the meantime. */
export const isWaiting = ({ provider }: Waits): boolean => provider > 0;

/** Typical waits inside a region. */
export const USUAL_WAITS: Waits = { provider: 50, dynamodb: 5, events: 10 };

/** The waits that the correctness of one change needs, one after the other: claim, lock, call, store, publish. */
export const NEEDED = 3 * USUAL_WAITS.dynamodb + USUAL_WAITS.provider + USUAL_WAITS.events;

/** The addresses of the services, by name. */
export type Origins = Record<string, string>;

/** Numbers of requests by the name of their call, and of PutEvents entries as `entries`. */
export type Counts = Record<string, number>;

/** The secrets that the functions read. */
export const SECRETS: Record<string, string> = {
  'bench/provider': JSON.stringify({
    kind: 'ak-sk',
    access_key: 'BENCH',
    secret_key: 'bench-secret-key',
    domain_id: 'bench',
  }),
  'bench/fingerprint': JSON.stringify({ current: 'k1', keys: { k1: Buffer.alloc(32, 7).toString('base64') } }),
};
