import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { DEFAULT_ACCESS_KEY, DEFAULT_USER } from '../../simulator/credentials.ts';
import { isKnownCode } from '../../simulator/error-sheet.ts';
import { FaultRequest } from '../../simulator/fault-request.ts';
import { LOG_FILTERS } from '../../simulator/log-calls.ts';
import { ROUTES } from '../../simulator/routes.ts';
import { Settings } from '../../simulator/settings.ts';

const simulator = new URL('../../simulator/', import.meta.url);
const readme = readFileSync(new URL('README.md', simulator), 'utf8');
const source = globSync('{dcs,sms}/*.ts', { cwd: simulator })
  .map((file) => readFileSync(new URL(file, simulator), 'utf8'))
  .join('\n');

const codesIn = (text = ''): string[] => [...new Set(text.match(/(?:DCS|SMS)\.\d{4}|\b111\d{6}\b/g))];
/** The rows of the table of codes: the call, and the codes of each column. */
const [, table = ''] = readme.split('| by a fault only |\n|---|---|---|\n');
const CODE_ROWS = table
  .slice(0, table.indexOf('\n\n'))
  .split('\n')
  .map((row) => row.split('|'))
  .map(([, call = '', own, faults]) => ({ call: call.trim(), own: codesIn(own), faults: codesIn(faults) }));

/** The bodies of the examples that set a fault. */
const FAULTS = Array.from(readme.matchAll(/\$SIM\/simulator\/faults -d '([^']+)'/g), ([, body = '']) => body);

describe('the README of the simulator', () => {
  it.each([
    ...Object.keys(Settings.shape),
    ...Object.keys(FaultRequest.shape),
    ...(FaultRequest.shape.reply.unwrap().options as string[]),
    ...LOG_FILTERS,
    DEFAULT_ACCESS_KEY.access,
    DEFAULT_ACCESS_KEY.secret,
    DEFAULT_USER.password,
  ])('explains `%s`', (name) => {
    expect(readme).toContain(`\`${name}\``);
  });

  it.each(ROUTES)('has a row for $operation', ({ operation, method, path }) => {
    const row = readme.split('\n').find((line) => line.startsWith(`| \`${method} ${path}\``));
    expect(row).toMatch(new RegExp(` \\| ${operation}\\b`));
  });

  it.each(CODE_ROWS)('lists for $call only codes that the simulator or a fault can answer', ({ own, faults }) => {
    expect(own.filter((code) => !source.includes(`'${code}'`))).toEqual([]);
    expect([...own, ...faults].filter((code) => !isKnownCode(code))).toEqual([]);
    expect(own.filter((code) => faults.includes(code))).toEqual([]);
  });

  it.each(codesIn(source.match(/'(?:DCS|SMS)\.\d{4}'/g)?.join()))(
    'names %s, which a call answers by itself',
    (code) => {
      expect(codesIn(readme)).toContain(code);
    },
  );

  it.each(FAULTS)('has a valid fault in the example %#', (fault) => {
    expect(() => FaultRequest.parse(JSON.parse(fault))).not.toThrow();
  });
});
