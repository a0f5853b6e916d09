import { Command as Commander, CommanderError, Option } from 'commander';
import { usage } from '../operator/fault.ts';
import { suggestion } from '../operator/suggestion.ts';
import { type Command, GLOBAL_OPTIONS, type OptionText } from './catalogue/command.ts';
import { COMMANDS } from './catalogue/commands.ts';
import { didYouMean } from './input/option-values.ts';
import { EXIT } from './terminal/exit-codes.ts';
import type { Out } from './terminal/screen.ts';

/** What was asked for on the command line. */
export interface Invocation {
  command: Command;
  args: string[];
  options: Record<string, unknown>;
}

const DESCRIPTION = 'Sends migration changes, follows what becomes of them, and puts right what went wrong.';

const EPILOGUE = `
Examples and options: relay help COMMAND. Exit codes: relay explain exit-codes.
Without --stage or RELAY_STAGE every command uses the local stack (npm start).
Results go to stdout, messages to stderr; in a pipe tabs separate the columns.`;

/** A command that is only the first word of others. */
const NOUNS: Readonly<Record<string, { does: string; verbs: string }>> = {
  dlq: { does: 'list, show or replay the messages that the relay gave up on', verbs: 'list, show, replay' },
};

/** The whole command line as commander knows it; `took` is told what was asked for. */
export function createProgram(version: string, out: Out, took: (asked: Invocation) => void): Commander {
  const program = new Commander('relay')
    .description(DESCRIPTION)
    .version(version, '--version')
    .addHelpText('after', EPILOGUE);
  const silent = { writeOut: (text: string) => void out.write(text), writeErr: () => {}, outputError: () => {} };
  program.exitOverride().configureOutput(silent).helpCommand(false);
  addOptions(program, GLOBAL_OPTIONS);
  for (const command of COMMANDS) addCommand(program, command, took);
  return program;
}

/** Words that people try before they know the command, as what they stand for. */
export function asOptions(args: string[]): string[] {
  const start = firstWord(args);
  const [first, asked, ...rest] = args.slice(start);
  if (first === 'version') return ['--version'];
  if (isBare(args)) return [...args, '--help'];
  if (first === undefined) return args;
  if (first !== 'help') return args;
  const known = [...new Set(COMMANDS.flatMap(({ name, aliases = [] }) => [name.split(' ')[0] ?? '', ...aliases]))];
  if (asked === undefined) return ['--help'];
  if (known.includes(asked)) return [asked, ...rest, '--help'];
  throw usage(`there is no command ${asked}`, {
    allowed: known.join(', '),
    fix: didYouMean(asked, known, 'relay help'),
  });
}

/** Nothing is asked for, not even help: help is shown, but a script that forgot its command must not take that for success. */
export const isBare = (args: string[]) => firstWord(args) === args.length && !args.some(isOfferOfHelp);

const isOfferOfHelp = (arg: string) => ['--help', '-h', '--version'].includes(arg);

/** Where the command begins: behind the options that stand before it, some of which have a value. */
function firstWord(args: string[]): number {
  const withValue = GLOBAL_OPTIONS.flatMap(([flags]) => (flags.includes('<') ? [flags.split(' ')[0]] : []));
  const at = args.findIndex((arg, index) => !arg.startsWith('-') && !withValue.includes(args[index - 1]));
  return at < 0 ? args.length : at;
}

function addCommand(program: Commander, command: Command, took: (asked: Invocation) => void): void {
  const [noun = '', verb] = command.name.split(' ');
  const parent = verb === undefined ? program : nounOf(program, noun, command.task);
  const made = parent.command(`${verb ?? noun} ${command.usage}`.trim()).description(command.summary);
  if (parent === program) made.helpGroup(`${command.task}:`);
  made.aliases(command.aliases ?? []).addHelpText('before', `${command.examples.join('\n')}\n`);
  addOptions(made, command.options);
  made.action(() => took({ command, args: made.args, options: made.optsWithGlobals() }));
}

function nounOf(program: Commander, noun: string, task: string): Commander {
  const found = program.commands.find((one) => one.name() === noun);
  if (found) return found;
  const made = program
    .command(noun)
    .description(NOUNS[noun]?.does ?? '')
    .helpGroup(`${task}:`);
  return made.helpCommand(false);
}

function addOptions(to: Commander, options: readonly OptionText[]): void {
  for (const [flags, description, standard] of options) {
    const option = new Option(flags, description);
    if (Array.isArray(standard)) option.default([], 'none').argParser((value, before: string[]) => [...before, value]);
    else if (standard !== undefined) option.default(standard);
    to.addOption(option);
  }
}

/** What commander threw at a command line, as a fault; undefined if it only showed its help or version. */
export function toUsage(error: CommanderError, args: string[]) {
  if (error.exitCode === EXIT.done) return undefined;
  if (error.code === 'commander.help') return incomplete(args.find((arg) => arg in NOUNS));
  const [what = '', meant] = error.message.replace(/^error: /, '').split('\n');
  return usage(what, { fix: meant ? meant.replace(/^\((.*)\)$/, '$1') : 'relay help' });
}

function incomplete(noun: string | undefined) {
  const of = noun === undefined ? undefined : NOUNS[noun];
  if (!of) return usage('a command is missing', { fix: 'relay help' });
  return usage(`which one: ${of.verbs}?`, { allowed: of.verbs, fix: suggestion('help', [noun ?? '']) });
}

export { CommanderError };
