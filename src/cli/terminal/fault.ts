import { EXIT } from './exit-codes.ts';

/** Where in a file something is wrong; line and column count from 1. */
export interface Where {
  file?: string | undefined;
  line?: number | undefined;
  column?: number | undefined;
  /** Path of the field, as the relay names it. */
  field?: string | undefined;
}

/** One thing that is wrong. Never holds a value that might be a secret: type and length at most. */
export interface Trouble {
  message: string;
  where?: Where | undefined;
  got?: string | undefined;
  allowed?: string | undefined;
  why?: string | undefined;
  fix?: string | undefined;
}

/** An error as the command shows it: what, where, got and allowed, and last how to mend it. */
export class CliFault extends Error {
  /** Stable, for scripts. */
  readonly code: string;
  readonly exit: number;
  readonly trouble: Trouble;
  /** All of them, if there are several. */
  readonly troubles: Trouble[];

  constructor(code: string, exit: number, troubles: [Trouble, ...Trouble[]], cause?: unknown) {
    super(troubles[0].message, { cause });
    this.name = 'CliFault';
    this.code = code;
    this.exit = exit;
    this.trouble = troubles[0];
    this.troubles = troubles;
  }
}

/** A wrong command line. */
export const usage = (message: string, more: Omit<Trouble, 'message'> = {}) =>
  new CliFault('usage', EXIT.usage, [{ message, ...more }]);

const MOST_SHOWN = 10;

/** The text of a fault for people, without colours; `typed` puts suggested commands as the user would type them. */
export function faultLines({ code, troubles }: CliFault, typed = (text: string) => text): string[] {
  const [first] = troubles;
  if (troubles.length === 1 && first) {
    const shown = { ...first, ...(first.fix !== undefined && { fix: typed(first.fix) }) };
    return [`error: ${first.message}  [${code}]`, ...details(shown)];
  }
  const shown = troubles.slice(0, MOST_SHOWN);
  const rest = troubles.length - shown.length;
  return [
    `error: ${troubles.length} problems  [${code}]`,
    ...shown.map(
      ({ where, message, fix }) =>
        `  ${[placeOf(where), where?.field, message, fix && `(${fix})`].filter(Boolean).join('  ')}`,
    ),
    ...(rest > 0 ? [`  and ${rest} more`] : []),
  ];
}

function details({ where, got, allowed, why, fix }: Trouble): string[] {
  const rows: [string, string | undefined][] = [
    ['file', placeOf(where)],
    ['field', where?.field],
    ['got', got],
    ['allowed', allowed],
    ['why', why],
    ['fix', fix],
  ];
  return rows.flatMap(([name, value]) => (value ? [`  ${name.padEnd(7)} ${value}`] : []));
}

const placeOf = ({ file, line, column }: Where = {}) =>
  [file, line, column].filter((part) => part !== undefined).join(':') || undefined;

/** The one object on stderr of `--json`. */
export function faultJson({ code, exit, troubles, trouble }: CliFault): object {
  const { message, ...more } = trouble;
  const problems = troubles.length > 1 ? { problems: troubles } : {};
  return { format: '1.0', error: { code, message, ...more, ...problems, exit_code: exit } };
}
