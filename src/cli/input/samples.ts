import { readFile } from 'node:fs/promises';
import type { ValidChange } from '../../lib/change/validate.ts';
import { usage } from '../../operator/fault.ts';
import type { LocalStack } from '../../operator/stage/local-stack.ts';
import { didYouMean } from './option-values.ts';

interface SampleEntry {
  file: string;
  /** The state that its task must have before the sample is sent. */
  given: { service: 'dcs' | 'sms'; state: string } | null;
  outcome: string;
  calls: number;
}

/** A sample of events/, with the state that its task must have. */
export interface Sample {
  file: string;
  text: string;
  given: SampleEntry['given'];
}

const EVENTS = new URL('../../../events/', import.meta.url);

/** Finds a sample by its file's name, or by service and verb: dcs.configure is the first configure sample that succeeds. */
export async function findSample(name: string): Promise<Sample> {
  const listed = (JSON.parse(await readFile(new URL('samples.json', EVENTS), 'utf8')) as SampleEntry[]).filter(
    ({ file }) => file.endsWith('.json') && !file.startsWith('invalid/'),
  );
  const samples = await Promise.all(
    listed.map(async (one) => ({ ...one, text: await readFile(new URL(one.file, EVENTS), 'utf8') })),
  );
  const named = samples.map((one) => ({ ...one, names: [one.file.replace(/\.json$/, ''), shortName(one.text)] }));
  // A sample is a good example if it succeeds and its passwords are references.
  const works = ({ outcome, calls, given, text }: SampleEntry & { text: string }) =>
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

/** Puts the sample's task into the state that the sample needs. This works only with the simulator. */
export async function prepareTask(
  { simulatorUrl }: Pick<LocalStack, 'simulatorUrl'>,
  { given }: Sample,
  { subject }: ValidChange,
) {
  if (!given) return;
  const { service, state } = given;
  const path = service === 'dcs' ? `dcs/${subject.project_id}/${subject.id}` : `sms/${subject.id}`;
  const response = await fetch(`${simulatorUrl}/simulator/tasks/${path}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(service === 'dcs' ? { status: state } : { state }),
  });
  if (!response.ok) throw new Error(`the simulator did not accept the task: ${await response.text()}`);
}
