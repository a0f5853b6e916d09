import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { readChange } from '../../src/lib/change/change.ts';
import { type ValidationSettings, validate } from '../../src/lib/change/validate.ts';
import { type Json, parseJson, writeJson } from '../../src/lib/json/exact-json.ts';
import { DCS_OPERATIONS } from '../../src/lib/operations/dcs.ts';
import type { Operation } from '../../src/lib/operations/operation.ts';
import { SMS_OPERATIONS } from '../../src/lib/operations/sms.ts';
import { idsIn, sdkFact, sdkRead } from '../support/sdk-facts.ts';

const isOperation = (value: unknown): value is Operation =>
  typeof value === 'object' && value !== null && 'change' in value && 'readBack' in value;

/** Every operation that a file of src/lib/operations exports, with its file's name. */
const found = (
  await Promise.all(
    readdirSync('src/lib/operations').map(async (file) => {
      const module = (await import(/* @vite-ignore */ `../../src/lib/operations/${file}`)) as Record<string, unknown>;
      return Object.values(module)
        .filter(isOperation)
        .map((operation) => ({ file: basename(file, '.ts'), operation }));
    }),
  )
).flat();

const LISTS = { dcs: DCS_OPERATIONS, sms: SMS_OPERATIONS };

const samples = readdirSync('events').filter((file) => file.endsWith('.json') && file !== 'samples.json');
const changesOf = (operation: Operation) => {
  const settings: ValidationSettings = {
    operations: found.map((one) => one.operation),
    revision: '2026-01',
    allowInlineSecrets: true,
  };
  return samples
    .map((file) => validate(readChange(readFileSync(`events/${file}`, 'utf8')), settings))
    .filter((one) => one.kind === 'valid')
    .filter((change) => change.operation === operation);
};
const secret = (reference: string) => `value-of-${reference}`;
const HOSTILE = [
  '..',
  '.',
  '',
  '%2f',
  '%2e%2e',
  'a/b',
  'a\\b',
  'a?b',
  'a#b',
  'a b',
  'a\r\nb',
  'a\u0000',
  '@host',
  '//host',
  'ä',
  'x'.repeat(256),
];

describe.each(
  found.map(
    ({ file, operation }) => [`${operation.name} ${operation.revision ?? ''}`.trim(), file, operation] as const,
  ),
)('the operation %s', (_name, file, operation) => {
  const changes = changesOf(operation);

  it('has the name of its file', () => {
    expect(operation.name).toBe(file);
  });

  it('belongs to a change type that names its service', () => {
    expect(operation.change).toMatch(new RegExp(`^migration\\.${operation.service}\\.[a-z.-]+$`));
  });

  it('names the permissions that its call and its read need', () => {
    expect(operation.permissions.length).toBeGreaterThanOrEqual(2);
    for (const permission of operation.permissions)
      expect(permission).toMatch(new RegExp(`^${operation.service}:[a-zA-Z]+:[a-zA-Z]+$`));
  });

  it('has at least three sample changes', () => {
    expect(changes.length).toBeGreaterThanOrEqual(3);
  });

  it('makes an absolute path of every sample, for the call and for the read, which alone may have a query', () => {
    for (const { data } of changes) {
      expect(operation.path(data)).toMatch(/^(?:\/[A-Za-z0-9-]+)+$/);
      expect(operation.readBack.path(data)).toMatch(/^(?:\/[A-Za-z0-9-]+)+(?:\?[A-Za-z0-9._~%&=-]+)?$/);
    }
  });

  it('is a call of the official SDK, and reads by one (scripts/sdk-calls.ts)', () => {
    const { method, url = '' } = sdkFact(operation.service, operation.call) ?? {};
    expect({ method, hasUrl: url !== '' }).toEqual({ method: operation.method, hasUrl: true });
    for (const { data } of changes) {
      const [read = ''] = operation.readBack.path(data).split('?');
      expect(idsIn(url, operation.path(data)), operation.path(data)).toBeDefined();
      expect(sdkRead(operation.service, read), read).toBeDefined();
    }
  });

  it('sends every sample as valid JSON, without null in an object', () => {
    for (const { data } of changes) {
      const text = writeJson(operation.body?.(data, secret) ?? {});
      expect(writeJson(parseJson(text) as Json)).toBe(text);
      expect(text).not.toContain(':null');
    }
  });

  it('fills in every secret that it asks for, and sends no reference', () => {
    for (const { data } of changes) {
      const text = writeJson(operation.body?.(data, secret) ?? {});
      for (const reference of operation.secretReferences?.(data) ?? []) expect(text).toContain(secret(reference));
      expect(text).not.toContain('password_ref');
    }
  });

  it.each(HOSTILE)('refuses the id %j', (id) => {
    for (const { data } of changes) {
      for (const name of Object.keys(data as object).filter((member) => member.endsWith('_id')))
        expect(operation.input.safeParse({ ...(data as object), [name]: id }).success).toBe(false);
    }
  });

  it('refuses an unknown member, by its path', () => {
    for (const { data } of changes) {
      const { body } = data as { body?: object };
      const more = body ? { body: { ...body, invented_member: 1 } } : { invented_member: 1 };
      const { error } = operation.input.safeParse({ ...(data as object), ...more });
      expect(error?.issues).toContainEqual(
        expect.objectContaining({ code: 'unrecognized_keys', keys: ['invented_member'], path: body ? ['body'] : [] }),
      );
    }
  });

  it('reads no secret when it reads the task', () => {
    const shown = {
      password: 'CANARY',
      source_instance: { password: 'CANARY' },
      target_server: { password: 'CANARY' },
    };
    for (const { data } of changes)
      expect(JSON.stringify(operation.readBack.snapshot(shown, data))).not.toContain('CANARY');
  });

  it('never takes a task that shows nothing as changed', () => {
    for (const { data } of changes) {
      const snapshot = operation.readBack.snapshot({}, data);
      for (const was of [() => false, () => true, undefined])
        expect(operation.readBack.verdict(snapshot, data, was)).not.toBe('applied');
    }
  });

  it('accepts an empty reply or reports it as an error, and picks only known fields', () => {
    const reply = operation.reply.safeParse({ id: 'i', secret_member: 'CANARY' });
    if (reply.success) expect(JSON.stringify(operation.pickReply(reply.data))).not.toContain('CANARY');
  });

  it('has a JSON Schema', () => {
    const schema = z.toJSONSchema(operation.input, { unrepresentable: 'any', io: 'input' });
    expect(schema).toMatchObject({ type: 'object', additionalProperties: false });
  });
});

it.each(found.map(({ file, operation }) => [file, operation] as const))(
  '%s is in the list of its service, which handlers, contracts and command use',
  (_file, operation) => {
    expect(LISTS[operation.service]).toContain(operation);
  },
);
