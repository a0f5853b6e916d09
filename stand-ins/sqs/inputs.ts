import * as z from 'zod';
import { ServiceError } from '../json-server.ts';

/** The most bytes that SQS takes, for a message and for a whole batch. */
const MAX_BYTES = 1_048_576;
const MAX_ENTRIES = 10;

const Names = z.array(z.string()).default([]);
const isShort = (text: string) => Buffer.byteLength(text) <= MAX_BYTES;

export const Send = z.object({
  MessageBody: z.string().min(1).refine(isShort, `must be at most ${MAX_BYTES} bytes`),
  MessageGroupId: z.string().optional(),
  MessageDeduplicationId: z.string().optional(),
});
export const Receive = z.object({
  MaxNumberOfMessages: z.int().min(1).max(10).default(1),
  WaitTimeSeconds: z.int().min(0).max(20).default(0),
  VisibilityTimeout: z.int().min(0).max(43_200).optional(),
  MessageSystemAttributeNames: Names,
  AttributeNames: Names,
});
export const Receipt = z.object({ ReceiptHandle: z.string() });
export const Change = Receipt.extend({ VisibilityTimeout: z.int().min(0).max(43_200) });

/** Reads a call's input. An invalid one is refused as by SQS. */
export function read<Input>(shape: z.ZodType<Input>, input: unknown): Input {
  const { data, error } = shape.safeParse(input);
  if (error) throw new ServiceError('InvalidParameterValue', z.prettifyError(error));
  return data;
}

/** Reads the entries of a batch. */
export function readBatch<Entry extends z.ZodObject>(entry: Entry, input: unknown) {
  const { Entries } = read(z.object({ Entries: z.array(entry.extend({ Id: z.string() })) }), input);
  if (Entries.length === 0) throw new ServiceError('EmptyBatchRequest', 'There should be at least one entry.');
  if (Entries.length > MAX_ENTRIES)
    throw new ServiceError('TooManyEntriesInBatchRequest', `Maximum number of entries per request are ${MAX_ENTRIES}.`);
  if (new Set(Entries.map(({ Id }) => Id)).size < Entries.length)
    throw new ServiceError('BatchEntryIdsNotDistinct', 'Two or more batch entries in the request have the same Id.');
  if (!isShort(Entries.map(({ MessageBody = '' }) => MessageBody).join('')))
    throw new ServiceError('BatchRequestTooLong', `Batch requests cannot be longer than ${MAX_BYTES} bytes.`);
  return Entries as (z.output<Entry> & { Id: string })[];
}
