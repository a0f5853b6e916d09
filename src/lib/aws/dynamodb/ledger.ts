import type { Fingerprint } from '../../change/fingerprint.ts';
import type { ChangeRow, ClaimRequest, Ledger, Note } from '../../relay/ledger.ts';
import type { AwsCall } from '../call.ts';
import { type Item, toChangeRow } from './rows.ts';
import { createSubjectLocks } from './subject-lock.ts';
import { assign, assignOnce, BOOL, createTable, expiry, N, S } from './table.ts';

const IS_MINE = '#state = :calling AND #owner = :owner';
const isMine = (owner: string): Item => ({ ':calling': S('CALLING'), ':owner': S(owner) });
const WITHOUT_OWNER = ' REMOVE #owner, #lease';

/**
 * The ledger on DynamoDB. It needs neither transactions nor returned old items, so it also runs on stand-ins for DynamoDB.
 * Every write restarts the time after which the row is removed, because redrives may keep a change alive for long.
 */
export function createDynamoDbLedger(call: AwsCall, tableName: string, clock: () => number = Date.now): Ledger {
  const table = createTable(call, tableName);

  const readChange = async (key: string) => {
    const item = await table.read(key);
    return item && toChangeRow(key, item);
  };

  /** Reads a row that a refused write has just shown to exist. */
  const requireRow = async (key: string) => {
    const row = await readChange(key);
    if (!row) throw new Error('the row of a change vanished between two requests');
    return row;
  };

  /** A write by the row's owner. If it was repeated after a lost reply, `isWritten` recognises what it wrote. */
  async function update(key: string, owner: string, item: Item, isWritten: (row: ChangeRow) => boolean, removes = '') {
    const { sets, values } = assign({ ...item, ttl: expiry(clock()) });
    if (await table.set(key, `SET ${sets.join(', ')}${removes}`, IS_MINE, { ...isMine(owner), ...values })) return true;
    const row = await readChange(key);
    return row !== undefined && isWritten(row);
  }

  return {
    ...createSubjectLocks(table),
    readChange,

    async claim({ key, fingerprint, owner, now, lease, ...first }) {
      const claimItem = {
        state: S('CALLING'),
        owner: S(owner),
        lease: N(lease),
        ...fingerprintItem(fingerprint),
        ttl: expiry(now),
      };
      const { sets, values } = assign(claimItem);
      // Later claims never change what was stored about the first delivery.
      const assignments = assignOnce({ firstSeen: N(now), ...deliveryItem(first) });
      const item = await table.write(
        key,
        `SET ${[...sets, ...assignments.sets].join(', ')}, #attempts = if_not_exists(#attempts, :none) + :one`,
        'attribute_not_exists(pk) OR (#state = :ready AND #mac = :mac)',
        { ...values, ...assignments.values, ':ready': S('READY'), ':none': N(0), ':one': N(1) },
      );
      if (item) return { isClaimed: true, row: toChangeRow(key, item) };
      const row = await requireRow(key);
      return { isClaimed: row.state === 'CALLING' && row.owner === owner, row };
    },

    async takeOver({ key, owner: old = '' }, { owner, now, lease, doubt }) {
      const { sets, values } = assign({ owner: S(owner), lease: N(lease), doubt: BOOL(doubt), ttl: expiry(now) });
      const item = await table.write(
        key,
        `SET ${sets.join(', ')}, #attempts = #attempts + :one`,
        // Another change may have taken the lock over since the row was read. The row must then not count as never sent.
        `#state = :calling AND #owner = :old AND #lease < :now${doubt ? '' : ' AND attribute_not_exists(#overtaken)'}`,
        { ...values, ':calling': S('CALLING'), ':old': S(old), ':now': N(now), ':one': N(1) },
      );
      if (item) return toChangeRow(key, item);
      const row = await readChange(key);
      return row?.state === 'CALLING' && row.owner === owner ? row : undefined;
    },

    overtake({ key, owner = '' }) {
      return table.set(key, 'SET #overtaken = :yes', IS_MINE, { ...isMine(owner), ':yes': BOOL(true) });
    },

    release(key, owner, note) {
      const isReleased = ({ state }: ChangeRow) => state === 'READY';
      return update(key, owner, { ...noteOf(note), state: S('READY') }, isReleased, WITHOUT_OWNER);
    },

    note(key, owner, note) {
      // A repeat after a lost reply still finds its own owner in the row, so it succeeds anyway.
      return update(key, owner, noteOf(note), () => false);
    },

    store(key, owner, result, unknown) {
      const item = { state: S('DONE'), result: S(result), unknown: BOOL(unknown) };
      return update(key, owner, item, (row) => row.result === result, `${WITHOUT_OWNER}, #baseline`);
    },

    async storeRefusal(key, fingerprint, result, now) {
      const ended = { state: S('DONE'), ...fingerprintItem(fingerprint), result: S(result), attempts: N(0) };
      const { sets, values } = assign({ ...ended, firstSeen: N(now), ttl: expiry(now) });
      const item = await table.write(key, `SET ${sets.join(', ')}`, 'attribute_not_exists(pk)', values);
      return item ? toChangeRow(key, item) : requireRow(key);
    },

    async renew(key) {
      await table.set(key, 'SET #ttl = :ttl', '#state = :done', { ':done': S('DONE'), ':ttl': expiry(clock()) });
    },
  };
}

const fingerprintItem = ({ mac, keyId }: Fingerprint) => ({ mac: S(mac), keyId: S(keyId) });

const deliveryItem = ({ arrival, group, revision }: Pick<ClaimRequest, 'arrival' | 'group' | 'revision'>): Item => ({
  ...(arrival !== undefined && { arrival: N(arrival), group: S(group ?? '') }),
  ...(revision !== undefined && { revision: S(revision) }),
});

const noteOf = ({ attempts, doubt, baseline, lease, created }: Note): Item => ({
  ...(attempts !== undefined && { attempts: N(attempts) }),
  ...(doubt !== undefined && { doubt: BOOL(doubt) }),
  ...(baseline !== undefined && { baseline: S(baseline) }),
  ...(lease !== undefined && { lease: N(lease) }),
  ...(created !== undefined && { created: S(created) }),
});
