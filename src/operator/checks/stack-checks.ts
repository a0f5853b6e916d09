import type { CloudFormation, Stack } from '@aws-sdk/client-cloudformation';
import type { PlannedStage } from '../stage/planned-stage.ts';
import { SERVICE } from '../stage/stage.ts';
import { bad, type Finding, good } from './address-checks.ts';

/** The names of a stage's stacks: that of the functions, and that of what holds data. */
const stacksOf = ({ name }: PlannedStage) => [`${SERVICE}-${name}`, `${SERVICE}-${name}-state`];

/** The physical ids of all resources in the stage's stacks. */
export async function resourcesOf(stage: PlannedStage): Promise<string[]> {
  const { paginateListStackResources } = await import('@aws-sdk/client-cloudformation');
  const client = await stage.clients.cloudFormation();
  const found: string[] = [];
  for (const StackName of stacksOf(stage)) {
    if (!(await describe(client, StackName))) continue;
    for await (const { StackResourceSummaries = [] } of paginateListStackResources({ client }, { StackName }))
      found.push(...StackResourceSummaries.flatMap(({ PhysicalResourceId }) => PhysicalResourceId ?? []));
  }
  return found;
}

/** Says what state the stage's stacks are in, and what a state means that no deployment can change. */
export async function checkStacks(stage: PlannedStage): Promise<Finding> {
  const client = await stage.clients.cloudFormation();
  const stacks = await Promise.all(stacksOf(stage).map((name) => describe(client, name)));
  const found = stacks.flatMap((stack) => stack ?? []);
  if (found.length === 0) return good('neither exists yet');
  const text = found.map(({ StackName, StackStatus }) => `${StackName} is ${StackStatus}`).join('; ');
  const stuck = found.find(isStuck(false)) ?? found.find(isStuck(true));
  if (!stuck) return good(text);
  const cure = cureOf(stuck.StackStatus ?? '');
  const finding = bad(
    [`${text}: ${cure?.means}`, stuck.StackStatusReason].filter(Boolean).join(': '),
    cure?.fix(stuck.StackName ?? '') ?? '',
  );
  return cure?.passes ? { ...finding, level: 'warning' } : finding;
}

const isStuck =
  (passes: boolean) =>
  ({ StackStatus }: Stack) => {
    const cure = cureOf(StackStatus ?? '');
    return cure !== undefined && (cure.passes ?? false) === passes;
  };

/** Undefined if there is no such stack. CloudFormation has no error name of its own for that. */
async function describe(client: CloudFormation, StackName: string): Promise<Stack | undefined> {
  try {
    return (await client.describeStacks({ StackName })).Stacks?.[0];
  } catch (error) {
    if (error instanceof Error && / does not exist$/.test(error.message)) return undefined;
    throw error;
  }
}

interface Cure {
  pattern: RegExp;
  means: string;
  fix(name: string): string;
  /** True if a deployment needs nobody's help. */
  passes?: boolean;
}

const command = (verb: string) => (name: string) => `aws cloudformation ${verb} --stack-name ${name}`;

/** The states that stop a deployment or delay it (CloudFormation User Guide, "Stack status codes"). In all others a stack can be updated. */
const CURES: Cure[] = [
  {
    pattern: /^REVIEW_IN_PROGRESS$/,
    means: 'it has a change set that was never executed, and nothing else',
    fix: command('delete-stack'),
  },
  {
    pattern: /_IN_PROGRESS$/,
    means: 'something is still changing it',
    fix: () => 'wait until it has ended',
    passes: true,
  },
  {
    pattern: /^ROLLBACK_COMPLETE$/,
    means: 'its creation failed, and the deployment will remove it first',
    fix: () => 'remove the cause, then deploy again',
    passes: true,
  },
  {
    pattern: /^ROLLBACK_FAILED$/,
    means: 'its creation failed, and what was made could not be removed',
    fix: (name) => `delete what its events name as DELETE_FAILED, then: ${command('delete-stack')(name)}`,
  },
  { pattern: /^CREATE_FAILED$/, means: 'its creation failed', fix: command('delete-stack') },
  {
    pattern: /^UPDATE_FAILED$/,
    means: 'an update failed and was not taken back',
    fix: command('rollback-stack'),
  },
  {
    pattern: /^UPDATE_ROLLBACK_FAILED$/,
    means: 'an update failed, and so did going back',
    fix: command('continue-update-rollback'),
  },
  { pattern: /^DELETE_FAILED$/, means: 'its deletion stopped half way', fix: command('delete-stack') },
];
const cureOf = (status: string) => CURES.find(({ pattern }) => pattern.test(status));
