import { appendFile, readFile } from 'node:fs/promises';
import { sha256 } from '../../lib/change/fingerprint.ts';
import type { Result } from '../../lib/relay/result-schema.ts';
import { usage } from '../../operator/fault.ts';

/** Records which lines of a JSON Lines file are done, so that an interrupted run can continue. */
export interface DoneFile {
  /** True if a line with the same text is done. */
  has(text: string): boolean;
  /** Checks before anything is sent that the file can be written. Throws an error that says what to do. */
  requireWritable(): Promise<void>;
  /** Records a line. Never throws, because the change has ended by then. */
  add(text: string, ended: { id: string; source: string; result: Result | undefined }): Promise<void>;
  /** A warning for the end, if lines could not be recorded. */
  warning(): string | undefined;
}

/** Opens FILE.done, which has one JSON object per finished line, with the hash of the line. */
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
        : `${path} could not be written (${lost[0]}), so it lacks ${lost.length} of the results: the same command would send these lines again and get the same results`,
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
  usage(`the file of the finished lines cannot be ${verb}; nothing was sent`, {
    where: { file },
    why: code ?? message,
    fix: 'move the changes to a folder where you may write, or send them with --again, which writes no such file',
  });

/** For input that is not a JSON Lines file. Nothing is recorded. */
export const NO_DONE_FILE: DoneFile = {
  has: () => false,
  requireWritable: async () => {},
  add: async () => {},
  warning: () => undefined,
};
