import type { Revision } from '../../operations/operation.ts';
import type { BreakerRow } from '../../relay/breaker-store.ts';
import type { ChangeRow, ChangeState, SubjectRow } from '../../relay/ledger.ts';

/** A value as DynamoDB writes it. The ledger's rows hold texts, numbers, booleans and sets of texts. */
export interface AttributeValue {
  S?: string;
  N?: string;
  BOOL?: boolean;
  SS?: string[];
}

export type Item = Record<string, AttributeValue>;

type AttributeReader<T> = (value: AttributeValue) => T | undefined;
const text: AttributeReader<string> = ({ S }) => S;
const flag: AttributeReader<boolean> = ({ BOOL }) => BOOL;
const set: AttributeReader<string[]> = ({ SS }) => SS;
/** A number as text, because a sequence has up to 38 digits. */
const digits: AttributeReader<string> = ({ N }) => N;
const number: AttributeReader<number> = ({ N }) => (N === undefined ? undefined : Number(N));

/** The attributes that the item has, each read by its type. */
function attributes<T>(item: Item, readers: { [K in keyof T]: AttributeReader<NonNullable<T[K]>> }): Partial<T> {
  const found = Object.entries<AttributeReader<unknown>>(readers).flatMap(([name, read]) => {
    const value = item[name] && read(item[name]);
    return value === undefined ? [] : [[name, value]];
  });
  return Object.fromEntries(found) as Partial<T>;
}

/** Reads a change's row. A row without a readable state counts as DONE, so that nothing is ever sent for it. */
export function toChangeRow(key: string, item: Item): ChangeRow {
  const {
    mac = '',
    keyId = '',
    ...rest
  } = attributes<Omit<ChangeRow, 'key' | 'fingerprint'> & { mac: string; keyId: string }>(item, {
    state: text as AttributeReader<ChangeState>,
    mac: text,
    keyId: text,
    owner: text,
    lease: number,
    attempts: number,
    firstSeen: number,
    arrival: digits,
    group: text,
    revision: text as AttributeReader<Revision>,
    doubt: flag,
    overtaken: flag,
    baseline: text,
    created: text,
    result: text,
    unknown: flag,
    ttl: number,
    resolution: text,
  });
  return { state: 'DONE', attempts: 0, firstSeen: 0, doubt: false, ...rest, key, fingerprint: { mac, keyId } };
}

/** Reads a subject's row. */
export function toSubjectRow(item: Item): SubjectRow {
  const row = attributes<SubjectRow>(item, {
    sequence: digits,
    arrival: digits,
    group: text,
    plainArrival: digits,
    plainGroup: text,
    lock: text,
    owner: text,
    expiresAt: number,
  });
  return { lock: '', owner: '', expiresAt: 0, ...row };
}

/** Reads a circuit breaker's row. */
export function toBreakerRow(item: Item): BreakerRow {
  const row = attributes<BreakerRow>(item, {
    failures: number,
    until: number,
    failed: set,
    sick: set,
    sickUntil: number,
  });
  return { failures: 0, until: 0, ...row };
}
