import { beforeAll, describe, expect, it } from 'vitest';
import { billedStage } from '../../scripts/billed-stage.ts';
import { PER_BEAT, PER_CHANGE, WEBHOOK } from '../../scripts/cost-lines.ts';
import { metricsAtMost } from '../../scripts/unknown-costs.ts';
import { METRICS } from '../../src/lib/observability/metrics.ts';
import { observeBrokenSurroundings } from '../support/broken-surroundings.ts';
import { type CompiledTemplate, compiled, type Statement } from '../support/compiled.ts';
import { deployRole } from '../support/deploy-role.ts';
import { deployedNames } from '../support/deployed-names.ts';
import { emittedIn } from '../support/emitted.ts';
import { type Actor, type AwsRequest, denied, type Policy, unused } from '../support/iam.ts';
import { type ObservedRun, observeRun } from '../support/observed-run.ts';
import { onBehalf } from '../support/on-behalf.ts';
import { policyOfRole, resourcePolicies } from '../support/resource-policies.ts';
import { alarmsOf, COUNTED_BY_AWS } from '../support/watched-metrics.ts';

let run: ObservedRun;
let deployed: CompiledTemplate;
let emitted: Set<string>;
let policyOf: ReturnType<typeof resourcePolicies>;
beforeAll(async () => {
  [run, deployed] = await Promise.all([observeRun(), compiled('local')]);
  policyOf = resourcePolicies(deployed);
  emitted = emittedIn([...run.lines, ...(await observeBrokenSurroundings())]);
}, 90_000);

const FUNCTIONS = ['DcsChangesLambdaFunction', 'SmsChangesLambdaFunction', 'WebhookLambdaFunction'];
const roleOf = (id: string) => id.replace('LambdaFunction', 'Role');

/** All uses of a function's role: the observed calls, and what AWS does on the function's behalf. */
function wantedOf(id: string): AwsRequest[] {
  const name = (deployed.properties(id) as { FunctionName: string }).FunctionName;
  const calls = run.calls.filter(({ caller }) => caller === name);
  expect(calls.length).toBeGreaterThan(0);
  return [...calls, ...onBehalf(deployed, id, calls)].map(withTag);
}
/** Serverless tags all that a stack makes. The boundary knows the key by it. */
const withTag = ({ context, ...request }: AwsRequest): AwsRequest => ({
  ...request,
  context: request.resource.includes(':key/') ? { ...context, 'aws:ResourceTag/STAGE': 'local' } : context,
});
/** The function's role with these rights. Key and queues have the policies of the template, and the deploy role's boundary applies. */
const roleWith = (id: string, policy: Policy, { resource }: AwsRequest): Actor => ({
  principal: deployedNames(deployed).arn(roleOf(id)),
  policies: [policy],
  boundary: BOUNDARY,
  resourcePolicy: policyOf(resource),
});
const BOUNDARY = deployRole('local').boundary.policy;
const rightsOf = (id: string) => policyOfRole(deployed, roleOf(id));
const unusedOf = (id: string, policy: Policy) =>
  unused(policy, wantedOf(id), (less, request) => roleWith(id, less, request));

describe.each(FUNCTIONS)('the role of %s', (id) => {
  it('allows every call that the function makes', async () => {
    expect(await denied(wantedOf(id), (request) => roleWith(id, rightsOf(id), request))).toEqual([]);
  });

  it('is needed completely: without any right, resource or condition a call is denied', async () => {
    expect(await unusedOf(id, rightsOf(id))).toEqual([]);
  });

  it.each(['dynamodb:PutItem', 'dynamodb:DeleteItem', 'sqs:PurgeQueue', 'secretsmanager:PutSecretValue'])(
    'fails the check if it gains %s',
    async (action) => {
      const more: Statement = { Sid: 'More', Effect: 'Allow', Action: [action], Resource: ['*'] };
      expect(await unusedOf(id, { Statement: [...rightsOf(id).Statement, more] })).toEqual([
        `More: ${action}`,
        'More: *',
      ]);
    },
  );

  it('fails the check if it reaches one more resource', async () => {
    const [first, ...rest] = rightsOf(id).Statement;
    const wider = { ...first, Resource: [...(first?.Resource ?? []), 'arn:aws:logs:::other'] } as Statement;
    expect(await unusedOf(id, { Statement: [wider, ...rest] })).toEqual([`${first?.Sid}: arn:aws:logs:::other`]);
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
    expect(own.filter(({ key }) => !emitted.has(key) && !run.filtered.has(key))).toEqual([]);
  });

  it('contains as counts of metric filters only heartbeats, which the functions do not count', () => {
    const heartbeats = watched().filter(({ name }) => name === 'Heartbeats');
    expect(new Set(heartbeats.map(({ key }) => key))).toEqual(run.filtered);
    expect([...run.filtered].filter((key) => emitted.has(key))).toEqual([]);
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
    expect(times('dynamodb:GetItem')).toBeLessThanOrEqual(PER_CHANGE.ledgerReads);
    expect(times('events:PutEvents')).toBe(PER_CHANGE.events);
    const bytes = run.plain.lines.reduce((sum, line) => sum + Buffer.byteLength(line), 0);
    expect(bytes).toBeGreaterThan(1000);
    expect(bytes).toBeLessThan(PER_CHANGE.logKilobytes * 1000);
    expect(emittedIn(run.plain.lines).size).toBe(PER_CHANGE.metrics);
  });

  it('and all others write no more metrics than the runbook says', () => {
    expect(emitted.size).toBeGreaterThan(90);
    expect(emitted.size).toBeLessThanOrEqual(metricsAtMost(billedStage(deployed.template)));
  });

  it('that came through the webhook wrote no more than the runbook says', () => {
    const lines = run.lines.filter((line) => /webhook answered|"WebhookAnswers"/.test(line));
    const requests = lines.filter((line) => line.includes('webhook answered')).length;
    expect(requests).toBeGreaterThanOrEqual(3);
    const bytes = lines.reduce((sum, line) => sum + Buffer.byteLength(line), 0);
    expect(bytes / requests).toBeGreaterThan(500);
    // The line of the access log is added, which has ten short values.
    expect(bytes / requests + 500).toBeLessThan(WEBHOOK.logKilobytes * 1000);
  });
});

describe('a heartbeat', () => {
  it('costs what the runbook says', () => {
    const { calls, lines } = run.beat;
    const times = (name: string) => calls.filter(({ action }) => action === name).length;
    expect({ ledgerReads: times('dynamodb:GetItem'), events: times('events:PutEvents') }).toEqual(PER_BEAT);
    expect({ calls: calls.length, lines }).toEqual({ calls: 2, lines: [] });
  });
});
