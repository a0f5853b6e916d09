import { type Fingerprint, fingerprint } from '../change/fingerprint.ts';
import { type Order, type Refusal, takeIn } from '../change/parse-record.ts';
import { attempt } from './attempt.ts';
import { conflicting, refused, unknown } from './completion.ts';
import { type Context, type Job, letGo } from './job.ts';
import type { ChangeRow } from './ledger.ts';
import { backoff } from './policy.ts';
import { reconcile } from './reconcile.ts';
import { readResult, type StoredResult, toEvent, toResult } from './result.ts';
import { NotYet } from './retry-later.ts';
import { mayHaveSent } from './subject-lock.ts';
import { removalOf } from './times.ts';

/** One message of the queue. */
export interface Delivery {
  body: string;
  /** The SQS sequence number, and the message group in which alone it can be compared. */
  arrival?: string | undefined;
  group?: string | undefined;
  /** When the message was sent to the queue, in milliseconds since 1970. */
  sentAt?: number | undefined;
  /** Milliseconds that are left of the invocation. */
  remaining(): number;
}

/** What came of a delivery: the published result. */
export interface Carried {
  result: StoredResult;
}

/**
 * Carries one delivery the whole way: read, validate, settle once, publish. Throws NotYet for a change that is not final,
 * and whatever the ledger or the bus throws; both mean that the queue must deliver again. Gives undefined for an event of a
 * relay, of which nothing is published: a rule that led it here would lead that back too, without end.
 */
export function createRelay(context: Context): (delivery: Delivery) => Promise<Carried | undefined> {
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

const isRelayEvent = (intake: Order | Refusal) => intake.kind === 'refusal' && intake.code === 'relay_event';

async function carry(context: Context, intake: Order | Refusal, delivery: Delivery): Promise<Carried | undefined> {
  if (isRelayEvent(intake)) return undefined;
  const text = await (intake.kind === 'order' ? settle(context, intake, delivery) : refuse(context, intake, delivery));
  const result = readResult(text);
  await context.publish(toEvent(text, result));
  return { result };
}

/** Settles an order: claim it, or act on what the ledger remembers of it. Gives the stored result. */
async function settle(context: Context, order: Order, delivery: Delivery): Promise<string> {
  const owner = context.newOwner();
  const first = await claim(context, order, delivery, owner, order.fingerprint);
  const print = await printLike(context, order, first.row);
  if (print.mac !== first.row.fingerprint.mac) return refuseConflict(context, order, print);
  // A row made under an older key stands READY: it is claimed with the fingerprint that it knows.
  const stale = !first.mine && first.row.state === 'READY';
  const { mine, row } = stale ? await claim(context, order, delivery, owner, print) : first;
  if (row.state === 'DONE') return storedIn(context, row);
  if (!mine && row.state === 'READY') throw new NotYet('contended', backoff(1, context.policy));
  const kept = await underRevision(context, order, row, delivery);
  return kept.kind === 'refusal'
    ? refuseOpen(context, kept, row, owner, mine)
    : advance(context, { ...delivery, order: kept, row, owner }, mine);
}

/** Sends a change that was claimed, or finds out what became of one that another worker left. */
async function advance(context: Context, job: Job, mine: boolean): Promise<string> {
  const { order, row, owner } = job;
  if (mine) return attempt(context, job);
  const held = { ...job, row: await takeOver(context, row, owner, () => mayHaveSent(context, order, row)) };
  return held.row.doubt ? reconcile(context, held) : letGo(context, held, 'contended', 0);
}

function claim(
  { ledger, policy, now }: Context,
  { key, ...of }: Order | Refusal,
  { arrival, group }: Delivery,
  owner: string,
  print: Fingerprint,
) {
  const revision = of.kind === 'order' ? of.operation.revision : undefined;
  const lease = { owner, now: now(), lease: now() + policy.times.lease };
  return ledger.claim({ key, arrival, group, revision, ...lease, fingerprint: print });
}

/**
 * The change as it was taken when it was claimed: where it names no revision of the API itself, a deployment that changes the
 * default must neither refuse it, once a request may have left, nor tell other fields than those that were sent.
 */
async function underRevision(
  context: Context,
  taken: Order | Refusal,
  { revision }: ChangeRow,
  { body }: Delivery,
): Promise<Order | Refusal> {
  const isSame = revision === undefined || (taken.kind === 'order' && taken.operation.revision === revision);
  return isSame ? taken : takeIn(body, await context.fingerprintKeys(), { ...context.intake, revision });
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

/** Stores a refusal, unless the ledger knows the change already: from a time when other settings were in force. */
async function refuse(context: Context, refusal: Refusal, delivery: Delivery): Promise<string> {
  const row = await keep(context, refusal, refused(refusal));
  const print = await printLike(context, refusal, row);
  if (print.mac !== row.fingerprint.mac) return refuseConflict(context, refusal, print);
  if (row.state === 'DONE') return storedIn(context, row);
  const kept = await underRevision(context, refusal, row, delivery);
  if (kept.kind === 'order') return settle(context, kept, delivery);
  const owner = context.newOwner();
  if (row.state === 'CALLING') return refuseOpen(context, refusal, row, owner, false);
  const claimed = await claim(context, refusal, delivery, owner, print);
  if (!claimed.mine) throw new NotYet('contended', backoff(1, context.policy));
  return refuseOpen(context, refusal, claimed.row, owner, true);
}

/** Ends a change that was an order once and is refused now. One in doubt ends as unknown: nobody can read the task for it any more. */
async function refuseOpen(
  context: Context,
  refusal: Refusal,
  row: ChangeRow,
  owner: string,
  mine: boolean,
): Promise<string> {
  const held = mine ? row : await takeOver(context, row, owner, async () => true);
  const ending = held.doubt ? unknown() : refused(refusal);
  const result = toResult(context.relay, refusal.subject, held.fingerprint, ending, context.now());
  if (await context.ledger.store(held.key, owner, result, held.doubt)) return result;
  throw new NotYet('contended', context.policy.times.lease);
}

/** Another content is remembered under the change's id: the row that stands is left alone, and the conflict has one of its own. */
async function refuseConflict(context: Context, of: Order | Refusal, print: Fingerprint): Promise<string> {
  const kept = { ...of, key: `${of.key}#${print.mac}`, fingerprint: print };
  return storedIn(context, await keep(context, kept, conflicting()));
}

/** The row of a change that ended is renewed at most this often, in seconds. */
const RENEWAL = 86_400;

/** The result of a change that is DONE. Throws for a damaged row: it holds nothing to publish, and nothing may be sent for it. */
async function storedIn({ ledger, now }: Context, { key, result, ttl }: ChangeRow): Promise<string> {
  if (result === undefined) throw new Error('the row of a change that is done holds no result');
  // The result stands whether its row is renewed or not: a write that DynamoDB refuses must not hold it back.
  if (ttl !== undefined && ttl < removalOf(now()) - RENEWAL) await ledger.renew(key).catch(() => undefined);
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
