import { appendFile, readFile } from 'node:fs/promises';
import { sha256 } from '../../lib/change/fingerprint.ts';
import type { Result } from '../../lib/relay/result-schema.ts';
import { usage } from '../../operator/fault.ts';

/** Remembers beside a JSON Lines file which of its lines are done, so that an interrupted run can be taken up again. */
export interface DoneFile {
  /** True for a line that has ended before, with the same text. */
  has(text: string): boolean;
  /** Makes sure that it can be written, before anything is sent; throws a fault that says what to do. */
  requireWritable(): Promise<void>;
  /** Remembers a line; never throws, since by now the change is carried out. */
  add(text: string, ended: { id: string; source: string; result: Result | undefined }): Promise<void>;
  /** What to warn of at the end, if lines could not be remembered. */
  warning(): string | undefined;
}

/** Opens FILE.done; it holds one JSON object per finished line, named by the hash of the line. */
export async function openDoneFile(file: string): Promise<DoneFile> {
  const path = `${file}.done`;
  const done = new Set(await readHashes(path));
  const lost: string[] = [];
  return {
    has: (text) => done.has(sha256(text)),
    async requireWritable() {
      await appendFile(path, '').catch((error: NodeJS.ErrnoException) => {
        throw notUsable(path, 'written', error);
      });
    },
    async add(text, { id, source, result }) {
      if (!result) return;
      const entry = { line: sha256(text), id, source, outcome: result.data.outcome, result: result.id };
      await appendFile(path, `${JSON.stringify(entry)}\n`).catch(({ code, message }: NodeJS.ErrnoException) =>
        lost.push(code ?? message),
      );
    },
    warning: () =>
      lost.length === 0
        ? undefined
        : `${path} could not be written (${lost[0]}), so ${lost.length} of the results are not remembered there: the same command would send these lines again, and get the same results`,
  };
}

async function readHashes(path: string): Promise<string[]> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw notUsable(path, 'read', error);
  });
  return [...text.matchAll(/"line":"([0-9a-f]{64})"/g)].map(([, line = '']) => line);
}

const notUsable = (file: string, verb: 'read' | 'written', { code, message }: NodeJS.ErrnoException) =>
  usage(`what remembers the lines that are done cannot be ${verb}; nothing was sent`, {
    where: { file },
    why: code ?? message,
    fix: 'put the changes where you may write, or send them with --again, which remembers nothing',
  });

/** For what is no file with lines: nothing is remembered. */
export const NO_DONE_FILE: DoneFile = {
  has: () => false,
  requireWritable: async () => {},
  add: async () => {},
  warning: () => undefined,
};
