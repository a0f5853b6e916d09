import * as z from 'zod';
import { pathId, ReadReply, SilentReply } from './fields.ts';
import { defineOperation } from './operation.ts';
import { path } from './paths.ts';

const dataSchema = () => z.strictObject({ source_id: pathId(36) });
type Data = z.infer<ReturnType<typeof dataSchema>>;

/** DELETE /v3/sources/{source_id}: deletes the record of a source server. Neither the server nor its target is touched. */
export const deleteSmsSource = defineOperation<Data>({
  name: 'delete-sms-source',
  call: 'DeleteServer',
  service: 'sms',
  change: 'migration.sms.source.delete',
  permissions: ['sms:server:delete', 'sms:server:get'],
  input: dataSchema,
  subject: ({ source_id }) => ({ kind: 'source', id: source_id }),
  method: 'DELETE',
  path: ({ source_id }) => path`/v3/sources/${source_id}`,
  reply: SilentReply,
  pickReply: () => ({}),
  readBack: {
    path: ({ source_id }) => path`/v3/sources/${source_id}`,
    reply: ReadReply,
    version: 1,
    snapshot: ({ id }) => (typeof id === 'string' ? { id } : {}),
    verdict: ({ absent, id }) => {
      if (absent === true) return 'applied';
      return id === undefined ? 'cannot-tell' : 'not-applied';
    },
    unverifiable: () => [],
  },
  repeatable: true,
  removes: ['SMS.7602', 'SMS.8109', 'SMS.2216', 'SMS.0507'],
});
