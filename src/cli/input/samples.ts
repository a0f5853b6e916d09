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

/**
 * Finds a sample by its file's name, or the first one that succeeds by its type: whole or without `migration.`, or by service
 * and verb, so that dcs.configure is migration.dcs.online-migration.configure.
 */
export async function findSample(name: string): Promise<Sample> {
  const samples = (await readSamples()).filter(({ file }) => file.endsWith('.json') && !file.startsWith('invalid/'));
  const named = samples.map((one) => ({ ...one, name: one.file.replace(/\.json$/, ''), type: shortType(one.text) }));
  // A sample is a good example if it succeeds and its passwords are references.
  const works = ({ outcome, calls, text }: Sample) =>
    outcome === 'succeeded' && calls > 0 && !text.includes('"password":');
  const examples = named.filter(works);
  const wanted = name.replace(/^migration\./, '');
  const found =
    named.find((one) => one.name === name) ??
    examples.find(({ type }) => type === wanted) ??
    examples.find(({ type }) => serviceAndVerb(type) === wanted);
  if (found) return found;
  const types = typeNames(examples.map(({ type }) => type));
  throw usage('no such sample', {
    got: `"${name}"`,
    allowed: `${types.join(', ')}, or a file of events/ without .json`,
    fix: didYouMean(name, [...types, ...named.map((one) => one.name)]),
  });
}

const shortType = (text: string) => (JSON.parse(text) as { type?: string }).type?.replace(/^migration\./, '') ?? '';

/** Shortens dcs.online-migration.configure to dcs.configure. */
const serviceAndVerb = (type: string) => `${type.split('.', 1)[0]}.${type.split('.').at(-1)}`;

/** The shortest name of each type: service and verb, unless an earlier type has the same. */
function typeNames(types: string[]): string[] {
  const unique = [...new Set(types)];
  const first = new Map(unique.toReversed().map((type) => [serviceAndVerb(type), type]));
  return unique.map((type) => (first.get(serviceAndVerb(type)) === type ? serviceAndVerb(type) : type));
}
