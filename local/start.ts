import { createServer } from 'node:http';
import { readCommandLine } from '../scripts/options.ts';
import { drain, endWithReader } from '../src/cli/terminal/streams.ts';
import { visible } from '../src/cli/terminal/visible.ts';
import { isOfHeartbeat } from '../src/lib/change/heartbeat.ts';
import { startTables } from '../stand-ins/dynamodb/server.ts';
import { close, listen } from '../stand-ins/listen.ts';
import type { LogLine, StackOptions } from './assembly.ts';
import { type Console, createConsole } from './console/console.ts';
import { HELP, type Options, readOptions } from './options.ts';
import { preparePackage } from './prepare.ts';
import { createReport, summary } from './report.ts';
import { runSamples, type Verdict } from './sample-run.ts';
import { readSamples } from './samples.ts';
import { signedCurl } from './signed-curl.ts';
import { type Stack, startStack } from './stack.ts';
import { removeStackFile, writeStackFile } from './stack-file.ts';

const SAMPLES_DEADLINE = 60_000;
const STOP_DEADLINE = 1800;

const began = performance.now();
const stopping = new AbortController();
let prepared: Promise<string> | undefined;
let started: Promise<Stack> | undefined;
let console: Console | undefined;

/** Starts everything, sends the samples, and gives the exit code; undefined means to keep serving. */
async function run(options: Options): Promise<number | undefined> {
  const { port, timeScale, once, json } = options;
  const report = createReport(json ? process.stderr : process.stdout, options.samples);
  if (port > 0) await checkPort(port);
  prepared = preparePackage('local', stopping.signal);
  const [folder, samples] = await Promise.all([prepared, readSamples()]);
  stopping.signal.throwIfAborted();
  console = once ? undefined : createConsole(samples);
  started = startStack({ folder, port, timeScale, ...hooksOf(console), onLog: (line) => handleLine(line, options) });
  const stack = await started;
  await console?.attach(stack);
  if (!once) await writeStackFile(stack);
  if (json) printResults(stack);
  report.ready(stack.webhookUrl, samples.length, performance.now() - began);

  const verdicts = await runSamples(stack, samples, AbortSignal.timeout(SAMPLES_DEADLINE), report);
  report.say(summary(verdicts, performance.now() - began));
  if (once) return codeOf(verdicts);
  const [first] = options.samples ? samples : [];
  if (first) report.say(`\nanother change, signed for five minutes:\n${signedCurl(stack.webhookUrl, first.text)}`);
  report.serving(stack.webhookUrl, stack.simulatorUrl);
  return undefined;
}

/** Prints what a consumer gets. */
const printResults = (stack: Stack) =>
  stack.onResult((event) => void (isOfHeartbeat(event) || process.stdout.write(`${visible(event.detail)}\n`)));

const codeOf = (verdicts: Verdict[]) => (verdicts.some(({ problems }) => problems.length > 0) ? 1 : 0);

/** Throws an Error if the port is in use, which says how to find the program. It is called before anything slow begins. */
async function checkPort(port: number): Promise<void> {
  const server = createServer();
  await listen(server, port).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EADDRINUSE') throw error;
    const find = process.platform === 'linux' ? `ss -ltnp 'sport = :${port}'` : `lsof -nP -iTCP:${port} -sTCP:LISTEN`;
    throw new Error(
      `port ${port} is in use\n  by which program: ${find}\n  another port:     npm start -- --port ${port + 1}`,
    );
  });
  await close(server);
}

/** The options of a stack by which a console observes it. */
function hooksOf(console: Console | undefined): Partial<StackOptions> {
  if (!console) return {};
  const { hooks, fallback } = console;
  return {
    onSent: hooks.sent,
    startTables: (region) => startTables(region, hooks.isThrottled),
    onDelivery: hooks.delivered,
    onReturn: hooks.returned,
    fallback,
  };
}

function handleLine(logLine: LogLine, { verbose }: Options): void {
  const { source, line, level } = logLine;
  console?.hooks.log(logLine);
  if (verbose || level === 'error')
    process.stderr.write(
      `${source}  ${line
        .split(/[\r\n]+/)
        .map(visible)
        .join('\n')}\n`,
    );
}

/** Ends all child processes and then this one. A second call ends at once, and so does a deadline if something hangs. */
async function stop(code: number, isInterrupted = false): Promise<never> {
  if (stopping.signal.aborted) process.exit(code);
  stopping.abort();
  const deadline = setTimeout(() => process.exit(code), STOP_DEADLINE).unref();
  await prepared?.catch(() => undefined);
  console?.close();
  await (await started?.catch(() => undefined))?.stop();
  await removeStackFile();
  // If nobody interrupted the run, it waits until a slow reader has read all output.
  if (!isInterrupted) clearTimeout(deadline);
  await drain();
  return process.exit(code);
}

async function main(): Promise<void> {
  const options = readCommandLine(readOptions, HELP);
  try {
    if (!options) return void process.stdout.write(`${HELP}\n`);
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop(options.once ? 1 : 0, true));
    // When nobody reads the output any more, there is no reason to go on.
    endWithReader(() => stop(1));
    const code = await run(options);
    if (code !== undefined) await stop(code);
  } catch (error) {
    if (stopping.signal.aborted) return;
    process.stderr.write(`${sentenceOf(error)}\n`);
    await stop(1);
  }
}

/** An error's message with its cause. fetch puts the reason one level deeper. */
function sentenceOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { message: cause = '', code } = (error.cause ?? {}) as NodeJS.ErrnoException;
  const sentence = [error.message, cause || code].filter(Boolean).join(': ');
  const goesByProxy = process.env.NODE_USE_ENV_PROXY !== undefined && !process.env.NO_PROXY?.includes('127.0.0.1');
  return goesByProxy ? `${sentence} (HTTP_PROXY is in use: set NO_PROXY=127.0.0.1)` : sentence;
}

await main();
