import deleteItem from 'dynalite/actions/deleteItem.js';
import getItem from 'dynalite/actions/getItem.js';
import putItem from 'dynalite/actions/putItem.js';
import updateItem from 'dynalite/actions/updateItem.js';
import { ServiceError } from '../json-server.ts';
import { createExpressions } from './expressions.ts';
import type { Item, ItemInput } from './item.ts';

/** A DynamoDB table in memory, linearizable: single-item conditional writes and consistent reads. */
export interface Table {
  /** Answers GetItem, PutItem, UpdateItem and DeleteItem. Throws a ServiceError when DynamoDB would refuse. Undefined for other calls. */
  call(operation: string, input: ItemInput): { Item?: Item; Attributes?: Item } | undefined;
  /** Every row, as JSON text. */
  dump(): string;
  clear(): void;
}

const ACTIONS = { GetItem: getItem, PutItem: putItem, UpdateItem: updateItem, DeleteItem: deleteItem };
const MAX_ITEM_SIZE = 400 * 1024;

/** An empty table with a text as its key. A call does what dynalite's server does, without the server. */
export function createTable(key = 'pk'): Table {
  const rows = new Map<string, Item>();
  const expressions = createExpressions();
  const schema = {
    KeySchema: [{ AttributeName: key, KeyType: 'HASH' }],
    AttributeDefinitions: [{ AttributeName: key, AttributeType: 'S' }],
  };
  const items = {
    lock: (_key: string, run: (release: <T>(then: T) => T) => void) => run((then) => then),
    get: (id: string, then: Callback<Item | undefined>) => then(null, rows.get(id)),
    put(id: string, item: Item, then: Callback<void>) {
      rows.set(id, copyOf(item));
      then(null);
    },
    del(id: string, then: Callback<void>) {
      rows.delete(id);
      then(null);
    },
  };
  const store = {
    options: { maxItemSize: MAX_ITEM_SIZE },
    getTable: (_name: string, then: Callback<typeof schema>) => then(null, schema),
    getItemDb: () => items,
  };
  return {
    call(operation, input) {
      const action = ACTIONS[operation as keyof typeof ACTIONS];
      if (!action) return undefined;
      let output: ReturnType<Table['call']>;
      // dynalite's actions modify the key that they get.
      const own = { ...input, ...(input.Key && { Key: { ...input.Key } }) };
      action(store, { ...own, ...expressions(input) }, (error, found) => {
        if (error) throw refusal(error.body ?? error);
        const { Item, Attributes } = found as NonNullable<typeof output>;
        output = { ...(Item && { Item }), ...(Attributes && { Attributes: copyOf(Attributes) }) };
      });
      return output;
    },
    dump: () => JSON.stringify([...rows.values()]),
    clear: () => rows.clear(),
  };
}

type Callback<Output> = (error: null, output?: Output) => void;

/** Copies an item, because the values of a parsed request are used again for other requests. */
const copyOf = (item: Item) =>
  Object.fromEntries(Object.entries(item).map(([name, value]) => [name, { ...value }])) as Item;

/** Removes the namespace before an error's name. */
const refusal = ({ __type = '', message = '' }: { __type?: string; message?: string }) =>
  new ServiceError(__type.split('#').at(-1) ?? '', message);
