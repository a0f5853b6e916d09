import { addAbortSignal, type Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { Io } from '../terminal/screen.ts';

/**
 * Reads all of standard input. If that is a keyboard, it prints a hint, because nothing else shows that it is waiting. An
 * interrupt ends it at once.
 */
export async function readStandardInput({ input, err, signal }: Pick<Io, 'input' | 'err' | 'signal'>): Promise<Buffer> {
  if (input.isTTY) err.write('reading changes from the keyboard: press Ctrl-D at the end, or Ctrl-C to cancel\n');
  return buffer(addAbortSignal(signal, input as Readable));
}
