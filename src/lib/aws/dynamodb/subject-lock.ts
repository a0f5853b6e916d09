import type { Ledger, LockRequest } from '../../relay/ledger.ts';
import { cameBefore } from '../../relay/sequence.ts';
import { type Item, toSubjectRow } from './rows.ts';
import { type createTable, expiry, N, S } from './table.ts';

/** The conditions for "no newer change is known": by sequence if the change has one, else by arrival within its message group. */
export function orderConditions({ sequence, arrival }: LockRequest): string[] {
  const isLatest =
    'attribute_not_exists(#arrival) OR #arrival <= :arrival OR attribute_not_exists(#group) OR #group <> :group';
  return [
    ...(sequence === undefined ? [] : ['(attribute_not_exists(#sequence) OR #sequence <= :sequence)']),
    ...(arrival === undefined ? [] : [`(${isLatest})`]),
  ];
}

/** The values that these conditions use. */
export function orderValues({ sequence, arrival, group }: LockRequest): Item {
  return {
    ...(sequence !== undefined && { ':sequence': N(sequence) }),
    ...(arrival !== undefined && { ':arrival': N(arrival), ':group': S(group ?? '') }),
  };
}

/** The update that acquires the lock for a change. `newest` says that no later arrival was sent, so that this one is stored. */
export function lockUpdate(request: LockRequest, newest: boolean) {
  const { key, owner, expiresAt, sequence, arrival } = request;
  const arrived = newest && arrival !== undefined;
  const sets = [
    '#lock = :me, #owner = :owner, #expiresAt = :expiresAt, #ttl = :ttl',
    ...(sequence === undefined ? [] : ['#sequence = :sequence']),
    ...(arrived ? ['#arrival = :arrival, #group = :group'] : []),
    ...(arrived && sequence === undefined ? ['#plainArrival = :arrival, #plainGroup = :group'] : []),
  ];
  const values: Item = {
    ':me': S(key),
    ':owner': S(owner),
    ':expiresAt': N(expiresAt),
    ':ttl': expiry(expiresAt),
    ...(sequence !== undefined && { ':sequence': N(sequence) }),
    ...(arrived && { ...orderValues({ ...request, sequence: undefined }) }),
  };
  return { update: `SET ${sets.join(', ')}`, values };
}

/** The ledger's row per subject: who holds its lock, and what was sent last. */
export function createSubjectLocks(
  table: ReturnType<typeof createTable>,
): Pick<Ledger, 'acquireLock' | 'replaceLock' | 'readSubject'> {
  return {
    async acquireLock(request) {
      const condition = ['#lock = :me', ...orderConditions(request)].join(' AND ');
      const { update, values } = lockUpdate(request, true);
      const item = await table.write(request.subject, update, `attribute_not_exists(pk) OR (${condition})`, {
        ...values,
        ...orderValues(request),
      });
      return item && toSubjectRow(item);
    },

    async replaceLock(request, expected) {
      const newest = !cameBefore(request, expected);
      const { update, values } = lockUpdate(request, newest);
      const condition = '#lock = :seen AND #owner = :seenOwner AND #expiresAt = :seenExpiry';
      const seenValues: Item = {
        ':seen': S(expected.lock),
        ':seenOwner': S(expected.owner),
        ':seenExpiry': N(expected.expiresAt),
      };
      const item = await table.write(request.subject, update, condition, { ...values, ...seenValues });
      return item && toSubjectRow(item);
    },

    async readSubject(subject) {
      const item = await table.read(subject);
      return item && toSubjectRow(item);
    },
  };
}
