import * as z from 'zod';
import type { Json, JsonObject } from '../json/exact-json.ts';
import { rule } from '../json/rule.ts';
import { anyText, oneOf, pathId, ResumeMode, SecretReference, ShownTask } from './fields.ts';
import { defineOperation, path, type ShownBefore, type Verdict } from './operation.ts';

const BANDWIDTH = { error: 'must be a whole number from 1 to 10240, as a number or as digits' };
/** The manual's table says text, and its example is a number. The SDKs send text. */
const Bandwidth = z.union(
  [
    z.int(BANDWIDTH).min(1, BANDWIDTH).max(10_240, BANDWIDTH),
    z.string(BANDWIDTH).regex(/^(?:[1-9]\d{0,3}|10[01]\d\d|102[0-3]\d|10240)$/, BANDWIDTH),
  ],
  BANDWIDTH,
);

const ENDPOINT = /^(?:\[[0-9A-Fa-f:.]+\]|[^\s\p{Cc},:[\]]+):([1-9]\d{0,4})$/u;
const isEndpoint = (endpoint: string) => Number(ENDPOINT.exec(endpoint)?.[1] ?? Number.NaN) <= 65_535;
const Addresses = anyText().refine(
  (addrs) => addrs === '' || addrs.split(',').every(isEndpoint),
  rule('addresses', 'must be host:port or a list of them joined by commas, without blanks'),
);

/** A Redis, named by the id of a cloud instance or by addresses. An empty text counts as absent. */
const Instance = z
  .strictObject({ id: anyText(), addrs: Addresses, password: anyText(), password_ref: SecretReference })
  .partial()
  .refine(
    ({ id, addrs }) => Boolean(id) !== Boolean(addrs),
    rule('id-or-addrs', 'must have exactly one of id and addrs'),
  )
  .refine(
    ({ password, password_ref }) => password === undefined || password_ref === undefined,
    rule('one-password', 'must not have both password and password_ref'),
  );
type Instance = z.infer<typeof Instance>;

const Body = z.strictObject({
  migration_method: oneOf('full_amount_migration', 'incremental_migration'),
  resume_mode: ResumeMode,
  bandwidth_limit_mb: Bandwidth.optional(),
  source_instance: Instance,
  target_instance: Instance,
});
const Data = z.strictObject({ project_id: pathId(64), task_id: pathId(64), body: Body });
type Data = z.infer<typeof Data>;

const SIDES = ['source_instance', 'target_instance'] as const;
const sides = ({ body }: Data) => SIDES.map((side) => ({ side, instance: body[side] }));

/** The instance as it is sent. Members keep their order. */
function instanceBody(instance: Instance, secret: (reference: string) => string): JsonObject {
  return Object.fromEntries(
    Object.entries(instance as Record<string, string>).flatMap(([name, value]): [string, Json | undefined][] => {
      if (name === 'password_ref') return [['password', secret(value)]];
      return name === 'password' || value !== '' ? [[name, value]] : [];
    }),
  );
}

function requestBody({ body }: Data, secret: (reference: string) => string): JsonObject {
  const sent: JsonObject = {
    bandwidth_limit_mb: body.bandwidth_limit_mb === undefined ? undefined : String(body.bandwidth_limit_mb),
    source_instance: instanceBody(body.source_instance, secret),
    target_instance: instanceBody(body.target_instance, secret),
  };
  return Object.fromEntries(Object.entries(body).map(([name, value]) => [name, sent[name] ?? (value as Json)]));
}

/** Paths of passwords that the change contains or refers to. */
function passwordPaths(data: Data, ...names: ('password' | 'password_ref')[]): string[] {
  return sides(data).flatMap(({ side, instance }) =>
    names.filter((name) => instance[name]).map((name) => `data.body.${side}.${name}`),
  );
}

/** Sorts addresses and ignores their case, so that equal lists can be compared. */
const inOrder = (addrs: unknown) =>
  typeof addrs === 'string' && addrs !== '' ? addrs.toLowerCase().split(',').sort().join(',') : undefined;
const filled = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined);
const digits = (value: unknown) => filled(String(value ?? ''));

