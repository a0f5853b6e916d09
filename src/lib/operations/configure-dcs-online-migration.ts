import * as z from 'zod';
import type { Json, JsonObject } from '../json/exact-json.ts';
import { rule } from '../json/rule.ts';
import { snapshot, verdict } from './dcs-configuration-reading.ts';
import { anyText, nonEmpty, oneOf, pathId, ReadReply, ResumeMode, SecretReference } from './fields.ts';
import { defineOperation } from './operation.ts';
import { path } from './paths.ts';

const BANDWIDTH = { error: 'must be a whole number from 1 to 10240, as a number or as digits' };
/** The manual's table says text, and its example is a number. The SDKs send text. */
const bandwidth = () =>
  z.union(
    [
      z.int(BANDWIDTH).min(1, BANDWIDTH).max(10_240, BANDWIDTH),
      z.string(BANDWIDTH).regex(/^(?:[1-9]\d{0,3}|10[01]\d\d|102[0-3]\d|10240)$/, BANDWIDTH),
    ],
    BANDWIDTH,
  );

const ENDPOINT = /^(?:\[[0-9A-Fa-f:.]+\]|[^\s\p{Cc},:[\]]+):([1-9]\d{0,4})$/u;
const isEndpoint = (endpoint: string) => Number(ENDPOINT.exec(endpoint)?.[1] ?? Number.NaN) <= 65_535;
const addresses = () =>
  anyText().refine(
    (addrs) => addrs === '' || addrs.split(',').every(isEndpoint),
    rule('addresses', 'must be host:port, or several separated by commas, without blanks'),
  );

/** A Redis, named by the id of a cloud instance or by addresses. An empty text counts as absent. */
const instanceSchema = () =>
  z
    .strictObject({ id: anyText(), addrs: addresses(), password: anyText(), password_ref: SecretReference })
    .partial()
    .refine(
      ({ id, addrs }) => Boolean(id) !== Boolean(addrs),
      rule('id-or-addrs', 'must have exactly one of id and addrs'),
    )
    .refine(
      ({ password, password_ref }) => password === undefined || password_ref === undefined,
      rule('one-password', 'must not have both password and password_ref'),
    );
type Instance = z.infer<ReturnType<typeof instanceSchema>>;

function dataSchema() {
  const Instance = instanceSchema();
  const Body = z.strictObject({
    migration_method: oneOf('full_amount_migration', 'incremental_migration'),
    resume_mode: ResumeMode,
    bandwidth_limit_mb: bandwidth().optional(),
    source_instance: Instance,
    target_instance: Instance,
  });
  return z.strictObject({ project_id: pathId(64), task_id: pathId(64), body: Body });
}
type Data = z.infer<ReturnType<typeof dataSchema>>;

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

/** States in which a task has ended, in either cloud's spelling. A reply with one of them means that no migration started. */
const ENDED = /TERMINAT|RELEASED|DELETED|DELETING/;

const word = z.string().nullish();
const Reply = z.looseObject({ id: word, name: word, status: word, error: word });
type Reply = z.infer<typeof Reply>;

/** POST /v2/{project_id}/migration/{task_id}/task: sets source and target of an online migration and starts it (seed 002). */
export const configureDcsOnlineMigration = defineOperation<Data>({
  name: 'configure-dcs-online-migration',
  call: 'SetOnlineMigrationTask',
  service: 'dcs',
  change: 'migration.dcs.online-migration.configure',
  permissions: ['dcs:migrationTask:modify', 'dcs:migrationTask:get'],
  input: dataSchema,
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
    return Object.fromEntries(
      Object.entries({ id, name, status }).filter(([, value]) => nonEmpty(value) !== undefined),
    );
  },
  // For every operation, `error` or a failed state in a reply already leaves the change in doubt.
  isErrorReply: (reply) => ENDED.test((reply as Reply).status ?? ''),
  readBack: {
    path: ({ project_id, task_id }) => path`/v2/${project_id}/migration-task/${task_id}`,
    reply: ReadReply,
    version: 2,
    snapshot: (task, { body }) => snapshot(task, body),
    verdict: (snapshot, { body }, isBaseline) => verdict(snapshot, body, isBaseline),
    unverifiable: (data) => passwordPaths(data, 'password', 'password_ref'),
  },
  repeatable: false,
});
