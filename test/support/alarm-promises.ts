import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PROJECT } from '../../local/folders.ts';
import type { Service } from '../../src/lib/operations/operation.ts';

/** What the runbook's table promises of an alarm: the fewest that ring, how often in a row, and after how many minutes. */
export interface Promised {
  threshold: number;
  rounds: number;
  within: number;
}

/** The promises of the runbook, by an alarm's name. */
export async function readPromises() {
  const runbook = await readFile(join(PROJECT, 'docs/runbook.md'), 'utf8');
  const rows = runbook.matchAll(/^\| (`[A-Z].+`) \| (\d+|`\w+`|no heartbeat)(.*?) \| (\d+) minutes.* \|$/gm);
  const promises = new Map(
    [...rows].flatMap(([, names = '', threshold, more, within]) =>
      [...names.matchAll(/`(\w+)`/g)].map(([, name = '']): [string, Promised] => [
        name,
        { threshold: Number(threshold), rounds: more?.includes('three times') ? 3 : 1, within: Number(within) },
      ]),
    ),
  );
  return (name: string): Promised => {
    const { what } = partsOf(name);
    const promised = promises.get(what) ?? promises.get(what.replace(/^Webhook(?=Function)/, ''));
    if (!promised) throw new Error(`the table of the runbook lacks ${what}`);
    return promised;
  };
}

/** The service in an alarm's name, and the rest: what it watches. */
export function partsOf(name: string): { service: Service; what: string } {
  const service = (['dcs', 'sms'] as const).find((one) => name.toLowerCase().startsWith(one));
  return { service: service ?? 'dcs', what: service ? name.slice(service.length) : name };
}
