import type { LockRequest } from '../../relay/ledger.ts';
import type { Item } from './rows.ts';
import { kept, N, S } from './table.ts';

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
export function raised(request: LockRequest, newest: boolean) {
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
    ':ttl': kept(expiresAt),
    ...(sequence !== undefined && { ':sequence': N(sequence) }),
    ...(arrived && { ...orderValues({ ...request, sequence: undefined }) }),
  };
  return { update: `SET ${sets.join(', ')}`, values };
}
