import { userInfo } from 'node:os';
import { mayOnlyOutOfOrder, mayReplay } from '../../src/cli/dead-letters/replay-rule.ts';
import { publishWord } from '../../src/cli/stage/operator.ts';
import { decide } from '../../src/cli/stage/resolution.ts';
import type { Resolved } from '../../src/contracts/operator-events.ts';
import { type Known, refOf, taskOf } from './known.ts';
import type { Attached, Given, Parts } from './parts.ts';
import { replay } from './replay.ts';

/** A dead letter that is to be put back; `outOfOrder` once a person has seen what came after it. */
export interface ReplayOrder {
  key: string;
  outOfOrder: boolean;
}

/** Puts a dead letter back by the command's rule: one that would break the order only after the newer changes were shown. */
export async function replayOne({ store, judge, attached }: Parts, { key, outOfOrder }: ReplayOrder): Promise<Given> {
  const [known, at] = [store.get(key), attached()];
  const forecast = known && (await at?.ledger.foretell(judge(known)));
  if (!known || !at || !forecast) return undefined;
  if (mayReplay(forecast, outOfOrder)) return { replayed: await replay(at, known, forecast) };
  return { replayed: false, ...(mayOnlyOutOfOrder(forecast) && { newer: newerThan(known, store.all()) }) };
}

/** The changes of a dead letter's task that a function was given since. */
const newerThan = (dead: Known, all: Known[]): string[] =>
  all
    .filter((known) => known.key !== dead.key && taskOf(known.change) === taskOf(dead.change))
    .filter(({ begun = 0 }) => begun > dead.at)
    .map(({ change }) => refOf(change));

/** What a person found out about an unknown outcome. */
export interface ResolveOrder {
  key: string;
  as: Resolved['data']['resolved_as'];
  reason: string;
}

/** Keeps and publishes a person's word as the command does; another's earlier one stands, and is told. */
export async function resolveOne({ store, attached }: Parts, order: ResolveOrder): Promise<Given> {
  const [known, at] = [store.get(order.key), attached()];
  const result = known?.result;
  return at && known && result?.data.outcome === 'unknown' ? settle(at, known, result, order) : undefined;
}

async function settle(
  { operating }: Attached,
  { key, words }: Known,
  result: NonNullable<Known['result']>,
  { as, reason }: ResolveOrder,
): Promise<object> {
  const finding = { resolved_as: as, reason, operator: userInfo().username };
  const word = await decide(operating, key, result, finding, Date.now());
  if (!word) return { error: 'The ledger no longer remembers this change.' };
  const { resolved_as, operator } = word.data;
  if (resolved_as !== as) return { error: `It was resolved as ${resolved_as} by ${operator} at ${word.time}.` };
  if (!words.some(({ id }) => id === word.id)) await publishWord(operating, word);
  return { resolved: resolved_as };
}
