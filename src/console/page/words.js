const two = (number, width = 2) => String(number).padStart(width, '0');

/** A time as 12:04:07 by the local clock, with milliseconds if `exact`. */
export function clockTime(at, exact = false) {
  const time = new Date(at);
  const seconds = [time.getHours(), time.getMinutes(), time.getSeconds()].map((part) => two(part)).join(':');
  return exact ? `${seconds}.${two(time.getMilliseconds(), 3)}` : seconds;
}

export const isoTime = (at) => new Date(at).toISOString();

/** `in 4 s`, or `any moment` once it is due. */
export function until(at, now) {
  const seconds = Math.ceil((at - now) / 1000);
  if (seconds <= 0) return 'any moment';
  return seconds < 120 ? `in ${seconds} s` : `in ${Math.round(seconds / 60)} min`;
}

/** `1 call`, `2 calls`. */
export const pluralize = (count, noun) => `${count} ${noun}${count === 1 ? '' : 's'}`;

/** A long id with its middle left out. */
export const shorten = (id, max = 13) => (id.length <= max ? id : `${id.slice(0, max - 6)}…${id.slice(-4)}`);

/** A text with its long ids shortened. */
export const withShortIds = (text) => text.replace(/[0-9a-f][0-9a-f-]{18,}[0-9a-f]/g, (id) => shorten(id));

/** The CSS class of a state. */
export const toneOf = (state) => TONES[state] ?? 'moving';
const TONES = { succeeded: 'good', rejected: 'bad', failed: 'bad', unknown: 'doubt', superseded: 'past', dead: 'bad' };

export const isOver = (state) => state in TONES;
