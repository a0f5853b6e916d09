import { randomBytes } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { type Names, resolve } from '../../local/intrinsics.ts';

/**
 * What CloudFormation does with stacks, as far as a deployment can fail by it: order by references, names that exist already,
 * rollbacks, rollback triggers, deletion policies, protection of stacks and tables, stack policies, exports.
 * Sources: the user guide's pages on DeletionPolicy, stack policies, exports, rollbacks and rollback triggers; the API reference of
 * RollbackConfiguration; the SQS reference of DeleteQueue.
 */

interface Resource {
  Type: string;
  DependsOn?: string | string[];
  DeletionPolicy?: string;
  Properties?: Record<string, unknown>;
}
export interface Template {
  Resources: Record<string, Resource>;
  Outputs?: Record<string, { Value: unknown; Export?: { Name: unknown } }>;
}

/** A thing that exists in the account. `stack` is undefined once its stack has let it go. */
export interface Thing {
  type: string;
  name: string;
  stack: string | undefined;
  properties: Record<string, unknown>;
  modified: Date;
}

export interface StackRow {
  id: string;
  name: string;
  status: string;
  template: Template;
  body: string;
  policy: string | undefined;
  tags: Record<string, string>;
  isProtected: boolean;
  things: Map<string, Thing>;
  exports: Map<string, string>;
  events: StackEvent[];
  /** What was given last. It counts for every later update that gives nothing. */
  rollback: Rollback;
}

/** The alarms that roll an update back, and for how long they are watched after it. */
export interface Rollback {
  triggers: { arn: string; type: string }[];
  minutes: number;
}

interface StackEvent {
  id: string;
  logicalId: string;
  type: string;
  status: string;
  reason: string;
  at: Date;
}

/** A call that CloudFormation refuses at once. */
export class ValidationError extends Error {}

/** The property that names a resource of a type. Types that are not here get a generated name. */
export const NAME: Record<string, string> = {
  'AWS::CloudWatch::Alarm': 'AlarmName',
  'AWS::CloudWatch::Dashboard': 'DashboardName',
  'AWS::DynamoDB::Table': 'TableName',
  'AWS::Events::Archive': 'ArchiveName',
  'AWS::Events::EventBus': 'Name',
  'AWS::Events::Rule': 'Name',
  'AWS::IAM::ManagedPolicy': 'ManagedPolicyName',
  'AWS::IAM::Role': 'RoleName',
  'AWS::KMS::Alias': 'AliasName',
  'AWS::Lambda::Function': 'FunctionName',
  'AWS::Logs::LogGroup': 'LogGroupName',
  'AWS::Logs::ResourcePolicy': 'PolicyName',
  'AWS::S3::Bucket': 'BucketName',
  'AWS::SQS::Queue': 'QueueName',
  'AWS::SSM::Parameter': 'Name',
};
/** Changes of these properties, beside the name, replace a resource. */
const FIXED: Record<string, string[]> = {
  'AWS::DynamoDB::Table': ['KeySchema', 'AttributeDefinitions'],
  'AWS::SQS::Queue': ['FifoQueue'],
};
const TEMPLATE_BODY = 51_200;
const QUEUE_NAME_BLOCKED = 60_000;

const PSEUDO: Record<string, string> = {
  'AWS::Region': 'eu-central-1',
  'AWS::AccountId': '000000000000',
  'AWS::Partition': 'aws',
  'AWS::URLSuffix': 'amazonaws.com',
  'AWS::NoValue': '',
};

interface Surroundings {
  /** Called when a bucket is made, before the next resource. */
  onBucket?(name: string): Promise<void>;
  /** True if a bucket may be deleted. */
  isEmpty?(name: string): Promise<boolean>;
}

