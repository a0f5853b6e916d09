import * as z from 'zod';
import { rule } from '../json/rule.ts';
import { decimal, flag, int64, integer, line, list, MAX_COUNT, members, oneOf, text } from './fields.ts';
import { once, type Revision } from './operation.ts';
import { network2024, network2026, OsType, sourceServer, target } from './sms-server-body.ts';
import { volumeGroups } from './sms-storage-body.ts';

// The task of SMS UpdateTask, with the manual's names. What is optional follows seed 004, as for the servers.

const subTask = () =>
  members({
    id: int64,
    name: line,
    start_date: int64,
    end_date: int64,
    migrate_speed: decimal(10_000),
    user_op: text(50),
    process_trace: text(2048),
  }).extend({ progress: integer(100) });

const clone = () => ({ vm_id: line, name: line, clone_error: line, error_msg: text(1024) });

/** Letters, digits, `_`, `-` and Han characters, as in seed 004 and its SDK. Seed 003 allows any text, but the service answers SMS.7711. */
export const TaskName = z.string({ error: 'must be text' }).regex(/^[A-Za-z0-9_\p{Script=Han}-]{1,64}$/u, {
  error: 'must be 1 to 64 letters of A-Z a-z, digits, _, - or Chinese characters',
});

/** Ids separated by blanks. Each has the usual limit. */
const targetDiskIds = () =>
  text(16_384).refine(
    (ids) => ids.split(' ').every((id) => id.length <= 255 * 2 && [...id].length <= 255),
    rule('disk-ids-are-short', 'must be ids of at most 255 characters, separated by blanks'),
  );

const task = () => ({
  type: oneOf('MIGRATE_FILE', 'MIGRATE_BLOCK'),
  region_id: line,
  exist_server: flag,
  region_name: line,
  project_name: line,
  project_id: line,
  migration_ip: line,
});

/** Seed 003 has enterprise_project_id, seed 004 enterprise_project. Both names are accepted, with the limits of the called revision. */
const enterprise = (id: z.ZodType<string>) => ({ enterprise_project_id: id, enterprise_project: id });
const ENTERPRISE = rule('one-enterprise', 'must not be given together with enterprise_project_id', [
  'enterprise_project',
]);
const oneEnterprise = (body: { [name: string]: unknown }) =>
  body.enterprise_project_id === undefined || body.enterprise_project === undefined;

/** PutTaskReq of seed 003. */
const body2024 = () =>
  members({
    name: line,
    ...task(),
    vm_template_id: line,
    ...enterprise(text(255, 1)),
    os_type: OsType,
    id: line,
    priority: integer(2),
    start_target_server: flag,
    speed_limit: integer(10_000),
    source_server: sourceServer(),
    target_server: members({ ...target(), networks: list(network2024(), MAX_COUNT), volume_groups: volumeGroups(255) }),
    state: line,
    estimate_complete_time: int64,
    connected: flag,
    create_date: int64,
    start_date: int64,
    finish_date: int64,
    migrate_speed: decimal(10_000),
    error_json: text(1024),
    total_time: int64,
    float_ip: line,
    remain_seconds: int64,
    target_snapshot_id: line,
    clone_server: members({ ...clone(), clone_state: line }),
    sub_tasks: list(subTask(), MAX_COUNT),
  }).refine(oneEnterprise, ENTERPRISE);

const networks2026 = () =>
  list(network2026(), MAX_COUNT).refine(
    ([first]) => first?.mac !== '',
    rule('first-network-has-mac', 'must not be empty in the first network', [0, 'mac']),
  );

const cloneState = () => oneOf('NOT_READY', 'READY', 'PREPARING', 'CREATING', 'ERROR', 'FINISHED');

const isIpv4 = (ip: string) => z.ipv4().safeParse(ip).success;
const isIpv6 = (ip: string) => z.ipv6().safeParse(ip).success;
/** True if the address fits use_ipv6. Without use_ipv6 both kinds fit, because the task may already use IPv6. */
const ipFits = ({ migration_ip, use_ipv6 }: { migration_ip?: string | undefined; use_ipv6?: boolean | undefined }) =>
  !migration_ip || (use_ipv6 !== false && isIpv6(migration_ip)) || (use_ipv6 !== true && isIpv4(migration_ip));

/** PutTaskReq of seed 004. */
const body2026 = () =>
  members({
    name: TaskName,
    ...task(),
    vm_template_id: text(100),
    ...enterprise(text(36)),
    speed_limit: integer(1000),
    target_server: members({ ...target(), networks: networks2026(), volume_groups: volumeGroups(50) }),
    clone_server: members({ ...clone(), clone_state: cloneState() }),
    use_ipv6: flag,
    use_public_ip: flag,
    image_disk_id: line,
    target_disk_ids: targetDiskIds(),
    snapshot_ids: text(1024),
    cutovered_snapshot_ids: text(1024),
  })
    .refine(oneEnterprise, ENTERPRISE)
    .refine(
      ipFits,
      rule(
        'ip-fits-use-ipv6',
        'must be an IPv6 address if use_ipv6 is true, an IPv4 address if it is false, or empty',
        ['migration_ip'],
      ),
    );

/** What a task may be set to, by revision of the API: seed 003 and seed 004. */
export const TASK_BODIES = { '2024-09': once(body2024), '2026-01': once(body2026) } satisfies Record<
  Revision,
  () => z.ZodType
>;
