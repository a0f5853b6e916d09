import type { Call } from './calls.ts';
import { idIn, isName, nameKey } from './natural-keys.ts';
import type { Random } from './random.ts';
import type { Values } from './task.ts';

/** What somebody else creates: under which key, by which call, with which body. */
export interface OutsideCreation {
  key: string;
  call: Call;
  body: Values;
}

/** What others describe may contain the mark of a relay, but never ends with that of a change of this run. */
const DESCRIPTIONS = ['', 'canary-outside', '[relay:0123456789abcdef] copied', '[relay:0123456789abcdef]'];

/**
 * Others create a task of the same name, one of a similar name, or one for the same source. For a source they never ask for
 * exactly what a change asks for, because no list could then show whose task it is.
 */
export function someOutsideCreation(key: string, random: Random): OutsideCreation {
  const id = idIn(key);
  if (isName(key)) {
    const name = random.chance(0.7) ? id : `${id}-${random.between(2, 9)}`;
    return { key: nameKey(name), call: 'create_online', body: { name, description: random.pick(DESCRIPTIONS) } };
  }
  const body = { name: 'wave-1', type: 'MIGRATE_FILE', os_type: 'LINUX', source_server: { id } };
  return { key, call: 'create_sms', body: { ...body, target_server: { vm_id: `outside-${random.id()}` } } };
}
