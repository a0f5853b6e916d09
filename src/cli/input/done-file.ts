import { appendFile, readFile } from 'node:fs/promises';
import { sha256 } from '../../lib/change/fingerprint.ts';
import type { Ended } from '../story/outcome-view.ts';

/** Remembers beside a JSON Lines file which of its lines are done, so that an interrupted run can be taken up again. */
export interface DoneFile {
  /** True for a line that has ended before, with the same text. */
  has(text: string): boolean;
  add(text: string, ended: Ended): Promise<void>;
}

/** Opens FILE.done; it holds one JSON object per finished line, named by the hash of the line. */
export async function openDoneFile(file: string): Promise<DoneFile> {
  const path = `${file}.done`;
  const lines = (await readFile(path, 'utf8').catch(() => '')).split('\n');
  const done = new Set(lines.flatMap((line) => /"line":"([0-9a-f]{64})"/.exec(line)?.[1] ?? []));
  return {
    has: (text) => done.has(sha256(text)),
    async add(text, { id, source, result }) {
      if (!result) return;
      const entry = { line: sha256(text), id, source, outcome: result.data.outcome, result: result.id };
      await appendFile(path, `${JSON.stringify(entry)}\n`);
    },
  };
}

/** For what is no file with lines: nothing is remembered. */
export const NO_DONE_FILE: DoneFile = { has: () => false, add: async () => {} };
