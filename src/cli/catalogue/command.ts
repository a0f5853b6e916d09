import type { Run } from '../session.ts';

/** An option as commander writes it, and what it is for. */
export type OptionText = [flags: string, description: string, standard?: string | string[]];

/** A command: what it is called, what it takes, and where its work is. Nothing heavy is loaded for its help. */
export interface Command {
  name: string;
  /** The task under which the overview lists it. */
  task: string;
  aliases?: string[];
  /** Arguments as commander writes them. */
  usage: string;
  summary: string;
  options: OptionText[];
  /** Shown first in its help. */
  examples: string[];
  load(): Promise<Run<never>>;
}

/** The tasks of the overview. */
export const TASKS = {
  check: 'Check a change',
  send: 'Send changes',
  see: 'See what became of them',
  repair: 'Put right what went wrong',
  stage: 'Check the stage, look up a word',
} as const;

export const LIMIT: OptionText = ['--limit <count>', 'at most this many', '100'];
export const TIMEOUT: OptionText = ['--timeout <time>', 'how long to wait', '60s'];
export const SOURCE: OptionText = ['--source <source>', "the change's source, where its id alone is not enough"];
export const DRY: OptionText = ['-n, --dry-run', 'show what would be done, and do nothing'];
export const REVISION: OptionText = ['--revision <month>', 'SMS API revision of changes without dataschema'];

/** What stands before or after any command. */
export const GLOBAL_OPTIONS: readonly OptionText[] = [
  ['--stage <name>', 'the stage; RELAY_STAGE, else the local stack'],
  ['--region <name>', 'the AWS region; else that of stages/NAME.yml, else AWS_REGION'],
  ['--profile <name>', 'the AWS profile; as the AWS CLI finds it'],
  ['--json', 'JSON on stdout, errors as JSON on stderr; asks nothing'],
  ['-q, --quiet', 'print nothing but the data'],
  ['--verbose', 'show the stack of an error; also by DEBUG=1'],
  ['--no-color', 'no colours; also by NO_COLOR'],
  ['--no-input', 'ask nothing'],
  ['--yes', 'yes to every question'],
];
