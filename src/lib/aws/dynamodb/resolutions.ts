import type { AwsCall } from '../call.ts';
import { BOOL, createTable, S } from './table.ts';

const IS_OPEN = '#state = :done AND #unknown = :true AND attribute_not_exists(#resolution)';

/**
 * Stores the event of an operator's resolution beside a result that is unknown. Only the first one is ever stored. Gives the
 * stored one, which may be somebody else's; undefined if the row holds no unknown result.
 */
export async function keepResolution(
  call: AwsCall,
  tableName: string,
  key: string,
  event: string,
): Promise<string | undefined> {
  const table = createTable(call, tableName);
  const values = { ':done': S('DONE'), ':true': BOOL(true), ':word': S(event) };
  if (await table.set(key, 'SET #resolution = :word', IS_OPEN, values)) return event;
  return (await table.read(key))?.resolution?.S;
}
