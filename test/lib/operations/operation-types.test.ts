import { describe, expectTypeOf, it } from 'vitest';
import * as z from 'zod';
import type { JsonObject } from '../../../src/lib/json/exact-json.ts';
import { defineOperation, type Operation } from '../../../src/lib/operations/operation.ts';

// What is said of types here is checked by `npm run types`.

describe('the type of an operation', () => {
  it('gives each of its functions what its input accepts', () => {
    type Data = { task_id: string };
    expectTypeOf<Operation<Data>['input']>().toEqualTypeOf<z.ZodType<Data>>();
    expectTypeOf<Operation<Data>['path']>().parameter(0).toEqualTypeOf<Data>();
    expectTypeOf<Operation<Data>['body']>().parameter(0).toEqualTypeOf<Data>();
    expectTypeOf<Operation<Data>['body']>().returns.toEqualTypeOf<JsonObject>();
    expectTypeOf<Operation<Data>['readBack']['verdict']>().parameter(1).toEqualTypeOf<Data>();
  });

  it('takes an operation of any data into a list', () => {
    expectTypeOf(defineOperation<{ task_id: string }>).returns.toEqualTypeOf<Operation>();
  });

  it('refuses a schema of other data', () => {
    const other = { input: z.strictObject({ job_id: z.string() }) };
    // @ts-expect-error: the input must accept what path and body are given.
    expectTypeOf(other).toExtend<Pick<Operation<{ task_id: string }>, 'input'>>();
  });
});
