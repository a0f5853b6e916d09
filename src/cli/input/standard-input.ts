import { addAbortSignal, type Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { Io } from '../terminal/screen.ts';

/** All of standard input. Where that is a keyboard it says so, as nothing else would show that it waits; an interrupt ends it at once. */
export async function readStandardInput({ input, err, signal }: Pick<Io, 'input' | 'err' | 'signal'>): Promise<Buffer> {
  if (input.isTTY) err.write('reading changes from the keyboard: end with Ctrl-D, give up with Ctrl-C\n');
  return buffer(addAbortSignal(signal, input as Readable));
}
