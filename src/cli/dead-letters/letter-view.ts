import { isoTime } from '../terminal/table.ts';
import type { DeadLetter } from './dead-letters.ts';

/** How a dead letter is asked for: by its change's id, else by its message's. */
export const idOf = ({ name, message }: DeadLetter) => (name === '-' ? (message.MessageId ?? '-') : name);

/** Those whose reason has a text, whatever its case. */
export const isAbout =
  (text = '') =>
  ({ reason }: DeadLetter) =>
    reason.toLowerCase().includes(text.toLowerCase());

/** A dead letter as JSON: everything but its body. */
export const toJson = ({ service, message, name, at, reason, judged, forecast }: DeadLetter) => ({
  ...{ id: name === '-' ? null : name, message: message.MessageId, service, at: isoTime(at), reason },
  ...{ change: judged.name, forecast: forecast.kind, replay_would: forecast.text },
  receives: Number(message.Attributes?.ApproximateReceiveCount ?? 0),
});
