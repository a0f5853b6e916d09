import type { Service } from '../../lib/operations/operation.ts';
import { anyOf, isText, readLog } from '../stage/log-reader.ts';
import type { Stage } from '../stage/stage.ts';
import { type RecordLine, readRecordLine } from '../story/evidence.ts';

/** The largest number of conditions in one pattern, because CloudWatch limits a pattern's length. */
const AT_ONCE = 8;

/** The functions' log lines in which the member at `path` is one of the texts, oldest first. */
export async function readRecordLog(
  { clients, functionGroups }: Stage,
  { path, texts, since }: { path: string; texts: string[]; since: number },
  signal?: AbortSignal,
): Promise<RecordLine[]> {
  const chunks = Array.from({ length: Math.ceil(texts.length / AT_ONCE) }, (_, at) =>
    texts.slice(at * AT_ONCE, (at + 1) * AT_ONCE),
  );
  const patterns = chunks.map((chunk) => anyOf(...chunk.map((text) => isText(path, text))));
  const read = async (service: Service, pattern: string) => {
    const lines = await readLog(clients, { group: functionGroups[service], since, pattern }, signal);
    return lines.map((line) => ({ ...line, service }));
  };
  const reads = patterns.flatMap((pattern) => [read('dcs', pattern), read('sms', pattern)]);
  const lines = (await Promise.all(reads)).flat().toSorted((one, other) => one.at - other.at);
  return lines.flatMap(({ text, service }) => {
    const line = readRecordLine(text);
    return line ? [{ ...line, service }] : [];
  });
}
