import { isObject, type Json, type JsonObject } from '../json/exact-json.ts';
import type { Verdict } from './operation.ts';

/** How GET /v3/tasks/{task_id} shows a sent member: its name, the members of an object, or the member that identifies a list's elements. */
type ReadMapping = string | MemberMapping | ListMapping;
type ListMapping = [by: string, MemberMapping];
interface MemberMapping {
  [name: string]: ReadMapping;
}

const sameNames = (...names: string[]): MemberMapping => Object.fromEntries(names.map((name) => [name, name]));

/**
 * The sent members that a read can confirm. Left out are members that no read shows, that change by themselves (states,
 * dates, speeds, used and free sizes), or that the provider may ignore.
 */
const READ_MAPPING: MemberMapping = {
  ...sameNames('name', 'type', 'speed_limit', 'region_id', 'region_name', 'project_id', 'project_name'),
  ...sameNames('migration_ip', 'vm_template_id', 'enterprise_project_id'),
  enterprise_project: 'enterprise_project_id',
  target_server: {
    ...sameNames('id', 'vm_id', 'name', 'ip', 'os_type', 'os_version', 'system_dir', 'image_disk_id'),
    ...sameNames('cutovered_snapshot_ids'),
    disks: [
      'id',
      {
        ...sameNames('device_use', 'disk_id', 'name', 'size', 'disk_index', 'os_disk', 'partition_style'),
        ...sameNames('id', 'relation_name'),
        physical_volumes: [
          'id',
          sameNames('id', 'device_use', 'file_system', 'index', 'mount_point', 'name', 'size', 'uuid'),
        ],
      },
    ],
    volume_groups: [
      'name',
      {
        ...sameNames('components', 'name', 'size'),
        logical_volumes: ['name', sameNames('file_system', 'device_use', 'mount_point', 'name', 'size')],
      },
    ],
  },
};

/** A step into a member, or into the list element with this value. The place where it was sent is tried first, which is fast for long lists. */
type Step = string | { by: string; value: Json; place: number };

/** A sent value: its path in the change, and the steps to it in the task as a read shows it, if a read shows it. */
interface Field {
  path: string;
  sent: Json | undefined;
  steps?: Step[];
}

const fieldsOf = (sent: JsonObject, shown: MemberMapping, path: string, steps: Step[]): Field[] =>
  Object.entries(sent).flatMap(([name, value]) =>
    field(value, Object.hasOwn(shown, name) ? shown[name] : undefined, `${path}.${name}`, name, steps),
  );

function field(
  sent: Json | undefined,
  shown: ReadMapping | undefined,
  path: string,
  name: string,
  steps: Step[],
): Field[] {
  if (Array.isArray(shown) && Array.isArray(sent) && sent.length > 0)
    return sent.flatMap((element, place) => elementFields(element, shown, path, place, [...steps, name]));
  if (isObject(shown) && isObject(sent)) return fieldsOf(sent, shown as MemberMapping, path, [...steps, name]);
  // An empty text may mean "clear this" or nothing. Afterwards the provider may show null, an empty text or the old value.
  return [{ path, sent, ...(typeof shown === 'string' && sent !== '' && { steps: [...steps, shown] }) }];
}

function elementFields(sent: Json, [by, members]: ListMapping, list: string, place: number, steps: Step[]): Field[] {
  const path = `${list}.${place}`;
  const value = isObject(sent) ? sent[by] : undefined;
  if (!isObject(sent) || value === undefined) return [{ path, sent }];
  return fieldsOf(sent, members, path, [...steps, { by, value, place }]);
}

const sentFields = (body: JsonObject) => fieldsOf(body, READ_MAPPING, 'data.body', []);

function valueAt(shown: unknown, steps: Step[]): unknown {
  return steps.reduce(valueAfter, shown);
}

function valueAfter(shown: unknown, step: Step): unknown {
  if (typeof step === 'string') return isObject(shown) && Object.hasOwn(shown, step) ? shown[step] : undefined;
  if (!Array.isArray(shown)) return undefined;
  const isIt = (element: unknown) => isSame(step.value, valueAfter(element, step.by));
  return isIt(shown[step.place]) ? shown[step.place] : shown.find(isIt);
}

const SCALARS = new Set(['string', 'number', 'bigint', 'boolean']);
const isScalar = (value: unknown) => SCALARS.has(typeof value);

/** Numbers are compared by their digits, because an int64 may come back as text. */
const isSame = (sent: Json | undefined, shown: unknown) =>
  typeof sent === 'number' || typeof sent === 'bigint'
    ? isScalar(shown) && String(sent) === String(shown)
    : sent === shown;

/** The values that a task shows for the sent fields, by their paths in the change. */
export function snapshot(task: JsonObject, body: JsonObject): JsonObject {
  const values = sentFields(body).flatMap(({ path, steps }) => (steps ? [[path, valueAt(task, steps)] as const] : []));
  return Object.fromEntries(values.filter(([, value]) => isScalar(value))) as JsonObject;
}

/**
 * Applied only if every field that a read can confirm is shown and equal, because the result doesn't list such a field as
 * unverified. A value in another form than it was sent proves nothing either way: the service may write it differently.
 */
export function verdict(snapshot: JsonObject, body: JsonObject): Verdict {
  const wanted = sentFields(body).filter(({ steps }) => steps);
  const shown = wanted.filter(({ path }) => Object.hasOwn(snapshot, path));
  if (shown.some(({ path, sent }) => plain(sent) !== plain(snapshot[path]))) return 'not-applied';
  const isShown = wanted.length > 0 && shown.length === wanted.length;
  return isShown && shown.every(({ path, sent }) => isSame(sent, snapshot[path])) ? 'applied' : 'cannot-tell';
}

/** A value without what the service may write differently: case, blanks around it, accents, the form of an IPv6 address. */
function plain(value: unknown): string {
  const text = String(value).trim().toLowerCase().normalize();
  return text.includes(':') ? (URL.parse(`http://[${text}]`)?.hostname ?? text) : text;
}

/** Paths of the sent fields that no read can confirm. */
export function unverifiable(body: JsonObject): string[] {
  return sentFields(body).flatMap(({ path, steps }) => (steps ? [] : [path]));
}
