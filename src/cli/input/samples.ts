import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { usage } from '../../operator/fault.ts';
import { didYouMean } from './option-values.ts';

const Entry = z.object({
  file: z.string(),
  /** The state, and other members, that its task or source server must have before the sample is sent. */
  given: z.looseObject({ service: z.enum(['dcs', 'sms']), state: z.string() }).nullable(),
  outcome: z.string(),
  code: z.string().optional(),
  /** The number of requests that may change the task. */
  calls: z.number(),
  ignored_fields: z.array(z.string()).optional(),
});

/** A sample of events/: its text, the state that its task must have, and the expected result. */
export type Sample = z.infer<typeof Entry> & { text: string };

const EVENTS = fileURLToPath(new URL('../../../events/', import.meta.url));

/** Reads samples.json and every file that it names, in its order. */
export async function readSamples(folder = EVENTS): Promise<Sample[]> {
  const read = (file: string) => readFile(join(folder, file), 'utf8');
  const listed = z.array(Entry).parse(JSON.parse(await read('samples.json')));
  return Promise.all(listed.map(async (one) => ({ ...one, text: await read(one.file) })));
}

/** Finds a sample by its file's name, or by service and verb: dcs.configure is the first configure sample that succeeds. */
export async function findSample(name: string): Promise<Sample> {
  const samples = (await readSamples()).filter(({ file }) => file.endsWith('.json') && !file.startsWith('invalid/'));
  const named = samples.map((one) => ({ ...one, names: [one.file.replace(/\.json$/, ''), shortName(one.text)] }));
  // A sample is a good example if it succeeds and its passwords are references.
  const works = ({ outcome, calls, given, text }: Sample) =>
    outcome === 'succeeded' && calls > 0 && given !== null && !text.includes('"password":');
  const found =
    named.find(({ names }) => names[0] === name) ?? named.find((one) => one.names[1] === name && works(one));
  if (found) return found;
  const short = [...new Set(named.map(({ names }) => names[1] ?? ''))];
  throw usage('no such sample', {
    got: `"${name}"`,
    allowed: `${short.join(', ')}, or a file of events/ without .json`,
    fix: didYouMean(
      name,
      named.flatMap(({ names }) => names),
    ),
  });
}

/** Shortens migration.dcs.online-migration.configure to dcs.configure. */
function shortName(text: string): string {
  const [, service, ...rest] = (JSON.parse(text) as { type?: string }).type?.split('.') ?? [];
  return `${service}.${rest.at(-1)}`;
}
