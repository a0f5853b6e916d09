/** How long each service takes to answer, in milliseconds. */
export interface Waits {
  provider: number;
  dynamodb: number;
  events: number;
}

/** No waits: what then takes time is work. */
export const NO_WAITS: Waits = { provider: 0, dynamodb: 0, events: 0 };

/** Whether services take time to answer, so that whoever asks them leaves its processor meanwhile. */
export const isWaiting = ({ provider }: Waits): boolean => provider > 0;

/** Waits as one meets them near a region. */
export const USUAL_WAITS: Waits = { provider: 50, dynamodb: 5, events: 10 };

/** What the correctness of one change needs, one after the other: claim, guard, call, store, publish. */
export const NEEDED = 3 * USUAL_WAITS.dynamodb + USUAL_WAITS.provider + USUAL_WAITS.events;

/** Where the services are, by their name. */
export type Origins = Record<string, string>;

/** Requests by their call's name; entries of PutEvents as `entries`. */
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
