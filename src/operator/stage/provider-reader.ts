import { OPERATIONS } from '../../contracts/contract.ts';
import type { JsonObject } from '../../lib/json/exact-json.ts';
import type { Operation, Subject } from '../../lib/operations/operation.ts';
import { createProvider } from '../../lib/provider/client.ts';
import { type Credential, readCredential } from '../../lib/provider/credentials.ts';
import { endpointsOf, type ProfileName } from '../../lib/provider/profiles.ts';
import type { Answer } from '../../lib/relay/provider.ts';
import { OperatorError } from '../fault.ts';
import { noSuchStage, type Stage } from './stage.ts';

const DEADLINE = 8000;

/** Reads tasks with the stage's own credential, endpoints and client. It can't write. */
export async function openProvider(stage: Stage) {
  const settings = await stage.settings('dcs');
  if (!settings) throw noSuchStage(stage.name, 'its functions were not found');
  const { PROVIDER = '', PROVIDER_REGION = '', PROVIDER_CREDENTIALS = '', ...origins } = settings;
  const own = (name: string) => origins[name] || undefined;
  const endpoints = endpointsOf(PROVIDER as ProfileName, PROVIDER_REGION, {
    dcs: own('DCS_ENDPOINT'),
    sms: own('SMS_ENDPOINT'),
    iam: own('IAM_ENDPOINT'),
  });
  const load = () => stage.clients.secret(PROVIDER_CREDENTIALS);
  const provider = createProvider({ endpoints, load });
  return {
    endpoints,
    /** The stage's credential; undefined if it can't be used. */
    async credential(): Promise<Credential | undefined> {
      const read = readCredential(await load());
      return 'credential' in read ? read.credential : undefined;
    },
    close: () => provider.close(),
    /** Reads what an operation compares a change with, within the change's project, or within no project for `null`. */
    read: (operation: Operation, data: unknown, within: string | null | undefined): Promise<Answer> =>
      provider.send({
        service: operation.service,
        method: 'GET',
        path: operation.readBack.path(data),
        deadline: DEADLINE,
        ...(within !== null && within !== undefined && { projectId: within }),
      }),
  };
}

/** An operation that reads a subject as a whole, and data that names this subject. */
export function readerOf({ service, kind, id, project_id }: Subject): { operation: Operation; data: JsonObject } {
  const lists = { task_id_list: [id], migration_tasks: [id] };
  const body = { ...lists, name: id, task_name: id, source_server: { id } };
  const data = { project_id, task_id: id, source_id: id, body };
  const operation = OPERATIONS.find((one) => one.service === service && one.subject(data).kind === kind);
  if (!operation) throw new Error(`there is no operation for a ${kind} of ${service}`);
  return { operation, data };
}

/** The task that was read. Throws an OperatorError if the read failed. */
export function requireRead(answer: Answer): unknown {
  if (answer.ok) return answer.body;
  const { error, status } = answer;
  const kind = error.class === 'unauthenticated' || error.class === 'forbidden' ? 'denied' : 'broken';
  const why = [error.code, ...(status === undefined ? [] : [`HTTP ${status}`])].join(', ');
  throw new OperatorError('task_unread', kind, [
    { message: `the task could not be read: ${error.message}`, why, fix: error.advice },
  ]);
}
