import { refuse } from '../errors.ts';
import { type Members, pick } from '../json.ts';
import { fitsName, pageOf } from '../paging.ts';
import { plainReply } from '../plain-reply.ts';
import type { Operation } from '../world.ts';
import { refuseMissing } from './body.ts';
import { checkQuery, fits } from './list.ts';
import { readSource, readSources } from './source.ts';

/** GET /v3/sources/{source_id}: the source server with its current task, if it has one. */
export const showServer: Operation = (world, { source }) => {
  const found = readSource(world, source, world.settings.read_lag_ms) ?? refuseMissing(world, 'SMS.7602');
  return { reply: { status: 200, body: found } };
};

const FILTERS = ['state', 'id', 'ip', 'ipv6', 'connected', 'migration_cycle'];
const FILTERS_TOO = ['enterprise_project_id', 'migproject', 'vm_id'];
const LIMITS = { standard: 200, minLimit: 0, maxLimit: 200, maxOffset: 65_535 };
const SHOWN = ['id', 'ip', 'name', 'state', 'connected', 'current_task', 'add_date', 'os_type', 'os_version'];
const SHOWN_TOO = ['agent_version', 'migration_cycle', 'enterprise_project_id'];

const listItem = (source: Members): Members => pick(source, [...SHOWN, ...SHOWN_TOO]);

/** GET /v3/sources: the source servers that fit the filters, oldest first. */
export const listServers: Operation = (world, { query }) => {
  const { settings } = world;
  const sources = readSources(world, settings.read_lag_ms).filter(
    (source) =>
      [...FILTERS, ...FILTERS_TOO].every((name) => fits(query, name, source[name])) &&
      fits(query, 'is_consistency_result_exist', source.is_consistency_result_exist ?? false) &&
      fitsName(source.name, query, settings),
  );
  const page = checkQuery(() => pageOf(sources, query, LIMITS, settings));
  return { reply: { status: 200, body: { count: sources.length, source_servers: page.map(listItem) } } };
};

/** DELETE /v3/sources/{source_id}. A source server that has a task stays (SMS.7601). */
export const deleteServer: Operation = (world, { source }) => {
  const before = readSource(world, source) ?? refuseMissing(world, 'SMS.7602');
  if (before.current_task !== null) refuse('SMS.7601');
  world.sources.remove(source);
  return { reply: plainReply(world.settings.sms_write_reply), applied: [{ before, after: {} }] };
};
