import type { GuardRequest } from '../../relay/ledger.ts';
import type { Item } from './rows.ts';
import { kept, N, S } from './table.ts';

/** No newer change is known: by sequence if the change has one, else by arrival, whose numbers count inside one group only. */
export function orderConditions({ sequence, arrival }: GuardRequest): string[] {
  const isLatest =
    'attribute_not_exists(#arrival) OR #arrival <= :arrival OR attribute_not_exists(#group) OR #group <> :group';
  return [
    ...(sequence === undefined ? [] : ['(attribute_not_exists(#sequence) OR #sequence <= :sequence)']),
    ...(arrival === undefined ? [] : [`(${isLatest})`]),
  ];
}

/** The values that those conditions name. */
export function orderValues({ sequence, arrival, group }: GuardRequest): Item {
  return {
    ...(sequence !== undefined && { ':sequence': N(sequence) }),
    ...(arrival !== undefined && { ':arrival': N(arrival), ':group': S(group ?? '') }),
  };
}

/** The update that raises a change's barrier; `newest` says that no later arrival was sent, so that this one is remembered. */
export function raised(request: GuardRequest, newest: boolean) {
  const { key, owner, until, sequence, arrival } = request;
  const arrived = newest && arrival !== undefined;
  const sets = [
    '#barrier = :me, #owner = :owner, #until = :until, #ttl = :ttl',
    ...(sequence === undefined ? [] : ['#sequence = :sequence']),
    ...(arrived ? ['#arrival = :arrival, #group = :group'] : []),
    ...(arrived && sequence === undefined ? ['#plainArrival = :arrival, #plainGroup = :group'] : []),
  ];
  const values: Item = {
    ':me': S(key),
    ':owner': S(owner),
    ':until': N(until),
    ':ttl': kept(until),
    ...(sequence !== undefined && { ':sequence': N(sequence) }),
    ...(arrived && { ...orderValues({ ...request, sequence: undefined }) }),
  };
  return { update: `SET ${sets.join(', ')}`, values };
}
