import { type AttributeValue, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AwsCall } from '../../../../src/lib/aws/call.ts';
import { createDynamoDbLedger } from '../../../../src/lib/aws/dynamodb/ledger.ts';
import type { Item } from '../../../../src/lib/aws/dynamodb/rows.ts';
import type { ChangeRow, Ledger, Note } from '../../../../src/lib/relay/ledger.ts';
import { type LedgerTable, startLedgerTable } from '../../../support/ledger-table.ts';

let table: LedgerTable;
let ledger: Ledger;
beforeAll(async () => {
  table = await startLedgerTable();
  ledger = createDynamoDbLedger(table.call, table.name, () => 1000);
});
afterAll(() => table.stop());

/** The time at which a row is removed that was written at 1000 ms. */
const TTL = 1 + 40 * 86_400;
const fingerprint = { keyId: 'k1', mac: 'mac-1' };
let count = 0;
const newKey = () => `change#${++count}`;
const putRow = (item: Item) =>
  table.client.send(new PutItemCommand({ TableName: table.name, Item: item as Record<string, AttributeValue> }));
const claim = (key: string, owner = 'A', over: object = {}) =>
  ledger.claim({ key, fingerprint, owner, now: 1000, lease: 2000, arrival: '5', group: 'g', ...over });

describe('a claim', () => {
  it('of a new change is won and stored', async () => {
    const key = newKey();
    expect(await claim(key)).toEqual({
      isClaimed: true,
      row: {
        key,
        state: 'CALLING',
        fingerprint,
        owner: 'A',
        lease: 2000,
        attempts: 1,
        firstSeen: 1000,
        arrival: '5',
        group: 'g',
        doubt: false,
        ttl: TTL,
      },
    });
  });

  it('of a change that is CALLING is lost, also when its lease is over', async () => {
    const key = newKey();
    await claim(key);
    expect(await claim(key, 'B', { now: 9000, lease: 9900 })).toMatchObject({
      isClaimed: false,
      row: { owner: 'A', attempts: 1 },
    });
  });

  it('that the SDK repeats after a lost reply is recognised as its own', async () => {
    const key = newKey();
    await claim(key);
    expect((await claim(key)).isClaimed).toBe(true);
  });

  it('of a released change is won and keeps the first arrival, the first time and the doubt', async () => {
    const key = newKey();
    await claim(key);
    await ledger.release(key, 'A', { doubt: true });
    expect((await claim(key, 'B', { now: 3000, arrival: '9' })).row).toMatchObject({
      attempts: 2,
      firstSeen: 1000,
      arrival: '5',
      doubt: true,
    });
  });

  it('with another content is lost', async () => {
    const key = newKey();
    await claim(key);
    await ledger.release(key, 'A', {});
    expect((await claim(key, 'B', { fingerprint: { keyId: 'k1', mac: 'mac-2' } })).isClaimed).toBe(false);
  });

  it('without an arrival stores none', async () => {
    const { row } = await claim(newKey(), 'A', { arrival: undefined });
    expect(row).not.toHaveProperty('arrival');
  });

  it('of a released change without an arrival stores its own', async () => {
    const key = newKey();
    await claim(key, 'A', { arrival: undefined });
    await ledger.release(key, 'A', {});
    expect((await claim(key, 'B', { arrival: '9' })).row).toMatchObject({ owner: 'B', lease: 2000, arrival: '9' });
  });

  it('of a damaged row is lost, even under its owner’s name', async () => {
    const key = newKey();
    await putRow({ pk: { S: key }, owner: { S: 'A' } });
    expect(await claim(key)).toMatchObject({ isClaimed: false, row: { state: 'DONE' } });
  });

  it('is won by exactly one of many at once', async () => {
    const key = newKey();
    const claims = await Promise.all([...'ABCDEFGH'].map((owner) => claim(key, owner)));
    expect(claims.filter(({ isClaimed }) => isClaimed)).toHaveLength(1);
  });
});

