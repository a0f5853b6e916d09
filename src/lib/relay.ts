import { attempt } from './attempt.ts';
import { conflicting, refused, unknown } from './ending.ts';
import { fingerprint } from './fingerprint.ts';
import { mayHaveSent } from './guard.ts';
import { type Order, type Refusal, takeIn } from './intake.ts';
import { type Context, type Job, letGo } from './job.ts';
import type { ChangeRow } from './ledger.ts';
import { NotYet } from './not-yet.ts';
import { backoff } from './policy.ts';
import { reconcile } from './reconcile.ts';
import { toEvent, toResult } from './result.ts';

/** One message of the queue. */
export interface Delivery {
  body: string;
  /** The SQS sequence number. */
  arrival?: string | undefined;
  /** Milliseconds that are left of the invocation. */
  remaining(): number;
}

/** What came of a delivery: the published result as JSON text. */
export interface Carried {
  result: string;
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
  const result = await (intake.kind === 'order' ? settle(context, intake, delivery) : refuse(context, intake));
  await context.publish(toEvent(result));
  return { result };
}

/** Settles an order: claim it, or act on what the ledger remembers of it. Gives the stored result. */
async function settle(context: Context, order: Order, delivery: Delivery): Promise<string> {
  const { ledger, policy, now } = context;
  const owner = context.newOwner();
  const lease = () => ({ owner, now: now(), lease: now() + policy.times.lease });
  const ask = { key: order.key, arrival: delivery.arrival };
  const first = await ledger.claim({ ...ask, ...lease(), fingerprint: order.fingerprint });
  const print = await sameContent(context, order, first.row);
  if (!print) return keepRefusal(context, { ...order, key: `${order.key}#${order.fingerprint.mac}` }, conflicting());
  // A row made under an older key stands READY: it is claimed with the fingerprint that it knows.
  const stale = !first.mine && first.row.state === 'READY';
  const { mine, row } = stale ? await ledger.claim({ ...ask, ...lease(), fingerprint: print }) : first;

  const job = (held: ChangeRow): Job => ({ order, row: held, owner, remaining: delivery.remaining });
  if (mine) return attempt(context, job(row));
  if (row.state === 'DONE') return row.result ?? '';
  if (row.state === 'READY') throw new NotYet('contended', backoff(1, policy));
  const held = await takeOver(context, row, owner);
  if (await mayHaveSent(context, order, row)) return reconcile(context, job(held));
  return letGo(context, job(held), 'contended', 0, { doubt: false });
}

/** The fingerprint under which the row's content equals the order's; undefined if the contents differ. */
async function sameContent({ fingerprintKeys }: Context, { change, fingerprint: print }: Order, row: ChangeRow) {
  if (row.fingerprint.mac === print.mac) return print;
  if (row.fingerprint.keyId === print.keyId) return undefined;
  const older = fingerprint(await fingerprintKeys(), change, row.fingerprint.keyId);
  if (!older) throw new Error('a fingerprint key that rows still remember was thrown away');
  return older.mac === row.fingerprint.mac ? older : undefined;
}

/** An expired lease is never permission to call, only an obligation to read: the row comes back in doubt. */
async function takeOver({ ledger, policy, now }: Context, row: ChangeRow, owner: string): Promise<ChangeRow> {
  const left = (row.lease ?? 0) - now();
  if (left >= 0) throw new NotYet('lease_held', left + backoff(0, policy));
  const held = await ledger.takeOver(row, { owner, now: now(), lease: now() + policy.times.lease });
  if (!held) throw new NotYet('contended', policy.times.lease);
  return held;
}

async function refuse(context: Context, refusal: Refusal): Promise<string> {
  const row = await keep(context, refusal, refused(refusal));
  if (row.fingerprint.mac !== refusal.fingerprint.mac && !(await isRepeat(context, refusal, row)))
    return keepRefusal(context, { ...refusal, key: `${refusal.key}#${refusal.fingerprint.mac}` }, conflicting());
  if (row.state === 'DONE') return row.result ?? '';
  // It was an order once, under other settings, and a request may have left: nobody can judge it any more.
  const owner = context.newOwner();
  await takeOver(context, row, owner);
  const result = toResult(context.relay, refusal.subject, row.fingerprint, unknown(), context.now());
  if (!(await context.ledger.store(row.key, owner, result, true)))
    throw new NotYet('contended', context.policy.times.lease);
  return result;
}

/** True if the row was made by the same content under an older key. */
async function isRepeat({ fingerprintKeys }: Context, { change, fingerprint: print }: Refusal, row: ChangeRow) {
  if (!change || row.fingerprint.keyId === print.keyId) return false;
  return fingerprint(await fingerprintKeys(), change, row.fingerprint.keyId)?.mac === row.fingerprint.mac;
}

type Kept = Pick<Order | Refusal, 'key' | 'fingerprint' | 'subject'>;

function keep(
  { ledger, relay, now }: Context,
  { key, fingerprint: print, subject }: Kept,
  ending: ReturnType<typeof refused>,
) {
  return ledger.storeRefusal(key, print, toResult(relay, subject, print, ending, now()), now());
}

async function keepRefusal(context: Context, kept: Kept, ending: ReturnType<typeof refused>): Promise<string> {
  return (await keep(context, kept, ending)).result ?? '';
}
