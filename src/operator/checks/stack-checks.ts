import type { CloudFormation, Stack } from '@aws-sdk/client-cloudformation';
import type { PlannedStage } from '../stage/planned-stage.ts';
import { SERVICE } from '../stage/stage.ts';
import { bad, type Finding, good } from './address-checks.ts';
import { adviceOn } from './stack-statuses.ts';

/** The names of a stage's stacks: that of the functions, and that of what holds data. */
const stacksOf = ({ name }: PlannedStage) => [`${SERVICE}-${name}`, `${SERVICE}-${name}-state`];

/** A resource of a stack: its type, and the id that AWS knows it by. */
export interface StackResource {
  type: string;
  id: string;
}

/** All resources in the stage's stacks. */
export async function resourcesOf(stage: PlannedStage): Promise<StackResource[]> {
  const { paginateListStackResources } = await import('@aws-sdk/client-cloudformation');
  const client = await stage.clients.cloudFormation();
  const found: StackResource[] = [];
  for (const StackName of stacksOf(stage)) {
    if (!(await describe(client, StackName))) continue;
    for await (const { StackResourceSummaries = [] } of paginateListStackResources({ client }, { StackName }))
      found.push(
        ...StackResourceSummaries.map(({ ResourceType: type = '', PhysicalResourceId: id = '' }) => ({ type, id })),
      );
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
  const stuck = found.flatMap(({ StackName = '', StackStatus = '', StackStatusReason }) => {
    const advice = adviceOn(StackStatus, StackName);
    return advice ? [{ ...advice, reason: StackStatusReason }] : [];
  });
  const worst = stuck.find(({ passes }) => !passes) ?? stuck[0];
  if (!worst) return good(text);
  const finding = bad([`${text}: ${worst.means}`, worst.reason].filter(Boolean).join(': '), worst.fix);
  return worst.passes ? { ...finding, level: 'warning' } : finding;
}

/** Undefined if there is no such stack. CloudFormation has no error name of its own for that. */
async function describe(client: CloudFormation, StackName: string): Promise<Stack | undefined> {
  try {
    return (await client.describeStacks({ StackName })).Stacks?.[0];
  } catch (error) {
    if (error instanceof Error && / does not exist$/.test(error.message)) return undefined;
    throw error;
  }
}
