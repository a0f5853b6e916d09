import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { canonical, sha256 } from '../../../src/lib/change/fingerprint.ts';
import { changeKey, keyOf, parseRecord, subjectKey } from '../../../src/lib/change/parse-record.ts';
import { ALL_OPERATIONS, change, FIRST_KEYS, ROTATED_KEYS } from '../../support/relay-under-test.ts';

const SETTINGS = { operations: ALL_OPERATIONS, revision: '2026-01' as const, allowInlineSecrets: true };
const take = (event: unknown, keys = FIRST_KEYS) =>
  parseRecord(typeof event === 'string' ? event : JSON.stringify(event), keys, SETTINGS);
const EVENT = change({ id: 'i' }, { task_id: 't' });

describe('the key of a change', () => {
  it('is made of source and id alone', () => {
    const { key } = take(EVENT);
    expect(key).toMatch(/^change#[0-9a-f]{64}$/);
    expect(take({ ...EVENT, data: {}, type: 'x', sequence: '5' }).key).toBe(key);
    expect(take({ ...EVENT, id: 'j' }).key).not.toBe(key);
    expect(take({ ...EVENT, source: '/other' }).key).not.toBe(key);
  });

  it('changes if text moves between source and id', () => {
    expect(take({ ...EVENT, source: 'ab', id: 'c' }).key).not.toBe(take({ ...EVENT, source: 'a', id: 'bc' }).key);
    expect(take({ ...EVENT, source: 'a', id: 'b\nc' })).toMatchObject({ code: 'change_unreadable' });
  });

  it('is the hash of the bytes if the message is not a change', () => {
    const refusal = take('{"CANARY":1}');
    expect(refusal).toMatchObject({ kind: 'invalid', code: 'change_unreadable', fingerprint: { keyId: 'sha256' } });
    expect(refusal.key).toBe(`body#${refusal.name.hash}`);
    const hash = sha256('{"CANARY":1}');
    expect(refusal).toMatchObject({ name: { hash }, fingerprint: { keyId: 'sha256', mac: hash } });
    expect(take('{"CANARY":1} ').key).not.toBe(refusal.key);
    expect(JSON.stringify(refusal)).not.toContain('CANARY');
  });

  it('is the hash of both, with a prefix of its own', () => {
    expect(changeKey({ source: '/s', id: 'i' })).toBe(`change#${sha256('/s\ni')}`);
    expect(take(EVENT).key).toBe(changeKey(EVENT));
  });

  it('can be computed without validating the change', () => {
    expect(keyOf(JSON.stringify(EVENT))).toBe(changeKey(EVENT));
    expect(keyOf(JSON.stringify({ ...EVENT, sequence: 'x', data: 5 }))).toBe(changeKey(EVENT));
    expect(keyOf(JSON.stringify({ ...EVENT, id: '' }))).toBeUndefined();
    expect(keyOf('CANARY')).toBeUndefined();
  });

  it('is that of the inner change if it is wrapped', () => {
    expect(take({ 'detail-type': 'x', detail: EVENT }).key).toBe(take(EVENT).key);
  });
});

describe('the fingerprint of a heartbeat', () => {
  const event = {
    specversion: '1.0',
    id: 'dcs',
    source: 'migration-relay.test.heartbeat',
    type: 'migration.relay.heartbeat',
  };
  const read = (over: object, keys = FIRST_KEYS) =>
    parseRecord(JSON.stringify({ ...event, ...over }), keys, { ...SETTINGS, heartbeat: event.source });

  it('needs no key and depends on its name alone, because its row never ends', () => {
    const { key, fingerprint } = read({});
    expect({ key, fingerprint }).toEqual({
      key: changeKey(event),
      fingerprint: { keyId: 'sha256', mac: sha256(changeKey(event)) },
    });
    expect(read({ data: { a: 1 }, sequence: '5' }, ROTATED_KEYS).fingerprint).toEqual(fingerprint);
    expect(read({ id: 'sms' }).fingerprint).not.toEqual(fingerprint);
  });
});

describe('the fingerprint of a change', () => {
  const mac = (over: object) => take({ ...EVENT, ...over }).fingerprint.mac;

  it.each([
    ['time', { time: 'x' }],
    ['traceparent', { traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01` }],
    ['an attribute that is not known', { comexample: 1 }],
    ['the order of members', { data: Object.fromEntries(Object.entries(EVENT.data).reverse()) }],
    ['a member that is null', { data: { ...EVENT.data, nothing: null } }],
  ])('stays the same with another %s', (_what, over) => {
    expect(mac(over)).toBe(mac({}));
  });

  it.each([
    ['data', { data: { ...EVENT.data, task_id: 'u' } }],
    ['type', { type: 'other' }],
    ['sequence', { sequence: '1' }],
    ['data that is wrong', { data: 5 }],
  ])('changes with another %s', (_what, over) => {
    expect(mac(over)).not.toBe(mac({}));
  });

  it('of a change without a revision is the one that older rows contain', () => {
    const { mac: made } = parseRecord(JSON.stringify({ ...EVENT, id: 'i' }), FIRST_KEYS, SETTINGS).fingerprint;
    const text = canonical([EVENT.type, '', EVENT.data]);
    const key = Buffer.from(FIRST_KEYS.keys.k1 ?? '', 'base64');
    expect(made).toBe(createHmac('sha256', key).update(text).digest('hex'));
    expect(mac({ dataschema: 'https://x/2024-09' })).toBe(made);
  });

  it('changes with the revision that the change itself names, however it is written, and not with the setting', () => {
    const sms = { ...EVENT, type: 'migration.sms.task.update', data: { task_id: 't', body: { name: 'n' } } };
    const macOf = (dataschema?: string, revision: '2024-09' | '2026-01' = '2026-01') =>
      parseRecord(JSON.stringify({ ...sms, dataschema }), FIRST_KEYS, { ...SETTINGS, revision }).fingerprint.mac;
    expect(new Set([macOf(), macOf('x/2024-09'), macOf('x/2026-01')]).size).toBe(3);
    expect(macOf('2024-09')).toBe(macOf('https://y/z/2024-09'));
    expect(macOf(undefined, '2024-09')).toBe(macOf(undefined, '2026-01'));
    expect(macOf('x/2024-09', '2024-09')).toBe(macOf('x/2024-09', '2026-01'));
  });

  it('names the key that made it', () => {
    expect(take(EVENT).fingerprint.keyId).toBe('k1');
    expect(take(EVENT, ROTATED_KEYS).fingerprint.keyId).toBe('k2');
  });

  it('cannot be made without the current key', () => {
    expect(() => take(EVENT, { current: 'gone', keys: {} })).toThrow('the current fingerprint key is missing');
  });
});

describe('the key of a subject', () => {
  it('differs between services, kinds, projects and ids', () => {
    const keys = [
      subjectKey({ service: 'dcs', kind: 'k', id: 't', project_id: 'p' }),
      subjectKey({ service: 'dcs', kind: 'k', id: 't', project_id: 'q' }),
      subjectKey({ service: 'dcs', kind: 'k', id: 'u', project_id: 'p' }),
      subjectKey({ service: 'sms', kind: 'k', id: 't' }),
      subjectKey({ service: 'dcs', kind: 'k', id: 't' }),
      subjectKey({ service: 'dcs', kind: 'other', id: 't' }),
    ];
    expect(new Set(keys).size).toBe(keys.length);
    expect(keys[0]).toBe('subject#dcs#k#p#t');
    expect(keys[3]).toBe('subject#sms#k##t');
  });

  it('is the same whatever the case of the letters in its ids', () => {
    const subject = { service: 'dcs', kind: 'k', id: 'T-Cd', project_id: 'pAb' } as const;
    expect(subjectKey(subject)).toBe(subjectKey({ ...subject, project_id: 'PaB', id: 't-cD' }));
  });
});
