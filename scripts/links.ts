import { readFileSync } from 'node:fs';
import * as z from 'zod';

/** The runbook's place in a checkout. */
const RUNBOOK = 'docs/runbook.md';

/** The address of the runbook. Alarms add the anchor of their section to it. The dashboard's JSON has it too. */
export const RunbookUrl = z.string().regex(/^https:\/\/[^\s#"'\\<>${}]{1,500}$/, {
  error: 'must be an https address of at most 500 characters without #',
});

const Manifest = z.looseObject({
  repository: z
    .string()
    .or(z.looseObject({ url: z.string() }))
    .optional(),
});

/** The runbook's page on GitHub if package.json names a repository there, else its path in a checkout. */
export function defaultRunbook(manifest = readManifest()): string {
  const { repository = '' } = Manifest.parse(manifest);
  const url = typeof repository === 'string' ? repository : repository.url;
  const name = /(?:^github:|github\.com[/:])([\w.-]+\/[\w.-]+?)(?:\.git)?$/.exec(url)?.[1];
  return name ? `https://github.com/${name}/blob/HEAD/${RUNBOOK}` : RUNBOOK;
}

const readManifest = (): unknown => JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));

/** The consoles of the partitions whose addresses are public, by the start of their regions' names. */
const CONSOLES = [
  ['cn-', 'console.amazonaws.cn'],
  ['us-gov-', 'console.amazonaws-us-gov.com'],
  ['eusc-', 'console.amazonaws-eusc.eu'],
] as const;

/** The host of AWS's console for a region, without the region that comes before it. */
export const consoleHost = (region: string) =>
  CONSOLES.find(([start]) => region.startsWith(start))?.[1] ?? 'console.aws.amazon.com';