describe('the owner of a row', () => {
  const claimed = async () => {
    const key = newKey();
    await claim(key);
    return key;
  };
  const BARE = {
    fingerprint,
    attempts: 1,
    firstSeen: 1000,
    arrival: '5',
    group: 'g',
    doubt: false,
    ttl: TTL,
  };

  it.each<[string, Note]>([
    ['attempts', { attempts: 7 }],
    ['doubt', { doubt: true }],
    ['what the task showed', { baseline: 'digest' }],
    ['a lease', { lease: 0 }],
    ['all at once', { attempts: 0, doubt: true, baseline: 'digest', lease: 9000 }],
  ])('may note %s, which changes nothing else', async (_what, note) => {
    const [noted, released] = [await claimed(), await claimed()];
    expect(await ledger.note(noted, 'A', note)).toBe(true);
    const inHand = { key: noted, state: 'CALLING', owner: 'A', lease: 2000, ...BARE, ...note };
    expect(await ledger.readChange(noted)).toStrictEqual(inHand);
    const { lease: _over, ...rest } = note;
    expect(await ledger.release(released, 'A', rest)).toBe(true);
    expect(await ledger.readChange(released)).toStrictEqual({ key: released, state: 'READY', ...BARE, ...rest });
  });

  it.each([
    ['release', (key: string) => ledger.release(key, 'A', {})],
    ['note', (key: string) => ledger.note(key, 'A', { baseline: 'x' })],
    ['store', (key: string) => ledger.store(key, 'A', '{}', false)],
  ])('cannot %s if the row is gone', async (_what, write) => {
    const key = newKey();
    expect(await write(key)).toBe(false);
    expect(await ledger.readChange(key)).toBeUndefined();
  });

  it('cannot write a note into a row that it has released', async () => {
    const key = await claimed();
    await ledger.release(key, 'A', {});
    expect(await ledger.note(key, 'A', { baseline: 'x' })).toBe(false);
  });

  it.each([
    ['release', (key: string, owner: string) => ledger.release(key, owner, {})],
    ['note', (key: string, owner: string) => ledger.note(key, owner, { baseline: 'x' })],
    ['store', (key: string, owner: string) => ledger.store(key, owner, '{}', false)],
  ])('alone may %s', async (_what, write) => {
    const key = await claimed();
    expect(await write(key, 'B')).toBe(false);
    expect((await ledger.readChange(key))?.state).toBe('CALLING');
    expect(await write(key, 'A')).toBe(true);
  });

  it('may store and release twice, as an SDK does after a lost reply', async () => {
    const [stored, released] = [await claimed(), await claimed()];
    await ledger.store(stored, 'A', '{"r":1}', false);
    expect(await ledger.store(stored, 'A', '{"r":1}', false)).toBe(true);
    expect(await ledger.store(stored, 'A', '{"r":2}', false)).toBe(false);
    await ledger.release(released, 'A', {});
    expect(await ledger.release(released, 'A', {})).toBe(true);
  });

  it('leaves the stored result, and nothing of its claim', async () => {
    const key = await claimed();
    await ledger.note(key, 'A', { baseline: 'digest' });
    await ledger.store(key, 'A', '{"r":1}', true);
    const row = await ledger.readChange(key);
    expect(row).toStrictEqual({ key, state: 'DONE', ...BARE, result: '{"r":1}', unknown: true });
  });
});

describe('a take-over', () => {
  const claimed = async () => (await claim(newKey())).row;
  const take = (row: ChangeRow, owner: string, now: number) =>
    ledger.takeOver(row, { owner, now, lease: now + 1000, doubt: true });

  it('is refused while the lease is live', async () => {
    expect(await take(await claimed(), 'B', 1999)).toBeUndefined();
  });

  it('after the lease puts the row in doubt and counts an attempt', async () => {
    expect(await take(await claimed(), 'B', 2001)).toMatchObject({ owner: 'B', lease: 3001, doubt: true, attempts: 2 });
  });

  it('is refused at the last moment of the lease', async () => {
    expect(await take(await claimed(), 'B', 2000)).toBeUndefined();
  });

  it('does not put a change in doubt that was not sent', async () => {
    const row = await claimed();
    const newRow = await ledger.takeOver(row, { owner: 'B', now: 2001, lease: 3001, doubt: false });
    expect(newRow).toStrictEqual({ ...row, owner: 'B', lease: 3001, attempts: 2, ttl: TTL + 1 });
  });

  it('is refused for a row that is gone, and for a damaged one', async () => {
    const row = await claimed();
    expect(await take({ ...row, key: newKey() }, 'B', 2001)).toBeUndefined();
    const damaged = newKey();
    await putRow({ pk: { S: damaged }, owner: { S: 'B' } });
    expect(await take({ ...row, key: damaged }, 'B', 2001)).toBeUndefined();
  });

  it('is refused once the owner released the row', async () => {
    const row = await claimed();
    await ledger.release(row.key, 'A', {});
    expect(await take(row, 'B', 2001)).toBeUndefined();
  });

  it('is won by one of two, and by the same one when it asks again', async () => {
    const row = await claimed();
    const newRow = await Promise.all([take(row, 'B', 2001), take(row, 'C', 2001)]);
    const [winner] = newRow.filter((one) => one !== undefined);
    expect(newRow.filter((one) => one !== undefined)).toHaveLength(1);
    expect(await take(row, winner?.owner ?? '', 2001)).toEqual(winner);
  });
});

