import { Command as Commander, CommanderError, Option } from 'commander';
import { usage } from '../operator/fault.ts';
import { suggestion } from '../operator/suggestion.ts';
import { type Command, GLOBAL_OPTIONS, type OptionText } from './catalogue/command.ts';
import { COMMANDS } from './catalogue/commands.ts';
import { didYouMean } from './input/option-values.ts';
import { EXIT } from './terminal/exit-codes.ts';
import type { Out } from './terminal/screen.ts';

/** The command that was given, with its arguments and options. */
export interface Invocation {
  command: Command;
  args: string[];
  options: Record<string, unknown>;
}

const DESCRIPTION = 'Sends migration changes, shows what happened to them, and repairs failures.';

const EPILOGUE = `
Examples and options: relay help COMMAND. Exit codes: relay explain exit-codes.
Without --stage or RELAY_STAGE every command uses the local stack (npm start).
Results go to stdout, messages to stderr. In a pipe, tabs separate the columns.`;

/** The first words of commands that have two words. */
const NOUNS: Readonly<Record<string, { does: string; verbs: string }>> = {
  dlq: { does: 'list, show or replay the messages that the relay gave up on', verbs: 'list, show, replay' },
};

/** The command line in commander's form. Calls `took` with the command that was given. */
export function createProgram(version: string, out: Out, took: (invocation: Invocation) => void): Commander {
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

/** Translates words that people try first, such as `version` and `help`, to options. */
export function asOptions(args: string[]): string[] {
  const start = firstWord(args);
  const [first, invocation, ...rest] = args.slice(start);
  if (first === 'version') return ['--version'];
  if (isBare(args)) return [...args, '--help'];
  if (first === undefined) return args;
  if (first !== 'help') return args;
  const known = [...new Set(COMMANDS.flatMap(({ name, aliases = [] }) => [name.split(' ')[0] ?? '', ...aliases]))];
  if (invocation === undefined) return ['--help'];
  if (known.includes(invocation)) return [invocation, ...rest, '--help'];
  throw usage(`there is no command ${invocation}`, {
    allowed: known.join(', '),
    fix: didYouMean(invocation, known, 'relay help'),
  });
}

/**
 * True if neither a command nor help was given. Then help is shown, with an error exit code for scripts that forgot the
 * command.
 */
export const isBare = (args: string[]) => firstWord(args) === args.length && !args.some(isOfferOfHelp);

const isOfferOfHelp = (arg: string) => ['--help', '-h', '--version'].includes(arg);

/** The index of the command's name, after any options before it. Some of those options have a value. */
function firstWord(args: string[]): number {
  const withValue = GLOBAL_OPTIONS.flatMap(([flags]) => (flags.includes('<') ? [flags.split(' ')[0]] : []));
  const at = args.findIndex((arg, index) => !arg.startsWith('-') && !withValue.includes(args[index - 1]));
  return at < 0 ? args.length : at;
}

function addCommand(program: Commander, command: Command, took: (invocation: Invocation) => void): void {
  const [noun = '', verb] = command.name.split(' ');
  const parent = verb === undefined ? program : nounOf(program, noun, command.task);
  const subcommand = parent.command(`${verb ?? noun} ${command.usage}`.trim()).description(command.summary);
  if (parent === program) subcommand.helpGroup(`${command.task}:`);
  subcommand.aliases(command.aliases ?? []).addHelpText('before', `${command.examples.join('\n')}\n`);
  addOptions(subcommand, command.options);
  subcommand.action(() => took({ command, args: subcommand.args, options: subcommand.optsWithGlobals() }));
}

function nounOf(program: Commander, noun: string, task: string): Commander {
  const found = program.commands.find((one) => one.name() === noun);
  if (found) return found;
  const group = program
    .command(noun)
    .description(NOUNS[noun]?.does ?? '')
    .helpGroup(`${task}:`);
  return group.helpCommand(false);
}

function addOptions(to: Commander, options: readonly OptionText[]): void {
  for (const [flags, description, standard] of options) {
    const option = new Option(flags, description);
    if (Array.isArray(standard)) option.default([], 'none').argParser((value, before: string[]) => [...before, value]);
    else if (standard !== undefined) option.default(standard);
    to.addOption(option);
  }
}

/** An error of commander as a usage error. Undefined if commander only showed its help or version. */
export function toUsage(error: CommanderError, args: string[]) {
  if (error.exitCode === EXIT.done) return undefined;
  if (error.code === 'commander.help') return incomplete(args.find((arg) => arg in NOUNS));
  const [what = '', meant] = error.message.replace(/^error: /, '').split('\n');
  return usage(what, { fix: meant ? meant.replace(/^\((.*)\)$/, '$1') : 'relay help' });
}

function incomplete(noun: string | undefined) {
  const of = noun === undefined ? undefined : NOUNS[noun];
  if (!of) return usage('no command was given', { fix: 'relay help' });
  return usage(`which one: ${of.verbs}?`, { allowed: of.verbs, fix: suggestion('help', [noun ?? '']) });
}

export { CommanderError };
