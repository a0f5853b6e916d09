import { readFile } from 'node:fs/promises';
import { addAbortSignal, type Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { decodeUtf8, isUtf16 } from '../../lib/change/base64-data.ts';
import { withoutMark } from '../../lib/change/body.ts';
import { usage } from '../../operator/fault.ts';
import type { Io } from '../terminal/screen.ts';

/** One change as it was given: its text, with its file and line. */
export interface InputChange {
  file: string;
  /** The line in a JSON Lines file. Undefined for a file with a single change. */
  line?: number;
  text: string;
}

/** Reads files with one change each, JSON Lines files (.jsonl, .ndjson), or standard input (-), which may be either. */
export async function readInput(files: string[], io: Io): Promise<InputChange[]> {
  const read = await Promise.all(files.map(async (file) => split(file, await readText(file, io))));
  return read.flat();
}

/**
 * The text of a file, without the byte order mark that editors on Windows write. Throws an error if the file is not in
 * UTF-8.
 */
async function readText(file: string, io: Io): Promise<string> {
  const bytes = await readBytes(file, io);
  const text = decodeUtf8(bytes);
  if (text !== undefined && !isUtf16(bytes)) return withoutMark(text);
  throw usage(isUtf16(bytes) ? 'the file is in UTF-16' : 'the file is not in UTF-8', {
    where: { file: file === '-' ? 'standard input' : file },
    allowed: 'UTF-8, with or without a byte order mark',
    fix: 'save it with the encoding UTF-8',
  });
}

async function readBytes(file: string, io: Io): Promise<Buffer> {
  if (file === '-') return readStandardInput(io);
  try {
    return await readFile(file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw usage(code === 'ENOENT' ? 'no such file' : 'the file cannot be read', { where: { file }, why: code });
  }
}

/**
 * Reads all of standard input. If that is a keyboard, it prints a hint, because nothing else shows that it is waiting. An
 * interrupt ends it at once.
 */
async function readStandardInput({ input, err, signal }: Io): Promise<Buffer> {
  if (input.isTTY) err.write('reading changes from the keyboard: press Ctrl-D at the end, or Ctrl-C to cancel\n');
  return buffer(addAbortSignal(signal, input as Readable));
}

const LINES = /\.(jsonl|ndjson)$/i;

function split(file: string, content: string): InputChange[] {
  const lines = content.split('\n').map((line, index) => ({ file, line: index + 1, text: line }));
  const filled = lines.filter((line) => line.text.trim() !== '');
  const isLines =
    LINES.test(file) || (file === '-' && filled.length > 1 && filled.every((line) => isObjectText(line.text)));
  return isLines ? filled : [{ file, text: content }];
}

const isObjectText = (line: string) => line.trimStart().startsWith('{') && line.trimEnd().endsWith('}');
