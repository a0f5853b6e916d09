import * as z from 'zod';
import type { JsonObject } from '../json/exact-json.ts';
import { readAddresses } from './dcs-address-reading.ts';
import { anyText, flag, list, pathId, SilentReply } from './fields.ts';
import { defineOperation } from './operation.ts';
import { path } from './paths.ts';

const MAX_ADDRESSES = 100;
function dataSchema() {
  const Body = z.strictObject({
    exchanged_ip: list(anyText(), MAX_ADDRESSES).optional(),
    is_exchange_domain: flag.optional(),
  });
  /** Page and SDK require both members of the body. Terraform's live test leaves both out. */
  return z.strictObject({ project_id: pathId(64), task_id: pathId(64), body: Body.optional() });
}
type Data = z.infer<ReturnType<typeof dataSchema>>;

/** No exchange has begun yet, or the last one was taken back. The word of a failed exchange is not known, so any other proves nothing. */
const RESTS = ['', 'ROLLBACK_SUCCESS'];
const isUntouched = ({ incremental, exchange }: JsonObject) => incremental === true && RESTS.includes(String(exchange));

/** POST /v2/{project_id}/migration-task/{task_id}/exchange-ip: gives the target the addresses of the source, and vice versa. */
export const exchangeDcsIp = defineOperation<Data>({
  name: 'exchange-dcs-ip',
  call: 'ExchangeInstanceIp',
  service: 'dcs',
  change: 'migration.dcs.online-migration.exchange-ip',
  permissions: ['dcs:migrationTask:modify', 'dcs:migrationTask:get'],
  cloud: 'huawei-cloud',
  input: dataSchema,
  subject: ({ project_id, task_id }) => ({ kind: 'migration-task', id: task_id, project_id }),
  method: 'POST',
  path: ({ project_id, task_id }) => path`/v2/${project_id}/migration-task/${task_id}/exchange-ip`,
  body: ({ body = {} }) => body,
  reply: SilentReply,
  pickReply: () => ({}),
  readBack: {
    ...readAddresses<Data>(['EXCHANGING', 'EXCHANGE_SUCCESS'], RESTS, isUntouched),
    unverifiable: ({ body = {} }) => Object.keys(body).map((name) => `data.body.${name}`),
  },
  // A second exchange may swap the addresses back.
  repeatable: false,
});
