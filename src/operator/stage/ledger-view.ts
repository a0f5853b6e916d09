import type { DynamoDB, DynamoDBClient, GetItemCommandInput, UpdateItemCommandInput } from '@aws-sdk/client-dynamodb';
import { ResolutionEvent } from '../../contracts/operator-events.ts';
import type { AwsCall } from '../../lib/aws/call.ts';
import { createDynamoDbLedger } from '../../lib/aws/dynamodb/ledger.ts';
import { changeKey, subjectKey } from '../../lib/change/parse-record.ts';
import { parseJson } from '../../lib/json/exact-json.ts';
import { tryJson } from '../../lib/json/try-json.ts';
import type { Subject } from '../../lib/operations/operation.ts';
import type { ChangeRow } from '../../lib/relay/ledger.ts';
import { Result } from '../../lib/relay/result-schema.ts';
import type { Stage } from './stage.ts';

const DEADLINE = 5000;

/** Opens a stage's ledger for reading. */
export const openLedger = async ({ clients, table }: Stage) => ledgerBy(await clients.dynamo(), DEADLINE, table);

/** Reads a ledger with the SDK's client, which finds an operator's credentials in all usual places. The deadline is in milliseconds. */
export function ledgerBy(client: DynamoDBClient, deadline: number, table: string) {
  const ledger = createDynamoDbLedger(readingBy(client, deadline), table);
  return {
    /** Reads a change's row by its key. */
    row: ledger.readChange,
    change: (name: { id: string; source: string }) => ledger.readChange(changeKey(name)),
    subject: (subject: Subject) => ledger.readSubject(subjectKey(subject)),
  };
}
export type LedgerView = ReturnType<typeof ledgerBy>;

/** How many parts of the table are read side by side. */
const SEGMENTS = 4;

/** A result or a finding, with its text byte for byte as the row has it. */
interface RowEvent {
  text: string;
  event: Result | ResolutionEvent;
}
type EventTexts = { [Name in 'result' | 'resolution']?: string | undefined };

/** The events in a row that can be read: its result, and what an operator found out about it. */
export function eventsIn({ result = '', resolution = '' }: EventTexts): RowEvent[] {
  const [ended, found] = [resultIn(result), ResolutionEvent.safeParse(tryJson(resolution, parseJson)).data];
  return [...(ended ? [{ text: result, event: ended }] : []), ...(found ? [{ text: resolution, event: found }] : [])];
}

/**
 * What `take` takes of the results and findings of all rows. It reads the whole table, which DynamoDB bills by its size.
 */
export async function scanEvents<Value>(
  { clients, table }: Stage,
  take: (row: EventTexts) => Value[],
  signal: AbortSignal,
): Promise<Value[]> {
  const { paginateScan } = await import('@aws-sdk/client-dynamodb');
  const client = await clients.dynamo();
  const input = {
    TableName: table,
    ProjectionExpression: '#result, #resolution',
    FilterExpression: 'attribute_exists(#result)',
    ExpressionAttributeNames: { '#result': 'result', '#resolution': 'resolution' },
    TotalSegments: SEGMENTS,
  };
  const scan = async (Segment: number): Promise<Value[]> => {
    const found: Value[] = [];
    for await (const { Items = [] } of paginateScan({ client }, { ...input, Segment }, { abortSignal: signal }))
      found.push(...Items.flatMap(({ result, resolution }) => take({ result: result?.S, resolution: resolution?.S })));
    return found;
  };
  return (await Promise.all(Array.from({ length: SEGMENTS }, (_, segment) => scan(segment)))).flat();
}

const readingBy = (client: DynamoDBClient, deadline: number): AwsCall =>
  (async (operation: string, input: GetItemCommandInput) => {
    if (operation !== 'GetItem') throw new Error('the ledger is read-only here');
    const { GetItemCommand } = await import('@aws-sdk/client-dynamodb');
    return client.send(new GetItemCommand(input), { abortSignal: AbortSignal.timeout(deadline) });
  }) as AwsCall;

/** The only write of the command: an operator's resolution beside an unknown result. */
export const updatingBy = (client: DynamoDB): AwsCall =>
  (async (operation: string, input: GetItemCommandInput & UpdateItemCommandInput) => {
    const within = { abortSignal: AbortSignal.timeout(DEADLINE) };
    return operation === 'UpdateItem' ? client.updateItem(input, within) : client.getItem(input, within);
  }) as AwsCall;

/** The resolution in a row, if there is one that can be read. Its members keep their order, so that it is published byte for byte as stored. */
export function storedResolution(text: string | undefined): ResolutionEvent | undefined {
  const resolution = text === undefined ? undefined : parseJson(text);
  return ResolutionEvent.safeParse(resolution).success ? (resolution as unknown as ResolutionEvent) : undefined;
}

/** The result in a row, if there is one that can be read. */
export function storedResult(row: ChangeRow | undefined): Result | undefined {
  return row?.result === undefined ? undefined : resultIn(row.result);
}

/** The result with this text; undefined if it can't be read. */
export const resultIn = (text: string): Result | undefined => Result.safeParse(tryJson(text, parseJson)).data;
