import { userInfo } from 'node:os';
import type { ReplayEvent, ResolutionEvent, STAGE_VERBS, StageEvent } from '../../contracts/operator-events.ts';
import type { ChangeName } from '../../lib/change/change-name.ts';
import { sha256 } from '../../lib/change/fingerprint.ts';
import { writeJson } from '../../lib/json/exact-json.ts';
import { eventSubject, NO_CHANGE } from '../../lib/relay/result.ts';
import { OperatorError } from '../fault.ts';
import type { Stage } from './stage.ts';

/** Who acts: the caller's identity in AWS, or the user who is logged in on this machine. */
export async function operatorOf({ clients, isLocal }: Stage): Promise<string> {
  if (isLocal) return userInfo().username;
  const { Arn = 'unknown' } = await (await clients.sts()).getCallerIdentity({});
  return Arn;
}

type Action = { verb: 'resolved'; data: ResolutionEvent['data'] } | { verb: 'replayed'; data: ReplayEvent['data'] };

/** The event of an operator's action on a change. The same action has the same id, so that a repeat is recognised. */
export function toOperatorEvent(
  { source }: Pick<Stage, 'source'>,
  { verb, data }: Action,
  now: number,
): ResolutionEvent | ReplayEvent {
  const { change } = data;
  return {
    specversion: '1.0',
    id: sha256(JSON.stringify([verb, data, verb === 'replayed' ? now : 0])).slice(0, 32),
    source: verb === 'resolved' ? source : `${source}.operator`,
    type: `${change.type ?? NO_CHANGE}.${verb}`,
    time: new Date(now).toISOString(),
    datacontenttype: 'application/json',
    ...(change.subject && { subject: eventSubject(change.subject) }),
    ...(change.sequence !== undefined && { sequence: change.sequence }),
    data,
  } as ResolutionEvent | ReplayEvent;
}

/** The event of an operator's action on parts of the stage. */
export function toStageEvent(
  { source }: Pick<Stage, 'source'>,
  verb: (typeof STAGE_VERBS)[number],
  data: StageEvent['data'],
  now: number,
): StageEvent {
  return {
    specversion: '1.0',
    id: sha256(JSON.stringify([verb, data, now])).slice(0, 32),
    source: `${source}.operator`,
    type: `migration.stage.${verb}`,
    time: new Date(now).toISOString(),
    datacontenttype: 'application/json',
    data,
  };
}

/** Publishes an operator's action on the stage's bus. The log of the bus brings it into the story. */
export async function publishOperatorEvent(
  { clients, busName }: Pick<Stage, 'clients' | 'busName'>,
  event: ResolutionEvent | ReplayEvent | StageEvent,
): Promise<void> {
  const entry = {
    EventBusName: await busName(),
    Source: event.source,
    DetailType: event.type,
    Detail: writeJson(event),
  };
  const { FailedEntryCount, Entries } = await (await clients.bus()).putEvents({ Entries: [entry] });
  if (FailedEntryCount === 0) return;
  throw new OperatorError('not_published', 'broken', [
    { message: 'the bus did not accept the event', why: Entries?.[0]?.ErrorCode },
  ]);
}

/** The change's name in such an event: only what is known. */
export const namedIn = ({ id, source, type, sequence, hash, subject }: ChangeName): ChangeName => ({
  ...(id !== undefined && { id }),
  ...(source !== undefined && { source }),
  ...(type !== undefined && { type }),
  ...(sequence !== undefined && { sequence }),
  ...(hash !== undefined && { hash }),
  ...(subject && { subject }),
});
