import { describe, expect, it } from 'vitest';
import { readBatchResponse } from '../../../stand-ins/lambda/batch-response.ts';

const IDS = ['a', 'b', 'c'];
const answered = (payload: string) => readBatchResponse({ ok: true, payload }, IDS, true).done;
const failures = (...ids: unknown[]) =>
  JSON.stringify({ batchItemFailures: ids.map((itemIdentifier) => ({ itemIdentifier })) });

describe('the answer to a batch', () => {
  it.each([
    ['nothing', ''],
    ['null', 'null'],
    ['an empty object', '{}'],
    ['an object without the list', '{"batchItemFailure":[{"itemIdentifier":"a"}]}'],
    ['a list that is null', '{"batchItemFailures":null}'],
    ['an empty list', '{"batchItemFailures":[]}'],
  ])('deletes the whole batch for %s', (_name, payload) => {
    expect(answered(payload)).toEqual(IDS);
  });

  it.each([
    ['text that is not JSON', '{"batchItemFailures":'],
    ['a word', '"done"'],
    ['a list', '[]'],
    ['a list of failures that is none', '{"batchItemFailures":"a"}'],
    ['an identifier that is null', failures('a', null)],
    ['an empty identifier', failures('')],
    ['an identifier with a wrong key', '{"batchItemFailures":[{"messageId":"a"}]}'],
    ['an entry that is no object', '{"batchItemFailures":[null]}'],
    ['an identifier that is no text', failures(1)],
    ['an identifier of no message of the batch', failures('a', 'z')],
  ])('returns the whole batch for %s', (_name, payload) => {
    expect(answered(payload)).toEqual([]);
  });

  it('returns the listed messages and deletes the others', () => {
    expect(answered(failures('b'))).toEqual(['a', 'c']);
    expect(answered(failures('c', 'b', 'b'))).toEqual(['a']);
    expect(answered(failures(...IDS))).toEqual([]);
  });

  it('distinguishes what the function reported from a failure of the function', () => {
    expect(readBatchResponse({ ok: true, payload: failures('b') }, IDS, true).isReported).toBe(true);
    expect(readBatchResponse({ ok: true, payload: failures('z') }, IDS, true).isReported).toBeUndefined();
  });

  it('returns the whole batch when the function fails', () => {
    const invocation = { ok: false, type: 'Error', message: 'no' } as const;
    expect(readBatchResponse(invocation, IDS, true)).toEqual({ done: [], reason: 'Error: no' });
    expect(readBatchResponse(invocation, IDS, false).done).toEqual([]);
  });

  it.each(['null', failures('b'), failures('z'), '"done"'])(
    'shows only success or failure if the mapping does not ask for more: %s',
    (payload) => {
      expect(readBatchResponse({ ok: true, payload }, IDS, false)).toEqual({ done: IDS });
    },
  );
});
