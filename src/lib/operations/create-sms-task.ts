import * as z from 'zod';
import { isObject, type JsonObject } from '../json/exact-json.ts';
import { created, idIn, type Origin, snapshot, verdict } from './creation-reading.ts';
import { CreatedId, nonEmpty, ReadReply } from './fields.ts';
import { defineOperation } from './operation.ts';
import { path, query } from './paths.ts';
import { creationBody } from './sms-creation-body.ts';

const dataSchema = () => z.strictObject({ body: creationBody() });
type Data = z.infer<ReturnType<typeof dataSchema>>;

const Reply = z.looseObject({ id: CreatedId });
type Reply = z.infer<typeof Reply>;

const PAGE_SIZE = 50;
const listPath = ({ body }: Data, offset: number) =>
  `${path`/v3/tasks`}?${query({ limit: PAGE_SIZE, offset, source_server_id: body.source_server.id })}`;
const idOf = ({ id }: JsonObject) => idIn(id);

/** Compares ids as text without regard to capitals. What is not shown may be the same. */
const maySame = (shown: unknown, wanted: string | undefined) => {
  const text = nonEmpty(shown);
  return text === undefined || nonEmpty(wanted) === undefined || text.toLowerCase() === wanted?.toLowerCase();
};

/** The list is narrowed by the source already, and one example shows no source. */
const isOfSource = ({ source_server }: JsonObject, { body }: Data) =>
  !isObject(source_server) || maySame(source_server.id, body.source_server.id);

/**
 * A new task of the source with the values of the change is its own. With others it may still be: no source says that they
 * are shown as they were sent. A target that was created from a template has an id of its own.
 */
function originOf({ name, type, target_server }: JsonObject, { body }: Data): Origin {
  const target = isObject(target_server) ? target_server.vm_id : undefined;
  const isAlike = name === body.name && type === body.type && maySame(target, body.target_server.vm_id);
  return isAlike ? 'own' : 'unclear';
}

/** What the list shows of a task; it shows no other member. */
const LISTED = new Set(['name', 'type', 'source_server']);

/** POST /v3/tasks: creates the migration task of a source server, which may have one task at a time. */
export const createSmsTask = defineOperation<Data>({
  name: 'create-sms-task',
  call: 'CreateTask',
  service: 'sms',
  change: 'migration.sms.task.create',
  permissions: ['sms:server:createTask', 'sms:server:listTask'],
  input: dataSchema,
  warnings: ({ body }) =>
    body.os_type === undefined ? ['os_type: older editions require it; the request was sent without it'] : [],
  // There is no task yet, so the order of creations depends on the source.
  subject: ({ body }) => ({ kind: 'source', id: body.source_server.id }),
  method: 'POST',
  path: () => path`/v3/tasks`,
  body: ({ body }) => body,
  reply: Reply,
  createdIn: (reply) => (reply as Reply).id,
  pickReply: () => ({}),
  readBack: {
    path: (data) => listPath(data, 0),
    list: { path: listPath, elements: 'tasks', idOf },
    reply: ReadReply,
    version: 1,
    snapshot: (shown, data) =>
      snapshot(
        shown,
        idOf,
        (element) => isOfSource(element, data),
        (element) => originOf(element, data),
      ),
    verdict,
    created,
    isUnmarked: true,
    unverifiable: ({ body }) => Object.keys(body).flatMap((name) => (LISTED.has(name) ? [] : [`data.body.${name}`])),
  },
  // No source shows that the service refuses the same request the second time.
  repeatable: false,
});