/** The stacks of one account, and all things that exist in it. Every operation has ended when its promise resolves. */
export class StackEngine {
  readonly things = new Set<Thing>();
  readonly stacks = new Map<string, StackRow>();
  /** `STACK/LOGICAL-ID` of resources whose creation fails. */
  readonly failing = new Set<string>();
  /** The same, but each exists by then, as a table whose backups can't be turned on. */
  readonly failingLate = new Set<string>();
  /** The names of alarms in the state ALARM. */
  readonly ringing = new Set<string>();
  /** The names of alarms that go to ALARM while an update is watched. */
  readonly aboutToRing = new Set<string>();
  /** How long ago everything seems to happen, in milliseconds, so that no test waits for a name of a queue. */
  age = QUEUE_NAME_BLOCKED + 1000;
  private readonly gone = new Map<string, StackRow>();
  private readonly deletedQueues = new Map<string, number>();
  private readonly surroundings: Surroundings;

  constructor(surroundings: Surroundings = {}) {
    this.surroundings = surroundings;
  }

  byName(name: string): StackRow {
    const all = [...this.stacks.values(), ...this.gone.values()];
    const stack = this.stacks.get(name) ?? all.find(({ id }) => id === name);
    if (!stack) throw new ValidationError(`Stack with id ${name} does not exist`);
    return stack;
  }

  async create(name: string, body: string, options: Options = {}): Promise<StackRow> {
    if (this.stacks.has(name)) throw new ValidationError(`Stack [${name}] already exists`);
    const stack = newStack(name, body, readTemplate(body, options), options);
    this.stacks.set(name, stack);
    this.turn(stack, 'CREATE_IN_PROGRESS');
    const { made, isDone } = await this.makeMissing(stack, stack.template);
    if (!isDone) return this.undoCreation(stack, made, options);
    this.setExports(stack, stack.template);
    return this.turn(stack, 'CREATE_COMPLETE');
  }

  async update(name: string, body: string, options: Options = {}): Promise<StackRow> {
    const stack = this.byName(name);
    if (!/^(CREATE|UPDATE|UPDATE_ROLLBACK)_COMPLETE$/.test(stack.status))
      throw new ValidationError(`Stack:${stack.id} is in ${stack.status} state and can not be updated.`);
    const next = readTemplate(body, options);
    if (isSame(next, stack.template)) throw new ValidationError('No updates are to be performed.');
    const rollback = checkedRollback(options.rollback) ?? stack.rollback;
    Object.assign(stack, { policy: options.policy ?? stack.policy, tags: options.tags ?? stack.tags, rollback });
    this.turn(stack, 'UPDATE_IN_PROGRESS');
    const removed = [...stack.things.keys()].filter((id) => !(id in next.Resources));
    const { made, problem = this.triggered(stack) } = await this.tryUpdate(stack, next, removed);
    if (problem !== undefined) return this.undoUpdate(stack, made, next, problem);
    await this.removeAll(stack, removed, stack.template, false);
    for (const [id, thing] of stack.things) {
      const properties = this.resolved(stack, next.Resources[id]?.Properties) as Record<string, unknown>;
      Object.assign(thing, { properties, modified: new Date() });
    }
    Object.assign(stack, { template: next, body });
    return this.turn(stack, 'UPDATE_COMPLETE');
  }

  async delete(name: string): Promise<void> {
    const stack = this.stacks.get(name);
    if (!stack) return;
    if (stack.isProtected)
      throw new ValidationError(`Stack [${name}] cannot be deleted while TerminationProtection is enabled`);
    const used = [...stack.exports.keys()].find((one) => this.importersOf(one).length > 0);
    this.turn(stack, 'DELETE_IN_PROGRESS');
    const isDone = used === undefined && (await this.removeAll(stack, orderOf(stack.template), stack.template, false));
    this.turn(stack, isDone ? 'DELETE_COMPLETE' : 'DELETE_FAILED', used && `Export ${used} is in use`);
    if (isDone) this.bury(stack);
  }

  private bury(stack: StackRow): void {
    this.stacks.delete(stack.name);
    this.gone.set(stack.id, stack);
  }

