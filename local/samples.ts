import { type Sample as ListedSample, readSamples as readListed } from '../src/cli/input/samples.ts';
import { subjectOf } from '../src/console/known.ts';
import { readChange } from '../src/lib/change/change.ts';
import { sha256 } from '../src/lib/change/fingerprint.ts';
import { groupOf } from '../src/lib/change/message.ts';
import { type InvalidChange, type ValidationSettings, validate } from '../src/lib/change/validate.ts';
import { isObject } from '../src/lib/json/exact-json.ts';
import type { Subject } from '../src/lib/operations/operation.ts';
import { validationSettings } from '../src/operator/stage/validation-settings.ts';

/** A sample event and how it is sent. */
export type Sample = ListedSample & Way;

/** How a text is sent, which may be invalid. */
interface Way {
  subject: Subject;
  group: string;
  /** The key of the row of its change, by which its result is recognised. */
  key: string;
}

/** Reads every sample of events/. */
export async function readSamples(folder?: string): Promise<Sample[]> {
  const settings = validationSettings({ ALLOW_INLINE_PASSWORDS: 'true' });
  return (await readListed(folder)).map((sample) => ({ ...sample, ...wayOf(sample.text, settings) }));
}

/** The way in which a producer would send a text. */
export function wayOf(text: string, settings: ValidationSettings): Way {
  const change = validate(readChange(text), settings);
  const subject = change.kind === 'valid' ? change.subject : likelySubject(change, text);
  return { subject, group: groupOf(subject), key: subjectOf(text, settings).key };
}

/** The task that an invalid change seems to be about. One that names no task stands alone. */
function likelySubject({ event }: InvalidChange, text: string): Way['subject'] {
  const { project_id, task_id } = isObject(event?.data) ? event.data : {};
  const id = typeof task_id === 'string' ? task_id : sha256(text);
  if (event?.type.startsWith('migration.sms.')) return { service: 'sms', kind: 'task', id };
  return { service: 'dcs', kind: 'migration-task', id, ...(typeof project_id === 'string' && { project_id }) };
}
