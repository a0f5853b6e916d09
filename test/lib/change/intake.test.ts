import { describe, expect, it } from 'vitest';
import { sha256 } from '../../../src/lib/change/fingerprint.ts';
import { changeKey, keyOf, takeIn, taskKey } from '../../../src/lib/change/intake.ts';
import { ALL_OPERATIONS, change, FIRST_KEYS, ROTATED_KEYS } from '../../support/relay-under-test.ts';

const SETTINGS = { operations: ALL_OPERATIONS, revision: '2026-01' as const, allowInlineSecrets: true };
const take = (event: unknown, keys = FIRST_KEYS) =>
  takeIn(typeof event === 'string' ? event : JSON.stringify(event), keys, SETTINGS);
const EVENT = change({ id: 'i' }, { task_id: 't' });

describe('the key of a change', () => {
  it('is made of source and id alone', () => {
    const { key } = take(EVENT);
    expect(key).toMatch(/^change#[0-9a-f]{64}$/);
    expect(take({ ...EVENT, data: {}, type: 'x', sequence: '5' }).key).toBe(key);
    expect(take({ ...EVENT, id: 'j' }).key).not.toBe(key);
    expect(take({ ...EVENT, source: '/other' }).key).not.toBe(key);
  });

  it('cannot be had by moving text between source and id', () => {
    expect(take({ ...EVENT, source: 'ab', id: 'c' }).key).not.toBe(take({ ...EVENT, source: 'a', id: 'bc' }).key);
    expect(take({ ...EVENT, source: 'a', id: 'b\nc' })).toMatchObject({ code: 'change_unreadable' });
  });

  it('of what is no change is the hash of its bytes', () => {
    const refusal = take('{"CANARY":1}');
    expect(refusal).toMatchObject({ kind: 'refusal', code: 'change_unreadable', fingerprint: { keyId: 'sha256' } });
    expect(refusal.key).toBe(`body#${refusal.subject.hash}`);
    const hash = sha256('{"CANARY":1}');
    expect(refusal).toMatchObject({ subject: { hash }, fingerprint: { keyId: 'sha256', mac: hash } });
    expect(take('{"CANARY":1} ').key).not.toBe(refusal.key);
    expect(JSON.stringify(refusal)).not.toContain('CANARY');
  });

  it('is the hash of both, in a space of its own', () => {
    expect(changeKey({ source: '/s', id: 'i' })).toBe(`change#${sha256('/s\ni')}`);
    expect(take(EVENT).key).toBe(changeKey(EVENT));
  });

  it('can be had without judging the change, where there is one', () => {
    expect(keyOf(JSON.stringify(EVENT))).toBe(changeKey(EVENT));
    expect(keyOf(JSON.stringify({ ...EVENT, sequence: 'x', data: 5 }))).toBe(changeKey(EVENT));
    expect(keyOf(JSON.stringify({ ...EVENT, id: '' }))).toBeUndefined();
    expect(keyOf('CANARY')).toBeUndefined();
  });

  it('of a wrapped change is that of the change', () => {
    expect(take({ 'detail-type': 'x', detail: EVENT }).key).toBe(take(EVENT).key);
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

  it('names the key that made it', () => {
    expect(take(EVENT).fingerprint.keyId).toBe('k1');
    expect(take(EVENT, ROTATED_KEYS).fingerprint.keyId).toBe('k2');
  });

  it('cannot be made without the current key', () => {
    expect(() => take(EVENT, { current: 'gone', keys: {} })).toThrow('the current fingerprint key is missing');
  });
});

describe('the key of a task', () => {
  it('tells services, projects and tasks apart', () => {
    const keys = [
      taskKey({ service: 'dcs', project_id: 'p', task_id: 't' }),
      taskKey({ service: 'dcs', project_id: 'q', task_id: 't' }),
      taskKey({ service: 'dcs', project_id: 'p', task_id: 'u' }),
      taskKey({ service: 'sms', task_id: 't' }),
      taskKey({ service: 'dcs', task_id: 't' }),
    ];
    expect(new Set(keys).size).toBe(keys.length);
    expect(keys[0]).toBe('task#dcs#p#t');
    expect(keys[3]).toBe('task#sms##t');
  });
});
