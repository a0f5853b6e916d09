import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type InvalidRecord, parseRecord, type ValidRecord } from '../src/lib/change/parse-record.ts';
import { OPERATIONS } from './lib/operations/judging.ts';

interface Sample {
  file: string;
  given: { service: 'dcs' | 'sms'; state: string } | null;
  outcome: 'succeeded' | 'rejected' | 'superseded';
  code?: string;
  calls: number;
  ignored_fields?: string[];
}

const samples = JSON.parse(readFileSync('events/samples.json', 'utf8')) as Sample[];
const operations = OPERATIONS.map(([, operation]) => operation);
const keys = { current: 'a', keys: { a: Buffer.alloc(32).toString('base64') } };
const read = (file: string) => readFileSync(`events/${file}`, 'utf8');
const take = (file: string) =>
  parseRecord(read(file), keys, { operations, revision: '2026-01', allowInlineSecrets: true });

const REFUSED_AT_THE_DOOR = new Set(['change_invalid', 'change_unreadable']);
const isDoor = ({ code = '' }: Sample) => REFUSED_AT_THE_DOOR.has(code);

describe('the samples', () => {
  it('name every file once', () => {
    const files = (folder: string) =>
      readdirSync(`events/${folder}`, { withFileTypes: true }).filter((file) => file.isFile());
    const present = [...files('').map(({ name }) => name), ...files('invalid').map(({ name }) => `invalid/${name}`)];
    expect(samples.map(({ file }) => file).sort()).toEqual(present.filter((name) => name !== 'samples.json').sort());
  });

  it.each(operations.map((operation) => [`${operation.name} ${operation.revision ?? ''}`, operation] as const))(
    'have at least four changes for %s',
    (_title, operation) => {
      const changes = samples.filter((sample) => !isDoor(sample)).map(({ file }) => take(file));
      const own = changes.filter((change) => change.kind === 'valid' && change.operation === operation);
      expect(own.length).toBeGreaterThanOrEqual(4);
    },
  );

  it.each(samples.filter((sample) => !isDoor(sample)).map((sample) => [sample.file, sample] as const))(
    '%s is accepted, and lists the fields that are left out',
    (file, { ignored_fields = [] }) => {
      const change = take(file);
      expect(change.kind === 'invalid' ? change.problems : []).toEqual([]);
      expect((change as ValidRecord).omitted).toEqual(ignored_fields);
    },
  );

  it.each(samples.filter(isDoor).map((sample) => [sample.file, sample] as const))(
    '%s is refused before any call',
    (file, { code, calls, outcome }) => {
      const refusal = take(file) as InvalidRecord;
      expect({ kind: refusal.kind, code: refusal.code, outcome, calls }).toEqual({
        kind: 'invalid',
        code,
        outcome: 'rejected',
        calls: 0,
      });
      expect(refusal.problems.length).toBeGreaterThan(0);
    },
  );

  it('that conflict or repeat have the id of an earlier one', () => {
    const owners = new Map<string, string>();
    for (const { file, code, calls } of samples) {
      const { key, fingerprint } = take(file);
      const earlier = owners.get(key);
      const conflicts = earlier !== undefined && earlier !== fingerprint.mac;
      expect(conflicts, file).toBe(code === 'idempotency_conflict');
      if (earlier === fingerprint.mac) expect(calls).toBe(0);
      owners.set(key, earlier ?? fingerprint.mac);
    }
  });

  it('contain the examples of the manuals as they are printed there', () => {
    const pasted = samples.map(({ file }) => read(file).replaceAll(/\s/g, ''));
    for (const file of readdirSync('test/fixtures/examples').filter((name) => name.endsWith('request.json'))) {
      const manual = readFileSync(`test/fixtures/examples/${file}`, 'utf8').replaceAll(/\s/g, '');
      expect(pasted.some((text) => text.includes(`"body":${manual}`))).toBe(true);
    }
  });
});
