import process from 'node:process';

/**
 * Settles when everything that was written has left the process, or its reader is gone. A pipe takes 64 KiB at a time; what
 * is over that waits inside the process, and would be lost with it.
 */
export async function drained(streams: NodeJS.WritableStream[] = [process.stdout, process.stderr]): Promise<void> {
  await Promise.all(streams.map((stream) => new Promise<void>((done) => stream.write('', () => done()))));
}

/** Ends the process once its readers have everything, also when something would keep it. */
export async function leave(code: number): Promise<never> {
  await drained();
  // Output that could not be written is no success, whatever the program thinks of its work.
  return process.exit(Number(process.exitCode) || code);
}

/**
 * For the start of a program. A reader that closes early has enough, so the program ends without a word. Output that cannot
 * be written for another reason, such as a full disk, is an error. What cannot be told on stderr is lost.
 */
export function endWithReader(end: (code: number) => void = leave): void {
  process.stderr.on('error', () => undefined);
  process.stdout.once('error', ({ code, message }: NodeJS.ErrnoException) => {
    process.stdout.on('error', () => undefined);
    if (code === 'EPIPE') return end(0);
    process.exitCode = 1;
    process.stderr.write(`error: the output cannot be written: ${message}\n`);
    end(1);
  });
}
