import process from 'node:process';

/**
 * Resolves when everything that was written has left the process, or its reader is gone. A pipe holds 64 KiB; the rest
 * waits inside the process and would be lost if it ended.
 */
export async function drain(streams: NodeJS.WritableStream[] = [process.stdout, process.stderr]): Promise<void> {
  await Promise.all(streams.map((stream) => new Promise<void>((done) => stream.write('', () => done()))));
}

/** Ends the process once its readers have everything, even if a timer or a connection is still open. */
export async function leave(code: number): Promise<never> {
  await drain();
  // Output that could not be written is not a success, even if the program itself succeeded.
  return process.exit(Number(process.exitCode) || code);
}

/**
 * To be called when a program starts. If a reader closes early, it has enough, and the program ends without a message.
 * Output that cannot be written for another reason, such as a full disk, is an error. Errors on stderr are ignored.
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
