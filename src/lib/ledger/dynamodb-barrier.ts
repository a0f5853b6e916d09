import type { Item } from './dynamodb-rows.ts';
import { kept, N, S } from './dynamodb-table.ts';
import type { GuardRequest } from './ledger.ts';

/** No newer change is known: by sequence if the change has one, else by arrival. */
export function orderConditions({ sequence, arrival }: GuardRequest): string[] {
  const sequenced = sequence !== undefined;
  return [
    ...(sequenced ? ['(attribute_not_exists(#sequence) OR #sequence <= :sequence)'] : []),
    ...(arrival === undefined ? [] : ['(attribute_not_exists(#arrival) OR #arrival <= :arrival)']),
  ];
}

/** The values that those conditions name. */
export function orderValues({ sequence, arrival }: GuardRequest): Item {
  return {
    ...(sequence !== undefined && { ':sequence': N(sequence) }),
    ...(arrival !== undefined && { ':arrival': N(arrival) }),
  };
}

/** The update that raises a change's barrier; `newest` says that no later arrival was sent, so that this one is remembered. */
export function raised({ key, owner, until, sequence, arrival }: GuardRequest, newest: boolean) {
  const arrived = newest && arrival !== undefined;
  const sets = [
    '#barrier = :me, #owner = :owner, #until = :until, #ttl = :ttl',
    ...(sequence === undefined ? [] : ['#sequence = :sequence']),
    ...(arrived ? ['#arrival = :arrival'] : []),
    ...(arrived && sequence === undefined ? ['#plainArrival = :arrival'] : []),
  ];
  const values: Item = {
    ':me': S(key),
    ':owner': S(owner),
    ':until': N(until),
    ':ttl': kept(until),
    ...(sequence !== undefined && { ':sequence': N(sequence) }),
    ...(arrived && { ':arrival': N(arrival) }),
  };
  return { update: `SET ${sets.join(', ')}`, values };
}
