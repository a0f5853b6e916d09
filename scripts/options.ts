import { type ParseArgsConfig, parseArgs } from 'node:util';

/** Ends the script with exit code 2 and a sentence about what is wrong with its options. */
export function refuse(sentence: string): never {
  console.error(sentence);
  process.exit(2);
}

/** What `read` makes of a command line. If it throws, the program ends with exit code 2, its sentence and the usage. */
export function readCommandLine<T>(read: (args: string[]) => T, usage: string): T {
  try {
    return read(process.argv.slice(2));
  } catch (error) {
    return refuse(`${(error as Error).message}\n\n${usage}`);
  }
}

/** The options of a script. `--help` shows its usage and ends it; a wrong option ends it with a sentence. */
export function readOptions<const T extends NonNullable<ParseArgsConfig['options']>>(usage: string, options: T) {
  if (process.argv.some((arg) => arg === '--help' || arg === '-h')) {
    console.log(usage);
    process.exit(0);
  }
  try {
    return parseArgs({ options }).values;
  } catch (error) {
    return refuse((error as Error).message);
  }
}

/** The whole number in an option's text. Throws an Error that names the option if it is none, or not within the limits. */
export function readWhole(name: string, text: string, min: number, max: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= min && value <= max) return value;
  throw new Error(`--${name} ${text}: must be a whole number from ${min} to ${max}`);
}

/** The number in an option's text, which must be above 0. */
export function readPositive(name: string, text: string): number {
  const value = Number(text);
  return value > 0 && Number.isFinite(value) ? value : refuse(`--${name} ${text} is not a number above 0`);
}
