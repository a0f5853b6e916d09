import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { Credentials } from './credentials.ts';
import { readExact } from './json.ts';
import type { Options } from './server.ts';
import { Cloud, Settings } from './settings.ts';

/** The file of --start. */
const StartFile = z.strictObject({
  cloud: Cloud.optional(),
  credentials: Credentials.optional(),
  settings: Settings.partial().optional(),
  tasks: z
    .strictObject({
      dcs: z.array(z.looseObject({ project_id: z.string().min(1), task_id: z.string().min(1) })).optional(),
      sms: z.array(z.looseObject({ task_id: z.string().min(1) })).optional(),
    })
    .optional(),
  sources: z.strictObject({ sms: z.array(z.looseObject({ source_id: z.string().min(1) })).optional() }).optional(),
});

/** Those options of startSimulator that are data. */
export type StartOptions = Pick<Options, 'cloud' | 'credentials' | 'settings' | 'tasks' | 'sources'>;

function read(path: string): unknown {
  try {
    return readExact(readFileSync(path, 'utf8'));
  } catch (reason) {
    throw new Error(`--start ${path} cannot be read: ${reason instanceof Error ? reason.message : String(reason)}`);
  }
}

/** Reads the file of --start. Throws an Error that names each wrong member. */
export function readStartFile(path: string): StartOptions {
  const { data, error } = StartFile.safeParse(read(path));
  // The types differ only in undefined members, which JSON does not have.
  if (data !== undefined) return data as StartOptions;
  const issues = error.issues.map(({ path: at, message }) => `${at.join('.') || 'file'}: ${message}`);
  throw new Error(`--start ${path} is wrong: ${issues.join('; ')}`);
}
