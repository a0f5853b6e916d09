import type { Clock } from './world/clock.ts';
import { type Faults, noFaults } from './world/faults.ts';
import type { Random } from './world/random.ts';

/** How the provider is down: it refuses connections, it doesn't reply, it answers 500, or its gateway reaches no backend. */
export const FLAVOURS = ['refused', 'silent', 'error', 'gateway'] as const;
export type Flavour = (typeof FLAVOURS)[number];

/** The behaviours of the provider during the outage. Of several for a call, one is chosen at random. */
const BEHAVIOURS: Record<Flavour, { calls: string[]; read: string }> = {
  refused: { calls: ['connection_refused'], read: 'read_refused' },
  gateway: { calls: ['gateway_503'], read: 'read_gateway_503' },
  error: { calls: ['error_500', 'error_500_applied'], read: 'read_500' },
  silent: { calls: ['timeout', 'timeout_applied_late', 'slow_header'], read: 'read_timeout' },
};

const MINUTE = 60_000;
/** A start and an end, in milliseconds after the run's start. */
type Span = readonly [from: number, until: number];

/** The ledger is down in ordinary traffic. The bus is down when the provider comes back, which is when most results are published. */
const LEDGER_DOWN: Span = [10 * MINUTE, 15 * MINUTE];
export const PROVIDER_DOWN: Span = [30 * MINUTE, 150 * MINUTE];
export const BUS_DOWN: Span = [145 * MINUTE, 155 * MINUTE];
/** How long changes are sent. */
export const TRAFFIC = 190 * MINUTE;

/** A request or a read while the provider was down, and its change. */
export interface FailedCall {
  /** When it was sent, in milliseconds after the run's start. */
  at: number;
  uid: string;
  kind: 'call' | 'read';
}

/** Faults by time instead of by chance, and the calls that they affected. */
export interface Outage {
  faults: Faults;
  failedCalls: FailedCall[];
  /** When the run starts, in milliseconds since 1970. */
  start: number;
  /** Changes whose result the ledger did not store. */
  unstored: Set<string>;
}

/** The provider, the bus and the ledger are down at their times. Everything else works. */
export function createOutage(flavour: Flavour, random: Random, clock: Clock): Outage {
  const { calls, read } = BEHAVIOURS[flavour];
  const failedCalls: FailedCall[] = [];
  const unstored = new Set<string>();
  const start = clock.now();
  const passed = () => clock.now() - start;
  const isIn = ([from, until]: Span) => passed() >= from && passed() < until;
  const fail = (kind: FailedCall['kind'], uid: string, behaviour: string) => {
    if (!isIn(PROVIDER_DOWN)) return 'ok';
    failedCalls.push({ at: passed(), uid, kind });
    return behaviour;
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
