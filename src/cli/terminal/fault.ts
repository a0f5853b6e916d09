import type { Diagnostic, Location, OperatorError } from '../../operator/fault.ts';
import { EXIT } from './exit-codes.ts';

const MAX_SHOWN = 10;

/**
 * The lines of an error for people, without colours. `typed` converts a suggested command to the form in which the user
 * would type it.
 */
export function faultLines({ code, diagnostics }: OperatorError, typed = (text: string) => text): string[] {
  const [first] = diagnostics;
  if (diagnostics.length === 1 && first) {
    const shown = { ...first, ...(first.fix !== undefined && { fix: typed(first.fix) }) };
    return [`error: ${first.message}  [${code}]`, ...details(shown)];
  }
  const shown = diagnostics.slice(0, MAX_SHOWN);
  const rest = diagnostics.length - shown.length;
  return [
    `error: ${diagnostics.length} problems  [${code}]`,
    ...shown.map(
      ({ where, message, fix }) =>
        `  ${[placeOf(where), where?.field, message, fix && `(${fix})`].filter(Boolean).join('  ')}`,
    ),
    ...(rest > 0 ? [`  and ${rest} more`] : []),
  ];
}

function details({ where, got, allowed, why, fix }: Diagnostic): string[] {
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

const placeOf = ({ file, line, column }: Location = {}) =>
  [file, line, column].filter((part) => part !== undefined).join(':') || undefined;

/** The object that `--json` writes to stderr for an error. */
export function faultJson({ code, kind, diagnostics, diagnostic }: OperatorError): object {
  const { message, ...more } = diagnostic;
  const problems = diagnostics.length > 1 ? { problems: diagnostics } : {};
  return { format: '1.0', error: { code, message, ...more, ...problems, exit_code: EXIT[kind] } };
}
