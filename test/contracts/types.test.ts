import type {
  Change,
  DcsMigrationTaskUpdate,
  Outcome,
  Result as Published,
  Replayed,
  Resolved,
  SmsTaskCreate,
} from 'migration-relay';
import { describe, expectTypeOf, it } from 'vitest';
import type { Outcome as KnownOutcome, Result } from '../../src/lib/relay/result-schema.ts';

// `npm run types` checks these types. Nothing of them is left at run time.

describe('the published types', () => {
  it("of results are the relay's own", () => {
    expectTypeOf<Published>().toExtend<Result>();
    expectTypeOf<keyof Published>().toEqualTypeOf<keyof Result>();
    expectTypeOf<Outcome>().toEqualTypeOf<KnownOutcome>();
  });

  it('narrow the other members of a result by its outcome', () => {
    const detailOf = (data: Published['data']) => (data.outcome === 'succeeded' ? data.confirmed_by : data.error.code);
    expectTypeOf(detailOf).returns.toEqualTypeOf<string>();
    // @ts-expect-error: a success has no error.
    void ((data: Extract<Published['data'], { outcome: 'succeeded' }>) => data.error);
  });

  it('narrow the body of a change by its type, and refuse an unknown type', () => {
    expectTypeOf<
      Extract<Change, { type: 'migration.dcs.migration-task.update' }>
    >().toEqualTypeOf<DcsMigrationTaskUpdate>();
    expectTypeOf<DcsMigrationTaskUpdate['data']['body']['resume_mode']>()
      .extract<string>()
      .toEqualTypeOf<'auto' | 'manual'>();
    expectTypeOf<'migration.dcs.other'>().not.toExtend<Change['type']>();
  });

  it('tell results, resolutions and replays apart by one member', () => {
    expectTypeOf<Resolved['data']>().toHaveProperty('resolved_as');
    expectTypeOf<Replayed['data']>().toHaveProperty('forecast');
    expectTypeOf<Published['data']>().not.toHaveProperty('resolved_as');
  });

  it('describe an object whose members depend on each other', () => {
    type Body = SmsTaskCreate['data']['body'];
    expectTypeOf<Body['name']>().toEqualTypeOf<string>();
    expectTypeOf<Body['source_server']['id']>().toEqualTypeOf<string>();
    // @ts-expect-error: not a member of the request.
    void ((body: Body) => body.invented);
  });
});
