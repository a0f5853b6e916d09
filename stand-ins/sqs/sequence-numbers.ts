import { createHash } from 'node:crypto';

/** Returns the next number of a group. SQS numbers each group separately, so numbers of different groups don't show which message came first. */
export function createSequenceNumbers(): (group: string) => string {
  const next = new Map<string, bigint>();
  return (group) => {
    const number = next.get(group) ?? firstOf(group);
    next.set(group, number + 1n);
    return String(number);
  };
}

/** The first number of a group. It has twenty digits, as in SQS. */
const firstOf = (group: string) =>
  10n ** 19n + BigInt(createHash('sha256').update(group).digest().readUInt32BE()) * 10n ** 6n;
