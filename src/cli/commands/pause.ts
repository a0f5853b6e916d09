import { MESSAGE_DAYS } from '../../lib/relay/times.ts';
import { type Part, pausePart } from '../../operator/stage/pausing.ts';
import type { Run } from '../session.ts';
import { confirmWrite } from '../terminal/confirm.ts';
import { EXIT } from '../terminal/exit-codes.ts';
import { changedIn, chosenParts, namesOf, printParts, publishAct, readParts, servicesIn, viewsOf } from './parts.ts';

interface Options {
  only: string[];
  webhook?: boolean;
  dryRun?: boolean;
}

/** Pauses the functions of the queues, and the webhook if that is asked for. What waits, waits in the queues. */
export const pauseStage: Run<Options> = async (session, _args, { only, webhook = false, dryRun: isDry = false }) => {
  const stage = await session.stage();
  const named = webhook && only.length > 0 ? [...only, 'webhook'] : only;
  const parts = await chosenParts(stage, named, (part) => webhook || part !== 'webhook');
  const before = await readParts(stage, parts);
  const notes = notesOn(parts);
  if (isDry) {
    printParts(session, await viewsOf(stage, before, true), { isDry, notes });
    return EXIT.done;
  }
  await confirmWrite(session.screen, stage, `pauses ${namesOf(parts)}`);
  for (const part of parts) await pausePart(stage, part, session.io);
  const views = await viewsOf(stage, before);
  const event = await publishAct(session, stage, 'paused', changedIn(views));
  printParts(session, views, { isDry, notes, event, next: 'relay resume' });
  return EXIT.done;
};

const notesOn = (parts: Part[]) => [
  ...(servicesIn(parts).length > 0 ? QUEUES : []),
  ...(parts.includes('webhook') ? CLOSED : [OPEN]),
];

const QUEUES = [
  `Changes wait in their queue for up to ${MESSAGE_DAYS} days. One that was sent more than ${MESSAGE_DAYS - 1} days before its turn ends as failed, or as unknown if a request had been sent.`,
  'A change that was begun and is then older than maxAgeSeconds ends as failed or unknown too. If the pause will be longer, raise maxAgeSeconds before resuming.',
  'Heartbeats wait too, so the alarms OldestMessage and Silence go off after a while, also if nobody sends changes, and stop after resuming.',
];
const OPEN = 'The webhook still accepts changes and queues them; --webhook closes it too.';
const CLOSED = [
  'Lambda counts each request to a closed webhook as throttled, so the alarm WebhookFunctionThrottles goes off while senders try, and stops after resuming.',
  'Senders get 503 or 500 from the webhook and must send again. Who sends to a queue directly still can.',
];
