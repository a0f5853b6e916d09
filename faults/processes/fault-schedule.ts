import { setTimeout as wait } from 'node:timers/promises';
import type { Stack } from '../../local/stack.ts';
import { createRandom, type Random } from '../world/random.ts';
import type { ProviderControl } from './provider-control.ts';
import { providerFaults, refusedCredential } from './provider-faults.ts';

/** How often other faults occurred than those of single calls of the provider. */
export interface FaultCounts {
  kills: Record<string, number>;
  busRefusals: number;
  busFailures: number;
  credentialRefusals: number;
}

/** Mean times between events, in milliseconds. */
interface FaultRates {
  killEvery: number;
  busEvery: number;
  settingsEvery: number;
  credentialEvery: number;
  strangerEvery: number;
}

/** What faults happen to. `openNames` are the names under which a DCS task is to be created just now. */
interface FaultTargets {
  stack: Stack;
  provider: ProviderControl;
  openNames(): string[];
}

/** What the provider shows of a deleted DCS task. */
const SHOWN_AFTERWARDS = ['DCS.4133', 'DELETED', 'SUCCESS'];

/** The descriptions of tasks that others create. A task without one may be anybody's, and the last one is that of another relay. */
const DESCRIPTIONS = ['', 'of somebody else', 'elsewhere [relay:0123456789abcdef]'];

/** Ends workers and makes the bus and the provider fail by a seeded schedule, until it is stopped. */
export async function startFaults(targets: FaultTargets, rates: FaultRates, seed: number) {
  const { stack, provider } = targets;
  const controller = new AbortController();
  const { signal } = controller;
  const counts: FaultCounts = { kills: {}, busRefusals: 0, busFailures: 0, credentialRefusals: 0 };
  const randomOf = (stream: number) => createRandom(seed * 16 + stream);
  for (const fault of providerFaults(randomOf(1))) await provider.add(fault);

  const failBus = (random: Random) => {
    const times = random.between(1, 5);
    if (random.chance(0.5)) {
      counts.busRefusals += times;
      stack.bus.refuse(times);
    } else {
      counts.busFailures += times;
      stack.bus.fail(times);
    }
  };
  const refuseCredential = async () => {
    counts.credentialRefusals += 1;
    await provider.add(refusedCredential);
  };
  // A configured task sometimes accepts a second configuration, a deleted one is sometimes still shown, and lists sometimes
  // come in short pages.
  const changeSettings = (random: Random) =>
    provider.set({
      reconfigure_while_migrating: random.chance(0.85),
      deleted_task: random.pick(SHOWN_AFTERWARDS),
      name_filter: random.pick(['part', 'exact']),
      max_page: random.pick([2, 1000]),
    });
  const addStranger = async (random: Random) => {
    const names = targets.openNames();
    if (names.length > 0) await provider.addStranger(random.pick(names), random.pick(DESCRIPTIONS));
  };
  const loops = [
    repeat(randomOf(2), rates.killEvery, signal, (random) => kill(stack, random, counts.kills)),
    repeat(randomOf(3), rates.busEvery, signal, failBus),
    repeat(randomOf(4), rates.settingsEvery, signal, changeSettings),
    repeat(randomOf(5), rates.credentialEvery, signal, refuseCredential),
    repeat(randomOf(6), rates.strangerEvery, signal, addStranger),
  ];
  return {
    counts,
    async stop() {
      controller.abort();
      await Promise.all(loops);
      stack.bus.refuse(0);
      stack.bus.fail(0);
    },
  };
}

/** Ends a random process among the workers that the stack itself started. */
function kill(stack: Stack, random: Random, kills: Record<string, number>): void {
  const workers = stack.workers();
  if (workers.length === 0) return;
  const { functionName, pid } = random.pick(workers);
  process.kill(pid, 'SIGKILL');
  kills[functionName] = (kills[functionName] ?? 0) + 1;
}

/** Calls `act` again and again until the signal aborts. The times between calls are exponentially distributed. */
async function repeat(random: Random, every: number, signal: AbortSignal, act: (random: Random) => unknown) {
  while (!signal.aborted) {
    const gap = Math.min(-Math.log(1 - random.next()), 4) * every;
    await wait(gap, undefined, { signal }).catch(() => undefined);
    if (!signal.aborted) await act(random);
  }
}