/** The values of a configuration without passwords. `of` is a change's body or the task as a read shows it. */
function configuration(of: JsonObject): JsonObject {
  const source = (of.source_instance ?? {}) as JsonObject;
  const target = (of.target_instance ?? {}) as JsonObject;
  const values: JsonObject = {
    migration_method: filled(of.migration_method),
    resume_mode: filled(of.resume_mode),
    bandwidth_limit_mb: digits(of.bandwidth_limit_mb),
    source_id: filled(source.id),
    source_addrs: inOrder(source.addrs),
    target_id: filled(target.id),
    target_addrs: inOrder(target.addrs),
  };
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

const INSTANCES = ['source_id', 'source_addrs', 'target_id', 'target_addrs'];

/** States in which a task has ended, in either cloud's spelling. A reply with one of them means that no migration started. */
const ENDED = /TERMINAT|RELEASED|DELETED|DELETING/;

/** The states before a configuration. RUNNING means that the task waits for one. */
const WAITING = new Set<unknown>(['CREATING', 'RUNNING']);

/**
 * What a read shows of a configuration: only the values that the change sets, because the provider adds others by itself (the
 * addresses of an instance that was given by its id). Of the state it says only whether the task still waits: later states
 * follow each other by themselves (FULLMIGRATING, then INCRMIGRATING or INCRMIGEATING) and prove nothing.
 */
function look(task: JsonObject, { body }: Data): JsonObject {
  const shown = configuration(task);
  const wanted = Object.keys(configuration(body)).filter((name) => shown[name] !== undefined);
  return {
    ...(filled(task.status) !== undefined && {
      phase: WAITING.has(task.status) ? 'waiting' : 'configured',
      instances: INSTANCES.some((name) => shown[name] !== undefined) ? 'some' : 'none',
    }),
    ...Object.fromEntries(wanted.map((name) => [name, shown[name]])),
  };
}

function verdict(seen: JsonObject, { body }: Data, was: ShownBefore | undefined): Verdict {
  const wanted = Object.entries(configuration(body));
  // Values that the task already had prove nothing. Neither does a read without a baseline to compare it with.
  if (was && !was(seen)) return isBroughtAbout(seen, wanted, was) ? 'applied' : 'cannot-tell';
  const isUntouched = seen.phase === 'waiting' && seen.instances === 'none';
  const isOther = was !== undefined && wanted.some(([name, value]) => differs(seen[name], value));
  return isUntouched || isOther ? 'not-applied' : 'cannot-tell';
}

const isBroughtAbout = (seen: JsonObject, wanted: [string, unknown][], was: ShownBefore) =>
  isConfigured(seen, wanted) && !stood(seen, was);

/** True if the task had the values before, or showed none. The phase does not count, because it changes by itself. */
function stood({ phase: _phase, instances, ...values }: JsonObject, was: ShownBefore): boolean {
  return [{}, values, { phase: 'waiting', instances, ...values } as JsonObject].some(was);
}

const isConfigured = (seen: JsonObject, wanted: [string, unknown][]) =>
  seen.phase === 'configured' && wanted.every(([name, value]) => seen[name] === value);
const differs = (shown: unknown, wanted: unknown) => shown !== undefined && shown !== wanted;

const word = z.string().nullish();
const Reply = z.looseObject({ id: word, name: word, status: word, error: word });
type Reply = z.infer<typeof Reply>;

/** POST /v2/{project_id}/migration/{task_id}/task: sets source and target of an online migration and starts it (seed 002). */
export const configureDcsOnlineMigration = defineOperation<Data>({
  name: 'configure-dcs-online-migration',
  call: 'SetOnlineMigrationTask',
  service: 'dcs',
  change: 'migration.dcs.online-migration.configure',
  input: Data,
  warnings: ({ body }) =>
    body.bandwidth_limit_mb !== undefined && body.migration_method === 'full_amount_migration'
      ? ['bandwidth_limit_mb is meant for incremental_migration; it was sent as asked']
      : [],
  subject: ({ project_id, task_id }) => ({ kind: 'migration-task', id: task_id, project_id }),
  method: 'POST',
  path: ({ project_id, task_id }) => path`/v2/${project_id}/migration/${task_id}/task`,
  secretReferences: (data) => [...new Set(sides(data).flatMap(({ instance }) => instance.password_ref ?? []))],
  inlineSecrets: (data) => passwordPaths(data, 'password'),
  body: requestBody,
  reply: Reply,
  pickReply: (reply) => {
    const { id, name, status } = reply as Reply;
    return Object.fromEntries(Object.entries({ id, name, status }).filter(([, value]) => filled(value) !== undefined));
  },
  // For every operation, `error` or a failed state in a reply already leaves the change in doubt.
  isErrorReply: (reply) => ENDED.test((reply as Reply).status ?? ''),
  readBack: {
    path: ({ project_id, task_id }) => path`/v2/${project_id}/migration-task/${task_id}`,
    reply: ShownTask,
    version: 2,
    look,
    verdict,
    unverifiable: (data) => passwordPaths(data, 'password', 'password_ref'),
  },
  repeatable: false,
});
