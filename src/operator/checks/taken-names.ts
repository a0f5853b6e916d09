import type { PlannedStage } from '../stage/planned-stage.ts';
import { SERVICE } from '../stage/stage.ts';
import { bad, type Finding, good } from './address-checks.ts';
import { accountOf, type NamedResources, namedResources } from './named-resources.ts';
import { resourcesOf, type StackResource } from './stack-checks.ts';

const isWanted = (name: string, names: NamedResources['names']) =>
  Array.isArray(names) ? names.includes(name) : names.test(name);

/** Finds what has a name that the deployment needs and is in none of the stage's stacks, so that it can't be made. */
export async function checkNames(stage: PlannedStage): Promise<Finding> {
  const found = await Promise.all(namedResources(stage).map(existingOf));
  const existing = found.flat();
  if (existing.length === 0) return good('none is taken');
  const own = await resourcesOf(stage);
  const others = existing.filter((one) => !isOwn(one, own));
  if (others.length === 0) return good("none is taken by anything outside of the stage's stacks");
  return bad(
    `the deployment can't make what exists outside of the stage's stacks: ${others.map(({ kind, name }) => `${kind} ${name}`).join(', ')}`,
    `an earlier attempt may have left it: delete what holds nothing that you need, import the rest into the stack ${SERVICE}-${stage.name}-state, or name the stage otherwise`,
  );
}

type Existing = Pick<NamedResources, 'type' | 'kind'> & { name: string };

async function existingOf({ type, kind, names, find }: NamedResources): Promise<Existing[]> {
  return (await find()).filter((name) => isWanted(name, names)).map((name) => ({ type, kind, name }));
}

/** The id of a queue ends in its name, that of a policy too, and that of a rule has its bus before the name. */
const isOwn = ({ type, name }: Existing, own: StackResource[]) =>
  own.some(
    (one) => one.type === type && (one.id === name || one.id.endsWith(`/${name}`) || one.id.endsWith(`|${name}`)),
  );

const BUCKET = 'AWS::S3::Bucket';
/** What S3 answers to HeadBucket about a bucket that exists. It says no more without a body. */
const ELSEWHERE: Record<number, string> = {
  301: 'in another region',
  403: 'of another account, or you may not read it (s3:ListBucket)',
};

/** Checks that the bucket of the packages can be made. Its name is global, so that one of any account takes it. */
export async function checkBucket(stage: PlannedStage): Promise<Finding> {
  const Bucket = bucketOf(stage.name, await accountOf(stage));
  const found = await whereIs(stage, Bucket);
  if (found === undefined) return good(`${Bucket} is free`);
  if (isOwn({ type: BUCKET, kind: 'bucket', name: Bucket }, await resourcesOf(stage))) return good(`${Bucket} exists`);
  return bad(
    `the deployment can't make the bucket ${Bucket}: names of buckets are the same for all of AWS, and there is one ${found}`,
    found === HERE
      ? 'an earlier attempt may have left it: empty and delete it. S3 may hold its name for an hour'
      : 'name the stage otherwise, unless the bucket is yours and can be deleted',
  );
}

const HERE = "outside of the stage's stacks";

/** The bucket of a stage's packages (scripts/completing-plugin.ts). */
export const bucketOf = (stage: string, account: string) => `${SERVICE}-${stage}-${account}-packages`;

async function whereIs({ clients }: PlannedStage, Bucket: string): Promise<string | undefined> {
  try {
    await (await clients.buckets()).headBucket({ Bucket });
    return HERE;
  } catch (error) {
    const { httpStatusCode: status = 0 } = (error as { $metadata?: { httpStatusCode?: number } }).$metadata ?? {};
    if (status === 404) return undefined;
    const where = ELSEWHERE[status];
    if (where === undefined) throw error;
    return where;
  }
}
