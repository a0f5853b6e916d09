import { Command as Commander, CommanderError, Option } from 'commander';
import { type Command, GLOBAL_OPTIONS, type OptionText } from './catalogue/command.ts';
import { COMMANDS } from './catalogue/commands.ts';
import { EXIT } from './terminal/exit-codes.ts';
import { usage } from './terminal/fault.ts';
import type { Out } from './terminal/screen.ts';

/** What was asked for on the command line. */
export interface Asked {
  command: Command;
  args: string[];
  options: Record<string, unknown>;
}

const DESCRIPTION = 'Sends migration changes, follows what becomes of them, and puts right what went wrong.';

const EPILOGUE = `
Without --stage or RELAY_STAGE all of it is about the local stack (npm start). Data goes to stdout and talk to stderr; in a
pipe columns are parted by tabs. Exit codes: relay explain exit-codes`;

/** The whole command line as commander knows it; `took` is told what was asked for. */
export function createProgram(version: string, out: Out, took: (asked: Asked) => void): Commander {
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

function addCommand(program: Commander, command: Command, took: (asked: Asked) => void): void {
  const [noun = '', verb] = command.name.split(' ');
  const parent = verb === undefined ? program : nounOf(program, noun);
  const made = parent.command(`${verb ?? noun} ${command.usage}`.trim()).description(command.summary);
  made.aliases(command.aliases ?? []).addHelpText('before', `${command.examples.join('\n')}\n`);
  addOptions(made, command.options);
  made.action(() => took({ command, args: made.args, options: made.optsWithGlobals() }));
}

function nounOf(program: Commander, noun: string): Commander {
  const found = program.commands.find((one) => one.name() === noun);
  return (
    found ??
    program.command(noun).description('dead letters: what the relay itself could not handle').helpCommand(false)
  );
}

function addOptions(to: Commander, options: readonly OptionText[]): void {
  for (const [flags, description, standard] of options) {
    const option = new Option(flags, description);
    if (Array.isArray(standard)) option.default([], 'none').argParser((value, before: string[]) => [...before, value]);
    else if (standard !== undefined) option.default(standard);
    to.addOption(option);
  }
}

/** What commander threw, as a fault; undefined if it only showed its help or version. */
export function toUsage(error: CommanderError) {
  if (error.exitCode === EXIT.done) return undefined;
  if (error.code === 'commander.help')
    return usage('a verb is missing', { allowed: 'list, show, replay', fix: 'relay dlq list' });
  const [what = '', meant] = error.message.replace(/^error: /, '').split('\n');
  return usage(what, { fix: meant ? meant.replace(/^\((.*)\)$/, '$1') : 'relay --help' });
}

export { CommanderError };
