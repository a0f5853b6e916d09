import * as z from 'zod';
import { readAddresses } from './dcs-address-reading.ts';
import { pathId, SilentReply } from './fields.ts';
import { defineOperation } from './operation.ts';
import { path } from './paths.ts';

const dataSchema = () => z.strictObject({ project_id: pathId(64), task_id: pathId(64) });
type Data = z.infer<ReturnType<typeof dataSchema>>;

const EXCHANGED = ['EXCHANGE_SUCCESS'];

/** POST /v2/{project_id}/migration-task/{task_id}/rollback-ip: takes an exchange of addresses back. */
export const rollBackDcsIp = defineOperation<Data>({
  name: 'roll-back-dcs-ip',
  call: 'RollbackExchangeInstanceIp',
  service: 'dcs',
  change: 'migration.dcs.online-migration.rollback-ip',
  permissions: ['dcs:migrationTask:modify', 'dcs:migrationTask:get'],
  cloud: 'huawei-cloud',
  input: dataSchema,
  subject: ({ project_id, task_id }) => ({ kind: 'migration-task', id: task_id, project_id }),
  method: 'POST',
  path: ({ project_id, task_id }) => path`/v2/${project_id}/migration-task/${task_id}/rollback-ip`,
  reply: SilentReply,
  pickReply: () => ({}),
  readBack: {
    // EXCHANGING may be either direction.
    ...readAddresses<Data>(['ROLLBACK_SUCCESS'], EXCHANGED, ({ exchange }) => EXCHANGED.includes(String(exchange))),
    unverifiable: () => [],
  },
  // A second rollback may swap the addresses again.
  repeatable: false,
});
