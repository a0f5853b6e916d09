import { readFileSync } from 'node:fs';
import { OperatorError } from '../operator/fault.ts';
import { toOperatorError } from '../operator/stage/aws-faults.ts';
import { asOptions, CommanderError, createProgram, type Invocation, isBare, toUsage } from './program.ts';
import { createSession } from './session.ts';
import { EXIT } from './terminal/exit-codes.ts';
import { createScreen, type Io, type OutputOptions, type Screen } from './terminal/screen.ts';
import { endWithReader, leave } from './terminal/streams.ts';
import { programOf } from './terminal/typed.ts';

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

/** Runs a command line and returns the exit code. Never throws. */
export async function run(args: string[], io: Io): Promise<number> {
  let invocation: Invocation | undefined;
  const screen = createScreen(io, outputOptions(args, io));
  try {
    await createProgram(version, io.out, (found) => {
      invocation = found;
    }).parseAsync(asOptions(args), { from: 'user' });
    return invocation ? await carryOut(invocation, screen, io) : EXIT.done;
  } catch (error) {
    const fault = error instanceof CommanderError ? toUsage(error, args) : faultOf(error, io);
    if (fault) screen.fail(fault);
    return fault ? EXIT[fault.kind] : exitOfHelp(args);
  }
}

const exitOfHelp = (args: string[]) => (isBare(args) ? EXIT.usage : EXIT.done);

async function carryOut({ command, args, options }: Invocation, screen: Screen, io: Io): Promise<number> {
  const { stage, region, profile } = options as Record<string, string | undefined>;
  const session = createSession(io, screen, { stage, region, profile });
  return (await command.load())(session, args, options as never);
}

/** Parsed by hand, so that usage errors honour --json and --quiet too. */
function outputOptions(args: string[], { env }: Io): OutputOptions {
  const has = (...flags: string[]) => flags.some((flag) => args.includes(flag));
  return {
    json: has('--json'),
    quiet: has('-q', '--quiet'),
    verbose: has('--verbose') || Boolean(env.DEBUG),
    color: !has('--no-color') && !env.NO_COLOR && env.TERM !== 'dumb',
    input: !has('--no-input'),
    yes: has('--yes'),
    program: programOf(args, env),
  };
}

function faultOf(error: unknown, { signal }: Io): OperatorError {
  const isInterrupt = signal.aborted && !(error instanceof OperatorError);
  return isInterrupt
    ? new OperatorError('interrupted', 'interrupted', [{ message: 'interrupted' }])
    : toOperatorError(error);
}

/**
 * Runs the command in this process. After the first interrupt it stops and reports what was done; the second ends it at
 * once.
 */
export async function main(): Promise<void> {
  const interrupt = new AbortController();
  let isOver = false;
  // After the run, an interrupt means that the user does not want the rest of the output.
  const stop = () => (interrupt.signal.aborted || isOver ? process.exit(EXIT.interrupted) : interrupt.abort());
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, stop);
  endWithReader();
  const { stdout: out, stderr: err, stdin: input, env } = process;
  const code = await run(process.argv.slice(2), { out, err, input, env, signal: interrupt.signal, now: Date.now });
  isOver = true;
  await leave(code);
}
