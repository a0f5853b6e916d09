import * as z from 'zod';

/** The two clouds that the simulator stands for. */
export const Cloud = z.enum(['huawei-cloud', 'open-telekom-cloud']);
export type Cloud = z.infer<typeof Cloud>;

/** Settings that can be changed while the simulator runs. README.md explains each member. */
export const Settings = z.strictObject({
  cloud: Cloud,
  incremental_status: z.enum(['INCRMIGEATING', 'INCRMIGRATING']),
  numeric_codes: z.union([z.boolean(), z.literal('by-call')]),
  update_reply: z.enum(['empty', 'string', 'object']),
  reconfigure_while_migrating: z.boolean(),
  sms_revision: z.enum(['2024-09', '2026-01']),
  sms_strict_states: z.boolean(),
  sms_action_edition: z.enum(['2025-02', '2025-11', '2026-01']),
  sms_scope_header: z.enum(['any', 'domain', 'project']),
  sms_token_scope: z.enum(['any', 'domain', 'project']),
  token_refusal: z.enum(['APIGW.0307', 'APIGW.0301']),
  token_ttl_ms: z.int().min(1),
  lockout_ms: z.int().min(0),
  read_lag_ms: z.int().min(0),
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
  sms_revision: '2024-09',
  sms_strict_states: false,
  sms_action_edition: '2025-02',
  sms_scope_header: 'any',
  sms_token_scope: 'any',
  token_refusal: 'APIGW.0307',
  token_ttl_ms: 86_400_000,
  lockout_ms: 300_000,
  read_lag_ms: 0,
  moves_after_ms: 0,
});

/** True if a code is sent as its number. Both editions of UpdateMigrationTask print 111400063; no other call's page prints a number. */
export const hasNumericCode = ({ numeric_codes }: Settings, operation: string, code: string): boolean =>
  numeric_codes === 'by-call' ? operation === 'UpdateMigrationTask' && code === 'DCS.4063' : numeric_codes;
