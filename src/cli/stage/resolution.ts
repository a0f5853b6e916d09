import { Resolved } from '../../contracts/operator-events.ts';
import { keepResolution } from '../../lib/aws/dynamodb/resolutions.ts';
import { parseJson, writeJson } from '../../lib/json/exact-json.ts';
import type { ChangeRow } from '../../lib/relay/ledger.ts';
import type { Result } from '../../lib/relay/result-schema.ts';
import { updatingBy } from './ledger-view.ts';
import { namedIn, toWord } from './operator.ts';
import type { Stage } from './stage.ts';

/** What a person found out about an unknown outcome. */
export interface Finding extends Pick<Resolved['data'], 'resolved_as' | 'reason' | 'operator'> {}

/** The word that a row keeps, if it does and can be read. */
export const resolutionIn = (row: ChangeRow | undefined): Resolved | undefined => readWord(row?.resolution);

/** Its members stay in their order, so that it is published byte for byte as it was kept. */
function readWord(text: string | undefined): Resolved | undefined {
  const word = text === undefined ? undefined : parseJson(text);
  return Resolved.safeParse(word).success ? (word as unknown as Resolved) : undefined;
}

/**
 * Writes a finding into the change's row, unless one stands there. Gives the word that stands, ready to be published: two
 * operators at once get the same one. Undefined if the row is gone, or holds no unknown result.
 */
export async function decide(
  { clients, table, source }: Pick<Stage, 'clients' | 'table' | 'source'>,
  key: string,
  unknown: Result,
  finding: Finding,
  now: number,
): Promise<Resolved | undefined> {
  const result = { id: unknown.id, outcome: 'unknown' as const };
  const data = { change: namedIn(unknown.data.change), result, ...finding };
  const word = writeJson(toWord({ source }, { verb: 'resolved', data }, now));
  return readWord(await keepResolution(updatingBy(await clients.dynamo()), table, key, word));
}
