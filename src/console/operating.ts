import type { Clock } from '../operator/clock.ts';
import { mayOnlyOutOfOrder, type ReplayObserver, replay } from '../operator/dead-letters/replay.ts';
import { OperatorError } from '../operator/fault.ts';
import { type Finding, resolveUnknown } from '../operator/resolve.ts';
import { nameOf } from '../operator/story/wording.ts';
import { type KnownChange, taskOf } from './known.ts';
import type { Parts, Payload } from './parts.ts';

/** A dead letter to be put back. `outOfOrder` is true when the operator has seen the newer changes. */
interface ReplayAction {
  key: string;
  outOfOrder: boolean;
}

const CLOCK: Clock = { now: Date.now, signal: new AbortController().signal };
/** The operator has already seen the forecast on the page. */
const SILENT: ReplayObserver = { onForecast: () => {}, confirm: async () => {} };

/** Puts a dead letter back. One that would break the order is put back only after the newer changes were shown. */
export async function replayOne({ store, attached }: Parts, { key, outOfOrder }: ReplayAction): Promise<Payload> {
  const [known, at] = [store.get(key), attached()];
  if (!known?.dead || !at) return undefined;
  const ids = [known.dead.messageId];
  const { able, refused } = await replay(at.stage, { ids, outOfOrder }, CLOCK, SILENT).catch(ifGone);
  const isLate = refused.some(({ forecast }) => mayOnlyOutOfOrder(forecast));
  return { replayed: able.length > 0, ...(isLate && { newer: newerThan(known, store.all()) }) };
}

/** An empty replay if the dead letter is gone, because somebody else has put it back. Throws any other error. */
function ifGone(error: unknown) {
  if (error instanceof OperatorError && error.code === 'not_found') return { able: [], refused: [] };
  throw error;
}

/** The changes of a dead letter's task that were delivered to a function since. */
const newerThan = (dead: KnownChange, all: KnownChange[]): string[] =>
  all
    .filter((known) => known.key !== dead.key && taskOf(known.change) === taskOf(dead.change))
    .filter(({ begun = 0 }) => begun > dead.at)
    .map(({ change }) => nameOf(change));

/** Stores and publishes an operator's finding. If somebody else's is stored already, that one is kept and reported. */
export async function resolveOne(
  { store, attached }: Parts,
  { key, ...finding }: Finding & { key: string },
): Promise<Payload> {
  const [known, at] = [store.get(key), attached()];
  if (!known || !at) return undefined;
  const { change, result, operatorEvents } = known;
  try {
    const { resolved } = await resolveUnknown(
      at.stage,
      { id: nameOf(change), key, result, operatorEvents },
      finding,
      CLOCK,
    );
    return { resolved: resolved.data.resolved_as };
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    return { error: `${error.message.slice(0, 1).toUpperCase()}${error.message.slice(1)}.` };
  }
}
