import { OPERATIONS } from '../../src/contracts/contract.ts';
import { effectOf, NAMED_FAULTS, type NamedFault } from '../../src/operator/stage/simulator-faults.ts';

/** A failure that can be simulated. */
export interface Switch {
  name: string;
  title: string;
  /** What the relay is expected to do. It is shown beforehand. */
  expected: string;
  side: 'provider' | 'platform';
  /** The unit of its number, if it is not calls. */
  counts?: 'seconds';
}

/** Faults below the relay: of the queue, the function, the bus and the ledger. */
const PLATFORM = {
  'deliver-twice': {
    title: 'the queue delivers the same message twice',
    expected: 'one call; the second delivery publishes the stored result again',
  },
  'kill-mid-call': {
    title: 'the function is killed while its request is under way',
    expected: 'succeeded, confirmed by reading the task back once the lease is over',
  },
  'bus-refuses': {
    title: 'the bus refuses the result',
    expected: 'one call; the stored result is published with a later delivery',
  },
  'ledger-throttles': {
    title: 'the ledger throttles',
    expected: 'no call without the ledger; delivered again until it answers',
  },
} as const;
/** The faults that don't need a call to the provider. */
export type PlatformFault = Exclude<keyof typeof PLATFORM, 'kill-mid-call'> | 'dead-letter';

/** Ends the function's process while it waits for a reply that never comes, although the change was applied at once. */
const KILL = 'kill-mid-call';
const SLOW: NamedFault = { what: '', expect: '', effect: { hang: true, when: 'after' } };
/** True for the switch that ends a function's process when its fault occurs at the simulator. */
export const kills = (name: string) => name === KILL;

/** All failures that can be simulated: the provider's, with the names that the command has, and those below the relay. */
export const SWITCHES: readonly Switch[] = [
  ...Object.entries(NAMED_FAULTS).map(
    ([name, { what, expect: expected, refusesFor, beneath }]): Switch => ({
      name,
      title: what,
      expected,
      side: beneath ? 'platform' : 'provider',
      ...(refusesFor !== undefined && { counts: 'seconds' }),
    }),
  ),
  ...Object.entries(PLATFORM).map(([name, texts]): Switch => ({ name, ...texts, side: 'platform' })),
];

/** A switch by its name; undefined for any other name. */
export const findSwitch = (name: unknown): Switch | undefined => SWITCHES.find((one) => one.name === name);

export const isPlatformFault = (name: string): name is PlatformFault =>
  findSwitch(name)?.side === 'platform' && !kills(name);
export const PLATFORM_FAULTS = SWITCHES.map(({ name }) => name).filter(isPlatformFault);

/** The scope of a fault: a number of calls (or seconds) or all, of one task or of any. */
export interface Scope {
  times?: number | undefined;
  task?: string | undefined;
}

const A_DAY = 86_400_000;
const CALLS = [...new Map(OPERATIONS.map(({ service, call }) => [call, service]))];

/** A named fault as the simulator takes it: one fault for each call that it may affect. */
export function simulatorFaults(name: string, { times, task }: Scope): Record<string, unknown>[] {
  const fault = kills(name) ? SLOW : NAMED_FAULTS[name];
  if (!fault) return [];
  if (fault.refusesFor !== undefined) return [{ refuse_ms: times === undefined ? A_DAY : times * 1000 }];
  return CALLS.map(([operation, service]) => ({
    ...effectOf(fault, service),
    ...(times !== undefined && { calls: times }),
    match: { service, operation, ...(task !== undefined && { task }) },
  }));
}
