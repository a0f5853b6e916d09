import type { ChangeRow, ClaimRequest, Ledger, Note } from '../../relay/ledger.ts';
import type { AwsCall } from '../call.ts';
import { type Item, toChangeRow } from './rows.ts';
import { createSubjectLocks } from './subject-lock.ts';
import { BOOL, createTable, kept, N, S } from './table.ts';

const IS_MINE = '#state = :calling AND #owner = :owner';
const isMine = (owner: string): Item => ({ ':calling': S('CALLING'), ':owner': S(owner) });
const GIVEN_UP = ' REMOVE #owner, #lease';

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
  const standing = async (key: string) => {
    const row = await readChange(key);
    if (!row) throw new Error('the row of a change vanished between two requests');
    return row;
  };

  /** A write by the row's owner. If it was repeated after a lost reply, `left` recognises what it wrote. */
  async function owned(
    key: string,
    owner: string,
    sets: string[],
    values: Item,
    left: (row: ChangeRow) => boolean,
    removes = '',
  ) {
    const update = `SET ${[...sets, '#ttl = :ttl'].join(', ')}${removes}`;
    if (await table.set(key, update, IS_MINE, { ...isMine(owner), ...values, ':ttl': kept(clock()) })) return true;
    const row = await readChange(key);
    return row !== undefined && left(row);
  }

  return {
    ...createSubjectLocks(table),
    readChange,

    async claim({ key, fingerprint, owner, now, lease, ...first }) {
      const remembered = firstValues(first);
      const item = await table.write(
        key,
        'SET #state = :calling, #owner = :owner, #lease = :lease, #mac = :mac, #keyId = :keyId, ' +
          '#attempts = if_not_exists(#attempts, :none) + :one, #firstSeen = if_not_exists(#firstSeen, :now), #ttl = :ttl' +
          remembered.sets,
        'attribute_not_exists(pk) OR (#state = :ready AND #mac = :mac)',
        {
          ...isMine(owner),
          ':ready': S('READY'),
          ':lease': N(lease),
          ':mac': S(fingerprint.mac),
          ':keyId': S(fingerprint.keyId),
          ':none': N(0),
          ':one': N(1),
          ':now': N(now),
          ':ttl': kept(now),
          ...remembered.values,
        },
      );
      if (item) return { isClaimed: true, row: toChangeRow(key, item) };
      const row = await standing(key);
      return { isClaimed: row.state === 'CALLING' && row.owner === owner, row };
    },

    async takeOver({ key, owner: old = '' }, { owner, now, lease, doubt }) {
      const item = await table.write(
        key,
        'SET #owner = :owner, #lease = :lease, #attempts = #attempts + :one, #doubt = :doubt, #ttl = :ttl',
        // Another change may have taken the lock over since the row was read. The row must then not count as never sent.
        `#state = :calling AND #owner = :old AND #lease < :now${doubt ? '' : ' AND attribute_not_exists(#overtaken)'}`,
        {
          ...isMine(owner),
          ':old': S(old),
          ':now': N(now),
          ':lease': N(lease),
          ':one': N(1),
          ':doubt': BOOL(doubt),
          ':ttl': kept(now),
        },
      );
      if (item) return toChangeRow(key, item);
      const row = await readChange(key);
      return row?.state === 'CALLING' && row.owner === owner ? row : undefined;
    },

    overtake({ key, owner = '' }) {
      return table.set(key, 'SET #overtaken = :yes', IS_MINE, { ...isMine(owner), ':yes': BOOL(true) });
    },

    release(key, owner, note) {
      const { sets, values } = noted(note);
      const left = ({ state }: ChangeRow) => state === 'READY';
      return owned(key, owner, ['#state = :ready', ...sets], { ...values, ':ready': S('READY') }, left, GIVEN_UP);
    },

    note(key, owner, note) {
      const { sets, values } = noted(note);
      // A repeat after a lost reply still finds its own owner in the row, so it succeeds anyway.
      return owned(key, owner, sets, values, () => false);
    },

    store(key, owner, result, unknown) {
      const sets = ['#state = :done', '#result = :result', '#unknown = :unknown'];
      const values = { ':done': S('DONE'), ':result': S(result), ':unknown': BOOL(unknown) };
      return owned(key, owner, sets, values, (row) => row.result === result, `${GIVEN_UP}, #baseline`);
    },

    async storeRefusal(key, { mac, keyId }, result, now) {
      const item = await table.write(
        key,
        'SET #state = :done, #mac = :mac, #keyId = :keyId, #result = :result, #attempts = :none, #firstSeen = :now, #ttl = :ttl',
        'attribute_not_exists(pk)',
        {
          ':done': S('DONE'),
          ':mac': S(mac),
          ':keyId': S(keyId),
          ':result': S(result),
          ':none': N(0),
          ':now': N(now),
          ':ttl': kept(now),
        },
      );
      return item ? toChangeRow(key, item) : standing(key);
    },

    async renew(key) {
      await table.set(key, 'SET #ttl = :ttl', '#state = :done', { ':done': S('DONE'), ':ttl': kept(clock()) });
    },
  };
}

/** What a claim stores about the first delivery. Later claims never change it. */
function firstValues({ arrival, group, revision }: Pick<ClaimRequest, 'arrival' | 'group' | 'revision'>) {
  const values: Item = {
    ...(arrival !== undefined && { ':arrival': N(arrival), ':group': S(group ?? '') }),
    ...(revision !== undefined && { ':revision': S(revision) }),
  };
  const sets = Object.keys(values).map((value) => `, #${value.slice(1)} = if_not_exists(#${value.slice(1)}, ${value})`);
  return { values, sets: sets.join('') };
}

function noted({ attempts, doubt, baseline, lease }: Note) {
  const values: Item = {
    ...(attempts !== undefined && { ':attempts': N(attempts) }),
    ...(doubt !== undefined && { ':doubt': BOOL(doubt) }),
    ...(baseline !== undefined && { ':baseline': S(baseline) }),
    ...(lease !== undefined && { ':lease': N(lease) }),
  };
  return { values, sets: Object.keys(values).map((value) => `#${value.slice(1)} = ${value}`) };
}
