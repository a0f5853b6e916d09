import { beforeAll, describe, expect, it } from 'vitest';
import { PER_CHANGE } from '../../scripts/cost.ts';
import { METRICS } from '../../src/lib/observability/metrics.ts';
import { observeBrokenSurroundings } from '../support/broken-surroundings.ts';
import { type CompiledTemplate, compiled, type Statement } from '../support/compiled.ts';
import { emittedIn } from '../support/emitted.ts';
import { type AwsRequest, compare, namesOf, onBehalf } from '../support/iam.ts';
import { type ObservedRun, observeRun } from '../support/observed-run.ts';
import { alarmsOf, COUNTED_BY_AWS } from '../support/watched-metrics.ts';

let run: ObservedRun;
let deployed: CompiledTemplate;
let emitted: Set<string>;
beforeAll(async () => {
  [run, deployed] = await Promise.all([observeRun(), compiled('local')]);
  emitted = emittedIn([...run.lines, ...(await observeBrokenSurroundings())]);
}, 90_000);

const FUNCTIONS = ['DcsChangesLambdaFunction', 'SmsChangesLambdaFunction', 'WebhookLambdaFunction'];
const roleOf = (id: string) => id.replace('LambdaFunction', 'Role');

/** All uses of a function's role: the observed calls, and what AWS does on the function's behalf. */
function wantedOf(id: string): AwsRequest[] {
  const name = (deployed.properties(id) as { FunctionName: string }).FunctionName;
  const calls = run.calls.filter(({ caller }) => caller === name);
  expect(calls.length).toBeGreaterThan(0);
  return [...calls, ...onBehalf(deployed, id, calls)];
}
const difference = (id: string, statements: Statement[] = deployed.rights(roleOf(id))) =>
  compare(statements, wantedOf(id), namesOf(deployed));

describe.each(FUNCTIONS)('the role of %s', (id) => {
  it('allows every call that the function makes', () => {
    expect(difference(id).denied).toEqual([]);
  });

  it('allows nothing that is never used', () => {
    expect(difference(id).unused).toEqual([]);
  });

  it('is needed completely: without any right or resource the check fails', () => {
    const rights = deployed.rights(roleOf(id));
    for (const [index, statement] of rights.entries()) {
      for (const action of statement.Action) {
        const less = { ...statement, Action: statement.Action.filter((one) => one !== action) };
        expect(difference(id, rights.with(index, less)).denied).not.toEqual([]);
      }
      for (const resource of statement.Resource) {
        const less = { ...statement, Resource: statement.Resource.filter((one) => one !== resource) };
        expect(difference(id, rights.with(index, less)).denied).not.toEqual([]);
      }
    }
  });

  it.each(['dynamodb:PutItem', 'dynamodb:DeleteItem', 'sqs:PurgeQueue', 'secretsmanager:PutSecretValue'])(
    'fails the check if it gains %s',
    (action) => {
      const more = { Effect: 'Allow', Action: [action], Resource: ['*'] };
      expect(difference(id, [...deployed.rights(roleOf(id)), more]).unused).toEqual([`${action} on *`]);
    },
  );

  it('fails the check if it reaches one more resource', () => {
    const [first, ...rest] = deployed.rights(roleOf(id));
    const wider = { ...first, Resource: [...(first?.Resource ?? []), 'arn:aws:logs:::other'] } as Statement;
    expect(difference(id, [wider, ...rest]).unused).toHaveLength(wider.Action.length);
  });
});

describe('what the run counted', () => {
  const watched = () => alarmsOf(deployed).flatMap((alarm) => alarm.watched);

  it('contains every metric of the relay, by its dimensions', () => {
    const shapes = new Set([...emitted].map((key) => key.replaceAll(/=[^,}]*/g, '')));
    const known = Object.entries(METRICS).map(
      ([name, { by }]) => `MigrationRelay ${name} {${['stage', ...by].sort()}}`,
    );
    expect(shapes).toEqual(new Set(known));
  });

  it('contains every metric of the relay that an alarm watches', () => {
    const own = watched().filter(({ namespace }) => namespace === 'MigrationRelay');
    expect(own.length).toBeGreaterThan(10);
    expect(own.filter(({ key }) => !emitted.has(key))).toEqual([]);
  });

  it('contains every other watched metric with the dimensions that AWS documents', () => {
    const byAws = watched().filter(({ namespace }) => namespace !== 'MigrationRelay');
    for (const { namespace, name, dimensions } of byAws)
      expect({ name, dimensions: dimensions.join() }).toEqual({
        name,
        dimensions: COUNTED_BY_AWS[`${namespace} ${name}`],
      });
  });
});

describe('a change that succeeds at once', () => {
  const times = (action: string) => run.plain.calls.filter((call) => call.action === action).length;

  it('costs what the runbook says', () => {
    expect(times('dynamodb:UpdateItem')).toBe(PER_CHANGE.ledgerWrites);
    expect(times('dynamodb:GetItem')).toBeLessThanOrEqual(1);
    expect(times('events:PutEvents')).toBe(PER_CHANGE.events);
    const bytes = run.plain.lines.reduce((sum, line) => sum + Buffer.byteLength(line), 0);
    expect(bytes).toBeGreaterThan(1000);
    expect(bytes).toBeLessThan(PER_CHANGE.logKilobytes * 1000);
  });
});