describe('a refusal', () => {
  it('is stored once and stays', async () => {
    const key = newKey();
    const first = await ledger.storeRefusal(key, fingerprint, '{"r":1}', 1000);
    expect(first).toStrictEqual({
      key,
      state: 'DONE',
      fingerprint,
      attempts: 0,
      firstSeen: 1000,
      doubt: false,
      result: '{"r":1}',
      ttl: TTL,
    });
    expect(await ledger.storeRefusal(key, fingerprint, '{"r":2}', 2000)).toEqual(first);
  });

  it('replaces no row', async () => {
    const key = newKey();
    await claim(key);
    expect(await ledger.storeRefusal(key, fingerprint, '{}', 1000)).toMatchObject({ state: 'CALLING', owner: 'A' });
    await ledger.release(key, 'A', {});
    expect(await ledger.storeRefusal(key, fingerprint, '{}', 3000)).toMatchObject({
      state: 'READY',
      fingerprint,
    });
  });
});

describe('a subject lock', () => {
  let tasks = 0;
  const task = () => `task#dcs#p#${++tasks}`;
  const ask = (name: string, key: string, over: object = {}) => ({
    subject: name,
    key,
    owner: `of-${key}`,
    expiresAt: 5000,
    ...over,
  });

  it('is acquired if nobody holds it, and again by the same change', async () => {
    const name = task();
    expect(await ledger.acquireLock(ask(name, 'c1', { sequence: '3', arrival: '7', group: 'g' }))).toEqual({
      lock: 'c1',
      owner: 'of-c1',
      expiresAt: 5000,
      sequence: '3',
      arrival: '7',
      group: 'g',
    });
    expect(
      await ledger.acquireLock(ask(name, 'c1', { sequence: '3', arrival: '7', group: 'g', owner: 'later' })),
    ).toBeDefined();
    expect(await ledger.readSubject(name)).toEqual({
      lock: 'c1',
      owner: 'later',
      expiresAt: 5000,
      sequence: '3',
      arrival: '7',
      group: 'g',
    });
  });

  it('is refused while another change holds it', async () => {
    const name = task();
    await ledger.acquireLock(ask(name, 'c1'));
    expect(await ledger.acquireLock(ask(name, 'c2', { expiresAt: 9000 }))).toBeUndefined();
  });

  it.each([
    ['an older sequence', { sequence: '5', arrival: '1' }, { sequence: '4', arrival: '1' }],
    ['an older arrival', { arrival: '10', group: 'g' }, { arrival: '9', group: 'g' }],
  ])('is refused for %s', async (_what, first, second) => {
    const name = task();
    await ledger.acquireLock(ask(name, 'c1', first));
    expect(await ledger.acquireLock(ask(name, 'c1', second))).toBeUndefined();
  });

  it('is replaced only if it is exactly the one that was read', async () => {
    const name = task();
    await ledger.acquireLock(ask(name, 'c1', { arrival: '5', group: 'g' }));
    const expected = await ledger.readSubject(name);
    if (!expected) throw new Error('no row');
    expect(
      await ledger.replaceLock(ask(name, 'c2', { arrival: '6', group: 'g' }), { ...expected, owner: 'stale' }),
    ).toBeUndefined();
    for (const changed of [{ lock: 'c0' }, { expiresAt: 4999 }])
      expect(
        await ledger.replaceLock(ask(name, 'c2', { arrival: '6', group: 'g' }), { ...expected, ...changed }),
      ).toBeUndefined();
    expect(await ledger.replaceLock(ask(name, 'c2', { arrival: '6', group: 'g' }), expected)).toEqual({
      lock: 'c2',
      owner: 'of-c2',
      expiresAt: 5000,
      arrival: '6',
      group: 'g',
      plainArrival: '6',
      plainGroup: 'g',
    });
    expect(await ledger.replaceLock(ask(name, 'c3', { arrival: '7', group: 'g' }), expected)).toBeUndefined();
    expect(await ledger.readSubject(name)).toMatchObject({ lock: 'c2', arrival: '6', plainArrival: '6' });
  });

  it('of an unknown task has no row', async () => {
    expect(await ledger.readSubject(task())).toBeUndefined();
  });

  it('stores a newer sequence and arrival, and equal ones', async () => {
    const name = task();
    await ledger.acquireLock(ask(name, 'c1', { sequence: '5', arrival: '7', group: 'g' }));
    expect(await ledger.acquireLock(ask(name, 'c1', { sequence: '5', arrival: '7', group: 'g' }))).toBeDefined();
    expect(await ledger.acquireLock(ask(name, 'c1', { sequence: '6', arrival: '8' }))).toMatchObject({
      sequence: '6',
      arrival: '8',
    });
  });

  it('keeps a newer arrival when a change with a newer sequence is older by arrival', async () => {
    const name = task();
    await ledger.acquireLock(ask(name, 'c1', { arrival: '50', sequence: '1' }));
    const expected = await ledger.readSubject(name);
    if (!expected) throw new Error('no row');
    await ledger.replaceLock(ask(name, 'c2', { arrival: '40', sequence: '2' }), expected);
    expect(await ledger.readSubject(name)).toMatchObject({ arrival: '50', sequence: '2' });
  });
});

