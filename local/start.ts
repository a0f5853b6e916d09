import { drained, endWithReader } from '../src/cli/terminal/streams.ts';
import { visible } from '../src/cli/terminal/visible.ts';
import { startTables } from '../stand-ins/dynamodb/server.ts';
import type { LogLine, StackOptions } from './assembly.ts';
import { type Console, createConsole } from './console/console.ts';
import { HELP, type Options, readOptions } from './options.ts';
import { demandFree } from './port.ts';
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
const leaving = new AbortController();
let preparing: Promise<string> | undefined;
let starting: Promise<Stack> | undefined;
let watching: Console | undefined;

/** Starts everything, sends the samples, and gives the exit code; undefined means to keep serving. */
async function run(options: Options): Promise<number | undefined> {
  const { port, timeScale, once, json } = options;
  const report = createReport(json ? process.stderr : process.stdout, options.samples);
  if (port > 0) await demandFree(port);
  preparing = preparePackage('local', leaving.signal);
  const [folder, samples] = await Promise.all([preparing, readSamples()]);
  leaving.signal.throwIfAborted();
  watching = once ? undefined : createConsole(samples);
  starting = startStack({ folder, port, timeScale, ...seenBy(watching), onLog: (line) => tell(line, options) });
  const stack = await starting;
  await watching?.attach(stack);
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

const printResults = (stack: Stack) => stack.onResult(({ detail }) => process.stdout.write(`${visible(detail)}\n`));

const codeOf = (verdicts: Verdict[]) => (verdicts.some(({ faults }) => faults.length > 0) ? 1 : 0);

/** The options by which a console observes a stack. */
function seenBy(console: Console | undefined): Partial<StackOptions> {
  if (!console) return {};
  const { taps, aside } = console;
  return {
    onSent: taps.sent,
    startTables: (region) => startTables(region, taps.isThrottled),
    onDelivery: taps.delivered,
    onReturn: taps.returned,
    aside,
  };
}

function tell(told: LogLine, options: Options): void {
  watching?.taps.log(told);
  showLog(told, options);
}

function showLog({ source, line, level }: LogLine, { verbose }: Options): void {
  if (verbose || level === 'error')
    process.stderr.write(
      `${source}  ${line
        .split(/[\r\n]+/)
        .map(visible)
        .join('\n')}\n`,
    );
}

/** Ends all child processes and then this one. When asked a second time, or when something hangs, it ends at once. */
async function leave(code: number, isAsked = false): Promise<never> {
  if (leaving.signal.aborted) process.exit(code);
  leaving.abort();
  const deadline = setTimeout(() => process.exit(code), STOP_DEADLINE).unref();
  await preparing?.catch(() => undefined);
  watching?.close();
  await (await starting?.catch(() => undefined))?.stop();
  await removeStackFile();
  // Output that a slow reader has not read yet is waited for, unless somebody asked for the end.
  if (!isAsked) clearTimeout(deadline);
  await drained();
  return process.exit(code);
}

async function main(): Promise<void> {
  try {
    const options = readOptions(process.argv.slice(2));
    if (!options) return void process.stdout.write(`${HELP}\n`);
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => leave(options.once ? 1 : 0, true));
    // Nobody reads the output any more, so there is no reason to go on.
    endWithReader(() => leave(1));
    const code = await run(options);
    if (code !== undefined) await leave(code);
  } catch (error) {
    if (leaving.signal.aborted) return;
    process.stderr.write(`${sentenceOf(error)}\n`);
    await leave(1);
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
