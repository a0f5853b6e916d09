import { type Fingerprint, fingerprint } from '../change/fingerprint.ts';
import { type Order, type Refusal, takeIn } from '../change/intake.ts';
import type { ChangeRow } from '../ledger/ledger.ts';
import { attempt } from './attempt.ts';
import { conflicting, refused, unknown } from './ending.ts';
import { mayHaveSent } from './guard.ts';
import { type Context, type Job, letGo } from './job.ts';
import { NotYet } from './not-yet.ts';
import { backoff } from './policy.ts';
import { reconcile } from './reconcile.ts';
import { readResult, type StoredResult, toEvent, toResult } from './result.ts';

/** One message of the queue. */
export interface Delivery {
  body: string;
  /** The SQS sequence number. */
  arrival?: string | undefined;
  /** Milliseconds that are left of the invocation. */
  remaining(): number;
}

/** What came of a delivery: the published result. */
export interface Carried {
  result: StoredResult;
}

/**
 * Carries one delivery the whole way: read, validate, settle once, publish. Throws NotYet for a change that is not final,
 * and whatever the ledger or the bus throws; both mean that the queue must deliver again.
 */
export function createRelay(context: Context): (delivery: Delivery) => Promise<Carried> {
  return async (delivery) => {
    if (delivery.remaining() < context.policy.times.recordWorst) throw new NotYet('time_short', 0);
    const intake = takeIn(delivery.body, await context.fingerprintKeys(), context.intake);
    try {
      return await carry(context, intake, delivery);
    } catch (error) {
      throw error instanceof NotYet ? error.about(intake.subject) : error;
    }
  };
}

async function carry(context: Context, intake: Order | Refusal, delivery: Delivery): Promise<Carried> {
  const text = await (intake.kind === 'order' ? settle(context, intake, delivery) : refuse(context, intake));
  const result = readResult(text);
  await context.publish(toEvent(text, result));
  return { result };
}

/** Settles an order: claim it, or act on what the ledger remembers of it. Gives the stored result. */
async function settle(context: Context, order: Order, delivery: Delivery): Promise<string> {
  const { ledger, policy, now } = context;
  const owner = context.newOwner();
  const lease = () => ({ owner, now: now(), lease: now() + policy.times.lease });
  const ask = { key: order.key, arrival: delivery.arrival };
  const first = await ledger.claim({ ...ask, ...lease(), fingerprint: order.fingerprint });
  const print = await printLike(context, order, first.row);
  if (print.mac !== first.row.fingerprint.mac) return refuseConflict(context, order, print);
  // A row made under an older key stands READY: it is claimed with the fingerprint that it knows.
  const stale = !first.mine && first.row.state === 'READY';
  const { mine, row } = stale ? await ledger.claim({ ...ask, ...lease(), fingerprint: print }) : first;

  const job = (held: ChangeRow): Job => ({ order, row: held, owner, remaining: delivery.remaining });
  if (mine) return attempt(context, job(row));
  if (row.state === 'DONE') return storedIn(row);
  if (row.state === 'READY') throw new NotYet('contended', backoff(1, policy));
  const held = await takeOver(context, row, owner, () => mayHaveSent(context, order, row));
  return held.doubt ? reconcile(context, job(held)) : letGo(context, job(held), 'contended', 0);
}

/**
 * The fingerprint of what was received, under the key of the row: two contents are equal under one key, or never. It also
 * names the conflicts with the row, since under the newest key a repeated conflict would get a second result.
 */
async function printLike(
  { fingerprintKeys }: Context,
  { change, fingerprint: print }: Order | Refusal,
  row: ChangeRow,
): Promise<Fingerprint> {
  if (!change || row.fingerprint.keyId === print.keyId) return print;
  const older = fingerprint(await fingerprintKeys(), change, row.fingerprint.keyId);
  if (!older) throw new Error('a fingerprint key that rows still remember was thrown away');
  return older;
}

/**
 * An expired lease is never permission to call, only an obligation to read. The row comes back in doubt if a request may
 * have left, and that is asked before: a doubt that was only noted in passing stayed when the worker ended.
 */
async function takeOver(
  { ledger, policy, now }: Context,
  row: ChangeRow,
  owner: string,
  mayBeDoubtful: () => Promise<boolean>,
): Promise<ChangeRow> {
  const left = (row.lease ?? 0) - now();
  if (left >= 0) throw new NotYet('lease_held', left + backoff(0, policy));
  const doubt = await mayBeDoubtful();
  const held = await ledger.takeOver(row, { owner, now: now(), lease: now() + policy.times.lease, doubt });
  if (!held) throw new NotYet('contended', policy.times.lease);
  return held;
}

async function refuse(context: Context, refusal: Refusal): Promise<string> {
  const row = await keep(context, refusal, refused(refusal));
  const print = await printLike(context, refusal, row);
  if (print.mac !== row.fingerprint.mac) return refuseConflict(context, refusal, print);
  if (row.state === 'DONE') return storedIn(row);
  // It was an order once, under other settings, and a request may have left: nobody can judge it any more.
  const owner = context.newOwner();
  await takeOver(context, row, owner, async () => true);
  const result = toResult(context.relay, refusal.subject, row.fingerprint, unknown(), context.now());
  if (!(await context.ledger.store(row.key, owner, result, true)))
    throw new NotYet('contended', context.policy.times.lease);
  return result;
}

/** Another content is remembered under the change's id: the row that stands is left alone, and the conflict has one of its own. */
async function refuseConflict(context: Context, of: Order | Refusal, print: Fingerprint): Promise<string> {
  const kept = { ...of, key: `${of.key}#${print.mac}`, fingerprint: print };
  return storedIn(await keep(context, kept, conflicting()));
}

/** The result of a change that is DONE. Throws for a damaged row: it holds nothing to publish, and nothing may be sent for it. */
function storedIn({ result }: ChangeRow): string {
  if (result === undefined) throw new Error('the row of a change that is done holds no result');
  return result;
}

type Kept = Pick<Order | Refusal, 'key' | 'fingerprint' | 'subject'>;

function keep(
  { ledger, relay, now }: Context,
  { key, fingerprint: print, subject }: Kept,
  ending: ReturnType<typeof refused>,
) {
  return ledger.storeRefusal(key, print, toResult(relay, subject, print, ending, now()), now());
}