  private async undoCreation(stack: StackRow, made: string[], { deletes = false }: Options): Promise<StackRow> {
    this.turn(stack, 'ROLLBACK_IN_PROGRESS', 'The following resource(s) failed to create');
    const isClean = await this.removeAll(stack, made, stack.template, true);
    this.turn(stack, isClean ? 'ROLLBACK_COMPLETE' : 'ROLLBACK_FAILED');
    if (!(deletes && isClean)) return stack;
    this.bury(stack);
    return this.turn(stack, 'DELETE_COMPLETE');
  }

  /** Makes what is new and sets the exports. `problem` says why that failed. */
  private async tryUpdate(stack: StackRow, next: Template, removed: string[]) {
    const denied = deniedBy(stack, next, removed);
    if (denied !== undefined) {
      this.emit(
        stack,
        denied,
        stack.template.Resources[denied]?.Type ?? '',
        'UPDATE_FAILED',
        'Action denied by stack policy',
      );
      return { made: [], problem: 'Action denied by stack policy' };
    }
    const { made, isDone } = await this.makeMissing(stack, next);
    if (!isDone) return { made, problem: 'The following resource(s) failed to create' };
    try {
      this.setExports(stack, next);
      return { made };
    } catch (error) {
      return { made, problem: (error as Error).message };
    }
  }

  /** Why the triggers roll an update back: one is missing, or its alarm rings at any time until the end of the monitoring. */
  private triggered({ rollback: { triggers } }: StackRow): string | undefined {
    const exists = (name: string) =>
      [...this.things].some((thing) => thing.type === 'AWS::CloudWatch::Alarm' && thing.name === name);
    for (const { arn } of triggers) {
      const name = arn.split(':alarm:')[1] ?? '';
      if (!exists(name)) return `The rollback trigger ${arn} does not exist`;
      if (this.aboutToRing.has(name)) this.ringing.add(name);
      if (this.ringing.has(name)) return `The alarm ${name} of a rollback trigger went to ALARM`;
    }
    return undefined;
  }

  private async undoUpdate(stack: StackRow, made: string[], next: Template, problem: string): Promise<StackRow> {
    this.turn(stack, 'UPDATE_ROLLBACK_IN_PROGRESS', problem);
    const isClean = await this.removeAll(stack, made, next, true);
    return this.turn(stack, isClean ? 'UPDATE_ROLLBACK_COMPLETE' : 'UPDATE_ROLLBACK_FAILED');
  }

  /** Makes what the template has and the stack lacks, until one fails. CloudFormation then cancels what has begun beside it. */
  private async makeMissing(stack: StackRow, template: Template): Promise<{ made: string[]; isDone: boolean }> {
    const missing = orderOf(template).filter((id) => !stack.things.has(id));
    for (const [index, id] of missing.entries()) {
      const reason = await this.make(stack, id, template.Resources[id] as Resource);
      if (reason !== undefined) return this.endMaking(stack, template, missing.slice(index), reason);
    }
    return { made: missing, isDone: true };
  }

  /** Ends the making of resources at the first of those that are left. A resource that failed late is rolled back too. */
  private endMaking(stack: StackRow, { Resources }: Template, left: string[], reason: string) {
    for (const [index, id] of left.slice(0, 2).entries())
      this.emit(
        stack,
        id,
        Resources[id]?.Type ?? '',
        'CREATE_FAILED',
        index === 0 ? reason : 'Resource creation cancelled',
      );
    return { made: orderOf({ Resources }).filter((id) => this.isNew(stack, id)), isDone: false };
  }

  /** True if a resource exists that the stack's last successful operation did not have. */
  private isNew(stack: StackRow, id: string): boolean {
    return stack.things.has(id) && (stack.status === 'CREATE_IN_PROGRESS' || !(id in stack.template.Resources));
  }

