import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import type { Service } from './assembly.ts';
import { PROJECT } from './folders.ts';

const Manifest = z.array(
  z.object({
    file: z.string(),
    given: z.object({ service: z.enum(['dcs', 'sms']), state: z.string() }).nullable(),
    outcome: z.string(),
    code: z.string().nullish(),
    calls: z.number(),
    ignored_fields: z.array(z.string()).nullish(),
  }),
);

/** The part of a sample that is needed to send it and to recognise its result. */
const Change = z.object({
  id: z.string().min(1),
  source: z.string().min(1),
  type: z.string().optional().catch(undefined),
  data: z.object({ project_id: z.string(), task_id: z.string() }).partial().optional().catch(undefined),
});

/** A sample event, with its expected result and how it is sent. */
export interface Sample {
  file: string;
  text: string;
  expected: { outcome: string; code?: string | undefined; calls: number; ignored: string[] };
  /** The task to create before the sample is sent. */
  given?: { service: Service; state: string; path: string } | undefined;
  service: Service;
  group: string;
  taskId: string;
  /** The name of the change in results: source and id, or the hash of its bytes. */
  key: string;
}

/** Reads events/samples.json and every file that it names, in its order. */
export async function readSamples(folder = join(PROJECT, 'events')): Promise<Sample[]> {
  const manifest = Manifest.parse(JSON.parse(await readFile(join(folder, 'samples.json'), 'utf8')));
  return Promise.all(
    manifest.map(async ({ file, given, outcome, code, calls, ignored_fields }) => {
      const text = await readFile(join(folder, file), 'utf8');
      const expected = { outcome, code: code ?? undefined, calls, ignored: ignored_fields ?? [] };
      const { taskPath, ...way } = wayOf(text, code !== UNREADABLE);
      return { file, text, expected, given: given ? { ...given, path: taskPath } : undefined, ...way };
    }),
  );
}

/** A change's name as it is in results. */
export function changeKey({ source, id, hash }: { source?: string; id?: string; hash?: string }): string {
  return hash ?? JSON.stringify([source, id]);
}

/** The name of a text with this error is the hash of its bytes, even if an id can be found in it. */
const UNREADABLE = 'change_unreadable';

/** How a text is sent, even if it is invalid: its service, task and message group, and the simulator's path of the task. */
export function wayOf(text: string, isReadable = true) {
  const hash = createHash('sha256').update(text).digest('hex');
  const { id, source, type, data } = readChange(text);
  const service: Service = type?.startsWith('migration.sms.') ? 'sms' : 'dcs';
  const taskId = /^[\w-]{1,64}$/.test(data?.task_id ?? '') ? String(data?.task_id) : hash.slice(0, 32);
  return {
    service,
    taskId,
    group: `${service}.${taskId}`,
    key: isReadable && id !== undefined && source !== undefined ? changeKey({ source, id }) : hash,
    taskPath: service === 'dcs' ? `dcs/${data?.project_id}/${taskId}` : `sms/${taskId}`,
  };
}

function readChange(text: string): Partial<z.output<typeof Change>> {
  try {
    return Change.safeParse(JSON.parse(text)).data ?? {};
  } catch {
    return {};
  }
}
