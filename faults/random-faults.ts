import type { Mix } from './mix.ts';
import type { BusFault, Faults, LedgerFault } from './world/faults.ts';
import type { Random } from './world/random.ts';
import type { Step } from './world/step.ts';

/** Chooses a name by its share, from a random number between 0 and 1. The rest of the shares is `ok`. */
function chooser(rates: Record<string, number>) {
  const entries = Object.entries(rates);
  return (roll: number): string => {
    let rest = roll;
    for (const [name, rate] of entries) {
      rest -= rate;
      if (rest < 0) return name;
    }
    return 'ok';
  };
}

/** Faults by chance, counted by name. */
export function createRandomFaults(mix: Mix, random: Random): Faults & { counts: Record<string, number> } {
  const counts: Record<string, number> = {};
  const call = chooser(mix.calls);
  const read = chooser(mix.reads);
  const bus = chooser(mix.bus);

  return {
    counts,
    fired(row) {
      counts[row] = (counts[row] ?? 0) + 1;
    },
    process(step, when) {
      const stalls = when === 'before' && step !== 'ack' && random.chance(mix.hang);
      if (stalls) return 'hang';
      return random.chance(mix.crash[step] ?? 0) ? 'crash' : undefined;
    },
    ledger: (step) => ledgerFault(mix, random, step),
    call: () => call(random.next()),
    read: () => read(random.next()),
    bus: () => busFault(bus(random.next())),
    already: { repeat: 0.7, other: 0.12 },
    silentLists: mix.silentLists,
    lists: mix.lists,
    secret: () => random.chance(mix.secret),
  };
}

const busFault = (name: string) => (name === 'ok' ? undefined : (name as BusFault));

function ledgerFault(mix: Mix, random: Random, step: Step): LedgerFault | undefined {
  if (random.chance(mix.throttle)) return 'throttle';
  if (random.chance(mix.lostReply[step] ?? 0)) return random.chance(0.5) ? 'lost_reply_repeated' : 'lost_reply';
  if (step === 'store' && random.chance(mix.itemTooLarge)) return 'item_too_large';
  return random.chance(mix.delayedWrite) ? 'delayed' : undefined;
}
