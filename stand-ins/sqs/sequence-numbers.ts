import { createHash } from 'node:crypto';

/** SQS numbers each group by itself: whose counter is ahead says nothing of who came first. Gives the next number of a group. */
export function createSequenceNumbers(): (group: string) => string {
  const next = new Map<string, bigint>();
  return (group) => {
    const number = next.get(group) ?? firstOf(group);
    next.set(group, number + 1n);
    return String(number);
  };
}

/** Twenty digits, as SQS has. */
const firstOf = (group: string) =>
  10n ** 19n + BigInt(createHash('sha256').update(group).digest().readUInt32BE()) * 10n ** 6n;
