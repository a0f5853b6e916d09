import { text } from './fields.ts';

/** A text of SMS with the usual limit. */
export const line = text(255);

/** What SMS counts to where nothing else is said: elements of a list, processors of a server. */
export const MOST = 65_535;