  /** Makes a resource, or says why it can't be made. */
  private async make(stack: StackRow, id: string, { Type: type, Properties }: Resource): Promise<string | undefined> {
    this.emit(stack, id, type, 'CREATE_IN_PROGRESS');
    if (this.failing.has(`${stack.name}/${id}`)) return 'it fails on purpose';
    const unknown = importsIn(Properties).find((name) => !this.exported().has(name));
    if (unknown !== undefined) return `No export named ${unknown} found.`;
    const properties = this.resolved(stack, Properties) as Record<string, unknown>;
    const name = nameOf(stack, id, type, properties);
    const conflict = this.conflictOf(type, name);
    if (conflict) return conflict;
    const thing: Thing = { type, name, stack: stack.name, properties, modified: new Date() };
    this.things.add(thing);
    stack.things.set(id, thing);
    if (type === 'AWS::S3::Bucket') await this.surroundings.onBucket?.(name);
    if (this.failingLate.has(`${stack.name}/${id}`)) return 'it fails late';
    this.emit(stack, id, type, 'CREATE_COMPLETE');
    return undefined;
  }

  private conflictOf(type: string, name: string): string | undefined {
    if ([...this.things].some((one) => one.type === type && one.name === name)) return `${name} already exists`;
    const isBlocked = Date.now() - (this.deletedQueues.get(name) ?? 0) < QUEUE_NAME_BLOCKED;
    return type === 'AWS::SQS::Queue' && isBlocked
      ? 'You must wait 60 seconds after deleting a queue before you can create another with the same name.'
      : undefined;
  }

  /** Removes resources in the opposite order. True if each is gone or was let go. */
  private async removeAll(stack: StackRow, ids: string[], template: Template, isNew: boolean): Promise<boolean> {
    const ends: boolean[] = [];
    for (const id of ids.toReversed())
      ends.push(await this.remove(stack, id, stays(template.Resources[id]?.DeletionPolicy, isNew)));
    return ends.every(Boolean);
  }

  private async remove(stack: StackRow, id: string, isRetained: boolean): Promise<boolean> {
    const thing = stack.things.get(id);
    if (!thing) return true;
    const obstacle = isRetained ? undefined : await this.obstacleOf(thing);
    if (obstacle !== undefined) {
      this.emit(stack, id, thing.type, 'DELETE_FAILED', obstacle);
      return false;
    }
    stack.things.delete(id);
    this.emit(stack, id, thing.type, isRetained ? 'DELETE_SKIPPED' : 'DELETE_COMPLETE');
    if (isRetained) thing.stack = undefined;
    else this.things.delete(thing);
    if (!isRetained && thing.type === 'AWS::SQS::Queue') this.deletedQueues.set(thing.name, this.now().getTime());
    return true;
  }

  /** Why a thing can't be deleted. */
  private async obstacleOf({ type, name, properties }: Thing): Promise<string | undefined> {
    if (properties.DeletionProtectionEnabled === true) return 'deletion protection is on';
    const isEmpty = type !== 'AWS::S3::Bucket' || ((await this.surroundings.isEmpty?.(name)) ?? true);
    return isEmpty ? undefined : 'The bucket you tried to delete is not empty';
  }

  private setExports(stack: StackRow, template: Template): void {
    const values = Object.values(template.Outputs ?? {}).flatMap(({ Value, Export }) =>
      Export ? [[String(this.resolved(stack, Export.Name)), String(this.resolved(stack, Value))] as const] : [],
    );
    const wanted = new Map(values);
    const lost = [...stack.exports].find(
      ([name, value]) => wanted.get(name) !== value && this.importersOf(name).length > 0,
    );
    if (lost)
      throw new ValidationError(
        `Export ${lost[0]} cannot be updated or deleted as it is in use by ${this.importersOf(lost[0])[0]?.name}`,
      );
    stack.exports = wanted;
  }

  private exported(): Map<string, string> {
    return new Map([...this.stacks.values()].flatMap((stack) => [...stack.exports]));
  }

  private importersOf(name: string): StackRow[] {
    return [...this.stacks.values()].filter(({ template }) => importsIn(template.Resources).includes(name));
  }

