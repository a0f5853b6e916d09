import type { Command } from './command.ts';
import { OPERATOR_COMMANDS } from './commands-of-operators.ts';
import { PRODUCER_COMMANDS } from './commands-of-producers.ts';

/** The commands in the order of their help. */
export const COMMANDS: readonly Command[] = [...PRODUCER_COMMANDS, ...OPERATOR_COMMANDS];