describe('the table', () => {
  it('that cannot be reached makes every method throw', async () => {
    const away = createDynamoDbLedger(table.call, 'no-such-table');
    await expect(away.readChange('x')).rejects.toThrow();
    await expect(away.claim({ key: 'x', fingerprint, owner: 'A', now: 1, lease: 2 })).rejects.toThrow();
  });

  it('keeps rows for forty days', async () => {
    const [claimed, refused, guarded] = [newKey(), newKey(), 'task#dcs#p#dated'];
    await claim(claimed, 'A', { now: 86_400_000 });
    await ledger.storeRefusal(refused, fingerprint, '{}', 86_400_000);
    await ledger.acquireLock({ subject: guarded, key: 'c', owner: 'o', expiresAt: 86_400_000 });
    const rows = JSON.parse(await table.dump()) as { pk: { S: string }; ttl?: { N: string } }[];
    for (const name of [claimed, refused, guarded])
      expect(rows.find(({ pk }) => pk.S === name)?.ttl).toEqual({ N: String(41 * 86_400) });
  });

  it('is called once for a write that succeeds', async () => {
    const asked: string[] = [];
    const counted = createDynamoDbLedger((operation, input) => {
      asked.push(operation);
      return table.call(operation, input);
    }, table.name);
    const key = newKey();
    const ask = { key, fingerprint, owner: 'A', now: 1000, lease: 2000 };
    const { row } = await counted.claim(ask);
    await counted.takeOver(row, { owner: 'B', now: 2001, lease: 3001, doubt: true });
    await counted.note(key, 'B', { baseline: 'digest' });
    await counted.acquireLock({ subject: `subject#${key}`, key, owner: 'B', expiresAt: 5000 });
    await counted.store(key, 'B', '{}', false);
    await counted.storeRefusal(newKey(), fingerprint, '{}', 1000);
    expect(asked).toEqual(Array(6).fill('UpdateItem'));
  });

  it('from which a row vanishes between two requests makes a claim and a refusal throw', async () => {
    const call = (async (operation: string) => {
      if (operation === 'GetItem') return {};
      throw Object.assign(new Error('refused'), { name: 'ConditionalCheckFailedException' });
    }) as AwsCall;
    const vanishing = createDynamoDbLedger(call, 'ledger');
    const ask = { key: 'x', fingerprint, owner: 'A', now: 1, lease: 2 };
    const why = 'the row of a change vanished between two requests';
    await expect(vanishing.claim(ask)).rejects.toThrow(why);
    await expect(vanishing.storeRefusal('x', fingerprint, '{}', 1)).rejects.toThrow(why);
  });
});