  /** A value with its references and imports replaced. */
  private resolved(stack: StackRow, value: unknown): unknown {
    const exported = this.exported();
    const imported = JSON.parse(JSON.stringify(value ?? {}), (_name, part: Import | null) =>
      part?.['Fn::ImportValue'] === undefined ? part : exported.get(part['Fn::ImportValue']),
    );
    const names: Names = {
      ref: (id) => PSEUDO[id] ?? stack.things.get(id)?.name ?? '',
      attribute: (id, attribute) => `${stack.things.get(id)?.name}:${attribute}`,
    };
    return resolve(imported, names);
  }

  private now(): Date {
    return new Date(Date.now() - this.age);
  }

  private emit({ events, name }: StackRow, logicalId: string, type: string, status: string, reason = ''): void {
    events.unshift({ id: `${name}-${events.length}`, logicalId, type, status, reason, at: this.now() });
  }

  private turn(stack: StackRow, status: string, reason = ''): StackRow {
    stack.status = status;
    this.emit(stack, stack.name, 'AWS::CloudFormation::Stack', status, reason);
    return stack;
  }
}

/** Refuses what the API reference does: more than five triggers, other types, and other times. */
function checkedRollback(rollback: Rollback | undefined): Rollback | undefined {
  if (!rollback) return undefined;
  const { triggers, minutes } = rollback;
  if (triggers.length > 5) throw new ValidationError('RollbackTriggers: Maximum number of 5 items');
  if (!(Number.isInteger(minutes) && minutes >= 0 && minutes <= 180))
    throw new ValidationError('MonitoringTimeInMinutes: Minimum value of 0. Maximum value of 180.');
  const other = triggers.find(({ type }) => !/^AWS::CloudWatch::(Alarm|CompositeAlarm)$/.test(type));
  if (other) throw new ValidationError(`${other.type} is not a type of a rollback trigger`);
  return rollback;
}

/** CloudFormation compares what templates say, not how. */
const isSame = (one: Template, other: Template) =>
  isDeepStrictEqual([one.Resources, one.Outputs ?? {}], [other.Resources, other.Outputs ?? {}]);

interface Import {
  'Fn::ImportValue'?: string;
}

function importsIn(value: unknown): string[] {
  const names: string[] = [];
  JSON.parse(JSON.stringify(value ?? {}), (_name, part: Import | null) => {
    if (part?.['Fn::ImportValue'] !== undefined) names.push(part['Fn::ImportValue']);
    return part;
  });
  return names;
}

/** True if a resource stays. `isNew` says that the operation which ends has made it. */
const stays = (policy: string | undefined, isNew: boolean) =>
  policy === 'Retain' || (policy === 'RetainExceptOnCreate' && !isNew);

function newStack(name: string, body: string, template: Template, { policy, tags = {} }: Options): StackRow {
  const id = `arn:aws:cloudformation:eu-central-1:000000000000:stack/${name}/${randomBytes(4).toString('hex')}`;
  const rollback = { triggers: [], minutes: 0 };
  const empty = { things: new Map(), exports: new Map(), events: [], rollback };
  return { id, name, status: '', template, body, policy, tags, isProtected: false, ...empty };
}

function readTemplate(body: string, { isInline = true, capabilities = ['CAPABILITY_NAMED_IAM'] }: Options): Template {
  if (isInline && Buffer.byteLength(body) > TEMPLATE_BODY)
    throw new ValidationError(`1 validation error detected: templateBody is longer than ${TEMPLATE_BODY} bytes`);
  const template = JSON.parse(body) as Template;
  orderOf(template);
  const hasIam = Object.values(template.Resources).some(({ Type }) => Type.startsWith('AWS::IAM::'));
  if (hasIam && !capabilities.includes('CAPABILITY_NAMED_IAM'))
    throw new ValidationError('Requires capabilities : [CAPABILITY_NAMED_IAM]');
  return template;
}

