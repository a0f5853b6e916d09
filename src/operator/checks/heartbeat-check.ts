import { heartbeatSource } from '../../lib/change/heartbeat.ts';
import { readPublished } from '../evidence/published.ts';
import { servicesOf } from '../stage/queues.ts';
import { duration } from '../story/wording.ts';
import { type Check, good } from './address-checks.ts';

const MINUTE = 60_000;
const LOOK_BACK = 60 * MINUTE;
/** The age after which the alarm for silence rings too. */
const SILENT = 30 * MINUTE;

/** Says when the last heartbeat of each service came back into the log of results. The local stack may be too young for one. */
export const checkHeartbeat: Check = async (stage) => {
  const now = Date.now();
  const source = heartbeatSource(stage.source);
  const services = await servicesOf(stage);
  const ages = await Promise.all(
    services.map(async (id) => {
      const last = (await readPublished(stage, { since: now - LOOK_BACK, about: { id, source } })).at(-1);
      return last && Math.max(0, now - last.at);
    }),
  );
  const texts = ages.map((age) => (age === undefined ? 'none for an hour' : `${duration(age)} ago`));
  const text = services.map((service, at) => `${service}: ${texts[at]}`).join('; ');
  if (stage.isLocal || ages.every((age) => age !== undefined && age <= SILENT)) return good(text);
  const fix = 'docs/runbook.md#silence; after a first deployment, wait ten minutes';
  return { level: 'warning', text, fix };
};
