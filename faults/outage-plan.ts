import type { Clock } from './world/clock.ts';
import { type Faults, noFaults } from './world/faults.ts';
import type { Random } from './world/random.ts';

/** How the provider is away: nobody listens, its gateway reaches no backend, it fails, or it is silent. */
export const FLAVOURS = ['refused', 'silent', 'error', 'gateway'] as const;
export type Flavour = (typeof FLAVOURS)[number];

/** What becomes of a request and of a reading while the provider is away; of several, one by chance. */
const AWAY: Record<Flavour, { calls: string[]; read: string }> = {
  refused: { calls: ['connection_refused'], read: 'read_refused' },
  gateway: { calls: ['gateway_503'], read: 'read_gateway_503' },
  error: { calls: ['error_500', 'error_500_applied'], read: 'read_500' },
  silent: { calls: ['timeout', 'timeout_applied_late', 'slow_header'], read: 'read_timeout' },
};

const MINUTE = 60_000;
/** From when until when, in milliseconds after the run's start. */
type Span = readonly [from: number, until: number];

/** The ledger fails in ordinary traffic; the bus while the provider comes back, when most results are to be told. */
export const LEDGER_DOWN: Span = [10 * MINUTE, 15 * MINUTE];
export const PROVIDER_DOWN: Span = [30 * MINUTE, 150 * MINUTE];
export const BUS_DOWN: Span = [145 * MINUTE, 155 * MINUTE];
/** Changes are sent until then. */
export const TRAFFIC = 190 * MINUTE;

/** A request or a reading that met the provider away, and whose. */
export interface FailedCall {
  /** When it left, in milliseconds after the run's start. */
  at: number;
  uid: string;
  kind: 'call' | 'read';
}

/** Faults by time instead of by chance, and what met them. */
export interface Outage {
  faults: Faults;
  failedCalls: FailedCall[];
  /** When the run starts, in milliseconds since 1970. */
  start: number;
  /** Changes whose end the ledger did not take. */
  unstored: Set<string>;
}

/** The provider, the bus and the ledger are away at their times; everything else works. */
export function createOutage(flavour: Flavour, random: Random, clock: Clock): Outage {
  const { calls, read } = AWAY[flavour];
  const failedCalls: FailedCall[] = [];
  const unstored = new Set<string>();
  const start = clock.now();
  const passed = () => clock.now() - start;
  const isIn = ([from, until]: Span) => passed() >= from && passed() < until;
  const fail = (kind: FailedCall['kind'], uid: string, away: string) => {
    if (!isIn(PROVIDER_DOWN)) return 'ok';
    failedCalls.push({ at: passed(), uid, kind });
    return away;
  };
  return {
    failedCalls,
    unstored,
    start,
    faults: {
      ...noFaults,
      call: (uid) => fail('call', uid, random.pick(calls)),
      read: (uid) => fail('read', uid, read),
      bus: () => (isIn(BUS_DOWN) ? 'request_error' : undefined),
      ledger(step, uid) {
        if (!isIn(LEDGER_DOWN)) return undefined;
        if (step === 'store') unstored.add(uid);
        return 'throttle';
      },
    },
  };
}