/** The name of a new resource: the given one, or one that CloudFormation makes. Where it would cut one, the templates give a name. */
function nameOf(stack: StackRow, id: string, type: string, properties: Record<string, unknown>): string {
  const given = properties[NAME[type] ?? ''];
  const isGiven = typeof given === 'string' && given !== '';
  if (isGiven) return type === 'AWS::Events::Rule' ? `${properties.EventBusName}/${given}` : given;
  return `${stack.name}-${id}-${randomBytes(6).toString('hex')}`;
}

export interface Options {
  /** What the caller acknowledges. Resources of IAM need it. */
  capabilities?: string[];
  /** True if the template is sent with the call, where its size is limited. */
  isInline?: boolean;
  /** True for OnFailure: DELETE. */
  deletes?: boolean;
  policy?: string | undefined;
  tags?: Record<string, string>;
  rollback?: Rollback | undefined;
}

/** The ids of a template's resources in an order in which they can be made. Refuses references to nothing, and circles. */
function orderOf({ Resources }: Template): string[] {
  const needs = new Map(
    Object.entries(Resources).map(([id, { Properties, DependsOn = [] }]) => [
      id,
      new Set([...[DependsOn].flat(), ...referencesIn(Properties)].filter((one) => !(one in PSEUDO) && one !== id)),
    ]),
  );
  const unknown = [...needs.values()].flatMap((all) => [...all]).filter((id) => !(id in Resources));
  if (unknown.length > 0)
    throw new ValidationError(`Template format error: Unresolved resource dependencies [${unknown.join(', ')}]`);
  const order: string[] = [];
  while (order.length < needs.size) {
    const next = [...needs].find(([id, all]) => !order.includes(id) && [...all].every((one) => order.includes(one)));
    if (!next) throw new ValidationError('Circular dependency between resources');
    order.push(next[0]);
  }
  return order;
}

function referencesIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(referencesIn);
  if (typeof value !== 'object' || value === null) return [];
  const { Ref, 'Fn::GetAtt': attribute, 'Fn::Sub': text, ...rest } = value as Record<string, unknown>;
  const own = Array.isArray(text) ? Object.keys(text[1] as object) : [];
  const variables = [...String([text].flat()[0] ?? '').matchAll(/\$\{(?!!)([\w:]+)/g)].map(([, name = '']) => name);
  return [
    ...(typeof Ref === 'string' ? [Ref] : []),
    ...(Array.isArray(attribute) ? [String(attribute[0])] : []),
    ...variables.filter((name) => !own.includes(name)),
    ...(Array.isArray(text) ? referencesIn(text[1]) : []),
    ...referencesIn(Object.values(rest)),
  ];
}

/** The first resource that the stack policy keeps an update from replacing or removing. */
function deniedBy({ policy, template }: StackRow, next: Template, removed: string[]): string | undefined {
  const statements = (JSON.parse(policy ?? '{"Statement":[]}') as { Statement: PolicyStatement[] }).Statement;
  const denies = (action: string, type: string) =>
    statements.some(
      ({ Effect, Action, Condition }) =>
        Effect === 'Deny' &&
        [Action].flat().includes(action) &&
        [Condition?.StringEquals?.ResourceType ?? type].flat().includes(type),
    );
  const isReplaced = (id: string, { Type, Properties }: Resource) => {
    const fixed = [NAME[Type] ?? '', ...(FIXED[Type] ?? [])];
    const of = (properties: Record<string, unknown> = {}) => JSON.stringify(fixed.map((name) => properties[name]));
    const old = template.Resources[id];
    return old !== undefined && of(old.Properties) !== of(Properties);
  };
  return (
    removed.find((id) => denies('Update:Delete', template.Resources[id]?.Type ?? '')) ??
    Object.entries(next.Resources).find(
      ([id, resource]) => isReplaced(id, resource) && denies('Update:Replace', resource.Type),
    )?.[0]
  );
}

interface PolicyStatement {
  Effect: string;
  Action: string | string[];
  Condition?: { StringEquals?: { ResourceType?: string | string[] } };
}
