import * as z from 'zod';

/** The two clouds that the simulator stands for. */
export const Cloud = z.enum(['huawei-cloud', 'open-telekom-cloud']);
export type Cloud = z.infer<typeof Cloud>;

/** The form of a reply that only says that a call was taken. */
const Form = z.enum(['empty', 'string', 'object']);
export type Form = z.infer<typeof Form>;

/** Settings that can be changed while the simulator runs. README.md explains each member. */
export const Settings = z.strictObject({
  cloud: Cloud,
  incremental_status: z.enum(['INCRMIGEATING', 'INCRMIGRATING']),
  numeric_codes: z.union([z.boolean(), z.literal('by-call')]),
  update_reply: Form,
  reconfigure_while_migrating: z.boolean(),
  job_id: z.union([z.boolean(), z.literal('by-cloud')]),
  deleted_task: z.enum(['DCS.4133', 'DELETED', 'SUCCESS']),
  name_filter: z.enum(['part', 'exact']),
  max_page: z.int().min(1),
  sms_revision: z.enum(['2024-09', '2026-01']),
  sms_strict_states: z.boolean(),
  sms_action_edition: z.enum(['2025-02', '2025-11', '2026-01']),
  sms_scope_header: z.enum(['any', 'domain', 'project']),
  sms_token_scope: z.enum(['any', 'domain', 'project']),
  sms_missing_status: z.literal([400, 404]),
  sms_write_reply: Form,
  token_refusal: z.enum(['APIGW.0307', 'APIGW.0301']),
  token_ttl_ms: z.int().min(1),
  lockout_ms: z.int().min(0),
  read_lag_ms: z.int().min(0),
  list_lag_ms: z.int().min(0),
  moves_after_ms: z.int().min(0),
});
export type Settings = z.infer<typeof Settings>;

/** The settings at the start. The cloud decides how the incremental state is spelt. */
export const defaultSettings = (cloud: Cloud): Settings => ({
  cloud,
  incremental_status: cloud === 'huawei-cloud' ? 'INCRMIGEATING' : 'INCRMIGRATING',
  numeric_codes: 'by-call',
  update_reply: 'empty',
  reconfigure_while_migrating: false,
  job_id: 'by-cloud',
  deleted_task: 'DCS.4133',
  name_filter: 'part',
  max_page: 1000,
  sms_revision: '2024-09',
  sms_strict_states: false,
  sms_action_edition: '2025-02',
  sms_scope_header: 'any',
  sms_token_scope: 'any',
  sms_missing_status: 400,
  sms_write_reply: 'empty',
  token_refusal: 'APIGW.0307',
  token_ttl_ms: 86_400_000,
  lockout_ms: 300_000,
  read_lag_ms: 0,
  list_lag_ms: 0,
  moves_after_ms: 0,
});

/** True if the creation of an online migration answers a job's id: as Terraform sees it on Huawei Cloud, and no page prints it. */
export const hasJobId = ({ job_id, cloud }: Settings): boolean =>
  job_id === 'by-cloud' ? cloud === 'huawei-cloud' : job_id;

/** True if a code is sent as its number. Both editions of UpdateMigrationTask print 111400063; no other call's page prints a number. */
export const hasNumericCode = ({ numeric_codes }: Settings, operation: string, code: string): boolean =>
  numeric_codes === 'by-call' ? operation === 'UpdateMigrationTask' && code === 'DCS.4063' : numeric_codes;
